// The dialog of the search. It loads what finds (search-worker.js) when its field gets the focus,
// and asks for what stands in the field as soon as that can answer: no key is lost meanwhile.
(() => {
  "use strict";
  const dialog = document.querySelector("[data-nw-search]");
  const settings = document.getElementById("__config");
  if (!dialog || !settings) return;
  const MOST = { Notes: 6, Figures: 3 };
  const OFTEN = 4;
  const EXPLAINED = 4, PAUSE = 250; // results whose page is read for a passage; milliseconds before
  const here = document.currentScript.src;
  const { base, search, features } = JSON.parse(settings.textContent);
  const root = new URL(base.replace(/\/?$/, "/"), location.href); // that of the 404 page is "/"
  const toggle = document.getElementById("__search");
  const field = dialog.querySelector("input");
  const status = dialog.querySelector("[role=status]");
  const found = dialog.querySelector(".nw-found");
  const part = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter(Boolean));
    return made;
  };
  let finder, opener, passages, later, number = 0, shown = 0;

  // What finds: a worker, or scripts of the page where it was opened from a disk.
  const load = (address) => new Promise((resolve, reject) => {
    const script = part("script");
    Object.assign(script, { src: address, onload: resolve, onerror: () => reject(new Error(address)) });
    document.head.append(script);
  });
  const inPage = async () => {
    for (const address of [new URL("search/search_index.js", root), new URL(search, location.href), new URL("search-worker.js", here)])
      await load(address.href);
    nwFinder.build(__index);
    return (query) => Promise.resolve(nwFinder.ask(query));
  };
  const inWorker = () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL("search-worker.js", here));
    const waiting = new Map();
    worker.onerror = reject;
    worker.onmessage = ({ data }) => {
      if (data.failed) reject(new Error(data.failed));
      else if (data.ready) resolve((query) => new Promise((answer) => {
        waiting.set(++number, answer);
        worker.postMessage({ query, number });
      }));
      else {
        waiting.get(data.number)(data.answer);
        waiting.delete(data.number);
      }
    };
    worker.postMessage({ lunr: new URL(search, location.href).href, index: new URL("search/search_index.json", root).href });
  });
  const start = () => {
    finder ??= (location.protocol === "file:" ? inPage() : inWorker());
    return finder;
  };

  const ask = async () => {
    const turn = ++shown;
    delete dialog.dataset.nwAsked; // it names the words whose answer stands, while none is awaited
    open();
    if (!dialog.dataset.nwReady) say("Loading …");
    try {
      const find = await start();
      dialog.dataset.nwReady = "";
      const answer = turn === shown ? await find(field.value) : null;
      if (turn !== shown) return;
      show(answer);
      clearTimeout(later);
      if (location.protocol !== "file:") later = setTimeout(() => explain(turn, answer.terms ?? []).catch(() => {}), PAUSE);
    } catch {
      say("The search index could not be loaded.");
    }
  };

  // What was asked for may stand further down than the index says: then the page itself is read.
  const explain = async (turn, terms) => {
    const links = [...found.querySelectorAll(".md-search-result__link")].filter((each) => each.checkVisibility());
    for (const link of links.slice(0, EXPLAINED)) {
      const text = link.querySelector(".nw-found-text");
      if (!text || text.querySelector("mark")) continue;
      await (passages ??= load(new URL("search-passages.js", here)));
      const passage = await nwPassage(link.href, fits(terms));
      if (turn !== shown) return;
      if (passage) text.replaceChildren(...marked(passage, terms));
    }
  };

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const counted = ({ kind, count }) => {
    const name = kind === "Code" ? "symbols" : kind.toLowerCase();
    return `${count} ${count === 1 ? name.replace(/s$/, "") : name}`;
  };
  const show = ({ state, groups, near = [], terms = [] }) => {
    dialog.dataset.nwAsked = field.value;
    found.replaceChildren(...groups.map((each) => group(each, terms)));
    const read = near.map(([word, best]) => `“${best}” instead of “${word}”`).join(", ");
    if (state === "empty") say("Type to search");
    else if (state === "none") say(`No results for “${field.value.trim()}”.`);
    else say(`${groups.map(counted).join(", ")}${read ? `; showing ${read}` : ""}`);
  };
  const group = ({ kind, results, count }, terms) => {
    const name = part("div", "nw-found-kind", kind);
    const list = part("ol", "md-search-result__list", ...results.map((each) => item(each, terms)));
    const most = MOST[kind] ?? OFTEN;
    [...list.children].slice(most).forEach((each) => { each.hidden = true; });
    name.id = `nw-found-${kind.replace(/\W/g, "-")}`;
    list.setAttribute("aria-labelledby", name.id);
    if (results.length <= most) return part("div", "", name, list);
    const all = part("button", "nw-found-all", `All ${count}`);
    all.type = "button";
    all.addEventListener("click", () => {
      [...list.children].forEach((each) => { each.hidden = false; });
      list.children[most].querySelector("a").focus();
      all.remove();
    });
    return part("div", "", name, list, all);
  };
  const item = (each, terms) => {
    const picture = each.image && part("img", "nw-found-image");
    if (picture) {
      const isDark = document.body.dataset.mdColorScheme === "slate";
      const source = each.image.replace(/#only-\w+$/, isDark ? "#only-dark" : "#only-light");
      Object.assign(picture, { src: new URL(source, new URL(each.location, root)), alt: "", loading: "lazy", width: 96, height: 64 });
    }
    const title = part("strong", "", ...marked(each.title, terms));
    const sign = each.sign && part("span", "nw-sign", each.sign);
    if (sign) sign.dataset.value = each.sign; // as in a table: a style sheet may give it a shape
    const where = part("small", "", [each.kind.replace(/s$/, ""), each.page].filter(Boolean).join(" · "));
    const text = each.text && part("span", "nw-found-text", ...marked(each.text, terms));
    const link = anchor(each.location, terms, picture, part("span", "", title, sign ? " " : "", sign, where, text));
    link.className = "md-search-result__link";
    const more = each.more.map(({ title: heading, location: place }) => anchor(place, terms, heading));
    return part("li", "md-search-result__item", link, more.length && part("div", "nw-found-more", ...more));
  };
  const anchor = (place, terms, ...children) => {
    const made = part("a", "", ...children);
    const address = new URL(place, root);
    if (terms.length && features.includes("search.highlight")) address.searchParams.set("h", terms.slice(0, 12).join(" "));
    made.href = address;
    return made;
  };

  // Words that were asked for, in a text: compared without accents, and by how they begin.
  const plain = (word) => word.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replaceAll("z", "s");
  const fits = (terms) => {
    const roots = terms.filter((term) => term.length > 2).map((term) => plain(term).replace(/i$/, "")); // "accuraci"
    return (word) => roots.some((root) => plain(word).startsWith(root));
  };
  const WORD = /[\p{L}\p{N}\p{M}]+/gu;
  const marked = (text, terms) => {
    const isAsked = fits(terms);
    return text.split(/([\p{L}\p{N}\p{M}]+)/u).map((each, at) => (at % 2 && isAsked(each) ? part("mark", "", each) : each));
  };
  const highlight = () => {
    const terms = new URLSearchParams(location.search).get("h");
    const article = document.querySelector("article");
    if (!terms || !article || !globalThis.Highlight) return;
    const isAsked = fits(terms.split(" "));
    const ranges = [];
    const texts = document.createNodeIterator(article, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      for (const match of node.data.matchAll(WORD))
        if (isAsked(match[0])) {
          const range = new Range();
          range.setStart(node, match.index);
          range.setEnd(node, match.index + match[0].length);
          ranges.push(range);
        }
    CSS.highlights.set("nw-asked", new Highlight(...ranges));
  };

  const isOpen = () => toggle.checked;
  const open = () => { if (!isOpen()) toggle.click(); };
  const close = () => { if (isOpen()) toggle.click(); };
  const links = () => [field, ...[...found.querySelectorAll("a, button")].filter((each) => each.checkVisibility())];

  field.addEventListener("focus", (event) => {
    if (event.relatedTarget && !dialog.contains(event.relatedTarget)) opener = event.relatedTarget;
    ask();
  });
  field.addEventListener("input", ask);
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  dialog.querySelector("form").addEventListener("reset", () => { field.focus(); setTimeout(ask); });
  const output = dialog.querySelector(".md-search__output");
  const turn = () => {
    output.inert = !isOpen(); // the theme only makes it transparent: Tab would visit what nobody sees
    if (isOpen()) field.focus();
  };
  toggle.addEventListener("change", turn);
  turn();
  dialog.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !dialog.contains(relatedTarget)) close();
  });
  dialog.addEventListener("click", ({ target }) => { if (target.closest("a")) close(); });
  dialog.addEventListener("keydown", (event) => {
    const at = links().indexOf(document.activeElement);
    if (event.key === "Escape") {
      close();
      if (opener?.isConnected) opener.focus();
      else document.activeElement.blur();
      opener = null;
    } else if (event.key === "Enter" && document.activeElement === field) {
      event.preventDefault();
      links().find((each) => each.href)?.click();
    } else if (/^Arrow(Up|Down)$/.test(event.key)) {
      event.preventDefault();
      const all = links();
      all[(at + (event.key === "ArrowUp" ? -1 : 1) + all.length) % all.length].focus();
    } else if (event.key.length === 1 && document.activeElement.matches("a") && !event.ctrlKey && !event.metaKey && event.key !== " ") field.focus();
  });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!["/", "f", "s"].includes(key) || event.ctrlKey || event.metaKey || event.altKey || isOpen()) return;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    opener = target === document.body ? null : target;
    open();
    field.focus();
    field.select();
  });

  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    field.value = asked;
    field.focus();
  } else if (document.activeElement === field) ask();
  highlight();
})();
