// Starts `notewright lsp` and leaves the rest to it: what is wrong, completion, hover, lenses.

import { existsSync } from "node:fs";
import {
  commands,
  type ExtensionContext,
  languages,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { type CellOutput, outputAt, page } from "./panel.ts";
import { programOf, remedy } from "./program.ts";

let client: LanguageClient | undefined;
let panel: WebviewPanel | undefined;
let shown: { uri: string; line: number } | undefined;

/** The editor has opened a workspace with a `mkdocs.yml`, or asks for one of our commands. */
export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("notewright.restart", start),
    commands.registerCommand("notewright.runNote", () => onNote("notewright.run")),
    commands.registerCommand("notewright.acceptNote", () => onNote("notewright.accept")),
    commands.registerCommand("notewright.showOutput", showOutput),
    languages.onDidChangeDiagnostics(async (change) => {
      if (change.uris.some((each) => each.toString() === shown?.uri)) await fill();
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("notewright.program")) await start();
    }),
  );
  await start();
}

/** The editor ends, or the extension is turned off: so does the server. */
export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function start(): Promise<void> {
  await deactivate();
  const folders = workspace.workspaceFolders?.map((folder) => folder.uri.fsPath) ?? [];
  const said = workspace.getConfiguration("notewright").get<string>("program", "");
  const program = programOf(said, folders, existsSync);
  const server = { command: program, args: ["lsp"] };
  const notes = ["markdown", "python"].map((language) => ({ scheme: "file", language }));
  client = new LanguageClient("notewright", "Notewright", server, {
    documentSelector: notes,
    initializationOptions: { outputs: true },
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void window.showErrorMessage(remedy(program, error));
  }
}

/** Calls a command of the server on the open note, once it is saved: the file is what runs. */
async function onNote(command: string): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!client || !document) return;
  await document.save();
  await client.sendRequest("workspace/executeCommand", {
    command,
    arguments: [document.uri.toString()],
  });
}

/** Shows the output of a cell in a panel; without a place, that of the cell at the cursor. */
async function showOutput(uri?: string, line?: number): Promise<void> {
  const editor = window.activeTextEditor;
  const note = uri ? Uri.parse(uri) : editor?.document.uri;
  if (!note) return;
  shown = { uri: note.toString(), line: line ?? editor?.selection.active.line ?? 0 };
  if (!panel) {
    const place = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    panel = window.createWebviewPanel("notewright.output", "Output of this cell", place);
    panel.onDidDispose(() => {
      panel = shown = undefined;
    });
  }
  panel.reveal(undefined, true);
  await fill();
}

/** Fills the panel with the current output. */
async function fill(): Promise<void> {
  if (!client || !panel || !shown) return;
  const outputs = await client.sendRequest<CellOutput[]>("workspace/executeCommand", {
    command: "notewright.outputs",
    arguments: [shown.uri],
  });
  if (panel && shown) panel.webview.html = page(outputAt(outputs, shown.line));
}
