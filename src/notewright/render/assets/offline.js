// From a disk, a browser starts no worker: here a frame that nobody sees does what one would.
(() => {
  "use strict";
  if (location.protocol !== "file:") return;

  // Material asks for the site map on each page. Nothing comes of it here, so nothing is asked.
  XMLHttpRequest.prototype.send = function () {
    setTimeout(() => this.dispatchEvent(new ProgressEvent("error")));
  };

  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const url = new URL(address, document.baseURI).href.replace(/"/g, "%22");
      this.onmessage = this.onerror = null;
      this.frame = document.createElement("iframe");
      Object.assign(this.frame, {
        hidden: true,
        tabIndex: -1,
        // What a worker's script calls: it speaks to who started it, and loads further scripts.
        srcdoc: "<script>postMessage = (data) => parent.postMessage(data, '*');"
          + "importScripts = (...all) => all.forEach((each) => document.write("
          + `'<script src="' + new URL(each, "${url}").href + '"><\\/script>'));<\/script>`
          + `<script src="${url}"><\/script>`,
      });
      this.hear = ({ source, data }) => {
        if (source !== this.frame.contentWindow) return;
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (this.onmessage) this.onmessage(event);
      };
      addEventListener("message", this.hear);
      this.isReady = new Promise((resolve) => this.frame.addEventListener("load", resolve));
      const start = () => document.body.append(this.frame);
      if (document.body) start();
      else addEventListener("DOMContentLoaded", start);
    }

    postMessage(data) {
      this.isReady.then(() => { // not by `postMessage`, which is the script's own there
        const { contentWindow } = this.frame;
        contentWindow.dispatchEvent(new contentWindow.MessageEvent("message", { data }));
      });
    }

    terminate() {
      removeEventListener("message", this.hear);
      this.frame.remove();
    }
  };
})();
