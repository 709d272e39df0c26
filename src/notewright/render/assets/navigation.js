// Navigation: a page has the lists on its way; other folders unfold in place, by pointer and by
// keyboard. What is in them is loaded with the first, from a script: `file://` lets none be fetched.
(() => {
  "use strict";
  const root = new URL("../../", document.currentScript.src);
  const ICON = '<span class="md-nav__icon md-icon"></span>';
  let loading = null;

  const load = () => {
    loading = loading || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("assets/notewright/navigation-data.js", root).href;
      script.onload = () => resolve(window.nwNavigation);
      script.onerror = () => { loading = null; script.remove(); reject(new Error("no navigation")); };
      document.head.append(script);
    });
    return loading;
  };

  // The items of a folder, by the numbers of its place, such as "2_1".
  const inside = async (place) => {
    let items = await load();
    for (const number of place ? place.split("_") : []) items = items[number - 1][2];
    return items;
  };

  const html = (text) => {
    const template = document.createElement("template");
    template.innerHTML = text.trim();
    return template.content.firstElementChild;
  };

  const item = ([label, url, items], place) => {
    const made = html(`<li class="md-nav__item"><a class="md-nav__link">${
      label.startsWith("<") ? label : `<span class="md-ellipsis">${label}</span>`}</a></li>`);
    made.querySelector("a").href = new URL(url, root).href;
    if (items) {
      made.dataset.nwNav = place;
      made.classList.add("md-nav__item--nested");
      unfoldable(made);
    }
    return made;
  };

  const placed = (place, number) => place ? `${place}_${number + 1}` : `${number + 1}`;

  // What opens and folds a list. No `label`, which is no button to a screen reader, and would be one
  // stop of two.
  const opener = (toggle, nested, title) => {
    const made = html(`<span class="md-nav__link nw-unfold" id="${toggle.id}_label" tabindex="0"
      role="button" aria-controls="${nested.id = `${toggle.id}_list`}">${ICON}</span>`);
    made.setAttribute("aria-label", `Contents of ${title}`);
    nested.setAttribute("aria-label", title);
    nested.removeAttribute("aria-labelledby");
    const tell = () => {
      for (const each of [made, nested]) each.setAttribute("aria-expanded", `${toggle.checked}`);
    };
    toggle.addEventListener("change", tell);
    tell();
    made.addEventListener("click", () => toggle.click());
    made.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      made.click();
    });
    return made;
  };

  // A folder on the way to the page: the theme's label beside its name says nothing of itself.
  const named = (label) => label.replaceWith(
    opener(label.control, label.closest("li").lastElementChild, label.previousElementSibling.textContent.trim()));

  // Give a folder that is a mere link what opens it, and a list that is filled when it is opened.
  const unfoldable = (entry) => {
    const place = entry.dataset.nwNav, name = `__nav_${place}`;
    const link = entry.querySelector("a"), title = link.textContent.trim();
    const level = Number(entry.closest("[data-md-level]")?.dataset.mdLevel || 0) + 1;
    link.querySelector(".md-nav__icon")?.remove();
    entry.classList.remove("md-nav__item--pruned");
    const toggle = html(`<input class="md-nav__toggle md-toggle" type="checkbox" id="${name}">`);
    const both = html('<div class="md-nav__link md-nav__container"></div>');
    const nested = html(`<nav class="md-nav" data-md-level="${level}">
      <label class="md-nav__title" for="${name}">${ICON}</label><ul class="md-nav__list"></ul></nav>`);
    nested.firstElementChild.append(title);
    both.append(link, opener(toggle, nested, title));
    entry.replaceChildren(toggle, both, nested);
    toggle.addEventListener("change", async () => {
      const list = nested.querySelector("ul");
      if (!toggle.checked || list.childElementCount) return;
      try {
        const items = await inside(place);
        if (!list.childElementCount) {
          // Levels are known where a list already stands in the page.
          items.forEach((each, number) => list.append(item(each, placed(place, number))));
          list.querySelectorAll("[data-md-level]").forEach((each) => each.dataset.mdLevel = level + 1);
        }
      } catch {
        location.assign(link.href); // what a reader without scripts gets
      }
    });
  };

  // Put the rest of a list in the place of the link that stands for it.
  const unfold = async (more) => {
    const place = more.dataset.nwMore, list = more.parentElement;
    const isAbove = more.dataset.nwWhere === "above";
    const shown = isAbove ? more.nextElementSibling : more.previousElementSibling;
    const items = await inside(place);
    // The current page's address ends where its fragment begins, and so do those of the data.
    const address = (href) => href.replace(/#.*$/, "");
    const known = address(shown.querySelector("a.md-nav__link").href);
    const at = items.findIndex(([, url]) => address(new URL(url, root).href) === known);
    const [first, end] = isAbove ? [0, at] : [at + 1, items.length];
    const added = items.slice(first, end).map((each, n) => item(each, placed(place, first + n)));
    const level = Number(list.closest("[data-md-level]").dataset.mdLevel) + 1;
    const scrolled = list.closest(".md-sidebar__scrollwrap"), height = scrolled?.scrollHeight;
    more.replaceWith(...added);
    added.forEach((each) => each.querySelector("[data-md-level]")?.setAttribute("data-md-level", level));
    if (isAbove && scrolled) scrolled.scrollTop += scrolled.scrollHeight - height; // nothing moves
    added.at(isAbove ? -1 : 0)?.querySelector("a").focus({ preventScroll: true });
  };

  const begin = () => {
    document.querySelectorAll(".md-nav__item--pruned[data-nw-nav]").forEach(unfoldable);
    document.querySelectorAll(".md-nav__container > label[tabindex]").forEach(named);
    const first = document.querySelector("[data-nw-nav], [data-nw-more]");
    if (!first) return;
    const sidebar = first.closest(".md-sidebar");
    const ready = () => load().catch(() => {});
    for (const name of ["pointerenter", "focusin"]) sidebar?.addEventListener(name, ready, { once: true });
    document.querySelectorAll("[data-nw-more]").forEach((more) => {
      const link = more.querySelector("a");
      link.addEventListener("click", (event) => {
        if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation(); // Material would load the page in place
        unfold(more).catch(() => location.assign(link.href));
      });
    });
  };
  if (typeof document$ === "undefined") begin();
  else document$.subscribe(begin); // Material may load pages without a new document
})();
