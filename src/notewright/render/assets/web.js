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
  const ASIDE = "nav, form, .nw-web, .nw-downloads, .nw-asks, .admonition-title";

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
    const figure = [...body.querySelectorAll(".nw-figure")].find((each) =>
      isInside(each) && !each.closest(ASIDE) && each.querySelector(".nw-svg"));
    const kind = text([...page.querySelectorAll(".md-path__item:not([aria-current])")].pop());
    return [text(title), shown.length > LONG ? `${shown.slice(0, LONG)}…` : shown, figure, kind];
  };

  // A figure of another page, in small: its drawing alone, whose files are named from there.
  const small = (figure, url) => {
    const made = document.createElement("div");
    made.className = "nw-figure";
    made.setAttribute("aria-hidden", "true"); // its words are those of the text
    // From a disk a page tells addresses alone.
    const drawings = Array.isArray(figure)
      ? figure.map((src) => Object.assign(new Image(), { className: "nw-svg", src, alt: "" }))
      : [...figure.querySelectorAll(":scope > .nw-svg")].map((each) => document.importNode(each, true));
    for (const each of drawings) {
      made.append(each);
      if (!each.matches("img")) continue;
      each.src = new URL(each.getAttribute("src"), url).href;
      each.loading = "eager";
    }
    return made;
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

  // From a disk no page can be fetched: it is opened in a frame that nobody sees, and tells itself.
  const IS_ON_DISK = location.protocol === "file:";
  const told = (url, fragment) => new Promise((resolve) => {
    const frame = document.createElement("iframe");
    const end = (found) => {
      removeEventListener("message", hear);
      frame.remove();
      resolve(found);
    };
    const hear = ({ source, data }) => {
      if (source === frame.contentWindow && data && data.nwTold) end(data.nwTold);
    };
    frame.onload = () => frame.contentWindow.postMessage({ nwTell: fragment }, "*");
    addEventListener("message", hear);
    setTimeout(end, 10000, ["", ""]);
    Object.assign(frame, { src: url, hidden: true, tabIndex: -1 });
    document.body.append(frame);
  });
  if (IS_ON_DISK && parent !== window) {
    addEventListener("message", ({ source, data }) => {
      const isAsked = source === parent && data && typeof data.nwTell === "string";
      if (!isAsked) return;
      const [title, text, figure, kind] = summary(document, data.nwTell);
      const drawings = figure ? [...figure.querySelectorAll(":scope > img.nw-svg")] : [];
      const sources = drawings.length ? drawings.map((each) => each.src) : null;
      parent.postMessage({ nwTold: [title, text, sources, kind] }, "*");
    });
  }
  const answers = new Map();
  const summaryOf = async (url, fragment) => {
    if (!IS_ON_DISK) {
      const page = await fetched(url);
      return page ? summary(page, fragment) : ["", ""];
    }
    const key = `${url}#${fragment}`;
    if (!answers.has(key)) answers.set(key, told(url, fragment));
    return answers.get(key);
  };

  const show = async (target) => {
    const url = new URL(target.href, location.href);
    const fragment = decodeURIComponent(url.hash.slice(1));
    url.hash = "";
    const [title, text, figure, kind] = await summaryOf(url.href, fragment);
    if (link !== target) return;
    if (!title && !text) return;
    box = document.createElement("div");
    box.className = "nw-preview";
    box.id = "nw-preview";
    box.setAttribute("role", "tooltip");
    if (kind) box.appendChild(document.createElement("small")).textContent = kind;
    if (title) box.appendChild(document.createElement("strong")).textContent = title;
    if (text) box.appendChild(document.createElement("p")).textContent = text;
    if (figure) box.appendChild(small(figure, url.href));
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

// Interactive figures: the script that draws them is loaded once, from this site, where one is shown.
(() => {
  "use strict";
  const loaded = new Map();

  const script = (source) => {
    if (!loaded.has(source)) {
      loaded.set(source, new Promise((resolve, reject) => {
        const element = document.createElement("script");
        Object.assign(element, { src: source, onload: resolve, onerror: reject });
        document.head.append(element);
      }));
    }
    return loaded.get(source);
  };

  const draw = async (place) => {
    const { data, layout, frames } = JSON.parse(place.querySelector("script").textContent);
    await script(new URL(place.dataset.nwPlotly, document.baseURI).href);
    const config = { responsive: true, displaylogo: false, plotlyServerURL: "", topojsonURL: "" };
    await window.Plotly.newPlot(place, { data, layout, frames, config });
  };

  const drawAll = () => document.querySelectorAll("[data-nw-plotly]:not(.js-plotly-plot)").forEach(draw);
  if (typeof document$ === "undefined") drawAll();
  else document$.subscribe(drawAll); // Material may load pages without a new document
})();

// The graph of all notes, and tables to sort: their scripts are loaded where they are shown.
(() => {
  "use strict";
  const SCRIPTS = { "graph.js": ".nw-whole", "tables.js": ".nw-base-table, .nw-note.sortable" };
  const base = document.currentScript.src;
  const load = () => Object.entries(SCRIPTS).forEach(([name, shown]) => {
    const source = new URL(name, base).href;
    const isThere = [...document.scripts].some((script) => script.src === source);
    if (isThere || !document.querySelector(shown)) return;
    document.head.append(Object.assign(document.createElement("script"), { src: source }));
  });
  load(); // it comes while the rest of the page is read
  if (typeof document$ !== "undefined") document$.subscribe(load);
})();

// What Material and a small screen make of a page, put right for keyboards and screen readers.
(() => {
  "use strict";
  // The buttons of a block of code are no landmark, as which they would be nameless, one a block.
  const settle = (nav) => {
    const group = document.createElement("div");
    group.className = nav.className;
    group.append(...nav.childNodes);
    nav.replaceWith(group);
  };

  // A figure, a table or a formula that is wider than the screen is scrolled, by a keyboard too.
  const SCROLLED = ".nw-figure, .md-typeset__scrollwrap, .nw-formula, p.nw-equation";
  const sizes = new ResizeObserver((seen) => seen.forEach(({ target }) => {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }));

  const settleIn = (part) => {
    if (!(part instanceof Element)) return;
    const all = (names) => [...part.matches(names) ? [part] : [], ...part.querySelectorAll(names)];
    all("nav.md-code__nav").forEach(settle);
    all(SCROLLED).forEach((each) => sizes.observe(each));
  };
  const watch = () => {
    settleIn(document.body);
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(settleIn)))
      .observe(document.body, { childList: true, subtree: true });
  };
  if (document.body) watch();
  else addEventListener("DOMContentLoaded", watch);
})();
