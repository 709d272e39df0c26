import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { keep, place, type Shown } from "../cells.ts";
import type { Host } from "../host.ts";
import { again, liveOutputs } from "../live.ts";
import { editorInfoField, editorLivePreviewField, sanitizeHTMLToDom, TFile } from "./obsidian.ts";

const NOTE = "Text.\n\n```python\nprint(1)\n```\n\nMore.";

function shown(text: string): Shown {
  const outputs = [{ output_type: "stream", name: "stdout", text }];
  const rest = { label: "", reasons: [], hidden: false, alt: [], captions: [], values: [] };
  const cells = [{ line: 3, last_line: 5, state: "fresh" as const, outputs, ...rest }];
  return keep({ file: "a.md", execute: true, cells }, NOTE);
}

function editor(known: () => Shown | null, isLive = true): EditorView {
  const host: Host = {
    placed: (_, text) => place(text, known()?.cells ?? []),
    values: () => [],
    look: (_, isEdited) => ({ isEdited, isRunning: false, isKept: false }),
    clean: sanitizeHTMLToDom,
    listen: () => () => {},
  };
  const extensions = [
    editorInfoField.init(() => ({ file: new TFile("a.md") })),
    editorLivePreviewField.init(() => isLive),
    liveOutputs(host),
  ];
  return new EditorView({ state: EditorState.create({ doc: NOTE, extensions }), parent: document.body });
}

const outputs = (view: EditorView) =>
  [...view.dom.querySelectorAll(".nw-outputs")].map((each) => each.textContent);

test("outputs appear after the fence when they are known", () => {
  let known: Shown | null = null;
  const view = editor(() => known);
  assert.deepEqual(outputs(view), []);
  known = shown("1\n");
  view.dispatch({ effects: again.of(null) });
  assert.deepEqual(outputs(view), ["1"]);
  const place = view.dom.querySelector(".nw-outputs")!;
  assert.equal(place.previousElementSibling?.textContent, "```");
});

test("typing in the cell marks it, and taking it back unmarks it", () => {
  const view = editor(() => shown("1\n"));
  const at = NOTE.indexOf("1)");
  view.dispatch({ changes: { from: at, insert: "2" } });
  assert.deepEqual(outputs(view), ["Stale: the code has changed1"]);
  view.dispatch({ changes: { from: at, to: at + 1 } });
  assert.deepEqual(outputs(view), ["1"]);
});

test("typing elsewhere leaves what is drawn", () => {
  const kept = shown("1\n");
  const view = editor(() => kept);
  const before = view.dom.querySelector(".nw-outputs");
  view.dispatch({ changes: { from: 0, insert: "More text.\n" } });
  assert.equal(view.dom.querySelector(".nw-outputs"), before);
});

test("the source mode shows the source", () => {
  assert.deepEqual(outputs(editor(() => shown("1\n"), false)), []);
});
