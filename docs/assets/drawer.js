// On narrow screens the list of pages is a drawer, in which lists lie over one another. The theme
// opens them by labels, which no keyboard reaches: here they hold buttons, and what is not in sight
// cannot be reached either.
(() => {
  "use strict";
  const isNarrow = window.matchMedia("(max-width: 76.2344em)");
  const toggle = document.getElementById("__drawer");
  const OPENERS = ".look-menu, .look-here";
  const LABELS = ".md-sidebar--primary label[for]:not([for='__drawer'])";
  const PRESS = "look-press";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const drawer = () => document.querySelector(".md-sidebar--primary");
  const isOpen = () => isNarrow.matches && toggle.checked;
  const focus = (element) => element?.focus({ preventScroll: true }); // it is on its way into sight
  const button = (label) => label?.querySelector(`.${PRESS}`);
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

  // No `button`, which a label may not hold beside the box that it is for.
  const fill = (label) => {
    if (button(label)) return;
    const made = document.createElement("span");
    made.className = PRESS;
    made.setAttribute("role", "button");
    made.append(...label.childNodes);
    if (!made.textContent.trim()) made.setAttribute("aria-label", "Menu");
    label.append(made);
  };

  const settle = () => {
    if (!drawer()) return;
    for (const each of [drawer(), ...all("[inert]", drawer())]) each.inert = false;
    all(`${OPENERS}, ${LABELS}`).forEach(fill);
    for (const each of all(`.${PRESS}`)) each.tabIndex = isNarrow.matches ? 0 : -1;
    for (const each of all(OPENERS)) button(each).setAttribute("aria-expanded", `${isOpen()}`);
    if (!isNarrow.matches) return;
    drawer().inert = !toggle.checked;
    let within = top();
    for (const each of all(".md-nav", within)) each.inert = true;
    for (; within !== drawer(); within = within.parentElement)
      for (const each of within.parentElement.children) each.inert ||= each !== within && each.tagName !== "INPUT";
  };

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.(OPENERS);
    if (asked) {
      opener = button(asked);
      const contents = document.getElementById("__toc");
      if (contents && contents.checked !== asked.matches(".look-here")) contents.click();
    }
    const pressed = event.target.closest?.(`.${PRESS}`);
    if (!pressed) return;
    event.preventDefault();
    pressed.closest("label").control.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) {
      toggle.click();
      focus(opener);
    } else if ((event.key === " " || event.key === "Enter") && event.target.classList?.contains(PRESS)) {
      event.preventDefault();
      event.target.click();
    }
  });
  document.addEventListener("change", ({ target }) => {
    if (target !== toggle && !drawer()?.contains(target)) return;
    settle();
    if (!isOpen()) return;
    const isBack = target !== toggle && !target.checked;
    const name = `[for="${target.id}"]:not(.md-nav__title) .${PRESS}, #${target.id}_label`;
    focus(all(isBack ? name : `a[href], .${PRESS}`, top()).find((each) => each.checkVisibility() && !each.closest("[inert]")));
  });
  document.addEventListener("focusin", ({ target }) => {
    if (isOpen() && target !== opener && !drawer().contains(target)) toggle.click();
  });
  isNarrow.addEventListener("change", settle);
  if (window.document$) window.document$.subscribe(settle);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", settle);
  else settle();
})();
