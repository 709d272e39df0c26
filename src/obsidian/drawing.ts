// Draws what a cell gave. Nothing of it is trusted: text is text, figures are images, and HTML
// goes through the cleaner that Obsidian has for it.

import type { Cell, Output } from "./cells.ts";

export type Clean = (html: string) => DocumentFragment;

/** What is known of a cell at the moment of drawing. */
export interface Look {
  isEdited: boolean;
  isRunning: boolean;
  /** Whether notewright was not asked: then nobody knows whether files that it read changed. */
  isKept: boolean;
}

const WORDS = {
  fresh: "",
  stale: "Stale",
  failed: "The note differs from the computed result",
  broken: "Cannot run",
};

/** Draws a cell's state and outputs into an element, which is emptied first. */
export function draw(into: HTMLElement, cell: Cell, look: Look, clean: Clean): void {
  const document = into.ownerDocument;
  into.replaceChildren();
  into.classList.add("nw-outputs");
  const [state, said] = stateOf(cell, look);
  into.dataset.state = state;
  if (said) {
    const line = add(document, into, "div", "nw-state", said);
    line.setAttribute("role", "status");
  }
  if (!look.isEdited) drawErrors(into, cell);
  if (!cell.hidden) drawOutputs(into, cell, clean);
}

function drawErrors(into: HTMLElement, cell: Cell): void {
  for (const error of cell.errors ?? []) {
    const advice = [error.message, error.remedy].filter(Boolean).join(". ");
    const said = [`Line ${error.line}: ${advice}`, error.detail].filter(Boolean).join("\n");
    add(into.ownerDocument, into, "pre", "nw-text nw-error", said);
  }
}

/** The state of a cell, and one line that says why it is not fresh; empty if it is. */
export function stateOf(cell: Cell, look: Look): [string, string] {
  if (look.isRunning && (look.isEdited || cell.state !== "fresh")) return ["running", "Running …"];
  if (look.isEdited) return ["stale", "Stale: the code has changed"];
  const word = WORDS[cell.state];
  const said = word && [word, cell.reasons.join("; ")].filter(Boolean).join(": ");
  if (!look.isKept) return [cell.state, said];
  return ["kept", ["Saved earlier; notewright has not checked it", said].filter(Boolean).join(". ")];
}

function drawOutputs(into: HTMLElement, cell: Cell, clean: Clean): void {
  let figures = 0;
  for (const output of cell.outputs) {
    const image = imageOf(output);
    if (image) drawFigure(into, image, cell.alt[figures], cell.captions[figures++]);
    else drawText(into, output, clean);
  }
}

function drawFigure(into: HTMLElement, source: string, alt = "", caption = ""): void {
  const document = into.ownerDocument;
  const figure = add(document, into, "figure", "nw-figure");
  const image = add(document, figure, "img") as HTMLImageElement;
  image.src = source;
  image.alt = alt;
  if (caption) add(document, figure, "figcaption", "", caption);
}

/** The address of an output's image: its bytes, in which no script runs. */
function imageOf(output: Output): string {
  for (const kind of ["image/svg+xml", "image/png", "image/jpeg"]) {
    const data = output.data?.[kind];
    if (typeof data !== "string") continue;
    const isText = kind === "image/svg+xml";
    return isText ? `data:${kind},${encodeURIComponent(data)}` : `data:${kind};base64,${data.trim()}`;
  }
  return "";
}

function drawText(into: HTMLElement, output: Output, clean: Clean): void {
  const document = into.ownerDocument;
  const html = output.data?.["text/html"];
  if (typeof html === "string") {
    add(document, into, "div", "nw-html").append(clean(html));
    return;
  }
  const error = output.output_type === "error" ? `${output.ename}: ${output.evalue}` : "";
  const text = error || output.text || output.data?.["text/plain"];
  if (typeof text !== "string") return;
  const isError = error || output.name === "stderr";
  add(document, into, "pre", isError ? "nw-text nw-error" : "nw-text", text.replace(/\n$/, ""));
}

function add(document: Document, to: Element, tag: string, name = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  to.append(made);
  return made;
}
