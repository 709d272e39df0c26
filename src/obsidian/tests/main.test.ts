// The whole plugin with stand-ins for Obsidian, and with the real command where
// `NOTEWRIGHT_PROGRAM` says where that is.

import "./page.ts";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import NotewrightPlugin, { outcome } from "../main.ts";
import { answers, App, MarkdownView, notices, Platform, questions, TFile } from "./obsidian.ts";

const NOTE = "# A\n\n```python\nprint(6 * 7)\n```\n\nIt is `{python} 6 * 7`.\n";
const CELL = {
  ...{ line: 3, last_line: 5, label: "", state: "fresh", reasons: [], hidden: false },
  outputs: [{ output_type: "stream", name: "stdout", text: "42\n" }],
  ...{ alt: [], captions: [], values: [{ line: 7, expression: "6 * 7", text: "42" }] },
};

interface Set {
  app: App;
  plugin: NotewrightPlugin;
  file: TFile;
  root: string;
  calls(): string[];
}

/** A vault with one note, and a program that answers as notewright does and keeps what it is told. */
async function start(answer: unknown = { file: "a.md", execute: true, cells: [CELL] }): Promise<Set> {
  const root = mkdtempSync(join(tmpdir(), "vault-"));
  const program = join(root, "stand in");
  writeFileSync(join(root, "answer"), JSON.stringify(answer));
  writeFileSync(program, '#!/bin/sh\necho "$@" >> calls\n[ "$1" = show ] && cat answer\ntrue\n', { mode: 0o755 });
  const app = new App(root);
  app.device.set("notewright", { program });
  const made = await plugin(app);
  const calls = () => {
    const log = join(root, "calls");
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  };
  return { ...made, app, root, calls };
}

async function plugin(app: App, note = NOTE): Promise<{ plugin: NotewrightPlugin; file: TFile }> {
  const file = new TFile("a.md");
  app.vault.adapter.files.set(file.path, note);
  app.workspace.views = [new MarkdownView(file)];
  const made = new NotewrightPlugin(app as never, {} as never);
  await made.onload();
  return { plugin: made, file };
}

/** What the reading view shows of the note. */
function read(set: { plugin: NotewrightPlugin }): HTMLElement {
  const section = document.createElement("div");
  section.innerHTML =
    '<pre><code class="language-python">print(6 * 7)</code></pre><p><code>{python} 6 * 7</code></p>';
  const info = { text: NOTE, lineStart: 2, lineEnd: 6 };
  const context = {
    sourcePath: "a.md",
    getSectionInfo: () => info,
    addChild: (child: { onload(): void }) => child.onload(),
  };
  const processors = (set.plugin as unknown as { processors: ((...given: unknown[]) => void)[] }).processors;
  for (const process of processors) process(section, context);
  return section;
}

async function choose(set: Set, id: string): Promise<void> {
  const { commands } = set.plugin as unknown as { commands: { id: string; checkCallback(is: boolean): boolean }[] };
  commands.find((each) => each.id === id)!.checkCallback(false);
  const before = notices.length;
  for (let tries = 0; tries < 500 && notices.length === before; tries++)
    await new Promise((done) => setTimeout(done, 10));
}

const open = (set: { plugin: NotewrightPlugin; file: TFile }) => set.plugin.open(set.file as never);

beforeEach(() => {
  for (const list of [answers, notices, questions]) list.length = 0;
  Platform.isDesktopApp = true;
});

test("an open note shows its outputs below the code and in the prose", async () => {
  const set = await start();
  const section = read(set);
  assert.equal(section.querySelector(".nw-outputs"), null);
  answers.push("Allow");
  await open(set);
  assert.equal(section.querySelector(".nw-outputs pre")!.textContent, "42");
  assert.equal(section.querySelector("p")!.textContent, "42");
  assert.deepEqual(set.calls(), [`show ${set.root}/a.md --json`]);
});

test("nothing is called before the writer allows it, and the answer stays on the device", async () => {
  const set = await start();
  answers.push("Only show saved outputs");
  await open(set);
  assert.match(questions[0]!, /stand in/);
  assert.deepEqual(set.calls(), []);
  await open(set);
  assert.equal(questions.length, 2, "the question appears once, in two paragraphs");
  assert.equal((set.app.device.get("notewright") as { isAllowed: boolean }).isAllowed, false);
  assert.deepEqual([...set.app.vault.adapter.files.keys()], ["a.md"]);
});

