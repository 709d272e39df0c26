// Makes tables sortable and filterable: those of bases, and the outputs of cells on pages with
// `cssclasses: [sortable]`. Without this script they are plain tables.
(() => {
  "use strict";
  const FEWEST = 3; // rows; below that there is nothing to sort or to find
  const MANY = 8; // rows of a base; below that all are seen at once
  const STATES = ["none", "ascending", "descending"];
  const TABLES = ".nw-note.sortable .nw-html table, .nw-base-table table";
  const FIXED = ".nw-base-group, .nw-base-summary"; // rows that stay on top of their group
  let tables = 0;

  // The text of a cell; of a box, whether it is ticked.
  const words = (cell) => {
    const box = cell.querySelector("input[type=checkbox]");
    return (box ? String(box.checked) : cell.textContent).replace(/\s+/g, " ").trim();
  };
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

  // Groups: the rows of each body, in the order of the page.
  const sortable = (cells, groups) => {
    const all = groups.flatMap(({ rows }) => rows);
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
        const filled = all.map((row) => words(row.cells[column])).filter((text) => !isEmpty(text));
        const numeric = filled.length > 0 && filled.every((text) => !Number.isNaN(number(text)));
        const order = compare(column, numeric, state === "ascending" ? 1 : -1);
        groups.forEach(({ body, rows }) => body.append(...state === "none" ? rows : [...rows].sort(order)));
      });
    });
  };

  const filterable = (frame, groups) => {
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
      let shown = 0, all = 0;
      groups.forEach(({ body, rows }) => {
        rows.forEach((row) => {
          const text = [...row.cells].map(words).join(" ").toLowerCase();
          row.hidden = !wanted.every((word) => text.includes(word));
        });
        const left = rows.filter((row) => !row.hidden).length;
        body.querySelectorAll(":scope > .nw-base-group").forEach((head) => { head.hidden = !left; });
        shown += left;
        all += rows.length;
      });
      // What is summed up is all rows, not those that are left.
      const sums = frame.querySelectorAll(".nw-base-summary");
      sums.forEach((row) => { row.hidden = shown < all; });
      count.textContent = wanted.length ? `${shown} of ${all} rows` : "";
    });
  };

  const enhance = () => {
    document.querySelectorAll(TABLES).forEach((table) => {
      const isBase = table.closest(".nw-base-table") !== null;
      const bodies = [...table.tBodies].slice(0, isBase ? undefined : 1);
      const groups = bodies.map((body) => ({ body, rows: [...body.rows].filter((row) => !row.matches(FIXED)) }));
      const rows = groups.flatMap((group) => group.rows);
      if (table.dataset.sortable || !table.tHead || rows.length < FEWEST) return;
      if (rows.some((row) => [...row.cells].some((cell) => cell.colSpan + cell.rowSpan > 2))) return;
      const cells = heads(table);
      if (!cells) return;
      table.dataset.sortable = "true";
      sortable(cells, groups);
      if (!isBase || rows.length >= MANY) filterable(table.closest(".nw-html, .nw-base-table"), groups);
    });
    document.dispatchEvent(new Event("nw-sortable")); // for scripts that go on from there
  };

  // Material loads pages without a reload under `navigation.instant`, and tells it here.
  if (window.document$) window.document$.subscribe(enhance);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
  else enhance();
})();
