// Calls the command `notewright` on the writer's own machine.

/** What a command said, and how it ended. */
export interface Said {
  status: number;
  output: string;
  errors: string;
}

/** Most that is read of an answer: figures of a long note are some megabytes. */
const MOST = 256 * 2 ** 20;

/**
 * Runs notewright in a folder and waits for its end. No shell reads the words.
 *
 * Throws with what to do where the program cannot be started.
 */
export async function call(program: string, folder: string, words: string[]): Promise<Said> {
  const { execFile } = await import("child_process");
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: MOST, windowsHide: true, shell: false };
    execFile(program, words, options, (error, output, errors) => {
      if (error && typeof error.code !== "number") reject(new Error(why(program, error.code)));
      else resolve({ status: Number(error?.code ?? 0), output, errors });
    });
  });
}

function why(program: string, code: unknown): string {
  if (code === "ENOENT")
    return `Cannot find the program \`${program}\`. Install it with \`pip install notewright\`, and enter its full path in the settings of this plugin: Obsidian does not use virtual environments`;
  if (code === "EACCES") return `\`${program}\` is not executable`;
  return `\`${program}\` was stopped`;
}
