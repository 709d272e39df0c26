// The passage of a page that says what was asked for. The index knows the first words of a section,
// and of the rest which words there are: where those fit, the text is taken from the page itself.
// Loaded with the first results that need it.
(() => {
  "use strict";
  const LONG = 160, BEFORE = 50; // characters: of a passage, and of it before the first word
  const BLOCKS = "p, li, dt, dd, td, blockquote";
  const ASIDE = ".nw-cell, .nw-web, .nw-downloads, .highlight, nav, form";
  const pages = new Map();

  const read = async (address) => {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    const blocks = [];
    let heading = "";
    for (const each of page.querySelectorAll(`article :is(h2, h3, h4, h5, h6, ${BLOCKS})`)) {
      if (each.closest(ASIDE)) continue;
      if (/^H\d$/.test(each.tagName)) heading = each.id;
      else if (!each.querySelector(BLOCKS)) {
        each.querySelectorAll(".headerlink, annotation, script, style").forEach((part) => part.remove());
        blocks.push([heading, each.textContent.replace(/\s+/g, " ").trim()]);
      }
    }
    return blocks;
  };

  // That block of a section which has most of the words, cut around the first of them.
  globalThis.nwPassage = async (link, isAsked) => {
    const address = new URL(link), section = decodeURIComponent(address.hash.slice(1));
    address.hash = address.search = "";
    if (!pages.has(address.href)) pages.set(address.href, read(address).catch(() => []));
    const WORD = /[\p{L}\p{N}\p{M}]+/gu;
    let best = "", most = 0, from = 0;
    for (const [heading, text] of await pages.get(address.href)) {
      if (heading !== section) continue;
      const found = [...text.matchAll(WORD)].filter(([word]) => isAsked(word));
      const words = new Set(found.map(([word]) => word.toLowerCase())).size;
      if (words > most) [best, most, from] = [text, words, found[0].index];
    }
    let start = best.length > LONG && from > BEFORE ? best.indexOf(" ", from - BEFORE) + 1 : 0;
    if (start > from) start = from;
    const end = best.length > start + LONG ? Math.max(best.lastIndexOf(" ", start + LONG), from + 1) : best.length;
    return `${start ? "… " : ""}${best.slice(start, end)}${end < best.length ? " …" : ""}`;
  };
})();
