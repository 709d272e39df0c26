// Cells with frames: sliders that show what a cell gave for other values, and play them.
(() => {
  "use strict";
  if (window.nwVary) { window.nwVary(); return; }
  const PAUSE = 900, QUIET = 400;
  const cells = new Set();
  let count = 0;

  const build = (base, parts) => {
    let text = "", at = 0;
    for (let i = 0; i < parts.length;) {
      const part = parts[i++];
      if (typeof part === "string") { text += part; at += part.length; }
      else { at += part; text += base.substr(at, parts[i]); at += parts[i++]; }
    }
    return text;
  };

  const why = () => (location.protocol === "file:"
    ? "The other values need the site to be served by a web server"
    : "The other values could not be loaded");

  class Cell {
    constructor(box) {
      const told = (name) => JSON.parse(box.dataset[name]);
      Object.assign(this, { box, names: told("nwNames"), values: told("nwValues"), at: told("nwAt") });
      this.stage = box.querySelector(".nw-stage");
      this.says = box.querySelector(".nw-says");
      this.said = box.querySelector(".nw-said");
      this.sliders = [...box.querySelectorAll("input[type=range]")];
      this.player = box.querySelector(".nw-play");
      this.shown = [...this.at];
      this.url = new URL(box.dataset.nwFrames, location.href).href; // of this page, not of the next
      this.made = new Map();
      this.prefix = `nwv${count += 1}-`;
      this.number = this.place();
      this.sliders.forEach((slider, axis) => {
        slider.addEventListener("input", () => this.move(axis, Number(slider.value)));
        slider.addEventListener("keydown", (event) => {
          if (event.key === " " && this.player) { event.preventDefault(); this.toggle(); }
        });
        const control = slider.parentElement;
        const step = (by) => this.move(axis, this.at[axis] + by);
        control.querySelector(".nw-back").addEventListener("click", () => step(-1));
        control.querySelector(".nw-next").addEventListener("click", () => step(1));
      });
      if (this.player) this.player.addEventListener("click", () => this.toggle());
      this.mark();
      box.classList.add("nw-ready");
    }

    load() { return window.nwRead(this.url); } // of cells.js

    place() { return this.at.reduce((sum, at, axis) => sum * this.values[axis].length + at, 0); }

    move(axis, place, isPlayed = false) {
      const to = Math.max(0, Math.min(this.values[axis].length - 1, place));
      if (!isPlayed) this.stop();
      if (to === this.at[axis]) { this.mark(); return; }
      this.at[axis] = to;
      this.show();
      for (const other of cells) if (other !== this) this.lead(other, axis);
      if (!isPlayed || this.isLast) this.settle();
    }

    // The same name with the same values in the same session moves together: which one it is there.
    same(other, axis) {
      const its = other.names.indexOf(this.names[axis]);
      const isSame = its >= 0 && other.box.dataset.nwSession === this.box.dataset.nwSession
        && String(other.values[its]) === String(this.values[axis]);
      return isSame ? its : -1;
    }

    lead(other, axis) {
      const its = this.same(other, axis);
      if (its >= 0 && other.at[its] !== this.at[axis]) {
        other.stop();
        other.at[its] = this.at[axis];
        other.show();
      }
    }

    mark() {
      this.sliders.forEach((slider, axis) => {
        const value = this.values[axis][this.at[axis]];
        slider.value = this.at[axis];
        const { nwOf = "" } = this.box.dataset;
        slider.setAttribute("aria-valuetext",
          `${this.names[axis]} ${nwOf ? "" : "= "}${value}${nwOf}`);
        const control = slider.parentElement;
        control.querySelector("output").textContent = value + nwOf;
        control.querySelector(".nw-back").setAttribute("aria-disabled", String(this.at[axis] === 0));
        control.querySelector(".nw-next").setAttribute("aria-disabled",
          String(this.at[axis] === this.values[axis].length - 1));
      });
    }

    async show() {
      const number = this.number = this.place(), at = [...this.at];
      this.mark();
      this.box.classList.add("nw-loading");
      let file;
      try { file = await this.load(); } catch { if (number === this.number) this.stay(); return; }
      if (number !== this.number) return; // moved on meanwhile
      this.shown = at;
      this.box.classList.remove("nw-loading", "nw-fails");
      if (!this.made.has(number)) {
        const html = build(file.base, file.frames[number]);
        this.made.set(number, html.replace(/((?:\sid="|url\(#|href="#))nw~/g, `$1${this.prefix}`));
      }
      this.stage.innerHTML = this.made.get(number);
      this.says.textContent = file.says[number];
      const name = CSS.escape(this.box.dataset.nwVary);
      for (const each of document.querySelectorAll(`[data-nw-follows="${name}"]`)) {
        each.textContent = file.follows[number][Number(each.dataset.nwValue)];
      }
    }

    // A frame that does not come is not claimed to be shown.
    stay() {
      this.stop();
      this.at = [...this.shown];
      this.number = this.place();
      this.mark();
      this.box.classList.remove("nw-loading");
      this.box.classList.add("nw-fails");
      this.said.textContent = why();
    }

    // Once it rests, the value is in the address, with what moved along, and is read aloud.
    settle() {
      clearTimeout(this.timer);
      const path = location.pathname;
      this.timer = setTimeout(async () => {
        try { await this.load(); } catch { return; }
        this.said.textContent = this.says.textContent;
        if (!this.lasts || !this.box.isConnected || location.pathname !== path) return;
        const address = new URL(location.href);
        this.names.forEach((name, axis) => {
          for (const cell of cells) {
            const isWith = cell.lasts && this.same(cell, axis) >= 0;
            if (isWith) address.searchParams.set(cell.key(name), this.values[axis][this.at[axis]]);
          }
        });
        history.replaceState(history.state, "", address);
      }, QUIET);
    }

    // What a playground gave has its frames with it, and no address leads there.
    get lasts() { return !this.box.dataset.nwFrames.startsWith("data:"); }

    key(name) {
      const others = [...cells].filter((each) => each.lasts && each.names.includes(name)
        && each.box.dataset.nwSession !== this.box.dataset.nwSession);
      return others.length ? `${this.box.dataset.nwVary}.${name}` : name;
    }

    fromAddress() {
      const asked = new URL(location.href).searchParams;
      let isMoved = false;
      this.names.forEach((name, axis) => {
        const place = this.values[axis].indexOf(asked.get(this.key(name)));
        if (place >= 0 && place !== this.at[axis]) { this.at[axis] = place; isMoved = true; }
      });
      if (isMoved) this.show();
    }

    get isLast() { return this.at[0] === this.values[0].length - 1; }

    toggle() {
      if (this.playing) { this.stop(); return; }
      if (this.isLast) { this.move(0, 0, true); }
      this.player.setAttribute("aria-pressed", "true");
      this.playing = setInterval(() => {
        if (document.hidden) { this.stop(); return; }
        this.move(0, this.at[0] + 1, true);
        if (this.isLast) this.stop();
      }, PAUSE);
    }

    stop() {
      if (this.playing) this.settle();
      clearInterval(this.playing);
      this.playing = 0;
      if (this.player) this.player.setAttribute("aria-pressed", "false");
    }
  }

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) target.nwCell.load().catch(() => {});
    }
  }, { rootMargin: "600px" });
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const { top, bottom } = target.getBoundingClientRect(); // it may have come into view since
      if (!isIntersecting && (bottom < 0 || top > innerHeight)) target.nwCell.stop();
    }
  });

  const begin = () => {
    for (const cell of cells) if (!cell.box.isConnected) { cell.stop(); cells.delete(cell); }
    const added = [];
    for (const box of document.querySelectorAll(".nw-vary")) {
      if (!box.nwCell) {
        added.push(box.nwCell = new Cell(box));
        near.observe(box);
        seen.observe(box);
      }
      cells.add(box.nwCell); // also of one that was taken away for a while
    }
    for (const cell of added) cell.fromAddress();
  };
  window.nwVary = begin;
  if (window.document$) document$.subscribe(begin);
  else begin();
  new MutationObserver(begin).observe(document.body, { childList: true, subtree: true });
})();
