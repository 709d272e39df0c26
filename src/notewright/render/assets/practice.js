// Questions that a page asks: choices, guesses before an output or a table, what is due again.
// All that a reader said stays in this browser, and nothing is asked of a server.
(() => {
  "use strict";
  const KEY = "notewright:practice";
  const DAYS = [1, 2, 4, 8, 16, 32, 64]; // until a question comes again, by how often it was known
  const ROUND = 10; // questions
  const memory = { asks: {}, guesses: {}, notes: {} };

  const read = () => {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(KEY)); } catch { /* refused or damaged */ }
    for (const name of Object.keys(memory)) {
      const kept = found && found[name];
      if (kept && typeof kept === "object" && !Array.isArray(kept)) memory[name] = kept;
    }
    return memory;
  };
  const keep = (change) => {
    change(read()); // another tab may have written
    try { localStorage.setItem(KEY, JSON.stringify(memory)); } catch { /* this page remembers */ }
  };
  const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
  const today = () => Math.floor((Date.now() - new Date().getTimezoneOffset() * 6e4) / 864e5);

  const element = (name, className, text = "") =>
    Object.assign(document.createElement(name), { className, textContent: text });
  const button = (text, act, className = "nw-button") => {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", () => act(made));
    return made;
  };
  const words = (each) => {
    const copy = each.cloneNode(true);
    copy.querySelectorAll("annotation, .headerlink").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  // How often a question was known in a row, and the day on which it comes again.
  const state = (name) => {
    const kept = own(read().asks, name);
    return Array.isArray(kept) ? { known: Number(kept[0]) || 0, due: Number(kept[1]) || 0 } : null;
  };
  const settle = (ask, isKnown) => {
    const name = ask.dataset.nwAsk;
    const before = state(name);
    const known = isKnown ? (before ? before.known : 0) + 1 : 0;
    const due = today() + (isKnown ? DAYS[Math.min(known, DAYS.length) - 1] : 0);
    keep(({ asks }) => { asks[name] = [known, due]; });
    tell();
    ask.dispatchEvent(new CustomEvent("nw-settled", { bubbles: true, detail: isKnown }));
  };

  // Questions with choices: the words become buttons of the same size.
  const choose = (ask, items, item) => {
    if (ask.dataset.nwSaid) return;
    ask.dataset.nwSaid = "true";
    const right = items.filter((each) => "nwRight" in each.dataset);
    const isRight = right.includes(item);
    const letter = (each) => String.fromCharCode(65 + items.indexOf(each));
    for (const each of items) {
      const made = each.firstElementChild;
      made.setAttribute("aria-disabled", "true");
      if (right.includes(each)) made.append(element("span", "nw-mark nw-ok", "right"));
      if (each === item && !isRight) made.append(element("span", "nw-mark", "your choice"));
      each.classList.toggle("nw-is-right", right.includes(each));
      each.classList.toggle("nw-chosen", each === item);
    }
    const told = !right.length ? `You said ${letter(item)}.`
      : isRight ? `${letter(item)} is right.` : `You said ${letter(item)}. Right: ${right.map(letter).join(", ")}.`;
    ask.querySelector(".nw-said").textContent = told;
    ask.querySelector(".nw-answer").open = true;
    if (right.length) settle(ask, isRight);
  };

  const addChoices = (ask) => {
    const items = [...ask.querySelectorAll(":scope > .nw-choices > li")];
    for (const item of items) {
      const before = item.firstElementChild;
      const made = button("", () => choose(ask, items, item), "nw-choice");
      made.append(...before.childNodes);
      before.replaceWith(made);
    }
  };

  // Questions without: the reader says himself whether he knew.
  const addOwn = (ask) => {
    if (!ask.open || ask.querySelector(".nw-own")) return;
    const row = element("p", "nw-own");
    const say = (text, isKnown) => button(text, (made) => {
      for (const each of row.children) each.setAttribute("aria-pressed", String(each === made));
      settle(ask, isKnown);
    });
    row.append(say("I knew it", true), " ", say("I did not", false));
    ask.append(row);
  };

  // What a page and its links to notes say about what is known.
  const tell = () => {
    const { notes } = read();
    const counted = (names) => names.filter((name) => (state(name) || { known: 0 }).known > 0).length;
    for (const ask of document.querySelectorAll("[data-nw-ask]")) {
      ask.classList.toggle("nw-known", (state(ask.dataset.nwAsk) || { known: 0 }).known > 0);
    }
    const said = (link) => {
      const names = own(notes, new URL(link, location.href).pathname);
      return Array.isArray(names) && names.length ? `${counted(names)} of ${names.length} known` : "";
    };
    const show = (after, text) => {
      const old = after.querySelector(":scope > .nw-count");
      if (old || text) (old || after.appendChild(element("span", "nw-count"))).textContent = text;
    };
    const foot = document.querySelector(".nw-downloads");
    if (foot) show(foot, said(location.href) && `Questions: ${said(location.href)}`);
    for (const item of document.querySelectorAll("li.task-list-item")) {
      const link = item.querySelector("a[href]");
      if (link && link.closest("li") === item) show(link.parentElement, said(link.href));
    }
  };

  const addQuestions = () => {
    const names = [];
    for (const ask of document.querySelectorAll("[data-nw-ask]:not([data-nw-ready])")) {
      ask.dataset.nwReady = "";
      addChoices(ask);
      if (ask.matches("details")) ask.addEventListener("toggle", () => addOwn(ask));
      const isCounted = ask.matches("details") || ask.querySelector(":scope > .nw-choices > [data-nw-right]");
      if (isCounted && !ask.closest(".nw-embed")) names.push(ask.dataset.nwAsk);
    }
    if (names.length) keep(({ notes }) => { notes[location.pathname] = names; });
    tell();
  };

  // Questions of many notes, one at a time: first those that are due, then new ones.
  const shuffled = (list) => list.map((each) => [Math.random(), each])
    .sort((one, other) => one[0] - other[0]).map(([, each]) => each);

  const test = (box) => {
    const all = [...box.querySelectorAll("[data-nw-ask]")];
    const begin = box.querySelector(".nw-begin");
    const hint = box.querySelector(".nw-hint");
    if (!begin || !hint) return;
    let queue = [], done = 0, known = 0;

    const due = () => all.filter((ask) => {
      const kept = state(ask.dataset.nwAsk);
      return kept && kept.due <= today();
    });
    const fresh = () => all.filter((ask) => !state(ask.dataset.nwAsk));
    const told = () => { hint.textContent = `${due().length} due, ${fresh().length} new, ${all.length} in total.`; };

    const next = button("Next", () => step());
    const stop = button("End the round", () => end());
    const row = element("p", "nw-own nw-steps");
    row.append(next, " ", stop);

    const step = () => {
      for (const ask of all) ask.hidden = true;
      if (!queue.length) return end();
      const ask = queue.shift();
      ask.hidden = false;
      if (ask.matches("details")) {
        ask.open = false;
        ask.querySelector(".nw-own")?.remove();
      } else {
        reset(ask);
      }
      next.hidden = true;
      const from = ask.closest(".nw-embed").previousElementSibling;
      hint.textContent = `${words(from)}. Question ${done + 1}, ${queue.length} more in this round.`;
      (ask.querySelector(":scope > summary") || ask.querySelector("button")).focus();
      return undefined;
    };
    const end = () => {
      row.remove();
      box.classList.remove("nw-playing");
      for (const ask of all) ask.hidden = false;
      begin.hidden = false;
      const at = due().length;
      hint.textContent = `${known} of ${done} known in this round. ${at} due now, ${fresh().length} new.`;
      begin.focus();
    };
    begin.addEventListener("click", () => {
      queue = [...shuffled(due()), ...shuffled(fresh())].slice(0, ROUND);
      if (!queue.length) queue = shuffled(all).slice(0, ROUND);
      done = known = 0;
      box.classList.add("nw-playing");
      begin.hidden = true;
      hint.after(row);
      step();
    });
    box.addEventListener("nw-settled", (event) => {
      if (!box.classList.contains("nw-playing")) return;
      done += 1;
      known += event.detail;
      if (!event.detail && !event.target.dataset.nwAgain) queue.push(event.target);
      event.target.dataset.nwAgain = "true";
      next.hidden = false;
      if (event.target.matches("details")) step();
      else next.focus();
    });
    told();
  };
  const reset = (ask) => {
    delete ask.dataset.nwSaid;
    ask.querySelector(".nw-said").textContent = "";
    ask.querySelector(".nw-answer").open = false;
    ask.querySelectorAll(".nw-mark").forEach((each) => each.remove());
    for (const item of ask.querySelectorAll(":scope > .nw-choices > li")) {
      item.className = "";
      item.firstElementChild.removeAttribute("aria-disabled");
    }
  };

  // What a table of results needs comes where there is one.
  const TABLES = ".nw-guess, [data-nw-filter]";
  const base = document.currentScript.src;
  let isAsked = false;
  const load = () => {
    if (isAsked || !document.querySelector(TABLES)) return;
    isAsked = true;
    const source = new URL("guesses.js", base).href;
    document.head.append(Object.assign(document.createElement("script"), { src: source }));
  };

  const acts = { ".nw-test": test };
  const start = () => {
    addQuestions();
    for (const [name, act] of Object.entries(acts)) {
      for (const box of document.querySelectorAll(`${name}:not([data-nw-ready])`)) {
        box.dataset.nwReady = "";
        act(box);
      }
    }
    load();
  };
  const join = (more) => {
    Object.assign(acts, more);
    start();
  };
  window.nwPractice = { read, keep, own, element, button, words, join };
  if (window.document$) document$.subscribe(start);
  else start();
})();
