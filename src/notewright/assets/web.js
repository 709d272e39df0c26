// Previews of a site's own pages, on hover and on focus; and a search that forgives spellings.
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

  const HEADINGS = "h1, h2, h3, h4, h5, h6";
  // What carries the text of a part, best first; items and cells have no paragraph of their own.
  const TEXTS = ["p, li, dt, dd", "figcaption", "tr, pre"];
  const ASIDE = "nav, form, .nw-web, .nw-downloads, .admonition-title";

  // The title and first text of a page, or of the part that a link names.
  const summary = (page, fragment) => {
    const body = page.querySelector("article, [role=main], main, body");
    const part = fragment && page.getElementById(fragment);
    const heading = part && part.closest(HEADINGS);
    const title = heading || body.querySelector("h1");
    const isAfter = (each, other) =>
      Boolean(other.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    // A part ends at the next heading that is not below its own.
    const end = part && [...body.querySelectorAll(HEADINGS)].find((each) =>
      isAfter(each, part) && !part.contains(each) && (!heading || each.tagName <= heading.tagName));
    const isInside = (each) => !part
      || ((part.contains(each) || isAfter(each, part)) && !(end && isAfter(each, end)));
    const find = (names, number, isFit) => [...body.querySelectorAll(names)].find((each) =>
      each.textContent.trim() && isFit(each) && !each.closest(ASIDE)
      && (number > 0 || !each.closest(".nw-outputs")));
    // A block or a figure that is named has its own words first; a heading has those below it.
    const own = part && !heading ? TEXTS.slice(0, 2) : [];
    const first = own.map((names, number) => find(names, number, (each) => part.contains(each)))
      .concat(TEXTS.map((names, number) => find(names, number, isInside))).find(Boolean);
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
    // The index has words without their accents (search.py): the search reads its field so too.
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    Object.defineProperty(query, "value", {
      get() { return get.call(this).normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC"); },
      set,
    });
    new MutationObserver(() => {
      const words = query.value.trim();
      const similar = words.split(/\s+/).map((word) =>
        `${word}~${word.length > 5 ? 2 : 1}`).join(" ");
      const isOffered = meta.querySelector(".nw-similar");
      if (!words || list.children.length || /[~^+*"]/.test(words) || isOffered) return;
      // A link, since the arrow keys of the search visit links only; in it an element, since
      // Enter in the field asks the first link for its own, and then follows it.
      const offered = document.createElement("a");
      offered.href = `?q=${encodeURIComponent(similar)}`;
      offered.className = "nw-similar";
      offered.appendChild(document.createElement("span")).textContent = "Search for similar spellings";
      offered.addEventListener("click", (event) => {
        event.preventDefault();
        event.stopPropagation(); // a link that is followed would close the search
        query.value = similar;
        query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
        query.focus();
      });
      meta.append(" ", offered);
    }).observe(meta, { childList: true, characterData: true, subtree: true });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", offer);
  else offer();
})();
