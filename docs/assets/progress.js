// Ticks that a reader keeps, on pages with `cssclasses: [keep-ticks]`. They stay in this browser.
(() => {
  "use strict";
  const KEY = `ticks:${location.pathname}`;

  // What is stored, or null where the browser refuses. Damaged text counts as no tick.
  const read = () => {
    let text;
    try {
      text = localStorage.getItem(KEY);
    } catch {
      return null;
    }
    try {
      const found = JSON.parse(text);
      return found && typeof found === "object" ? found : {};
    } catch {
      return {};
    }
  };

  const write = (ticks) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(ticks));
      return true;
    } catch {
      return false;
    }
  };

  // An item's own words, without those of the items below it.
  const words = (item) => {
    const copy = item.cloneNode(true);
    copy.querySelectorAll("ul, ol, input, annotation").forEach((each) => each.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  const start = () => {
    const page = document.querySelector(".keep-ticks");
    if (!page) return;
    const seen = new Map();
    const tasks = [...page.querySelectorAll("li.task-list-item")].flatMap((item) => {
      const box = item.querySelector("input[type=checkbox]");
      if (!box || box.closest("li") !== item || !/^[ xX]$/.test(item.dataset.task)) return [];
      const name = words(item);
      seen.set(name, (seen.get(name) || 0) + 1);
      const key = seen.get(name) > 1 ? `${name} (${seen.get(name)})` : name; // twins stay apart
      return [{ item, box, name, key, author: box.checked }];
    });
    let ticks = read();
    if (!tasks.length || !ticks || !write(ticks)) return; // the boxes stay as they are: to read

    const count = document.createElement("p");
    count.className = "tick-count";
    count.setAttribute("aria-live", "polite");

    const show = (isKept = true) => {
      for (const { item, box, key, author } of tasks) {
        box.checked = Object.hasOwn(ticks, key) ? ticks[key] === true : author;
        item.dataset.task = box.checked ? "x" : " ";
      }
      const done = tasks.filter(({ box }) => box.checked).length;
      const text = `${done} of ${tasks.length} done${isKept ? "" : ", but this browser did not keep it"}`;
      if (count.textContent !== text) count.textContent = text;
    };

    for (const { box, name, key } of tasks) {
      box.disabled = false;
      box.setAttribute("aria-label", name);
      box.autocomplete = "off"; // only we restore ticks
      box.addEventListener("change", () => {
        ticks = { ...read(), [key]: box.checked }; // another tab may have written
        show(write(ticks));
      });
    }
    addEventListener("storage", (event) => {
      if (event.key !== KEY && event.key !== null) return;
      ticks = read() || {};
      show();
    });
    page.classList.add("ticks-kept");
    show();
    tasks[0].item.closest(".keep-ticks :is(ul, ol):not(:is(ul, ol) *)").before(count);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
