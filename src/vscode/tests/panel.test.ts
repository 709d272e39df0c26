import assert from "node:assert/strict";
import { test } from "node:test";
import { outputAt, page } from "../panel.ts";

const output = (line: number, text: string, image = "") => ({ line, isError: false, parts: [{ text, image }] });

test("a place in a cell is answered by the output of that cell", () => {
  const outputs = [output(9, "second"), output(4, "first")];
  assert.equal(outputAt(outputs, 2)?.line, 4);
  assert.equal(outputAt(outputs, 4)?.line, 4);
  assert.equal(outputAt(outputs, 5)?.line, 9);
  assert.equal(outputAt(outputs, 10), undefined);
});

test("what a cell prints is text, and only data is an image", () => {
  const shown = page(output(1, "<script>&amp;"));
  assert.match(shown, /<pre>&lt;script&gt;&amp;amp;<\/pre>/);
  assert.match(shown, /default-src 'none'/);
  assert.match(page(output(1, "a figure", "data:image/png;base64,AAAA")), /<img alt="Figure" src="data:/);
  assert.doesNotMatch(page(output(1, "a figure", 'https://x/"><script>')), /<img|<script/);
  assert.match(page(undefined), /Run the note first/);
});
