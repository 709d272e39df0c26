/* Keeps a served page up to date: what was saved and what ran is put in, without a new load. */
(() => {
  const own = document.currentScript;
  let epoch = Number(own.dataset.epoch);
  let shown = null; // the page as the server sent it, before scripts changed it
  const parts = [
    "head > title", "[data-md-component=content]", "[data-md-component=toc]",
    ".md-header__title", ".md-nav--primary", ".md-tabs", ".md-footer__inner",
  ];

  const anew = () => {
    dispatchEvent(new Event("nw-anew")); // what goes on in the page can go on in the new one
    location.reload();
  };
  const read = async () => {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const sent = (page) => page.querySelector("script[data-epoch]")?.dataset ?? {};
  const epochOf = (page) => Number(sent(page).epoch ?? 0);
  const frame = (page) => { // all but what can be put in
    const rest = page.documentElement.cloneNode(true);
    rest.querySelectorAll([...parts, "script[data-epoch]"].join()).forEach((each) => each.replaceChildren());
    rest.querySelector("script[data-epoch]")?.remove();
    // What the head tells to others, of a text that changes, no reader sees.
    rest.querySelectorAll("head > :is(meta, link[rel~=alternate], script[type$=json])").forEach((each) => each.remove());
    return rest.outerHTML.replace(/\s+/g, " "); // also where there was none of them before
  };
  // The script of sliders, once it is here, looks for new ones by itself.
  const isHere = (script) => window.nwVary && /\/assets\/notewright\/vary\.js$/.test(script.src);
  const runs = (element) => [...element.querySelectorAll("script")].some(
    (each) => (!each.type || /javascript|module/.test(each.type)) && !isHere(each));

  /** Puts in what differs; false if only a new load shows it. */
  const update = (page) => {
    if (typeof document$ === "undefined" || !shown || frame(shown) !== frame(page)) return false;
    const changed = [];
    for (const part of parts) {
      const [before, after, now] = [shown, page, document].map((each) => each.querySelector(part));
      if (!before !== !after || !before !== !now) return false;
      if (!before || before.outerHTML === after.outerHTML) continue;
      if (runs(after)) return false;
      changed.push([now, after]);
    }
    if (!changed.length) return true;
    const back = remember();
    for (const [now, after] of changed) now.replaceWith(document.importNode(after, true));
    document$.next(document); // the theme begins anew, as with a page that it loaded itself
    back();
    announce();
    return true;
  };

  /** Where the reader is; returns what brings him back there in other content. */
  const remember = () => {
    const blocks = () => [...document.querySelectorAll("article > *, article .nw-cell")];
    const opened = () => [...document.querySelectorAll("article details")];
    // Those of an open editor are not there again at once; it has a memory of its own.
    const stops = () => [...document.querySelectorAll("article :is(a, button, input, summary, [tabindex]):not(:is(.nw-editor, .nw-hints, .nw-play-bar, .nw-play-diff) *, .nw-play-help)")];
    const before = blocks();
    const index = before.findIndex((each) => each.getBoundingClientRect().bottom > 0);
    const first = before[index], text = first?.textContent;
    const top = first?.getBoundingClientRect().top ?? 0;
    const isFirst = (each) => each?.tagName === first.tagName && each.textContent === text;
    const open = opened().map((each) => each.open);
    const chosen = [...document.querySelectorAll("article input:checked[id]")].map((each) => each.id);
    const focus = stops().indexOf(document.activeElement);
    return () => {
      const details = opened();
      if (details.length === open.length) details.forEach((each, n) => { each.open = open[n]; });
      for (const id of chosen) { const input = document.getElementById(id); if (input) input.checked = true; }
      if (focus >= 0) stops()[focus]?.focus({ preventScroll: true });
      const after = blocks();
      if (index <= 0) return;
      const isThere = isFirst(after[index]) || after.length === before.length;
      const now = isThere ? after[index] : after.find(isFirst);
      if (now) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
    };
  };

  const status = document.createElement("div");
  status.setAttribute("role", "status");
  status.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(status);
  const announce = () => {
    const left = waiting().length;
    status.textContent = left ? `Page updated; cells still to run: ${left}` : "Page up to date";
  };

  const poll = async () => {
    for (;;) {
      await visible();
      let pause = 0;
      try {
        if (!shown) {
          const page = await read();
          if (sent(page).page !== own.dataset.page) return anew(); // it changed while it was loaded
          shown = page;
          epoch = epochOf(page);
        }
        const answer = await fetch(`/livereload/${epoch}/${own.dataset.request}`);
        const newest = answer.ok ? Number(await answer.text()) : 0;
        if (newest > epoch) {
          const page = await read();
          if (!update(page)) return anew();
          shown = page;
          epoch = Math.max(newest, epochOf(page));
        } else if (!answer.ok) pause = 3000;
      } catch { // the server was stopped, or the note is gone
        pause = 1000;
        if (!(await fetch(location.pathname).catch(() => ({ ok: true }))).ok) return anew();
      }
      await new Promise((done) => setTimeout(done, pause));
    }
  };
  const visible = () => new Promise((done) => {
    const look = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", look);
      done();
    };
    document.addEventListener("visibilitychange", look);
    look();
  });

  const waiting = () => [...document.querySelectorAll(".nw-waiting[data-nw-session]")];
  const nth = (count) => {
    const kind = new Intl.PluralRules("en", { type: "ordinal" }).select(count);
    return count + { one: "st", two: "nd", few: "rd", other: "th" }[kind];
  };
  const say = (told, session) => {
    const place = told.places[session];
    if (told.error) return told.error;
    if (place === undefined) return "Starting …";
    return place ? `Waiting to run: ${nth(place)} of ${told.total}` : "Running …";
  };
  const ask = async () => {
    const marks = waiting();
    if (marks.length && document.visibilityState === "visible") {
      const query = new URLSearchParams(marks.map((each) => ["session", each.dataset.nwSession]));
      query.set("page", location.pathname);
      try {
        const told = await (await fetch(`/livereload/waiting?${query}`)).json();
        for (const each of marks) {
          const said = say(told, each.dataset.nwSession), before = each.dataset.nwSaid;
          each.textContent = before ? before + said[0].toLowerCase() + said.slice(1) : said;
          each.classList.toggle("nw-running", told.places[each.dataset.nwSession] === 0);
        }
      } catch { /* it is asked again */ }
    }
    setTimeout(ask, marks.length ? 500 : 1000);
  };
  ask();
  if (document.readyState === "complete") poll();
  else addEventListener("load", poll);
})();
