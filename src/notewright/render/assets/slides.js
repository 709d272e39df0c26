// Slides: keys turn them, and the address says which one is shown. Without it they scroll.
(() => {
  const slides = [...document.querySelectorAll(".nw-slide")];

  // Where the window is, and not what was asked for last: whoever scrolls, or follows a link, is
  // somewhere else. An observer would tell a moment later, when the next key may be down.
  const here = () => {
    const found = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > innerHeight / 2);
    return found < 0 ? slides.length - 1 : found;
  };
  const show = (number) => {
    const at = Math.max(0, Math.min(number, slides.length - 1));
    slides[at].scrollIntoView({ behavior: "instant" });
    history.replaceState(null, "", `#${at + 1}`);
  };
  const named = () => (/^#\d+$/.test(location.hash) ? Number(location.hash.slice(1)) - 1 : 0);

  // A slide that is taller than the window is read to its end before the next one comes.
  const turn = (step) => {
    const box = slides[here()].getBoundingClientRect();
    const rest = step > 0 ? box.bottom - innerHeight : -box.top;
    if (rest > 8) scrollBy({ top: step * Math.min(rest, innerHeight * 0.8) });
    else show(here() + step);
  };
  const keys = {
    ArrowRight: () => show(here() + 1), ArrowLeft: () => show(here() - 1),
    ArrowDown: () => turn(1), ArrowUp: () => turn(-1),
    PageDown: () => turn(1), PageUp: () => turn(-1), " ": () => turn(1),
    Home: () => show(0), End: () => show(slides.length - 1),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
  addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("a, button, input, select, textarea, summary, [tabindex]");
    if (event.altKey || event.ctrlKey || event.metaKey || (isTyped && event.key !== "f")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  addEventListener("hashchange", () => { if (/^#\d+$/.test(location.hash)) show(named()); });
  history.scrollRestoration = "manual"; // where a page is loaded again, its address says where
  show(named());
})();
