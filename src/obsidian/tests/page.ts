// A document for tests that run outside of a browser.

import { JSDOM } from "jsdom";

const page = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const { window } = page;
Object.assign(globalThis, { window, document: window.document });
for (const name of ["HTMLElement", "MutationObserver", "Node", "Range", "DocumentFragment"] as const)
  Object.assign(globalThis, { [name]: window[name] });
Object.assign(globalThis, {
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
});
