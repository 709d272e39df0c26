// Previews of a site's own pages, on hover and on focus; and a search for similar spellings.
(() => {
  "use strict";
  const WAIT = 350; // milliseconds that a pointer rests on a link before its page is fetched
  const LONG = 400; // characters
  const pages = new Map();
  let link = null, box = null, timer = 0, pointer = "mouse";

  const fetched = (url) => {
    if (!pages.has(url)) {
      pages.set(url, fetch(url)
        .then((answer) => answer.ok ? answer.text() : "")
        .then((text) => text && new DOMParser().parseFromString(text, "text/html"))
        .catch(() => null));
    }
    return pages.get(url);
  };

  // The title and first paragraph of a page, or of the part that a link names.
  const summary = (page, fragment) => {
    const body = page.querySelector("article, [role=main], main, body");
    const part = fragment && page.getElementById(fragment);
    const title = (part && part.closest("h1, h2, h3, h4, h5, h6")) || body.querySelector("h1");
    const follows = (each) => !part || part.contains(each)
      || part.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
    const first = [...body.querySelectorAll("p")].find((each) =>
      each.textContent.trim() && !each.closest(".nw-web, .nw-outputs, nav, form") && follows(each));
    const text = (element) => {
      if (!element) return "";
      const copy = element.cloneNode(true);
      copy.querySelectorAll(".headerlink, script, style, annotation").forEach((each) => each.remove());
      return copy.textContent.replace(/\s+/g, " ").trim();
    };
    const shown = text(first);
    return [text(title), shown.length > LONG ? `${shown.slice(0, LONG)}…` : shown];
  };

  const hide = () => {
    clearTimeout(timer);
    if (box) box.remove();
    if (link) link.removeAttribute("aria-describedby");
    link = box = null;
  };

  const place = () => {
    const at = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const below = at.bottom + box.offsetHeight + 8 < innerHeight || at.top < box.offsetHeight + 8;
    box.style.left = `${Math.max(8, Math.min(at.left, room)) + scrollX}px`;
    box.style.top = `${(below ? at.bottom + 4 : at.top - box.offsetHeight - 4) + scrollY}px`;
  };

  const show = async (target) => {
    const url = new URL(target.href, location.href);
    const fragment = decodeURIComponent(url.hash.slice(1));
    url.hash = "";
    const page = await fetched(url.href);
    if (!page || link !== target) return;
    const [title, text] = summary(page, fragment);
    if (!title && !text) return;
    box = document.createElement("div");
    box.className = "nw-preview";
    box.id = "nw-preview";
    box.setAttribute("role", "tooltip");
    if (title) box.appendChild(document.createElement("strong")).textContent = title;
    if (text) box.appendChild(document.createElement("p")).textContent = text;
    box.addEventListener("mouseenter", () => clearTimeout(timer));
    box.addEventListener("mouseleave", later);
    document.body.appendChild(box);
    target.setAttribute("aria-describedby", box.id);
    place();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(hide, 200); // time to move onto the preview
  };

  const start = (target, wait) => {
    if (target === link) return clearTimeout(timer);
    hide();
    link = target;
    timer = setTimeout(() => show(target), wait);
  };

  // Links in the text of a page to other pages of this site, and none to a file.
  const previewed = (event) => {
    const found = event.target.closest && event.target.closest("a[href]");
    if (!found || !found.closest("article, [role=main], main")) return null;
    if (found.matches(".headerlink, .md-button, .md-content__button")) return null;
    const url = new URL(found.href instanceof Object ? found.href.baseVal : found.href, location.href);
    const isPage = /(?:\/|\.html|\/[^/.]*)$/.test(url.pathname);
    const isHere = url.pathname === location.pathname && url.search === location.search;
    return url.origin === location.origin && isPage && (!isHere || url.hash) && !(found.closest("svg"))
      ? found : null;
  };

  addEventListener("pointerdown", (event) => { pointer = event.pointerType; hide(); }, true);
  addEventListener("pointerover", (event) => {
    pointer = event.pointerType;
    const found = pointer !== "touch" && previewed(event);
    if (found) start(found, WAIT);
  });
  addEventListener("pointerout", (event) => { if (link && previewed(event) === link) later(); });
  addEventListener("focusin", (event) => {
    const found = pointer !== "touch" && previewed(event);
    if (found && found.matches(":focus-visible")) start(found, 0);
    else if (!box || !box.contains(event.target)) hide();
  });
  addEventListener("keydown", (event) => {
    pointer = "keyboard";
    if (event.key === "Escape") hide();
  });

  // When nothing is found, offer the search engine's own operator for similar words.
  const offer = () => {
    const query = document.querySelector("[data-md-component=search-query]");
    const meta = document.querySelector(".md-search-result__meta");
    const list = document.querySelector(".md-search-result__list");
    if (!query || !meta || !list) return;
    new MutationObserver(() => {
      const words = query.value.trim();
      const similar = words.split(/\s+/).map((word) =>
        `${word}~${word.length > 5 ? 2 : 1}`).join(" ");
      const isOffered = meta.querySelector(".nw-similar");
      if (!words || list.children.length || /[~^+*"]/.test(words) || isOffered) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "nw-similar";
      button.textContent = "Search for similar spellings";
      button.addEventListener("click", () => {
        query.value = similar;
        query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
        query.focus();
      });
      meta.append(" ", button);
    }).observe(meta, { childList: true, characterData: true, subtree: true });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", offer);
  else offer();
})();
