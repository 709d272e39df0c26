// Which program the extension starts.

import { join } from "node:path";

/** Where an environment of Python keeps its programs, and what ours is called there. */
const PLACES = process.platform === "win32" ? ["Scripts", "notewright.exe"] : ["bin", "notewright"];

/**
 * Finds the program: what the settings say, else that of an environment in the workspace, else
 * the one that the system finds by its name.
 */
export function programOf(said: string, folders: string[], exists: (path: string) => boolean): string {
  if (said.trim()) return said.trim();
  const own = folders.flatMap((folder) =>
    [".venv", "venv"].map((name) => join(folder, name, ...PLACES)),
  );
  return own.find(exists) ?? "notewright";
}

/** What to do where the server does not start. */
export function remedy(program: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return `\`${program} lsp\` did not start: ${said}. Install it with \`pip install 'notewright[lsp]'\`, or set its path in the setting notewright.program`;
}
