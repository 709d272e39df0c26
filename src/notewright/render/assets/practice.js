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
    row.append(say("Knew it", true), " ", say("Did not know", false));
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
    const told = () => { hint.textContent = `${due().length} due, ${fresh().length} new, ${all.length} in all.`; };

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

  // A table of results as a game: the claim of a row, the reader's word, then all of the row.
  const guess = (box) => {
    const { nwClaim, nwVerdict, nwWords } = box.dataset;
    const table = box.parentElement.querySelector("table");
    if (!table || !nwWords) return; // cleaned: the notes are a stranger's
    const says = new Map(JSON.parse(nwWords));
    const verdict = (row) => row.cells[nwVerdict].dataset.value;
    const name = (row) => `${location.pathname} ${words(row.cells[0])}`;
    const heads = [...table.tHead.rows[0].cells].map(words);
    const begin = box.querySelector(".nw-begin"), hint = box.querySelector(".nw-hint");
    let rows = [], card = null;

    const said = (row) => own(read().guesses, name(row));
    const score = () => {
      const tried = rows.filter((row) => says.has(said(row)));
      const right = tried.filter((row) => said(row) === verdict(row)).length;
      return { tried: tried.length, right, chance: (tried.length / says.size).toFixed(1) };
    };
    const line = ({ tried, right, chance }) => `${right} of ${tried} right; chance gives ${chance}`;
    const progress = () => {
      const { tried } = score();
      if (tried) {
        hint.textContent = `${line(score())}. ${rows.length - tried} left.`;
        begin.textContent = tried < rows.length ? "Go on guessing" : "See your card";
      }
    };
    const others = () => [...box.parentElement.children].filter((each) => each !== box);
    const close = () => {
      if (card) card.remove();
      card = null;
      others().forEach((each) => { each.hidden = false; });
      begin.hidden = hint.hidden = false;
      progress();
      begin.focus();
    };
    const open = () => {
      begin.hidden = hint.hidden = true;
      others().forEach((each) => { each.hidden = true; });
      const last = card;
      card = element("div", "nw-card");
      if (last) last.replaceWith(card);
      else box.append(card);
    };

    const show = () => {
      const row = rows.find((each) => !says.has(said(each)));
      open();
      if (!row) return finish();
      const count = element("p", "nw-count", `Claim ${score().tried + 1} of ${rows.length}`);
      const claim = element("p", "nw-claim", `\u201c${words(row.cells[nwClaim])}\u201d`);
      claim.id = "nw-claim";
      const choices = element("div", "nw-words");
      choices.setAttribute("role", "group");
      choices.setAttribute("aria-labelledby", claim.id);
      for (const [value, word] of says) {
        const made = button(word, () => answer(row, value, choices), "nw-button nw-word");
        made.dataset.nwWord = value; // no colour yet: those of verdicts hang on data-value
        choices.append(made);
      }
      const told = element("div", "nw-told");
      told.setAttribute("role", "status");
      card.append(count, claim, choices, told, element("p", "nw-steps"));
      card.lastChild.append(button("Back to the table", close, "nw-similar"));
      choices.firstChild.focus();
      return undefined;
    };

    const answer = (row, value, choices) => {
      if (choices.dataset.nwSaid) return;
      choices.dataset.nwSaid = value;
      keep(({ guesses }) => { guesses[name(row)] = value; });
      for (const each of choices.children) {
        each.setAttribute("aria-disabled", "true");
        each.classList.toggle("nw-chosen", each.dataset.nwWord === value);
        if (each.dataset.nwWord === value) each.append(element("span", "nw-mark", "your guess"));
      }
      const isRight = verdict(row) === value;
      const told = card.querySelector(".nw-told");
      const outcome = element("p", "nw-verdict", `${says.get(verdict(row))}: `);
      outcome.dataset.value = verdict(row);
      outcome.append(isRight ? "you were right." : `you said ${says.get(value)}.`);
      const shown = element("dl", "nw-row");
      [...row.cells].forEach((cell, column) => {
        if (!column || column === Number(nwClaim) || column === Number(nwVerdict)) return;
        const rest = cell.querySelector("dl"), value = rest ? shown : element("dd", "");
        if (!rest) shown.append(element("dt", "", heads[column]), value);
        value.append(...(rest || cell).cloneNode(true).childNodes);
      });
      told.append(outcome, shown, element("p", "nw-count", line(score())));
      const next = button("Next claim", show);
      const link = row.querySelector("a[href]");
      card.lastChild.prepend(next, " ");
      if (link) {
        const way = element("a", "", "The experiment");
        way.href = link.href;
        next.after(" ", way, " ");
      }
      next.focus({ preventScroll: true }); // what the run gave stands above it
    };

    const finish = () => {
      const result = score();
      const most = Math.max(...[...says.keys()].map((value) =>
        rows.filter((row) => verdict(row) === value).length));
      const title = element("p", "nw-claim", `${result.right} of ${result.tried} right`);
      title.tabIndex = -1;
      const told = `Chance gives ${result.chance}; the same word each time, at most ${most}.`;
      const signs = element("p", "nw-signs");
      signs.setAttribute("aria-hidden", "true");
      for (const row of rows) {
        signs.append(element("span", verdict(row) === said(row) ? "nw-hit" : ""));
      }
      const steps = element("p", "nw-steps");
      const status = element("p", "nw-said");
      status.setAttribute("role", "status");
      steps.append(
        button("Copy as text", () => navigator.clipboard.writeText(shareText(result))
          .then(() => { status.textContent = "Copied."; }, () => { status.textContent = "Cannot copy here."; })),
        " ", button("Save as picture", () => picture(result)),
        " ", button("Start again", () => {
          keep(({ guesses }) => rows.forEach((row) => { delete guesses[name(row)]; }));
          hint.textContent = "";
          show();
        }),
        " ", button("Back to the table", close, "nw-similar"));
      card.append(title, element("p", "nw-count", told), signs, steps, status);
      title.focus();
    };

    const heading = () => words(document.querySelector("article h1, main h1, h1") || document.body);
    const address = () => {
      const canonical = document.querySelector("link[rel=canonical]");
      const url = new URL(canonical ? canonical.href : location.href);
      url.hash = url.search = "";
      return url.href;
    };
    const shareText = (result) => `${heading()}: I guessed ${line(result)}. ${address()}`;

    // Drawn here, in the colours of the page; no part of it leaves the machine.
    const picture = (result) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 630 });
      const pen = canvas.getContext("2d");
      const style = getComputedStyle(card);
      const colour = (token, other) => style.getPropertyValue(token).trim() || other;
      const font = (size) => { pen.font = `${size}px ${style.fontFamily}`; };
      const write = (text, y, size) => { font(size); pen.fillText(text, 80, y, 1040); };
      pen.fillStyle = colour("--nw-page", "#fff");
      pen.fillRect(0, 0, 1200, 630);
      pen.fillStyle = style.color;
      write(heading(), 110, 40);
      write(`${result.right} of ${result.tried} guessed right`, 220, 84);
      write(`Chance gives ${result.chance}.`, 285, 40);
      const columns = Math.min(26, rows.length), size = 1040 / columns;
      rows.forEach((row, number) => {
        const x = 80 + (number % columns) * size, y = 330 + Math.floor(number / columns) * size;
        const isRight = said(row) === verdict(row);
        pen.fillStyle = isRight ? colour("--nw-ok", "#12573a") : colour("--nw-edge", "#7f8c83");
        pen.beginPath();
        pen.arc(x + size / 2, y + size / 2, Math.min(size, 40) * (isRight ? .36 : .14), 0, 7);
        pen.fill();
      });
      pen.fillStyle = style.color;
      write(address(), 580, 28);
      canvas.toBlob((blob) => {
        const made = element("a", "");
        made.href = URL.createObjectURL(blob);
        made.download = "guesses.png";
        made.click();
        setTimeout(() => URL.revokeObjectURL(made.href), 1000);
      }, "image/png");
    };

    rows = [...table.tBodies[0].rows].filter((row) => says.has(verdict(row)));
    begin.addEventListener("click", show);
    progress();
  };

  // Picks rows of a table of results by the words of some columns.
  const filter = (box) => {
    const rows = [...box.querySelectorAll("tbody > tr")];
    const selects = [...box.querySelectorAll(".nw-pick")];
    const picks = new Map(rows.map((row) => [row, row.querySelectorAll("[data-nw-pick]")]));
    const isPicked = (row) => selects.every((select, n) =>
      !select.value || picks.get(row)[n].dataset.nwPick === select.value);
    const pick = () => {
      // By a class: what a search in the table hides stays hidden, and the other way round.
      rows.forEach((row) => row.classList.toggle("nw-unpicked", !isPicked(row)));
      box.querySelector(".nw-picks > .nw-count").textContent =
        `${rows.filter(isPicked).length} of ${rows.length} rows`;
    };
    selects.forEach((select) => select.addEventListener("change", pick));
  };

  const start = () => {
    addQuestions();
    const acts = [[".nw-guess", guess], [".nw-test", test], ["[data-nw-filter]", filter]];
    for (const [name, act] of acts) {
      for (const box of document.querySelectorAll(`${name}:not([data-nw-ready])`)) {
        box.dataset.nwReady = "";
        act(box);
      }
    }
  };
  if (window.document$) document$.subscribe(start);
  else start();
})();