test("only a command reopens a question that was closed", async () => {
  const set = await start();
  answers.push(null);
  await open(set);
  await open(set);
  assert.equal(questions.length, 2);
  answers.push("Allow");
  await choose(set, "why");
  assert.deepEqual(notices, ["All cells in this note are fresh"]);
});

test("a vault does not say what is called: its settings count for nothing", async () => {
  const set = await start();
  set.app.vault.adapter.files.set(".obsidian/plugins/notewright/data.json", '{"program": "evil", "isAllowed": true}');
  const again = await plugin(set.app);
  assert.equal(again.plugin.decided.program, join(set.root, "stand in"));
  assert.equal(again.plugin.decided.isAllowed, null);
});

test("what was seen once is shown where notewright is not: on a phone, say", async () => {
  const set = await start();
  answers.push("Allow");
  await open(set);
  Platform.isDesktopApp = false;
  const phone = await plugin(set.app);
  const section = read(phone);
  await open(phone);
  assert.match(section.querySelector("[role=status]")!.textContent!, /Saved earlier/);
  assert.equal(section.querySelector(".nw-outputs pre")!.textContent, "42");
  assert.equal(set.calls().length, 1);
});

test("a command saves the note, runs it and shows what changed", async () => {
  const set = await start();
  set.app.device.set("notewright", { ...set.plugin.decided, isAllowed: true });
  const again = { ...set, ...(await plugin(set.app)) };
  await choose(again, "accept");
  assert.equal(set.app.workspace.views[0]!.saved, 1);
  for (let tries = 0; tries < 500 && set.calls().length < 2; tries++)
    await new Promise((done) => setTimeout(done, 10));
  assert.deepEqual(set.calls(), [`accept ${set.root}/a.md`, `show ${set.root}/a.md --json`]);
});

test("a missing program is reported with a hint", async () => {
  const set = await start();
  set.plugin.decide({ program: join(set.root, "nothing here"), isAllowed: true });
  await choose(set, "run");
  assert.match(notices[0]!, /Cannot find the program `.*nothing here`\. Install it with `pip install/);
});

test("a run that failed says the lines", () => {
  const problems = [{ line: 4, message: "NameError: name 'x' is not defined", remedy: "Define it" }];
  const said = { status: 1, output: JSON.stringify({ ran: 1, fresh: 0, problems }), errors: "" };
  assert.equal(outcome(said), "Line 4: NameError: name 'x' is not defined. Define it");
  assert.equal(outcome({ status: 1, output: "", errors: "no mkdocs.yml" }), "no mkdocs.yml");
});

const program = process.env.NOTEWRIGHT_PROGRAM ?? "";

test("with the real command, a note runs, goes stale and is fresh again", { skip: !program }, async () => {
  const project = mkdtempSync(join(tmpdir(), "project-"));
  writeFileSync(join(project, "mkdocs.yml"), "site_name: Real\nplugins: [notewright]\n");
  mkdirSync(join(project, "docs"));
  const note = NOTE.replace("6 * 7)", "open('x.txt').read())");
  writeFileSync(join(project, "docs", "a.md"), note);
  writeFileSync(join(project, "x.txt"), "forty-two");
  const app = new App(join(project, "docs"));
  app.device.set("notewright", { program, isAllowed: true });
  const set = await plugin(app, note);
  const shown = () => set.plugin.placed("a.md", note).map(({ cell }) => [cell.state, cell.outputs[0]?.text]);
  const act = (name: "run" | "why") => set.plugin[name](set.file as never);
  await open(set);
  assert.deepEqual(shown(), [["stale", undefined]]);
  await act("run");
  assert.deepEqual(shown(), [["fresh", "forty-two\n"]]);
  assert.deepEqual(set.plugin.values("a.md").map((value) => value.text), ["42"]);
  writeFileSync(join(project, "x.txt"), "43");
  await act("why");
  assert.match(notices.at(-1)!, /^Line 3: Stale: .*x\.txt/);
  await act("run");
  assert.deepEqual(shown(), [["fresh", "43\n"]]);
});
