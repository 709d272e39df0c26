// Drafts: what stands in open editors. The browser keeps what is not saved, so that a new load, a link or a closed tab loses nothing.
"use strict";
window.nwDrafts = (() => {
  const NAME = "notewright-drafts", MOST = 200;
  let vault = "";
  let open = []; // of this tab: also where nothing was written, and if the browser keeps nothing
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(NAME)) ?? []; } catch { return []; }
  };
  const keep = (drafts) => {
    try { localStorage.setItem(NAME, JSON.stringify(drafts.slice(-MOST))); } catch { /* the tab has them */ }
  };
  const are = (one) => (each) => each.vault === one.vault && each.page === one.page && each.called === one.called;
  const without = (drafts, one) => drafts.filter((each) => !are(one)(each));

  const drop = ({ page, called }) => {
    const one = { vault, page, called };
    open = without(open, one);
    if (kept().some(are(one))) keep(without(kept(), one));
  };
  // `from` is the code that was edited, whatever the note has since.
  const put = ({ page, called, code, text, isEdited, from = code }) => {
    if (!isEdited) drop({ page, called });
    const draft = { vault, page, called, code, text, from };
    open = [...without(open, draft), draft];
    if (isEdited) keep([...without(kept(), draft), draft]);
  };
  /** The drafts of cells: where the note has the code that was edited, though elsewhere, or has other code by now. */
  const of = (name, cells) => {
    vault = name;
    const old = kept().filter((each) => !open.some(are(each))).map((each) => ({ ...each, isOld: true }));
    let left = [...open, ...old].filter((each) => each.vault === vault);
    const found = new Map();
    for (const is of [
      (cell, each) => each.called === cell.called && each.code === cell.code,
      (cell, each) => each.code === cell.code,
      (cell, each) => each.called === cell.called,
    ]) {
      for (const cell of cells) {
        const draft = !found.has(cell) && left.find((each) => each.page === cell.page && is(cell, each));
        if (!draft) continue;
        found.set(cell, draft);
        left = left.filter((each) => each !== draft);
      }
    }
    found.forEach(drop); // those that are opened again are put by where they are now
    return found;
  };
  const opened = () => open;
  const reopen = (drafts) => { open = drafts; };
  return { drop, put, of, opened, reopen };
})();
