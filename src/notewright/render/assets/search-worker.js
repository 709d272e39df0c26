// Finds the pages that a few words ask for. lunr, which the theme brings, keeps the index; here is
// how words are compared and results are ordered. It runs in a worker, or in a page that was opened
// from a disk, which may start none.
(() => {
  "use strict";
  const FIELDS = { title: 12, aliases: 12, page: 2, tags: 2, text: 2, words: 1 };
  const WEIGHTS = { Notes: 1, Code: 0.12, Figures: 0.4 };
  const SYMBOL = /[._]/; // who writes these asks for code
  const ODD = { biased: "bias", biases: "bias", criteria: "criterion", indices: "index", matrices: "matrix",
    vertices: "vertex", axes: "axis", data: "data", corpora: "corpus", phenomena: "phenomenon",
    grey: "gray", greys: "gray" };
  // Spellings of one word, American ones among them: each is turned into the same.
  const SPELLINGS = [
    [/iz(?=(e[drs]?|er?s|ing|able|ations?|ational)$)/, "is"], [/yz(?=(e[drs]?|er?s|ing)$)/, "ys"],
    [/(?<=ys|[^aeiou]es)is$/, "e"], [/(?<=..)our(?=(s|ed|ing|able|al|ite|ful|ly|less|hoods?)?$)/, "or"],
    [/(?<=[bt])re(?=[ds]$)/, "ere"], [/(?<=[bt])re$/, "er"], [/(?<=..[aeo]l)l(?=(ing|ed|ers?)$)/, ""],
    [/ogue(?=s?$)/, "og"], [/amme(?=s?$)/, "am"], [/(?<=f|lic)ence(?=s?$)/, "ense"],
  ];
  // What `search_entries.py` leaves out of the index, and what only asks.
  const NO_WORDS = new Set(`vs versus difference
    a about above add adds after again against all alone along also among an and another any
    apart are around as ask asks at away be because been before behind being below beside best
    better between both but by can cannot come comes could did do does doing down during each
    either else every far few find finds first five for found four fourth from further get gets
    give given gives go goes gone had half has have having here how however if in into is it its
    itself just keep keeps kept know known knows last lead leads least leave left less let like
    little look looks made make makes many may me might mind more most much must my nearly need
    needs neither never new next no nobody none nor not nothing now of off often on once one
    ones only or other others our out over own per place put puts right same say says second see
    seen several shall she should shown shows since six so some stand stands stay stays still
    such take taken takes tell tells ten than that the their them then there these they third
    this those three through thus to together told too two under until up upon us use used uses
    using very want wants was way we well were what whatever when where whether which while who
    whole whom whose why will with within without would wrong yet you your yourself`.split(/\s+/));
  let docs, index, shown, names;

  // Its words in one spelling: small letters without accents, each sign of Chinese or Japanese alone,
  // and a Greek letter alone by its name.
  const GREEK = `alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
    sigma sigma tau upsilon phi chi psi omega`.split(/\s+/);
  const named = (word) => GREEK[word.normalize("NFKC").charCodeAt(0) - 0x3b1];
  const split = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase().replaceAll("ß", "ss")
      .replace(/['’]s\b/g, "").replace(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/gu, " $& ")
      .match(/[\p{L}\p{N}\p{M}]+[+#]*/gu)?.map((word) => (word.length === 1 && named(word)) || word) ?? [];
  const spell = (word) => {
    if (Object.hasOwn(ODD, word)) return ODD[word];
    return word.length < 5 ? word : SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), word);
  };
  const stems = new Map();
  const stem = (word) => {
    if (!stems.has(word)) stems.set(word, String(lunr.stemmer(new lunr.Token(spell(word)))));
    return stems.get(word);
  };
  const telling = (words) => {
    const left = words.filter((word) => lunr.stopWordFilter(word) && !NO_WORDS.has(word));
    return left.length ? left : words;
  };
  const text = (html) => html.replace(/&(amp|lt|gt|quot|#x27|#39);/g,
    (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "'");

  // The entries with all their words. What several have stands beside them (`search_words.py`), with
  // a sign for each: how many entries further it is.
  const FIRST = "#".charCodeAt(), FAR = "~";
  const filled = ({ docs, words = "", places = "" }) => {
    const short = located(docs);
    const own = short.map((doc) => doc.words?.split(" ") ?? []);
    const steps = places.split(" ");
    words.split(" ").forEach((word, number) => {
      let at = 0;
      for (const sign of steps[number]) {
        at += sign.charCodeAt() - FIRST;
        if (sign !== FAR) own[at].push(word);
      }
    });
    return short.flatMap((doc, id) => withSymbols({ ...doc, words: own[id].sort().join(" ") }));
  };

  // The entries with all of their locations (`search_locations.py`).
  const address = (title) => title.toLowerCase().replace(/[^a-z0-9_\- ]/g, "").replaceAll(" ", "-");
  const located = (short) => {
    let page = "";
    return short.map((doc) => {
      const told = doc.location ?? `#${address(doc.title)}`;
      const location = told.startsWith("#") ? page + told : told.replace(/^\//, "");
      [page] = location.split("#");
      return { ...doc, location };
    });
  };

  // A page of code, and an entry for each of the names in it: `mean`, or `.mean` for `numpy.mean`.
  const withSymbols = ({ symbols, ...page }) => [page, ...(symbols?.split(" ") ?? []).map((name) => {
    const full = `${page.title}.${name.replace(/^\./, "")}`;
    return { location: `${page.location}#${full}`, title: name.startsWith(".") ? full : name,
      text: "", words: "", kind: page.kind };
  })];

  const build = (given) => {
    const pages = new Map();
    shown = new Map();
    names = [];
    docs = filled(given).map((doc, id) => {
      const path = doc.location.split("#")[0];
      const read = { ...doc, title: text(doc.title), text: text(doc.text), kind: doc.kind ?? "Notes" };
      if (doc.location === path) pages.set(path, read);
      return { ...read, id, page: pages.get(path) ?? read, path };
    });
    const tokens = (given) => {
      const list = [];
      for (const word of Array.isArray(given) ? given.flatMap(split) : split(String(given ?? ""))) {
        const root = stem(word);
        if (!shown.has(root)) shown.set(root, word);
        list.push(new lunr.Token(root));
        if (spell(word) !== root) list.push(new lunr.Token(spell(word))); // so that its beginning finds it
      }
      return list;
    };
    index = lunr(function () {
      this.pipeline.reset();
      this.searchPipeline.reset();
      this.tokenizer = tokens;
      this.ref("id");
      this.b(0.3);
      for (const [name, boost] of Object.entries(FIELDS)) this.field(name, { boost });
      docs.forEach((doc) => {
        const page = doc.page.location === doc.location ? "" : doc.page.title;
        this.add({ ...doc, page }, { boost: doc.boost });
        const called = [doc.title, ...(doc.aliases ?? "").split(", ")];
        names.push(called.filter(Boolean).map((name) => telling(split(name)).map(stem)));
      });
    });
  };

  const isKnown = (term) => Object.hasOwn(index.invertedIndex, term);

  // The words of the index that a word may mean, each with how well it fits.
  const meant = (word, isLast) => {
    const terms = new Map();
    const add = (term, weight) => terms.set(term, Math.max(weight, terms.get(term) ?? 0));
    const matching = (set) => index.tokenSet.intersect(set).toArray();
    if (isKnown(stem(word))) add(stem(word), 1);
    if (word.length > 1 && (isLast || !terms.size))
      for (const term of matching(lunr.TokenSet.fromString(`${spell(word)}*`))) add(term, terms.size ? 0.2 : 0.8);
    const addNear = (distance) => {
      if (terms.size || word.length < 2 + 2 * distance) return;
      const near = matching(lunr.TokenSet.fromFuzzyString(spell(word), distance));
      const alike = near.filter((term) => term[0] === word[0]);
      for (const term of alike.length ? alike : near) add(term, 0.6 / distance);
    };
    addNear(1); // "forrest" is no "for rest"
    for (let at = 2; !terms.size && at < word.length - 1; at++) {
      const parts = [word.slice(0, at), word.slice(at)];
      const isPart = (part) => isKnown(stem(part)) && lunr.stopWordFilter(part) && !NO_WORDS.has(part);
      if (parts.every(isPart)) for (const part of parts) add(stem(part), 0.7);
    }
    addNear(2);
    return terms;
  };

  const rank = (query) => {
    const asked = telling(split(query));
    const wanted = asked.map((word, at) => meant(word, at === asked.length - 1));
    for (let at = 1; at < asked.length; at++) { // "data set" is in a text as "dataset", too
      const joined = stem(asked[at - 1] + asked[at]);
      if (isKnown(joined)) for (const each of [at - 1, at]) wanted[each].set(joined, 0.9);
    }
    const known = wanted.filter((terms) => terms.size);
    if (!known.length) return { items: [], near: [], terms: [] };
    const roots = asked.map(stem);
    const hits = index.query((made) => {
      for (const terms of known)
        for (const [term, boost] of terms) made.term(term, { boost, usePipeline: false });
    });
    const items = hits.map(({ ref, score, matchData }) => {
      const doc = docs[ref];
      const found = Object.keys(matchData.metadata);
      const fits = known.map((terms) => Math.max(0, ...found.map((term) => terms.get(term) ?? 0)));
      const covered = fits.reduce((sum, fit) => sum + fit, 0) / known.length;
      const called = Math.max(...names[ref].map((name) => alike(name, roots)));
      const isPage = doc.page.location === doc.location;
      const isSymbol = doc.kind === "Code" && SYMBOL.test(query) && called > 0.4;
      const kind = isSymbol ? 0.5 : WEIGHTS[doc.kind] ?? 0.65;
      const weight = kind * (doc.boost ?? 1) * (isPage ? 1 + 4 * called ** 2 : 0.8 + called ** 2);
      return { doc, score: score * covered ** 3 * weight };
    });
    items.sort((one, two) => two.score - one.score || Number(one.doc.id) - Number(two.doc.id));
    const near = asked.map((word, at) => nearest(word, wanted[at])).filter(Boolean);
    return { items, near, terms: known.flatMap((terms) => [...terms.keys()]) };
  };
  // How much a name says the words that were asked for, and nothing else.
  const alike = (name, roots) => {
    const both = roots.filter((root) => name.includes(root)).length;
    return both / Math.max(1, new Set([...name, ...roots]).size);
  };
  // What a word was taken for that is not in the index.
  const nearest = (word, terms) => {
    if ([...terms.values()].some((fit) => fit > 0.6)) return null;
    const [best] = [...terms].sort((one, two) => two[1] - one[1]);
    return best ? [word, shown.get(best[0]) ?? best[0]] : null;
  };

  // Names that look like what was asked for, where no word of it is known.
  const pairs = (text) => new Set([...text].slice(1).map((sign, at) => text[at] + sign));
  const like = (query) => {
    const asked = pairs(split(query).join(" "));
    const rated = docs.filter((doc) => doc.page.location === doc.location && !doc.boost).map((doc) => {
      const own = [doc.title, ...(doc.aliases ?? "").split(", ")].map((name) => pairs(split(name).join(" ")));
      const rates = own.map((name) => (2 * [...asked].filter((pair) => name.has(pair)).length) / (asked.size + name.size || 1));
      return { doc, rate: Math.max(...rates) };
    });
    return rated.filter(({ rate }) => rate > 0.3).sort((one, two) => two.rate - one.rate).slice(0, 3).map(({ doc }) => doc);
  };

  const result = ({ title, location, text, page, kind, sign, image }, more = []) =>
    ({ title, location, text, kind, sign, image, page: page.location === location ? "" : page.title,
      more: more.map((doc) => ({ title: doc.title, location: doc.location })) });

  const often = () => {
    const popular = docs.filter((doc) => doc.popular).sort((one, two) => one.popular - two.popular);
    return popular.length ? [group("Popular notes", popular.map((doc) => [doc]))] : [];
  };

  // What a reader is shown: groups by kind, of notes one result a page, the best group first.
  const ask = (query) => {
    if (!query.trim()) {
      return { state: "empty", groups: often() };
    }
    const { items, near, terms } = rank(query);
    if (!items.length) {
      const alike = like(query);
      return { state: "none", groups: alike.length ? [group("Did you mean", alike.map((doc) => [doc]))] : often() };
    }
    const kinds = new Map();
    for (const { doc, score } of items) {
      if (score < items[0].score / 200) break;
      if (!kinds.has(doc.kind)) kinds.set(doc.kind, new Map());
      const pages = kinds.get(doc.kind);
      const place = doc.kind === "Notes" ? doc.path : doc.location;
      if (!pages.has(place)) pages.set(place, []);
      pages.get(place).push(doc);
    }
    return { state: "found", near, terms, groups: [...kinds].map(([kind, pages]) => group(kind, [...pages.values()])) };
  };
  const group = (kind, pages) =>
    ({ kind, results: pages.slice(0, 50).map(([first, ...more]) => result(first, more.slice(0, 2))), count: pages.length });

  globalThis.nwFinder = { build, ask, filled, rank };
  if (typeof WorkerGlobalScope === "undefined") return;
  let ready;
  addEventListener("message", async (event) => {
    event.stopImmediatePropagation(); // the theme's script listens, too
    const { lunr: script, index: address, query, number } = event.data;
    try {
      if (script) {
        importScripts(script);
        ready = fetch(address).then((answer) => answer.json()).then(build);
      }
      await ready;
      postMessage(script ? { ready: true } : { number, answer: ask(query) });
    } catch (error) {
      postMessage({ failed: String(error) });
    }
  });
})();
