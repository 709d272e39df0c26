// Light, dark, or as the system: the theme's own script would have each page styled twice more.
(() => {
  "use strict";
  const form = document.querySelector("[data-look=scheme]");
  if (!form) return;
  const choices = [...form.querySelectorAll("input")];
  const system = matchMedia("(prefers-color-scheme: dark)");
  const AS_SYSTEM = "(prefers-color-scheme)";
  const of = (media) => choices.findIndex((each) => each.dataset.mdColorMedia === media);
  let at = 0;

  const show = () => {
    const media = choices[at].dataset.mdColorMedia;
    const named = media === AS_SYSTEM ? `(prefers-color-scheme: ${system.matches ? "dark" : "light"})` : media;
    const scheme = choices[of(named)].dataset.mdColorScheme;
    if (document.body.dataset.mdColorScheme !== scheme) document.body.dataset.mdColorScheme = scheme;
    choices.forEach((each, number) => { each.nextElementSibling.hidden = number !== at; });
  };

  choices.forEach((each, number) => each.addEventListener("change", () => {
    at = number;
    const { mdColorMedia: media, mdColorScheme: scheme, mdColorPrimary: primary, mdColorAccent: accent } = each.dataset;
    __md_set("__palette", { index: at, color: { media, scheme, primary, accent } });
    show();
  }));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const next = choices[(at + 1) % choices.length];
    next.click();
    next.focus();
  });
  system.addEventListener("change", show);
  const kept = __md_get("__palette");
  if (kept && choices[kept.index]) at = kept.index;
  choices[at].checked = true;
  show();
})();
