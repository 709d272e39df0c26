// A table of results as a game, and its rows by what they say. It comes where there is such a table,
// with the help of `practice.js`, which loads it.
(() => {
  "use strict";
  const { read, keep, own, element, button, words } = window.nwPractice;

  // A table of results as a game: the claim of a row, the reader's word, then all of the row.
  const guess = (box) => {
    const { nwClaim, nwVerdict, nwWords } = box.dataset;
    const table = box.parentElement.querySelector("table");
    if (!table || !nwWords) return; // cleaned: the notes are a stranger's
    const says = new Map(JSON.parse(nwWords)); // several verdicts may share a word
    const choices = new Map([...says].map(([value, word]) => [word, value]));
    const isRight = (row, value) => says.has(value) && says.get(value) === says.get(verdict(row));
    const verdict = (row) => row.cells[nwVerdict].dataset.value;
    const shares = (value) => [...says.values()].filter((word) => word === says.get(value)).length > 1;
    const label = (value) => shares(value) ? value.charAt(0).toUpperCase() + value.slice(1) : says.get(value);
    const name = (row) => `${location.pathname} ${words(row.cells[0])}`;
    const heads = [...table.tHead.rows[0].cells].map(words);
    const begin = box.querySelector(".nw-begin"), hint = box.querySelector(".nw-hint");
    let rows = [], card = null;

    const said = (row) => own(read().guesses, name(row));
    const score = () => {
      const tried = rows.filter((row) => says.has(said(row)));
      const right = tried.filter((row) => isRight(row, said(row))).length;
      return { tried: tried.length, right, chance: (tried.length / choices.size).toFixed(1) };
    };
    const line = ({ tried, right, chance }) => `${right} of ${tried} right; guessing at random gives ${chance}`;
    const progress = () => {
      const { tried } = score();
      if (tried) {
        hint.textContent = `${line(score())}. ${rows.length - tried} left.`;
        begin.textContent = tried < rows.length ? "Continue" : "See your score";
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
      const buttons = element("div", "nw-words");
      buttons.setAttribute("role", "group");
      buttons.setAttribute("aria-labelledby", claim.id);
      for (const [word, value] of choices) {
        const made = button(word, () => answer(row, value, buttons), "nw-button nw-word");
        made.dataset.nwWord = value; // no colour yet: those of verdicts hang on data-value
        buttons.append(made);
      }
      const told = element("div", "nw-told");
      told.setAttribute("role", "status");
      card.append(count, claim, buttons, told, element("p", "nw-steps"));
      card.lastChild.append(button("Back to the table", close, "nw-similar"));
      buttons.firstChild.focus();
      return undefined;
    };

    const answer = (row, value, buttons) => {
      if (buttons.dataset.nwSaid) return;
      buttons.dataset.nwSaid = value;
      keep(({ guesses }) => { guesses[name(row)] = value; });
      for (const each of buttons.children) {
        each.setAttribute("aria-disabled", "true");
        each.classList.toggle("nw-chosen", each.dataset.nwWord === value);
        if (each.dataset.nwWord === value) each.append(element("span", "nw-mark", "your guess"));
      }
      const told = card.querySelector(".nw-told");
      const outcome = element("p", "nw-verdict", `${label(verdict(row))}: `);
      outcome.dataset.value = verdict(row);
      outcome.append(isRight(row, value) ? "you were right." : `you said ${says.get(value)}.`);
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
      // What the run gave stands above it, and stays in sight with it as far as there is room.
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    };

    const finish = () => {
      const result = score();
      const most = Math.max(...[...choices.values()].map((value) =>
        rows.filter((row) => isRight(row, value)).length));
      const title = element("p", "nw-claim", `${result.right} of ${result.tried} right`);
      title.tabIndex = -1;
      const told = `Guessing at random gives ${result.chance}, the same answer each time at most ${most}.`;
      const signs = element("p", "nw-signs");
      signs.setAttribute("aria-hidden", "true");
      for (const row of rows) {
        signs.append(element("span", isRight(row, said(row)) ? "nw-hit" : ""));
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
      write(`Guessing at random gives ${result.chance}.`, 285, 40);
      const columns = Math.min(26, rows.length), size = 1040 / columns;
      rows.forEach((row, number) => {
        const x = 80 + (number % columns) * size, y = 330 + Math.floor(number / columns) * size;
        const wasRight = isRight(row, said(row));
        pen.fillStyle = wasRight ? colour("--nw-ok", "#12573a") : colour("--nw-edge", "#7f8c83");
        pen.beginPath();
        pen.arc(x + size / 2, y + size / 2, Math.min(size, 40) * (wasRight ? .36 : .14), 0, 7);
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

  window.nwPractice.join({ ".nw-guess": guess, "[data-nw-filter]": filter });
})();
