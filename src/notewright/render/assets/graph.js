// The graph of all notes, alive: it is moved, zoomed, searched and filtered, by pointer and by
// keyboard, and a note that is looked at keeps its neighbours. The drawing and its places come from
// the build: without this script it is a picture whose nodes are links.
(() => {
  "use strict";
  const STEP = 1.25, MOST = 8, SLIP = 4;
  const NAME = 12.5; // pixels of a name on the screen, at any zoom
  const NAMES = 300, TRIES = 1500; // most names at once, and most notes that are asked for theirs
  const STRETCH = 2; // by how much a frame of another shape stretches the drawing
  const svg = document.querySelector(".nw-whole");
  const map = svg && svg.closest(".nw-map");
  if (!map || map.classList.contains("nw-alive")) return;
  map.classList.add("nw-alive");
  const frame = svg.closest(".nw-frame"), web = map.closest(".nw-web");
  const [, , WIDTH, HEIGHT] = svg.getAttribute("viewBox").split(" ").map(Number);
  const make = (name, told = {}, ...inside) => {
    const element = Object.assign(document.createElement(name), told);
    element.append(...inside);
    return element;
  };

  // Nodes and their links, which know each other by their places.
  const nodes = [...svg.querySelectorAll("a")].map((link) => {
    const circle = link.querySelector("circle");
    const kind = /nw-kind-(\d)/.exec(link.getAttribute("class"))[1];
    const text = link.querySelector("text");
    return { link, kind, text, x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")), r: Number(circle.getAttribute("r")),
      folder: link.dataset.folder, title: text.textContent, dx: 0, dy: 0, lines: [], near: new Set() };
  });
  const at = new Map(nodes.map((node) => [`${node.x} ${node.y}`, node]));
  for (const line of svg.querySelectorAll("line")) {
    const [a, b] = [1, 2].map((n) => at.get(`${Number(line.getAttribute(`x${n}`))} ${Number(line.getAttribute(`y${n}`))}`));
    if (!a || !b) continue;
    a.near.add(b); b.near.add(a);
    a.lines.push([line, 1, b]); b.lines.push([line, 2, a]);
    if (a.kind !== b.kind) line.classList.add("nw-between");
  }
  const nodeBy = new Map(nodes.map((node) => [node.link, node]));
  const byHref = new Map(nodes.map((node) => [node.link.href.baseVal, node]));

  // What is seen.
  const isGone = (node) => off.has(node.kind) || off.has(`folder ${node.folder}`) || Boolean(within && !within.has(node));
  const off = new Set();
  let within = null;
  let view = { x: 0, y: 0, width: WIDTH, height: HEIGHT }, edge = view, isFitted = true, asked = 0;
  const show = () => {
    svg.setAttribute("viewBox", [view.x, view.y, view.width, view.height].map((n) => n.toFixed(1)).join(" "));
    if (!asked) asked = requestAnimationFrame(() => { asked = 0; name(); });
  };
  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const width = Math.min(2 * edge.width, Math.max(edge.width / MOST, view.width / factor)), scale = width / view.width;
    view = { x: x - (x - view.x) * scale, y: y - (y - view.y) * scale, width, height: view.height * scale };
    isFitted = false;
    show();
  };
  const pan = (dx, dy) => { view.x += dx; view.y += dy; isFitted = false; show(); };

  // Names are as large at any zoom. The most linked notes choose first on which side theirs stands;
  // where all sides are taken, it shows when its note is looked at.
  const ranked = [...nodes].sort((a, b) => b.near.size - a.near.size);
  const name = () => {
    const unit = Math.max(view.width / svg.clientWidth, view.height / svg.clientHeight);
    if (!Number.isFinite(unit)) return; // a phone has the list alone
    const size = NAME * unit, half = size * .6;
    svg.style.fontSize = `${size}px`;
    const shown = ranked.filter((node) => !isGone(node));
    if (shown.length && !shown[0].length) for (const node of nodes) node.length = node.text.getComputedTextLength() / size || 0;
    const boxOf = ({ x, y, dx, dy, r }) => [x + dx - r, x + dx + r, y + dy - r, y + dy + r];
    const taken = shown.map(boxOf);
    const isFree = ([left, right, top, bottom]) => taken.every((other) => right < other[0] || other[1] < left || bottom < other[2] || other[3] < top);
    const isInside = ([left, right, top, bottom]) => left >= edge.x && right <= edge.x + edge.width && top >= edge.y && bottom <= edge.y + edge.height;
    let names = 0;
    shown.forEach((node, rank) => {
      const x = node.x + node.dx, y = node.y + node.dy, { r } = node, gap = r + size * .35, long = node.length * size;
      const sides = [["start", gap, 0, 0, 1], ["end", -gap, 0, -1, 0], ["middle", 0, gap + half, -.5, .5], ["middle", 0, -gap - half, -.5, .5]]
        .map(([anchor, dx, dy, from, to]) => [anchor, dx, dy, [x + dx + from * long, x + dx + to * long, y + dy - half, y + dy + half]])
        .filter(([, , , box]) => isInside(box));
      const free = rank < TRIES && names < NAMES && sides.find(([, , , box]) => isFree(box));
      node.link.classList.toggle("nw-quiet", !free);
      const [anchor, dx, dy, box] = free || sides[0] || ["middle", 0, 0, []];
      if (free) names = taken.push(box) - shown.length;
      for (const [key, value] of [["text-anchor", anchor], ["x", node.x + dx], ["y", node.y + dy + size * .33]]) node.text.setAttribute(key, value);
    });
  };

  // All that is shown, as large as the frame: where that has another shape, the drawing is stretched.
  const whole = () => {
    const shown = nodes.filter((node) => !isGone(node)), [wide, high] = [svg.clientWidth, svg.clientHeight];
    if (!shown.length || !wide || !high) return;
    const [left, right, top, bottom] = [["x", -1], ["x", 1], ["y", -1], ["y", 1]].map(([key, sign]) => sign * Math.max(...shown.map((node) => sign * node[key])));
    const [across, down] = [right - left, bottom - top].map((n) => Math.max(n, 1));
    const shape = Math.max(1 / STRETCH, Math.min(STRETCH, (across / down) / (wide / high)));
    for (const node of nodes) move(node, -node.dx, (node.y - top) * (shape - 1) - node.dy);
    const rim = 24 * across / wide;
    edge = { x: left - rim, y: top - rim, width: across + 2 * rim, height: down * shape + 2 * rim };
    view = { ...edge };
    isFitted = true;
    show();
  };
  const place = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  };

  // Look at a note: it, its neighbours and the links between them stay.
  const light = (node) => {
    svg.querySelectorAll(".nw-near").forEach((each) => each.classList.remove("nw-near"));
    svg.classList.toggle("nw-lit", Boolean(node));
    if (!node) return;
    for (const each of [node, ...node.near]) each.link.classList.add("nw-near");
    for (const [line] of node.lines) line.classList.add("nw-near");
  };
  const nodeOf = (element) => {
    const link = element.closest && element.closest("a");
    if (!link) return null;
    return svg.contains(link) ? nodeBy.get(link) : byHref.get(link.getAttribute("href"));
  };
  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    map.addEventListener(begin, (event) => { const node = nodeOf(event.target); if (node) light(node); });
    map.addEventListener(end, (event) => { if (nodeOf(event.target)) search(); });
  }

  // Drag a note, or the whole.
  let held = null;
  const move = (node, dx, dy) => {
    if (!dx && !dy) return;
    node.dx += dx; node.dy += dy;
    node.link.setAttribute("transform", `translate(${node.dx.toFixed(1)} ${node.dy.toFixed(1)})`);
    for (const [line, end] of node.lines) {
      if (dx) line.setAttribute(`x${end}`, (node.x + node.dx).toFixed(1));
      if (dy) line.setAttribute(`y${end}`, (node.y + node.dy).toFixed(1));
    }
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    held = { node: nodeOf(event.target), from: place(event), moved: 0 };
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event), dx = x - held.from[0], dy = y - held.from[1];
    held.moved += Math.hypot(event.movementX, event.movementY);
    if (held.moved < SLIP) return;
    svg.classList.add("nw-held");
    if (held.node) { move(held.node, dx, dy); held.from = [x, y]; } else pan(-dx, -dy);
  });
  addEventListener("pointerup", () => {
    const isDrag = held && held.moved >= SLIP;
    if (isDrag) svg.addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
    if (isDrag) setTimeout(() => svg.classList.remove("nw-held"));
    held = null;
  });
  // The wheel scrolls the page, as anywhere; with Ctrl, or two fingers, it zooms.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...place(event));
  }, { passive: false });
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = view.width / 10;
    const doing = { "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: whole,
      ArrowLeft: () => pan(-step, 0), ArrowRight: () => pan(step, 0), ArrowUp: () => pan(0, -step), ArrowDown: () => pan(0, step) }[event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  });

  // Search and filter, for the drawing and for the list beside it.
  const field = make("input", { type: "search", autocomplete: "off" });
  const count = make("span");
  count.setAttribute("role", "status");
  const entries = [...map.querySelectorAll(".nw-map-list > ul > li")].map((entry) => [entry, byHref.get(entry.querySelector("a").getAttribute("href"))]);
  // A note's own page leads here with its name: then it is shown with what is two steps around it.
  const around = new URLSearchParams(location.search).get("around");
  const centre = nodes.find(({ link }) => around !== null && link.dataset.note === around);
  within = centre && new Set([centre, ...centre.near, ...[...centre.near].flatMap((node) => [...node.near])]);
  const search = () => {
    const words = field.value.toLowerCase().trim();
    const isFound = (node) => !isGone(node) && node.title.toLowerCase().includes(words);
    for (const node of nodes) {
      node.link.classList.toggle("nw-gone", isGone(node));
      for (const [line, , other] of node.lines) line.classList.toggle("nw-gone", isGone(node) || isGone(other));
    }
    light(within && !words ? centre : null);
    const found = nodes.filter(isFound);
    if (words) {
      svg.classList.add("nw-lit");
      for (const node of found) node.link.classList.add("nw-near");
    }
    for (const [entry, node] of entries) entry.hidden = Boolean(node) && !isFound(node);
    count.textContent = `${found.length} of ${nodes.length} notes`;
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    const first = event.key === "Enter" && svg.querySelector("a.nw-near");
    if (first) first.focus();
  });
  const toggle = (value, isOn, ...label) => {
    const box = make("input", { type: "checkbox", checked: isOn });
    if (!isOn) value.split(",").forEach((each) => off.add(each));
    box.addEventListener("change", () => {
      for (const each of value.split(",")) box.checked ? off.delete(each) : off.add(each);
      search();
      isFitted ? whole() : show();
    });
    return make("label", {}, box, " ", ...label);
  };
  const legend = web.querySelector(".nw-kinds");
  const meta = document.querySelector("meta[name=nw-graph-off]");
  const hidden = (meta ? meta.content.split(" ") : []).filter((each) => nodes.some(({ folder }) => folder === each));
  const isHidden = (kind) => nodes.every((node) => node.kind !== kind || hidden.includes(node.folder));
  for (const entry of legend.children) {
    const { kind } = entry.dataset; // of a hidden folder with a kind of its own, that is switched
    entry.replaceChildren(toggle(kind, !isHidden(kind), ...entry.childNodes));
  }
  const others = hidden.filter((each) => nodes.some(({ folder, kind }) => folder === each && !isHidden(kind)));
  if (others.length) {
    const names = others.map((each) => each[0].toUpperCase() + each.slice(1).replace(/[-_]/g, " "));
    legend.append(make("li", {}, toggle(others.map((each) => `folder ${each}`).join(), false, names.join(", "))));
  }
  const button = (text, label, act) => {
    const made = make("button", { type: "button", textContent: text });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const label = make("label", {}, "Find a note ", field);
  legend.after(make("div", { className: "nw-tools" }, label, count, button("+", "Zoom in", () => zoom(STEP)),
    button("\u2212", "Zoom out", () => zoom(1 / STEP)), button("Whole", "Show the whole graph", whole)));
  if (centre) {
    const all = button("Show all notes", "Show all notes", () => {
      within = null;
      told.remove();
      history.replaceState(null, "", location.pathname);
      search();
      whole();
    });
    const told = make("p", { className: "nw-tools" }, make("span", { textContent: `Notes within two links of ${centre.title}.` }), all);
    legend.before(told);
  }
  search();
  whole();
  new ResizeObserver(() => isFitted ? whole() : show()).observe(frame);
})();
