import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { programOf, remedy } from "../program.ts";

const none = () => false;

test("what the settings say comes first", () => {
  assert.equal(programOf(" /opt/notewright ", ["/work"], () => true), "/opt/notewright");
});

test("an environment of the workspace comes before the system's", () => {
  const here = (path: string) => path === join("/b", ".venv", "bin", "notewright");
  assert.equal(programOf("", ["/a", "/b"], here), join("/b", ".venv", "bin", "notewright"));
  assert.equal(programOf("", ["/a"], none), "notewright");
  assert.equal(programOf("", [], none), "notewright");
});

test("a server that does not start is reported with a hint", () => {
  assert.match(remedy("/x/notewright", new Error("ENOENT")), /`\/x\/notewright lsp`.*ENOENT.*pip install/);
});

const program = process.env.NOTEWRIGHT_PROGRAM ?? "";

test("the real server answers as this client asks", { skip: !program }, async (context) => {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  writeFileSync(join(root, "mkdocs.yml"), "site_name: One\ndocs_dir: .\nplugins: [{notewright: {dialect: obsidian}}]\n");
  const text = "# A\n\nSee [[nobody]].\n";
  writeFileSync(join(root, "a.md"), text);
  const server = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  context.after(() => server.kill());
  const reader = new StreamMessageReader(server.stdout);
  const connection = createMessageConnection(reader, new StreamMessageWriter(server.stdin));
  const told = new Promise<{ diagnostics: { message: string }[] }>((resolve) =>
    connection.onNotification("textDocument/publishDiagnostics", resolve),
  );
  connection.listen();
  const uri = pathToFileURL(join(root, "a.md")).href;
  const found = (await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: {},
  })) as { capabilities: { executeCommandProvider: { commands: string[] } } };
  const { commands } = found.capabilities.executeCommandProvider;
  assert.ok(commands.includes("notewright.run") && commands.includes("notewright.accept"));
  await connection.sendNotification("initialized", {});
  const textDocument = { uri, languageId: "markdown", version: 1, text };
  await connection.sendNotification("textDocument/didOpen", { textDocument });
  assert.match((await told).diagnostics[0]!.message, /nobody/);
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  connection.dispose();
});
