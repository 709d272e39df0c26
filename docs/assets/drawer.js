// On narrow screens the list of pages is a drawer, in which lists lie over one another. The theme
// opens them by labels, which no keyboard reaches: here they are buttons, and what is not in sight
// cannot be reached either.
(() => {
  "use strict";
  const isNarrow = window.matchMedia("(max-width: 76.2344em)");
  const toggle = document.getElementById("__drawer");
  const OPENERS = ".look-menu, .look-here";
  const LABELS = ".md-sidebar--primary label[for]:not([for='__drawer'])";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const drawer = () => document.querySelector(".md-sidebar--primary");
  const isOpen = () => isNarrow.matches && toggle.checked;
  const focus = (element) => element?.focus({ preventScroll: true }); // it is on its way into sight
  let opener = null;

  // The list that lies over the others.
  const top = () => {
    let list = null, next = drawer().querySelector(".md-nav");
    while (next) {
      list = next;
      next = all(".md-nav__toggle:checked ~ .md-nav", list).find((each) => each.parentElement.closest(".md-nav") === list);
    }
    return list;
  };

  const settle = () => {
    if (!drawer()) return;
    for (const each of [drawer(), ...all("[inert]", drawer())]) each.inert = false;
    for (const each of all(OPENERS)) each.setAttribute("aria-expanded", `${isOpen()}`);
    for (const each of all(LABELS)) each.tabIndex = isNarrow.matches ? 0 : -1;
    if (!isNarrow.matches) return;
    drawer().inert = !toggle.checked;
    let within = top();
    for (const each of all(".md-nav", within)) each.inert = true;
    for (; within !== drawer(); within = within.parentElement)
      for (const each of within.parentElement.children) each.inert ||= each !== within && each.tagName !== "INPUT";
  };

  const begin = () => {
    if (!drawer()) return;
    drawer().id = "__list";
    for (const each of all(`${OPENERS}, ${LABELS}`)) each.setAttribute("role", "button");
    for (const each of all(OPENERS)) {
      each.tabIndex = 0;
      each.setAttribute("aria-controls", "__list");
    }
    settle();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) {
      toggle.click();
      focus(opener);
    } else if ((event.key === " " || event.key === "Enter") && event.target.matches?.(`${OPENERS}, ${LABELS}`)) {
      event.preventDefault();
      event.stopPropagation(); // the theme would click the label that has the focus then
      event.target.click();
    }
  });
  document.addEventListener("click", ({ target }) => {
    const asked = target.closest?.(OPENERS);
    if (!asked) return;
    opener = asked;
    const contents = document.getElementById("__toc");
    if (contents && contents.checked !== asked.matches(".look-here")) contents.click();
  });
  document.addEventListener("change", ({ target }) => {
    if (target !== toggle && !drawer()?.contains(target)) return;
    settle();
    if (!isOpen()) return;
    const isBack = target !== toggle && !target.checked;
    const name = `[for="${target.id}"]:not(.md-nav__title), #${target.id}_label`;
    focus(isBack ? all(name, top()).find((each) => each.checkVisibility())
      : all("a[href], label", top()).find((each) => each.checkVisibility() && !each.closest("[inert]")));
  });
  document.addEventListener("focusin", ({ target }) => {
    if (isOpen() && target !== opener && !drawer().contains(target)) toggle.click();
  });
  isNarrow.addEventListener("change", settle);
  if (window.document$) window.document$.subscribe(begin);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
