// The page for "not found": near titles, from the list of pages that the navigation has.
(() => {
  "use strict";
  const lost = document.querySelector(".look-lost");
  const script = document.currentScript;
  const root = new URL("../", script.src);
  const asked = decodeURIComponent(location.pathname).replace(/\/(index\.html)?$/, "").split("/").pop();
  const words = asked.replace(/\.[a-z]+$/, "").replace(/[-_+]+/g, " ").trim().toLowerCase();
  lost.querySelector("input").value = words;

  // How many letters differ between two words.
  const distance = (a, b) => {
    let row = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      }
      row = next;
    }
    return row[b.length];
  };
  const text = (html) => {
    const element = document.createElement("template");
    element.innerHTML = html;
    return element.content.textContent.trim();
  };
  const pages = (items) => items.flatMap(([label, url, inner]) =>
    [[text(label), url], ...(inner ? pages(inner) : [])]);

  const data = document.createElement("script");
  data.src = new URL("assets/notewright/navigation-data.js", root).href;
  data.onload = () => {
    const seen = new Set();
    const near = pages(window.nwNavigation).map(([title, url]) => {
      const name = url.replace(/\/(index\.html)?$|\.html$/, "").split("/").pop().replace(/-/g, " ");
      const far = Math.min(...[title.toLowerCase(), name].map((each) =>
        distance(words, each) / Math.max(words.length, each.length, 1)));
      return { title, url, far };
    }).sort((a, b) => a.far - b.far || a.title.localeCompare(b.title))
      .filter(({ url }) => !seen.has(url) && seen.add(url)).slice(0, 3).filter(({ far }) => far < 0.75);
    if (!words || !near.length) return;
    const place = lost.querySelector(".look-near");
    const links = near.map(({ title, url }) => {
      const link = document.createElement("a");
      link.href = new URL(url, root).href;
      link.textContent = title;
      return link;
    });
    const said = document.createElement("span");
    said.append("Did you mean ");
    links.forEach((link, n) => said.append(link, n < links.length - 2 ? ", " : n === links.length - 2 ? " or " : ""));
    said.append("? ");
    place.prepend(said);
  };
  document.head.append(data);
})();
