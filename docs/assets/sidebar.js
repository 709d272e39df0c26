// A list beside the text is no longer than an eye takes in: the rest unfolds when it is asked for.
// Without this script all of it is there; on a phone it is a drawer, and whole.
(() => {
  "use strict";
  const MOST = 16;
  const isWide = window.matchMedia("(min-width: 76.25em)");

  const shorten = () => {
    const list = document.querySelector(".md-sidebar--primary .md-nav__item--section.md-nav__item--active > .md-nav > .md-nav__list");
    if (!list || !isWide.matches || list.querySelector(":scope > .look-more")) return;
    const entries = [...list.children];
    if (entries.length <= MOST + 1) return; // a line that says "1 more" saves none
    const isHere = (entry) => entry.classList.contains("md-nav__item--active");
    const at = entries.findIndex(isHere);
    const rest = entries.filter((entry, number) => !isHere(entry) && number >= MOST - (at >= MOST));
    const more = document.createElement("li");
    more.className = "md-nav__item look-more";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${rest.length} more`;
    button.addEventListener("click", () => {
      rest.forEach((entry) => { entry.hidden = false; });
      more.remove();
      rest[0].querySelector("a").focus();
    });
    rest.forEach((entry) => { entry.hidden = true; });
    more.append(button);
    list.append(more);
  };

  // The drawer's own script comes when the page is there.
  const drawer = new URL("drawer.js", document.currentScript.src);
  const load = () => {
    if (isWide.matches || document.querySelector(`script[src="${drawer}"]`)) return;
    document.head.append(Object.assign(document.createElement("script"), { src: drawer }));
  };
  addEventListener("load", load);
  isWide.addEventListener("change", load);

  if (window.document$) window.document$.subscribe(shorten);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", shorten);
  else shorten();
})();
