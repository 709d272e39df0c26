import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell, Output } from "../cells.ts";
import { draw, type Look } from "../drawing.ts";
import { cleaned, sanitizeHTMLToDom } from "./obsidian.ts";

const FRESH: Look = { isEdited: false, isRunning: false, isKept: false };

function drawn(outputs: Output[], more: Partial<Cell> = {}, look: Partial<Look> = {}): HTMLElement {
  const into = document.createElement("div");
  const rest = { label: "", reasons: [], hidden: false, alt: [], captions: [], values: [] };
  const cell: Cell = { line: 1, last_line: 3, state: "fresh", outputs, ...rest, ...more };
  draw(into, cell, { ...FRESH, ...look }, sanitizeHTMLToDom);
  return into;
}

test("printed output is shown as text", () => {
  const into = drawn([{ output_type: "stream", name: "stdout", text: "<b>1</b>\n" }]);
  assert.equal(into.querySelector("pre")!.textContent, "<b>1</b>");
  assert.equal(into.querySelector("b"), null);
});

test("a figure is an image with alt text and caption, and runs nothing", () => {
  const svg = '<svg onload="alert(1)"><script>alert(1)</script></svg>';
  const output = { output_type: "display_data", data: { "image/svg+xml": svg, "text/plain": "x" } };
  const into = drawn([output, output], { alt: ["A line", "Two"], captions: ["", "Second"] });
  const images = [...into.querySelectorAll("img")];
  assert.deepEqual(images.map((image) => image.alt), ["A line", "Two"]);
  assert.equal(decodeURIComponent(images[0]!.src), `data:image/svg+xml,${svg}`);
  assert.equal(into.querySelectorAll("svg, script, pre").length, 0);
  assert.deepEqual([...into.querySelectorAll("figcaption")].map((each) => each.textContent), ["Second"]);
});

test("HTML goes through the cleaner, and is preferred to text", () => {
  const html = "<table><tr><td>1</td></tr></table><script>bad()</script>";
  const into = drawn([{ output_type: "execute_result", data: { "text/html": html, "text/plain": "1" } }]);
  assert.deepEqual(cleaned, [html]);
  assert.equal(into.querySelectorAll("td").length, 1);
  assert.equal(into.querySelectorAll("script, pre").length, 0);
});

test("an error that the note expects is shown by its last line", () => {
  const into = drawn([{ output_type: "error", ename: "ValueError", evalue: "no <b>" }]);
  assert.equal(into.querySelector(".nw-error")!.textContent, "ValueError: no <b>");
});

test("the error of the last run is shown until the code changes", () => {
  const error = { line: 4, message: "NameError: no `x`", remedy: "Define it", detail: ">  4 | x" };
  const failed: Partial<Cell> = { state: "stale", reasons: ["it failed"], errors: [error] };
  const shown = drawn([], failed).querySelector(".nw-error")!.textContent;
  assert.equal(shown, "Line 4: NameError: no `x`. Define it\n>  4 | x");
  assert.equal(drawn([], failed, { isEdited: true }).querySelector(".nw-error"), null);
});

test("the state says why", () => {
  const state = (into: HTMLElement) => [into.dataset.state, into.querySelector("[role=status]")?.textContent];
  assert.deepEqual(state(drawn([])), ["fresh", undefined]);
  const stale: Partial<Cell> = { state: "stale", reasons: ["data/x.csv has changed"] };
  assert.deepEqual(state(drawn([], stale)), ["stale", "Stale: data/x.csv has changed"]);
  assert.deepEqual(state(drawn([], stale, { isRunning: true })), ["running", "Running …"]);
  assert.deepEqual(state(drawn([], {}, { isRunning: true })), ["fresh", undefined]);
  assert.deepEqual(state(drawn([], {}, { isEdited: true })), ["stale", "Stale: the code has changed"]);
  const kept = state(drawn([], stale, { isKept: true }));
  assert.match(kept[1]!, /^Saved earlier.*not checked it\. Stale: data/);
});

test("a hidden cell shows only its state", () => {
  const output = { output_type: "stream", name: "stdout", text: "1" };
  const into = drawn([output], { hidden: true, state: "failed", reasons: ["the note says 2"] });
  assert.equal(into.children.length, 1);
});
