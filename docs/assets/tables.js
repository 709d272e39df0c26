// Makes the tables of outputs sortable and filterable, on pages with `cssclasses: [sortable]`.
// Without this script they are plain tables.
(() => {
  "use strict";
  const FEWEST = 3; // rows; below that there is nothing to sort or to find
  const STATES = ["none", "ascending", "descending"];
  let tables = 0;

  const words = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  const isEmpty = (text) => text === "" || text === "–" || text === "NaN";

  // The number that a cell begins with: "0.93 ± 0.02" is 0.93, "−1.5" is -1.5; otherwise NaN.
  const number = (text) => {
    const found = /^[+\-−]?(\d[\d,]*\.?\d*|\.\d+)(e[+\-]?\d+)?(?=$|\s|%)/i.exec(text);
    return found ? Number(found[0].replace("−", "-").replaceAll(",", "")) : NaN;
  };

  // pandas writes the names of columns and of the index in two rows: make them one.
  const heads = (table) => {
    const rows = [...table.tHead.rows];
    if (rows.length === 2) {
      const upper = [...rows[0].cells], lower = [...rows[1].cells];
      const fits = upper.length === lower.length
        && upper.every((cell, i) => !(words(cell) && words(lower[i])));
      if (!fits) return null;
      upper.forEach((cell, i) => { if (!words(cell)) cell.textContent = words(lower[i]); });
      rows[1].remove();
    } else if (rows.length !== 1) {
      return null;
    }
    const cells = [...table.tHead.rows[0].cells];
    return cells.every((cell) => cell.colSpan === 1) ? cells : null;
  };

  const compare = (column, numeric, sign) => (first, second) => {
    const [a, b] = [first, second].map((row) => words(row.cells[column]));
    if (isEmpty(a) || isEmpty(b)) return isEmpty(a) - isEmpty(b); // last either way
    const order = numeric ? number(a) - number(b)
      : a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });
    return sign * order;
  };

  const sortable = (cells, body, original) => {
    cells.forEach((cell, column) => {
      const name = words(cell);
      if (!name) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "nw-sort";
      button.textContent = name;
      cell.replaceChildren(button);
      cell.scope = "col";
      cell.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const state = STATES[(STATES.indexOf(cell.getAttribute("aria-sort")) + 1) % STATES.length];
        cells.forEach((each) => each.hasAttribute("aria-sort") && each.setAttribute("aria-sort", "none"));
        cell.setAttribute("aria-sort", state);
        const filled = original.map((row) => words(row.cells[column])).filter((text) => !isEmpty(text));
        const numeric = filled.length > 0 && filled.every((text) => !Number.isNaN(number(text)));
        const rows = state === "none" ? original
          : [...original].sort(compare(column, numeric, state === "ascending" ? 1 : -1));
        body.append(...rows);
      });
    });
  };

  const filterable = (frame, original) => {
    const id = `nw-filter-${++tables}`;
    const box = document.createElement("p");
    box.className = "nw-filter";
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = "Filter rows";
    const field = document.createElement("input");
    field.id = id;
    field.type = "search";
    field.autocomplete = "off";
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    box.append(label, field, count);
    frame.before(box);
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      original.forEach((row) => {
        const text = [...row.cells].map(words).join(" ").toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        shown += !row.hidden;
      });
      count.textContent = wanted.length ? `${shown} of ${original.length} rows` : "";
    });
  };

  const enhance = () => {
    document.querySelectorAll(".nw-note.sortable .nw-html table").forEach((table) => {
      const body = table.tBodies[0];
      if (table.dataset.sortable || !table.tHead || !body || body.rows.length < FEWEST) return;
      const original = [...body.rows];
      if (original.some((row) => [...row.cells].some((cell) => cell.colSpan + cell.rowSpan > 2))) return;
      const cells = heads(table);
      if (!cells) return;
      table.dataset.sortable = "true";
      sortable(cells, body, original);
      filterable(table.closest(".nw-html"), original);
    });
  };

  // Material loads pages without a reload under `navigation.instant`, and tells it here.
  if (window.document$) window.document$.subscribe(enhance);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
  else enhance();
})();
