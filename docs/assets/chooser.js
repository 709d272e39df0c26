// "Which model should I try?" on a page with `cssclasses: [chooser]`: what is chosen puts the rows
// of its first table in three parts, and the choice stands in the address. Groups of columns can be
// switched. Without this script it is a plain table. Runs behind tables.js, whose heads it keeps.
(() => {
  "use strict";
  const GROUPS = [
    ["", ["model", "task type"]],
    ["Kind", ["kind", "needs k"]],
    ["Returns", ["probabilities", "transform"]],
    ["Accepts", ["sparse X", "missing values", "sample weights", "streaming"]],
    ["Sensitive to", ["needs scaling", "row order matters", "random"]],
    ["Cost", ["fit grows like", "keeps"]],
    ["Library", ["twin", "library class"]],
  ];
  const HIDDEN = ["Library"]; // at first: all others fit beside each other
  const has = (...types) => (row) => types.includes(row["task type"]);
  const twin = (end) => (row) => row.twin.endsWith(end) || (end === "Regressor" && row.twin.endsWith("SVR"));
  const QUESTIONS = [
    ["want", "I want to", "radio", [
      ["class", "predict a class", (row) => has("classifier")(row) || twin("Classifier")(row)],
      ["number", "predict a number", (row) => has("regressor")(row) || twin("Regressor")(row)],
      ["groups", "find groups", has("clusterer", "density estimator")],
      ["features", "reduce features", has("transformer")],
      ["outliers", "find outliers", has("outlier detector")],
    ]],
    ["have", "I have", "radio", [
      ["few", "up to 10,000 rows", () => true],
      ["many", "more", (row) => row["fit grows like"] === "n", "fit grows like"],
    ]],
    ["must", "It must", "checkbox", [
      ["new", "label new data", (row) => row.kind === "inductive", "kind"],
      ["shares", "give probabilities", (row) => row.probabilities === "yes", "probabilities"],
      ["nok", "work without a number of groups", (row) => row["needs k"] === "no", "needs k"],
      ["missing", "accept missing values", (row) => row["missing values"] === "yes", "missing values"],
      ["stream", "learn in batches", (row) => row.streaming === "yes", "streaming"],
      ["seed", "give the same result each time", (row) => row.random === "no", "random"],
    ]],
  ];
  const SIGNS = { yes: "yes", no: "no", "not shown": "none", inductive: "yes", transductive: "no" };
  const LISTED = 6;

  const make = (name, told = {}, ...inside) => {
    const element = Object.assign(document.createElement(name), told);
    element.append(...inside);
    return element;
  };

  const start = () => {
    const table = document.querySelector(".nw-note.chooser .nw-html table");
    if (!table || table.dataset.chooser || !table.dataset.sortable) return;
    table.dataset.chooser = "true";
    const frame = table.closest(".nw-html"), body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const names = heads.map((cell) => cell.textContent.trim());
    const known = GROUPS.flatMap(([, columns]) => columns);
    if (names.join() !== known.join()) return; // another table than the one that is meant
    const rows = [...body.rows].map((line) => ({ line, cells: [...line.cells],
      told: Object.fromEntries(names.map((name, n) => [name, line.cells[n].textContent.trim()])) }));
    const groupOf = names.map((name) => GROUPS.find(([, columns]) => columns.includes(name))[0]);

    // Signs beside the words, which stay for those who hear the page and for the sorting.
    for (const { cells } of rows) {
      cells.forEach((cell, n) => {
        const sign = n > 1 && SIGNS[cell.textContent.trim()];
        if (!sign) return;
        const word = make("span", { className: "look-word", textContent: cell.textContent.trim() });
        cell.replaceChildren(make("i", { className: `look-sign-${sign}` }), word);
        cell.classList.add("look-signed");
      });
    }

    // Groups of columns, and their switches.
    const over = make("tr", { className: "look-groups" });
    for (const [name, columns] of GROUPS) {
      const cell = make("th", { textContent: name, colSpan: columns.length, scope: "colgroup" });
      cell.dataset.group = name;
      over.append(name ? cell : make("td", { colSpan: columns.length }));
    }
    table.tHead.prepend(over);
    const all = [heads, ...rows.map(({ cells }) => cells)];
    all.forEach((cells) => cells.forEach((cell, n) => {
      cell.dataset.group = groupOf[n];
      if (n > 1 && groupOf[n] !== groupOf[n - 1]) cell.classList.add("look-first");
    }));
    const switches = make("p", { className: "look-switches" }, "Columns: ");
    // What is too wide scrolls: more columns, or a wider font until ours is there.
    const fit = () => {
      const right = (each) => each.getBoundingClientRect().right;
      const isOver = right(table) + frame.scrollLeft > right(frame);
      frame.classList.toggle("look-scrolls", isOver || switches.querySelector("[data-wide][aria-pressed=true]") !== null);
    };
    for (const [name] of GROUPS.slice(1)) {
      const button = make("button", { type: "button", textContent: name });
      const show = (isShown) => {
        button.setAttribute("aria-pressed", `${isShown}`);
        table.querySelectorAll(`[data-group="${name}"]`).forEach((cell) => { cell.hidden = !isShown; });
        fit();
      };
      if (HIDDEN.includes(name)) button.dataset.wide = "";
      button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
      switches.append(button);
      show(!HIDDEN.includes(name));
    }
    const sizes = new ResizeObserver(fit);
    [table, frame].forEach((each) => sizes.observe(each));
    const key = make("p", { className: "look-key" });
    for (const [sign, word] of [["yes", "yes"], ["no", "no"], ["none", "not shown"], ["against", "why it does not fit"]]) {
      key.append(make("span", {}, make("i", { className: `look-sign-${sign}` }), ` ${word}`));
    }

    // The questions.
    const form = make("form", { className: "look-chooser" });
    for (const [name, legend, type, choices] of QUESTIONS) {
      const set = make("fieldset", {}, make("legend", { textContent: legend }));
      for (const [value, text] of choices) {
        const box = make("input", { type, name, value });
        set.append(make("label", {}, box, make("span", { textContent: text })));
      }
      form.append(set);
    }
    const said = make("p", { className: "look-answer" });
    said.setAttribute("aria-live", "polite");
    const clear = make("button", { type: "reset", textContent: "Clear" });
    const link = make("a", { textContent: "Link to this choice" });
    form.append(make("div", { className: "look-said" }, said, make("span", {}, clear, " ", link)));
    const bar = make("div", { className: "look-bar" }, key, switches);
    frame.before(form, bar);
    const filter = form.previousElementSibling;
    if (filter && filter.matches(".nw-filter")) bar.insertBefore(filter, switches);

    const part = (text) => {
      const cell = make("th", { textContent: text, colSpan: names.length, scope: "rowgroup" });
      return make("tr", { className: "look-part" }, cell);
    };
    const linked = ({ cells }) => cells[0].querySelector("a").cloneNode(true);

    const apply = () => {
      const data = new FormData(form);
      const chosen = (name) => QUESTIONS.find(([key]) => key === name)[3]
        .filter(([value]) => data.getAll(name).includes(value));
      const [want] = chosen("want"), asked = [...chosen("have"), ...chosen("must")];
      const isAsked = Boolean(want || asked.length);
      const order = [...body.rows];
      body.querySelectorAll(".look-part").forEach((each) => each.remove());
      const sorted = [...rows].sort((a, b) => order.indexOf(a.line) - order.indexOf(b.line));
      const parts = { fits: [], almost: [], others: [] };
      for (const row of sorted) {
        const isMeant = !want || want[2](row.told);
        const fails = asked.filter(([, , test]) => !test(row.told));
        row.fails = isMeant ? fails : [];
        row.cells.forEach((cell, n) => {
          const isWhy = isAsked && row.fails.some(([, , , column]) => column === names[n]);
          cell.classList.toggle("look-why", isWhy);
        });
        const name = !isMeant ? "others" : fails.length ? "almost" : "fits";
        row.line.className = isAsked ? `look-${name}` : "";
        parts[name].push(row);
      }
      const lines = [];
      for (const [name, text] of [["fits", ""], ["almost", "Almost: these miss some of your conditions"], ["others", "Other purposes"]]) {
        if (isAsked && text && parts[name].length) lines.push(part(text));
        lines.push(...parts[name].map(({ line }) => line));
      }
      // A row that is put where it stands already would be laid out again.
      if (lines.some((line, n) => line !== body.rows[n])) body.append(...lines);
      said.replaceChildren();
      if (isAsked) {
        said.append(make("strong", { textContent: `${parts.fits.length} of ${rows.length} fit.` }), " ");
        parts.fits.slice(0, LISTED).forEach((row, n) => said.append(n ? ", " : "", linked(row)));
        if (parts.fits.length > LISTED) said.append(" and more, in the table.");
        else if (parts.fits.length) said.append(".");
        const [near] = [...parts.almost].sort((a, b) => a.fails.length - b.fails.length);
        if (!parts.fits.length && near) {
          said.append("Nearest is ", linked(near), `, which does not ${near.fails.map(([, text]) => text === "more" ? "take more rows" : text.replace(/^not /, "")).join(", nor ")}.`);
        }
      } else {
        said.append("Choose, and the matching models come first.");
      }
      const query = new URLSearchParams();
      for (const [name] of QUESTIONS) if (data.getAll(name).length) query.set(name, data.getAll(name).join("."));
      const text = query.toString();
      link.href = text ? `?${text}` : location.pathname;
      link.hidden = clear.hidden = !isAsked;
      history.replaceState(history.state, "", `${text ? `?${text}` : location.pathname}${location.hash}`);
    };
    const asked = new URLSearchParams(location.search);
    for (const [name] of QUESTIONS) {
      for (const value of (asked.get(name) || "").split(".")) {
        const box = [...form.elements].find((each) => each.name === name && each.value === value);
        if (box) box.checked = true;
      }
    }
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    heads.forEach((cell) => cell.addEventListener("click", () => setTimeout(apply)));
    apply();
  };
  // Behind tables.js, and in one go with it: what both make is laid out once.
  if (window.document$) window.document$.subscribe(start);
  document.addEventListener("nw-sortable", start);
})();
