// Exercises in the page of `serve`: a file is filled in, and its tests run on what was written.
"use strict";
/** Makes the class of exercises, out of that of cells and what the playground's script has. */
window.nwExercises = ({ Cell, ask, element, button }) => class Exercise extends Cell {
  static of(told, article) {
    const named = [...article.querySelectorAll("code")].find((each) => each.textContent === told.command);
    if (!named) return null;
    const within = named.closest(".admonition, details, p, li") ?? named;
    const box = element("div", { className: "nw-cell nw-exercise" });
    if (within.matches(".admonition, details")) within.append(box);
    else within.after(box);
    return new Exercise(box, { cell: `exercise ${told.exercise}`, code: told.code, exercise: told });
  }
  constructor(box, told) {
    super(box, told);
    this.exercise = told.exercise;
    this.who = { exercise: told.exercise.exercise };
    this.called = this.who.exercise === 1 ? "the exercise" : `exercise ${this.who.exercise}`;
    this.toggle.textContent = "Write it here";
    this.toggle.title = `Fill in ${told.exercise.file} and run its tests here`;
    this.toggle.setAttribute("aria-label", `Write ${this.called} here`);
  }
  extras() {
    this.runs.textContent = "Check";
    this.saves.textContent = "Save to the file …";
    return [];
  }
  above() { return { ...this.who }; }
  async run() {
    if (this.isRunning) return;
    const told = await this.answer("check", { ...this.who, code: this.text });
    if (!told) return;
    if (told.error) { this.say(`Did not run: ${told.error}`); return; }
    const failed = told.tests.filter((each) => !each.passed);
    const passed = told.tests.length - failed.length;
    this.draw(failed[0]?.line || told.line);
    this.put(this.results(told));
    this.say(told.tests.length ? `${passed} of ${told.tests.length} tests pass; not saved` : told.said || "No test ran");
    this.box.dataset.nwRan = String(Number(this.box.dataset.nwRan ?? 0) + 1);
  }
  // Each test with what became of it; below the first that fails, its hints open one by one.
  results({ tests, said }) {
    const list = element("ul", { className: "nw-tests" });
    let hinted = false;
    for (const test of tests) {
      const name = test.name.replace(/^test_/, "").replaceAll("_", " ");
      const item = element("li", { className: test.passed ? "nw-passes" : "nw-fails" }, `${test.passed ? "Passes" : "Fails"}: ${name}`);
      if (!test.passed && !hinted && test.hints.length) {
        hinted = true;
        item.append(this.hints(test.hints));
        if (test.printed) item.append(element("pre", { className: "nw-text nw-stdout", textContent: test.printed, tabIndex: 0 }));
      }
      list.append(item);
    }
    const outputs = element("div", { className: "nw-outputs" }, list);
    if (said && !tests.length) outputs.append(element("pre", { className: "nw-text", textContent: said, tabIndex: 0 }));
    return outputs;
  }
  hints(texts) {
    const shown = element("div", { className: "nw-hints" });
    shown.setAttribute("aria-live", "polite");
    let next = 0;
    const label = () => `Hint ${next + 1} of ${texts.length}`;
    const more = button(label(), () => {
      more.before(element("p", { textContent: texts[next] }));
      next += 1;
      if (next === texts.length) more.remove();
      else more.textContent = label();
    });
    shown.append(more);
    return shown;
  }
};
