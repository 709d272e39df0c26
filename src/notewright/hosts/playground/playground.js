// The playground of `serve`: cells of a page are edited and run, in the state of those above them.
(() => {
  "use strict";
  const token = document.currentScript.dataset.token;
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const drafts = window.nwDrafts;
  const TURNS = 20; // of half a second each, until a note that changed has been read
  let reader = String(Math.random()); // this load of a page: another may run cells of the same note
  let cells = new Map(); // the cells of this page, by their number
  let exercises = []; // those of this page
  let place = "", alive = 0, made = 0, turn = 0;
  let held = null; // what has the focus of a cell: a page that fills in takes it from there
  let ending = null; // the run that was stopped last: the next waits until it has ended
  let again = new Map(); // cells that ran in a page that was filled in since: they do so in the new one
  let isAnew = false; // whether the page loads once more, because it changed
  let compared = null; // the cell that shows what a save would change: so it does in the new page

  const ask = async (what, given = {}, options = {}) => {
    const headers = { "Content-Type": "application/json", "X-Notewright-Token": token };
    const body = JSON.stringify({ page: place, reader, ...given });
    try {
      const answer = await fetch(base + what, { method: "POST", headers, body, ...options });
      return await answer.json();
    } catch {
      return { error: "the server does not answer" };
    }
  };
  const element = (name, properties = {}, ...children) => {
    const found = Object.assign(document.createElement(name), properties);
    found.append(...children);
    return found;
  };
  const button = (text, act, title = "") => {
    const found = element("button", { type: "button", textContent: text, title });
    found.addEventListener("click", act);
    return found;
  };

  // Colours of what is written: strings, comments, numbers, words of Python.
  const WORDS = "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case";
  const PARTS = new RegExp([
    "(?<c>#[^\\n]*)",
    "(?<s>\\b(?:[rRbBuUfF]{1,2})?(?:\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?))".replace("\\b(?:", "(?:"),
    "(?<n>\\b(?:0[xXbBoO][\\da-fA-F_]+|\\d[\\d_]*(?:\\.[\\d_]*)?(?:[eE][+-]?\\d+)?j?))",
    `(?<k>\\b(?:${WORDS.split(" ").join("|")})\\b)`,
    "(?<w>[^\\W\\d]\\w*)",
  ].join("|"), "gu");
  const coloured = (code, wrong) => {
    const shown = document.createDocumentFragment();
    let at = 0;
    for (const match of code.matchAll(PARTS)) {
      const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
      if (kind === "w") continue;
      shown.append(code.slice(at, match.index), element("i", { className: kind, textContent: match[0] }));
      at = match.index + match[0].length;
    }
    shown.append(code.slice(at) + "\n");
    if (!wrong) return shown;
    const lines = [...code.split("\n")];
    const marked = element("i", { className: "e", textContent: lines[wrong - 1] || " " });
    const rest = lines.slice(wrong).join("\n");
    const before = lines.slice(0, wrong - 1).join("\n");
    const all = document.createDocumentFragment();
    if (wrong > 1) { all.append(coloured(before), ""); }
    all.append(marked, "\n");
    if (wrong < lines.length) all.append(coloured(rest));
    return all;
  };

  const AS_BUILT = JSON.stringify([null, null]); // the state of a cell that was not run here

  /** One cell of the page. */
  class Cell {
    constructor(box, told) {
      const { cell: number, code, varied } = told;
      Object.assign(this, { box, number, code, varied, ran: null, ranAt: null, with: new Map(), dependents: [], text: code });
      this.who = { cell: number };
      this.called = `cell ${number}`;
      this.shown = box.querySelector(":scope > :is(.nw-outputs, .nw-vary)");
      this.now = this.shown;
      // Folded code stays folded until it is edited; code that is hidden has no element.
      this.source = box.querySelector(":scope > details.nw-fold") ?? box.querySelector(".highlight");
      this.says = element("span", { className: "nw-play-says" });
      this.says.setAttribute("role", "status");
      this.toggle = button("Edit and run", () => this.open(), "Edit this cell and run it here");
      this.bar = element("div", { className: "nw-play-bar" }, this.toggle, this.says);
      this.bar.dataset.searchExclude = "";
      const notes = this.source?.nextElementSibling; // the theme looks for them right below the code
      if (this.source) (notes?.matches("ol") ? notes : this.source).after(this.bar);
      else box.append(this.bar);
      const hidden = told.hidden ? ", whose code is hidden" : "";
      if (told.hidden) this.toggle.textContent = "Edit and run hidden code";
      this.toggle.setAttribute("aria-label", `Edit and run ${this.called}${hidden}`);
      box.addEventListener("focusin", ({ target }) => this.hold(target));
    }
    hold(target) {
      if (![this.bar, this.tools, this.editor, this.change].some((each) => each?.contains(target))) return;
      const own = held = { target, called: this.called, place };
      target.addEventListener("blur", () => setTimeout(() => {
        // What is gone from the page was left by nobody: the page fills in, however long it takes.
        if (held === own && target.isConnected && document.activeElement !== target) held = null;
      }, 150), { once: true });
    }
    focus() { (this.area ?? this.toggle).focus({ preventScroll: true }); }
    get page() { return place; }
    get state() { return JSON.stringify([this.ran, this.ranAt]); }
    get isEdited() { return this.text.trimEnd() !== this.code.trimEnd(); }
    say(text) { this.says.textContent = text; }

    open(focus = true) {
      if (this.area) return;
      drafts.put(this);
      const id = `nw-editor-${++made}`;
      this.area = element("textarea", { value: this.text, spellcheck: false, wrap: "off", autocomplete: "off" });
      for (const name of ["autocapitalize", "autocorrect"]) this.area.setAttribute(name, "off");
      this.area.setAttribute("aria-label", `Code of ${this.called}`);
      this.area.setAttribute("aria-describedby", `${id}-keys`);
      this.area.setAttribute("aria-autocomplete", "list");
      this.picture = element("pre");
      this.picture.setAttribute("aria-hidden", "true");
      this.editor = element("div", { className: "nw-editor", id }, this.picture, this.area);
      const keys = element("span", { id: `${id}-keys`, textContent: "Shift+Enter runs, Ctrl+Space completes, F1 helps. Escape, then Tab leaves." });
      this.runs = button("Run", () => this.run());
      this.stops = button("Stop", () => this.stop());
      this.resets = button("Reset", () => this.reset());
      this.copies = button("Copy with helpers", () => this.copy());
      this.saves = button("Save to the note …", () => this.difference());
      this.tools = element("div", { className: "nw-play-bar" }, this.runs, ...this.choices(), this.stops, this.resets, ...this.extras(), this.saves, keys);
      this.busy(Boolean(this.isRunning));
      if (this.source) this.source.style.display = "none";
      this.bar.before(this.editor);
      this.bar.before(this.tools);
      this.toggle.hidden = true;
      this.area.addEventListener("input", () => this.changed());
      this.area.addEventListener("keydown", (event) => this.press(event));
      this.area.addEventListener("blur", () => setTimeout(() => this.choose(null), 150));
      this.draw();
      if (focus) {
        this.area.focus();
        this.area.setSelectionRange(0, 0);
        ask("names", { ...this.above(), code: "", line: 1, column: 0 }); // warms up
      }
    }
    extras() { return [this.copies]; }
    // Cells whose values vary: which of them to run for, at first what the slider shows; or all.
    choices() {
      if (!this.varied?.length) return [];
      const sliders = [...this.box.querySelectorAll(".nw-vary input[type=range]")];
      this.selects = this.varied.map(({ name, values, at }, axis) => {
        const select = element("select", {}, ...values.map((each) => element("option", { textContent: each })));
        select.selectedIndex = Number(sliders[axis]?.value ?? at);
        select.setAttribute("aria-label", `Value of ${name}`);
        select.addEventListener("change", () => { this.isNext = this.isRunning; this.run(); });
        return select;
      });
      const named = this.selects.map((select, axis) => element("label", {}, `${this.varied[axis].name} = `, select));
      this.all = button("Run all values", () => this.run(true));
      return [...named, this.all];
    }
    get chosen() { return this.selects?.map((each) => each.selectedIndex) ?? this.varied?.map((each) => each.at) ?? []; }
    get isFirst() { return String(this.chosen) === String(this.varied.map((each) => each.at)); }
    changed() {
      this.text = this.area.value;
      drafts.put(this);
      this.choose(null);
      this.draw();
    }
    draw(wrong = 0) { if (this.area) this.picture.replaceChildren(coloured(this.area.value, wrong)); }
    insert(text, back = 0, forth = 0) {
      const { selectionStart: start, selectionEnd: end, value } = this.area;
      this.area.setSelectionRange(start - back, end + forth);
      if (!document.execCommand("insertText", false, text)) { // which keeps what can be undone
        this.area.value = value.slice(0, start - back) + text + value.slice(end + forth);
        this.area.setSelectionRange(start - back + text.length, start - back + text.length);
        this.changed();
      }
    }
    indent(isBack) {
      const { selectionStart: start, selectionEnd: end, value } = this.area;
      const first = value.lastIndexOf("\n", start - 1) + 1;
      if (start === end && !isBack) return this.insert(" ".repeat(4 - (start - first) % 4));
      const last = end > start && value[end - 1] === "\n" ? end - 1 : end;
      const stop = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
      const lines = value.slice(first, stop).split("\n");
      const moved = lines.map((line) => isBack ? line.replace(/^ {1,4}|^\t/, "") : line && `    ${line}`).join("\n");
      this.area.setSelectionRange(first, stop);
      this.insert(moved);
      this.area.setSelectionRange(first, first + moved.length);
      return undefined;
    }
    press(event) {
      const { key } = event;
      const take = (act) => { event.preventDefault(); event.stopPropagation(); act(); };
      event.stopPropagation(); // the theme has keys of its own
      if (this.list && this.pick(event)) return;
      const isLeaving = this.leaves;
      this.leaves = key === "Escape" || (this.leaves && ["Shift", "Tab"].includes(key));
      const { selectionStart: at, value } = this.area;
      const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
      if (key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) take(() => this.run());
      else if (key === "Tab" && !isLeaving) take(() => this.indent(event.shiftKey));
      else if (key === " " && event.ctrlKey) take(() => this.complete());
      else if (key === "F1") take(() => this.help());
      else if (key === "Enter") {
        const depth = /^[ \t]*/.exec(line)[0] + (/:\s*(#.*)?$/.test(line) ? "    " : "");
        take(() => this.insert(`\n${depth}`));
      } else if (key === "Backspace" && /^(?: {4})+$/.test(line) && at === this.area.selectionEnd) take(() => this.insert("", 4));
    }

    // Names that can follow, of what the cells above left.
    cursor() {
      const before = this.area.value.slice(0, this.area.selectionStart).split("\n");
      return { ...this.above(), code: this.area.value, line: before.length, column: before.at(-1).length };
    }
    async complete() {
      const at = this.area.selectionStart;
      const told = await ask("names", this.cursor());
      if (this.area.selectionStart !== at) return;
      const names = told.names ?? [];
      if (names.length === 1) this.insert(names[0].rest);
      else if (names.length) this.choose(names);
      else this.say(told.error ?? "No suggestions here");
    }
    choose(names) {
      this.list?.remove();
      this.list = null;
      if (!this.area) return;
      this.area.removeAttribute("aria-activedescendant");
      this.area.removeAttribute("aria-controls");
      if (!names) return;
      const id = `nw-names-${++made}`;
      this.list = element("ul", { className: "nw-play-names", id });
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Names");
      names.forEach((each, n) => {
        const item = element("li", { id: `${id}-${n}`, textContent: each.name, title: each.kind });
        item.setAttribute("role", "option");
        item.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(each); });
        this.list.append(item);
      });
      this.names = names;
      const { line, column } = this.cursor();
      const style = getComputedStyle(this.area);
      const height = parseFloat(style.lineHeight);
      const width = parseFloat(style.fontSize) * 0.6;
      this.list.style.left = `${Math.min(column * width + parseFloat(style.paddingLeft) - this.editor.scrollLeft, this.editor.clientWidth * 0.7)}px`;
      this.list.style.top = `${this.editor.offsetTop + line * height + parseFloat(style.paddingTop)}px`;
      this.box.style.position = "relative";
      this.box.append(this.list);
      this.area.setAttribute("aria-controls", id);
      this.mark(0);
    }
    mark(n) {
      this.marked = (n + this.names.length) % this.names.length;
      [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === this.marked)));
      const item = this.list.children[this.marked];
      this.area.setAttribute("aria-activedescendant", item.id);
      this.list.scrollTop = item.offsetTop - this.list.clientHeight / 2;
    }
    take(name) { this.choose(null); this.insert(name.rest); this.area.focus(); }
    pick(event) {
      const acts = {
        ArrowDown: () => this.mark(this.marked + 1), ArrowUp: () => this.mark(this.marked - 1),
        Enter: () => this.take(this.names[this.marked]), Tab: () => this.take(this.names[this.marked]),
        Escape: () => this.choose(null),
      };
      if (!acts[event.key] || event.shiftKey || event.ctrlKey) return false;
      event.preventDefault();
      acts[event.key]();
      return true;
    }
    async help() {
      const told = await ask("help", this.cursor());
      this.about?.remove();
      if (!told.help) return this.say(told.error ?? "No help for this name");
      this.about = element("pre", { className: "nw-play-help", textContent: told.help, tabIndex: 0 });
      this.about.setAttribute("role", "region");
      this.about.setAttribute("aria-label", "Documentation");
      this.tools.after(this.about);
      return this.say("");
    }

    // Running it: what ran above it is what it begins with.
    above(isRun = false) {
      const codes = {}, values = {};
      for (const each of cells.values()) {
        if (each.number < this.number && each.ran !== null) codes[each.number] = each.ran;
        if (each.number < this.number && each.ranAt !== null) values[each.number] = each.ranAt;
      }
      if (isRun && this.isEdited) codes[this.number] = this.text;
      if (isRun && this.varied?.length) values[this.number] = this.chosen;
      return { ...this.who, codes, values };
    }
    async run(every = false) {
      if (this.isRunning) return;
      const text = this.text;
      const asked = { ...this.above(true), every };
      const above = new Map([...cells.values()].map((each) => [each.number, each.state]));
      const at = every || !this.varied?.length || this.isFirst ? null : this.chosen;
      const said = this.varied?.length && !every ? ` for ${this.varied.map(({ name, values }, axis) => `${name} = ${values[this.chosen[axis]]}`).join(", ")}` : "";
      const started = performance.now();
      this.isEvery = every;
      const told = await this.answer("run", asked);
      if (!told) return;
      if (this.isNext) { this.isNext = false; this.run(); return; } // another value was chosen since
      const took = Math.round(performance.now() - started);
      if (told.error) { this.say(`Did not run: ${told.error}`); return; }
      this.draw(told.above ? 0 : told.line);
      if (told.stopped && told.failed) { this.say("Stopped"); return; }
      if (told.above) { this.say(`Cell ${told.above} above fails: ${told.said}`); return; }
      this.put(element("div", { innerHTML: told.html }).firstElementChild);
      this.ran = text.trimEnd() === this.code.trimEnd() ? null : text;
      this.ranAt = at;
      this.with = above;
      this.dependents = told.dependents;
      mark();
      const where = told.line ? ` in line ${told.line} of the cell` : "";
      if (told.said) this.say(`${told.failed ? "Failed" : "Ran, but"}${where}${told.failed ? ":" : ""} ${told.said}`);
      else this.say(`Ran${said} in ${took} ms; not saved`);
      this.box.dataset.nwRan = String(Number(this.box.dataset.nwRan ?? 0) + 1);
    }
    // What a run gives; nothing if the cell was reset meanwhile, which no answer undoes.
    async answer(what, given) {
      const turn = this.turn = (this.turn ?? 0) + 1;
      this.isRunning = true;
      this.busy(true);
      await ending;
      if (turn !== this.turn) return null;
      this.asked = ask(what, given);
      const told = await this.asked;
      if (turn !== this.turn) return null;
      this.end();
      return told;
    }
    end() {
      this.turn += 1;
      this.asked = null;
      this.isRunning = false;
      this.busy(false);
    }
    async stop() {
      this.isNext = false;
      if (!this.asked) { this.end(); this.say("Stopped"); return; }
      let hasEnded = false;
      ending = this.asked.then(() => { hasEnded = true; });
      while (!hasEnded) { // a program that still starts does not hear it
        await ask("stop", this.who);
        await Promise.race([ending, new Promise((done) => setTimeout(done, 300))]);
      }
    }
    busy(isBusy) {
      if (!isBusy && this.stops && this.stops === document.activeElement) this.runs.focus();
      this.box.classList.toggle("nw-play-running", isBusy);
      // One that is disabled would lose the focus.
      for (const each of [this.runs, this.all]) each?.setAttribute("aria-disabled", String(isBusy));
      if (this.stops) this.stops.hidden = !isBusy;
      clearTimeout(this.waits);
      if (isBusy) this.waits = setTimeout(() => this.say("Running …"), 300);
    }
    put(outputs) {
      if (this.now) this.now.replaceWith(outputs);
      else this.box.append(outputs);
      this.now = outputs;
      const printed = this.box.querySelector(":scope > .nw-multiples"); // the frames, for paper
      if (printed) printed.style.display = outputs === this.shown ? "" : "none";
    }
    reset() {
      if (this.isRunning) { this.stop(); this.end(); }
      this.text = this.from = this.code;
      this.ran = this.ranAt = null;
      this.with = new Map();
      drafts.drop(this);
      if (this.area) { this.area.value = this.code; this.draw(); }
      if (this.now !== this.shown) {
        if (this.shown) this.put(this.shown);
        else { this.now.remove(); this.now = null; }
      }
      this.say("Reset to the code of the note");
      this.close();
      this.toggle.focus();
      mark();
    }
    close() {
      this.settle();
      for (const each of [this.editor, this.tools, this.about]) each?.remove();
      this.area = this.editor = this.tools = this.about = this.selects = null;
      if (this.source) this.source.style.display = "";
      this.toggle.hidden = false;
    }
    async copy() {
      const told = await ask("standalone", this.above(true));
      if (told.error) { this.say(told.error); return; }
      try { await navigator.clipboard.writeText(told.code); this.say("Copied"); } catch { this.say("Cannot copy"); }
    }

    // Saving is a step of its own: first what would change is shown.
    async difference(turns = -1) {
      this.settle();
      const own = compared = { called: this.called, place };
      const told = await ask("difference", { ...this.who, code: this.text });
      if (!this.tools) return;
      if (told.error && turns > 0) { // the page was first, and the note is still read
        setTimeout(() => { if (compared === own && this.tools?.isConnected) this.difference(turns - 1); }, 500);
        return;
      }
      if (told.error) { this.say(told.error); return; }
      if (!told.difference) { this.say("The note already has this code"); return; }
      const lines = told.difference.split("\n").map((line) => {
        const name = { "+": "ins", "-": "del" }[line[0]] ?? "span";
        return element(name, { textContent: `${line}\n` });
      });
      const shown = element("pre", { tabIndex: 0 }, ...lines);
      shown.setAttribute("role", "region");
      shown.setAttribute("aria-label", "Difference");
      const save = button("Save", async () => {
        const done = await ask("save", { ...this.who, code: this.text, digest: told.digest });
        if (done.error) { this.say(done.error); return; }
        drafts.drop(this);
        this.settle();
        this.saves.focus();
        this.say(`Saved in ${done.file}`);
      });
      const leave = button("Do not save", () => { this.settle(); this.saves.focus(); });
      this.change = element("div", { className: "nw-play-diff" }, element("p", { textContent: `This changes ${told.file}:` }), shown, save, " ", leave);
      this.tools.after(this.change);
      if (turns < 0) save.focus();
    }
    settle() {
      this.change?.remove();
      this.change = null;
      if (this.called === compared?.called) compared = null;
    }
  }

  /** Marks cells that show what an edited cell above them would change. */
  const mark = () => {
    for (const cell of cells.values()) {
      const isStale = [...cells.values()].some((above) => above.dependents.includes(cell.number)
        && (cell.with.get(above.number) ?? AS_BUILT) !== above.state);
      if (isStale === cell.box.classList.contains("nw-stale")) continue;
      cell.box.classList.toggle("nw-stale", isStale);
      cell.say(isStale ? "A cell above has changed since this cell ran" : "");
      if (cell.again && cell.again === document.activeElement) cell.focus();
      cell.again?.remove();
      cell.again = null;
      if (isStale) {
        cell.again = button("Run again", () => cell.run());
        cell.again.setAttribute("aria-label", `Run cell ${cell.number} again`);
        cell.bar.prepend(cell.again);
      }
    }
  };

  const Exercise = window.nwExercises({ Cell, ask, element, button });
  const begin = async () => {
    const boxes = [...document.querySelectorAll("article .nw-cell, .md-content .nw-cell, [role=main] .nw-cell")];
    if (place !== decodeURI(location.pathname)) { leave(); place = decodeURI(location.pathname); }
    for (const each of goingOn()) {
      if (each.isRunning) each.stop(); // what it gives would come to a page that is gone
    }
    takeOver();
    cells = new Map();
    exercises = [];
    const own = ++turn;
    const told = await ask("open");
    if (own !== turn) return; // the page was filled in once more: these boxes are gone
    const known = new Map((told.cells ?? []).map((each) => [each.cell, each]));
    for (const box of new Set(boxes)) {
      const number = Number(/^Cell (\d+)$/.exec(box.querySelector(".nw-tick")?.getAttribute("aria-label") ?? "")?.[1]);
      const each = known.get(number);
      const shown = box.querySelector(".highlight code");
      if (!each || cells.has(number) || box.querySelector(".nw-play-bar")) continue;
      // It may be of another note, or of an older text.
      if (shown ? text(shown).trim() !== each.code.trim() : !each.hidden || box.closest(".nw-embed")) continue;
      cells.set(number, new Cell(box, each));
    }
    for (const each of known.values()) { // those of which the page shows nothing
      if (!each.hidden || cells.has(each.cell) || !cells.size) continue;
      const next = Math.min(...[...cells.keys()].filter((number) => number > each.cell));
      const box = element("div", { className: "nw-cell nw-play-hidden" });
      if (cells.has(next)) cells.get(next).box.before(box);
      else cells.get(Math.max(...cells.keys())).box.after(box);
      cells.set(each.cell, new Cell(box, each));
    }
    const article = document.querySelector("article, .md-content, [role=main]") ?? document.body;
    const wanted = document.querySelector(".nw-exercise") ? [] : told.exercises ?? [];
    exercises = wanted.map((each) => Exercise.of(each, article)).filter(Boolean);
    if (told.vault) takeUp(told.vault);
    document.documentElement.dataset.nwPlayground = String(cells.size);
    clearInterval(alive);
    alive = setInterval(() => { if ([...cells.values(), ...exercises].some((each) => each.area)) ask("alive"); }, 30000);
  };
  /** Opens what was written here and not saved, and goes on where somebody was writing. */
  const takeUp = (vault) => {
    const before = held?.place === place ? held : null;
    const between = compared?.place === place ? compared.called : "";
    const runs = [];
    for (const [cell, draft] of drafts.of(vault, [...cells.values(), ...exercises])) {
      cell.text = draft.text;
      cell.from = draft.from;
      const isOther = draft.from !== cell.code;
      if (!cell.isEdited && (isOther || draft.isOld)) continue;
      cell.open(false);
      if (isOther) cell.say("Unsaved draft; the code of the note has changed since");
      else if (draft.isOld) cell.say("Unsaved draft from an earlier visit");
      if (again.has(draft.called) && !isOther) runs.push([cell, again.get(draft.called)]);
      if (between === cell.called) cell.difference(TURNS);
      if (before?.called !== cell.called || document.activeElement !== document.body) continue;
      cell.focus();
      const { selectionStart: start, selectionEnd: end } = before.target;
      if (before.target.matches("textarea")) cell.area.setSelectionRange(start, end);
    }
    again = new Map();
    runAgain(runs);
    if (held === before && !before?.target.isConnected) held = null;
    if (!before || before.target.isConnected || document.activeElement !== document.body) return;
    [...cells.values(), ...exercises].find((each) => each.called === before.called)?.focus();
  };
  /** Runs cells one after the other, each for what was chosen in the page before. */
  const runAgain = async (runs) => {
    for (const [cell, { at, every }] of runs) {
      cell.selects?.forEach((each, axis) => { if (each.options[at[axis]]) each.selectedIndex = at[axis]; });
      await cell.run(every);
    }
  };
  const text = (code) => {
    const copied = code.cloneNode(true);
    copied.querySelectorAll(".linenos, nav, button").forEach((each) => each.remove());
    return copied.textContent;
  };
  /** What ran here, or runs: it is noted, and does so again in the page that comes. */
  const goingOn = () => {
    const found = [...cells.values(), ...exercises].filter((each) => each.isRunning || each.now !== each.shown);
    for (const each of found) again.set(each.called, { at: each.chosen, every: each.isEvery });
    return found;
  };
  // A new load of a page that changed goes on where this one was: with its editors, its runs and the cursor.
  const HANDED = "notewright-anew";
  const handOver = () => {
    const runs = goingOn().some((each) => each.isRunning);
    const { called, target } = held?.place === place ? held : {};
    const cursor = target && { called, start: target.selectionStart, end: target.selectionEnd };
    const handed = { place, reader: runs ? null : reader, again: [...again], open: drafts.opened(), cursor };
    try { sessionStorage.setItem(HANDED, JSON.stringify(handed)); } catch { return false; }
    return !runs; // what runs is ended: the new page would wait for it
  };
  const takeOver = () => {
    let handed = null;
    try { handed = JSON.parse(sessionStorage.getItem(HANDED)); sessionStorage.removeItem(HANDED); } catch { /* there is none */ }
    if (handed?.place !== place) return;
    reader = handed.reader ?? reader;
    again = new Map(handed.again);
    drafts.reopen(handed.open);
    if (!handed.cursor) return;
    const { called, start, end } = handed.cursor;
    const target = { isConnected: false, matches: () => Number.isInteger(start), selectionStart: start, selectionEnd: end };
    held = { target, called, place };
  };
  const leave = () => {
    if (isAnew && handOver()) return;
    if ([...cells.values(), ...exercises].some((each) => each.area || each.ran !== null)) ask("end", {}, { keepalive: true });
    again = new Map();
    cells = new Map();
    exercises = [];
  };
  addEventListener("nw-anew", () => { isAnew = true; });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (typeof document$ !== "undefined") document$.subscribe(() => begin());
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
