// Search on demand: the theme asks for its whole index as soon as a page is there. Of a site of
// many notes that is megabytes, so here it waits until somebody is about to search.
(() => {
  "use strict";
  const { open, send } = XMLHttpRequest.prototype;
  const waiting = [];
  let isWanted = /[?&]q=/.test(location.search);

  const begin = () => {
    isWanted = true;
    for (const start of waiting.splice(0)) start();
  };
  const beginIn = (event) => {
    if (event.target instanceof Element && event.target.closest(".md-search, [for=__search]")) begin();
  };

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.nwIsIndex = /\/search\/search_index\.json$/.test(new URL(url, document.baseURI).pathname);
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (isWanted || !this.nwIsIndex) send.apply(this, body);
    else waiting.push(() => send.apply(this, body));
  };
  for (const kind of ["focusin", "pointerover", "pointerdown"]) document.addEventListener(kind, beginIn);
  document.addEventListener("change", (event) => {
    if (event.target.id === "__search" && event.target.checked) begin();
  });
})();
