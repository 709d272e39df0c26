// The code of cells: copies of it, alone or with all that it needs; and a switch that unfolds it.
(() => {
  "use strict";
  const KEY = "notewright:code";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem(KEY, value); } catch { /* private */ } };
  const files = new Map();

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  };

  const told = (made, text) => {
    const before = made.dataset.text || (made.dataset.text = made.textContent);
    made.textContent = text;
    made.setAttribute("aria-live", "polite");
    setTimeout(() => { made.textContent = before; }, 2000);
  };

  const copy = (made, found) => Promise.resolve(found)
    .then((text) => navigator.clipboard.writeText(text))
    .then(() => told(made, "Copied"), () => told(made, "Cannot copy"));

  // From a disk nothing can be fetched: there the file stands beside itself as a script (offline.py).
  const loaded = (url) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const onload = () => resolve(window.nwFile);
    Object.assign(script, { src: `${url}.js`, onload, onerror: reject });
    document.head.append(script);
  });

  const fetched = (url) => {
    if (!files.has(url)) {
      files.set(url, location.protocol === "file:" ? loaded(url) : fetch(url).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      }));
      files.get(url).catch(() => files.delete(url)); // whoever asks next tries again
    }
    return files.get(url);
  };
  window.nwRead = fetched; // for the script of sliders (vary.js), which is deferred and comes later

  // The helpers, and the cells of the session up to this one, which share their names.
  const standalone = async (cell) => {
    const [session, number] = cell.dataset.nwCopy.split(".").map(Number);
    const { helpers, cells } = (await fetched(cell.dataset.nwCopies))[session];
    return [helpers, ...cells.slice(0, number + 1)].filter(Boolean)
      .map((text) => text.trimEnd()).join("\n\n\n") + "\n";
  };

  const alone = (code) => {
    const shown = code.cloneNode(true);
    shown.querySelectorAll("a[id], .linenos").forEach((each) => each.remove());
    return shown.textContent.trimEnd() + "\n";
  };

  const addCopies = (cell) => {
    const code = cell.querySelector(".highlight pre > code");
    if (!code || cell.querySelector(".nw-bar button")) return;
    const box = code.closest(".highlight");
    let bar = cell.querySelector(".nw-bar");
    if (!bar) {
      bar = document.createElement("div");
      bar.className = "nw-bar";
      const lines = alone(code).split("\n").length - 1;
      bar.appendChild(document.createElement("span")).textContent =
        `Python, ${lines} ${lines === 1 ? "line" : "lines"}`;
      box.before(bar);
    }
    bar.append(button("Copy", (made) => copy(made, alone(code))));
    if (cell.dataset.nwCopy) {
      const whole = button("Copy with helpers", (made) => copy(made, standalone(cell)));
      whole.title = "With the cells and helpers that it needs, to run anywhere";
      bar.append(whole);
    } else {
      bar.querySelector("span").textContent += "; needs files of the project";
    }
    // Its own button would be a second one for the same.
    box.querySelectorAll(".md-clipboard, .md-code__nav").forEach((each) => each.remove());
  };

  const fade = (code) => {
    const goesOn = code.scrollWidth - code.clientWidth - code.scrollLeft > 1;
    code.classList.toggle("nw-goes-on", goesOn);
  };

  const unfold = (isOpen) => {
    for (const each of document.querySelectorAll("details.nw-fold")) each.open = isOpen;
    for (const each of document.querySelectorAll(".nw-show-code")) {
      each.setAttribute("aria-pressed", String(isOpen));
    }
  };

  const TOKENS = ["--nw-paper", "--nw-rule", "--md-default-bg-color",
    ...[1, 2, 3, 4, 5, 6].map((number) => `--nw-c${number}`)];

  // A drawing as text of its own: colours that follow the page are those that it has now.
  const drawn = async (figure) => {
    const image = [...figure.querySelectorAll("img.nw-svg")].find((each) => each.offsetParent);
    if (image) {
      const text = await (await fetch(image.src.replace(/#.*/, ""))).text();
      return image.src.endsWith("#only-dark") ? text.replace(/:target\{/g, "{") : text;
    }
    const drawing = figure.querySelector("svg.nw-svg");
    const copied = drawing.cloneNode(true);
    const style = getComputedStyle(drawing);
    for (const name of TOKENS) {
      const value = style.getPropertyValue(name);
      if (value) copied.style.setProperty(name, value);
    }
    copied.style.color = style.color;
    copied.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return new XMLSerializer().serializeToString(copied);
  };

  // The same as points, twice as fine as on the page, on its paper.
  const pixels = async (figure) => {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await drawn(figure))}`;
    await image.decode();
    const shown = [...figure.querySelectorAll(".nw-svg")].find((each) => each.getClientRects().length);
    const canvas = document.createElement("canvas");
    canvas.width = 2 * (image.naturalWidth || shown.clientWidth);
    canvas.height = 2 * (image.naturalHeight || shown.clientHeight);
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(shown).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  };

  const save = (blob, name) => {
    const made = document.createElement("a");
    made.href = URL.createObjectURL(blob);
    made.download = name;
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 1000);
  };

  // How to cite a result: in words, and for BibTeX.
  const citation = (line, name) => {
    const plain = (each) => {
      const copied = each.cloneNode(true);
      copied.querySelectorAll(".headerlink, annotation").forEach((part) => part.remove());
      return copied.textContent.replace(/\s+/g, " ").trim();
    };
    const heading = document.querySelector("article h1, main h1, h1");
    const title = heading ? plain(heading) : document.title;
    const site = document.title.split(" - ").slice(1).join(" - ");
    const canonical = document.querySelector("link[rel=canonical]");
    const address = new URL(canonical ? canonical.href : location.href);
    const way = line.querySelector(".nw-link");
    address.hash = way ? way.hash : "";
    const made = [...line.querySelectorAll(":scope > span")].map((each) => each.textContent).join(", ");
    const figure = line.previousElementSibling;
    const all = [...document.querySelectorAll(".nw-figure:not(.nw-results *):has(> figcaption)")];
    const number = all.indexOf(figure) + 1;
    const part = number ? `Figure ${number} of ` : "";
    const key = `${location.pathname}${name}`.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");
    const escaped = (text) => text.replace(/[{}\\]/g, "").replace(/[&%$#_]/g, "\\$&");
    return [
      `${part}\u201c${title}\u201d${site ? `, ${site}` : ""} (${made}). ${address.href}`,
      `@misc{${key},\n  title = {${escaped(`${part}${title}`)}},\n`
        + (site ? `  howpublished = {${escaped(site)}},\n` : "")
        + `  note = {${escaped(made)}},\n  url = {${address.href}}\n}`,
    ];
  };

  const cite = (made, line, name) => {
    const open = line.nextElementSibling;
    if (open && open.matches(".nw-cited")) {
      open.remove();
      return made.setAttribute("aria-expanded", "false");
    }
    const box = document.createElement("div");
    box.className = "nw-cited";
    for (const text of citation(line, name)) {
      const shown = box.appendChild(document.createElement("pre"));
      shown.textContent = text;
      box.append(button("Copy", (each) => copy(each, text)));
    }
    line.after(box);
    made.setAttribute("aria-expanded", "true");
  };

  // What the line below a result offers beside its links: its code, its drawing, how to cite it.
  const addOffers = (line) => {
    if (line.dataset.nwOffers) return;
    line.dataset.nwOffers = "";
    const before = line.querySelector(":scope > a:not(.nw-tick)");
    const add = (each) => { line.insertBefore(each, before); return each; };
    const way = line.querySelector(".nw-link");
    const cell = line.closest(".nw-cell");
    const name = way ? decodeURIComponent(way.hash.slice(1)) : "figure";
    const fold = cell && cell.querySelector(":scope > details.nw-fold");
    const isFirst = cell && cell.querySelector(".nw-origin") === line;
    if (fold && isFirst) {
      cell.prepend(fold); // the code unfolds above what it gave, in place
      fold.classList.add("nw-quiet");
      const made = add(button("Code", () => { fold.open = !fold.open; tell(); }));
      const tell = () => made.setAttribute("aria-expanded", String(fold.open));
      fold.addEventListener("toggle", tell);
      tell();
    }
    const above = line.previousElementSibling;
    const stage = above && above.matches(".nw-vary") && above.querySelector(".nw-stage");
    const figure = () => (stage ? stage.querySelector(".nw-figure") : above); // the frame of now
    if (figure() && figure().matches(".nw-figure") && figure().querySelector(".nw-svg")) {
      const image = figure().querySelector("img.nw-svg");
      if (image && location.protocol === "file:") { // whose files no script can read
        add(Object.assign(document.createElement("a"), { href: image.src, textContent: "SVG" }));
      } else {
        add(button("SVG", async () =>
          save(new Blob([await drawn(figure())], { type: "image/svg+xml" }), `${name}.svg`)));
        add(button("PNG", async () => save(await pixels(figure()), `${name}.png`)));
      }
      if (!stage) { // on a phone, where it is small; frames keep their size
        const large = add(button("Enlarge", () => {
          large.setAttribute("aria-pressed", String(figure().classList.toggle("nw-large")));
        }));
        large.classList.add("nw-enlarge");
        large.setAttribute("aria-pressed", "false");
      }
    }
    const cited = button("Cite", (made) => cite(made, line, name));
    cited.setAttribute("aria-expanded", "false");
    line.insertBefore(cited, way);
    if (way) {
      way.title = way.href;
      way.addEventListener("click", () => {
        if (navigator.clipboard) navigator.clipboard.writeText(way.href).then(() => told(way, "Copied"), () => {});
      });
    }
  };

  const begin = () => {
    document.querySelectorAll(".nw-origin").forEach(addOffers);
    document.querySelectorAll(".nw-cell[data-nw-copy]").forEach(addCopies);
    // Measured when it comes into view: to measure all at once would lay all of it out.
    const near = new IntersectionObserver(
      (entries) => entries.forEach((each) => each.isIntersecting && fade(each.target)),
      { rootMargin: "50%" },
    );
    for (const code of document.querySelectorAll(".nw-cell pre > code")) {
      near.observe(code);
      code.addEventListener("scroll", () => fade(code), { passive: true });
    }
    const foot = document.querySelector(".nw-downloads");
    if (foot && document.querySelector("details.nw-fold") && !foot.querySelector("button")) {
      const made = button("Show all code", () => {
        const isOpen = made.getAttribute("aria-pressed") !== "true";
        remember(isOpen ? "open" : "folded");
        unfold(isOpen);
      });
      made.className = "nw-show-code";
      made.setAttribute("aria-pressed", "false");
      foot.append(" ", made);
    }
    if (remembered() === "open") unfold(true);
  };

  addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "c" || isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
    const made = document.querySelector(".nw-show-code");
    if (made) made.click();
  });
  addEventListener("resize", () => document.querySelectorAll(".nw-cell pre > code").forEach(fade));
  // A link into folded code opens it.
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details.nw-fold");
    if (fold) fold.open = true;
  };
  addEventListener("hashchange", open);
  if (window.document$) document$.subscribe(begin);
  else begin();
  open();
})();
