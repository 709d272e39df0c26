import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, fences, keep, place, read, type Shown } from "../cells.ts";

function cell(line: number, lastLine: number): Cell {
  const rest = { label: "", reasons: [], hidden: false, outputs: [], alt: [], captions: [] };
  return { line, last_line: lastLine, state: "fresh", values: [], ...rest };
}

const NOTE = ["# A", "", "```python", "x = 1", "```", "", "```python", "y = 2", "```"].join("\n");
const KEPT: Shown = keep({ file: "a.md", execute: true, cells: [cell(3, 5), cell(7, 9)] }, NOTE);

const lines = (note: string) =>
  place(note, KEPT.cells).map((each) => [each.fence.line, each.cell.line, each.isEdited]);

test("fences are where notewright counts them", () => {
  const note = [
    "~~~~py", "~~~", "~~~~", "````", "```python", "1", "```", "````", "> - ```python", ">   1", ">   ```",
    "```python title=\"x\"", "1", "``` ", "```pythonic", "```", "```python", "no end",
  ].join("\n");
  assert.deepEqual(
    fences(note).map((fence) => [fence.line, fence.lastLine]),
    [[1, 3], [9, 11], [12, 14]],
  );
});

test("a cell keeps its outputs where lines come or go above it", () => {
  assert.deepEqual(lines(NOTE), [[3, 3, false], [7, 7, false]]);
  assert.deepEqual(lines(`More.\n\n${NOTE}`), [[5, 3, false], [9, 7, false]]);
});

test("an edited cell is still that cell, and known as edited", () => {
  assert.deepEqual(lines(NOTE.replace("x = 1", "x = 10\nx")), [[3, 3, true], [8, 7, false]]);
  assert.deepEqual(lines(NOTE.replace("y = 2", "y = 3")), [[3, 3, false], [7, 7, true]]);
});

test("a new cell has no outputs, not even another cell's", () => {
  const added = NOTE.replace("```\n\n", "```\n\n```python\nnew\n```\n\n");
  assert.deepEqual(lines(added), [[3, 3, false], [11, 7, false]]);
});

test("a cell that is gone leaves the others theirs", () => {
  assert.deepEqual(lines(NOTE.replace("```python\nx = 1\n```", "")), [[5, 7, false]]);
});

test("an invalid answer is rejected", () => {
  for (const text of ["", "[]", "{}", "null", '{"cells": 1}']) assert.throws(() => read(text), text);
});
