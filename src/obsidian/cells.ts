// Cells of a note: what `notewright show --json` says of them, and where they stand in its text.

/** One output, in the form of notebooks. */
export interface Output {
  output_type: string;
  name?: string;
  text?: string;
  ename?: string;
  evalue?: string;
  data?: Record<string, unknown>;
}

/** A value that the run writes into the prose: `{python} acc` shows it. */
export interface Value {
  line: number;
  expression: string;
  text: string;
}

/** Why a cell failed when it last ran. */
export interface CellError {
  line: number;
  message: string;
  remedy: string;
  detail: string;
}

export interface Cell {
  line: number;
  last_line: number;
  label: string;
  state: "fresh" | "stale" | "failed" | "broken";
  reasons: string[];
  /** Missing in outputs that an earlier version stored. */
  errors?: CellError[];
  hidden: boolean;
  outputs: Output[];
  alt: string[];
  captions: string[];
  values: Value[];
  /** The text of its fence when this was asked for: `keep` adds it. */
  fence?: string;
}

export interface Shown {
  file: string;
  /** Whether the project lets cells run at all. */
  execute: boolean;
  cells: Cell[];
}

/** A fence of Python in a text; lines are counted from 1, as notewright counts them. */
export interface Fence {
  line: number;
  lastLine: number;
  text: string;
}

/** A fence with the cell that it is, or was before somebody edited it. */
export interface Placed {
  fence: Fence;
  cell: Cell;
  isEdited: boolean;
}

/** Reads what `show --json` printed; throws where it is something else. */
export function read(text: string): Shown {
  const found: unknown = JSON.parse(text);
  if (typeof found !== "object" || found === null || !Array.isArray((found as Shown).cells))
    throw new Error("this is not the output of `notewright show --json`");
  return found as Shown;
}

/** The same, with the text of each cell's fence, by which it is found again after edits. */
export function keep(shown: Shown, note: string): Shown {
  const lines = note.split("\n");
  const cells = shown.cells.map((cell) => ({
    ...cell,
    fence: lines.slice(cell.line - 1, cell.last_line).join("\n"),
  }));
  return { ...shown, cells };
}

const OPENING = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})\s*(?:python|py)\b/;

/** The fences of Python in a text, in order. */
export function fences(note: string): Fence[] {
  const lines = note.split("\n");
  const found: Fence[] = [];
  for (let at = 0; at < lines.length; at++) {
    const any = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})/.exec(lines[at]!);
    if (!any) continue;
    const mark = any[1]!;
    const closing = new RegExp(`^[\\s>]*${mark[0]}{${mark.length},}\\s*$`);
    let end = at + 1;
    while (end < lines.length && !closing.test(lines[end]!)) end++;
    if (OPENING.test(lines[at]!) && end < lines.length)
      found.push({ line: at + 1, lastLine: end + 1, text: lines.slice(at, end + 1).join("\n") });
    at = end;
  }
  return found;
}

/**
 * Finds the cells in a text that may have been edited since.
 *
 * Fences whose text is the same are paired in order. What is left between two such pairs is
 * taken for edited cells, in order, if there are as many fences as cells.
 */
export function place(note: string, cells: readonly Cell[]): Placed[] {
  const present = fences(note);
  const pairs: [number, number][] = [];
  let from = 0;
  cells.forEach((cell, index) => {
    const at = present.findIndex((fence, number) => number >= from && fence.text === cell.fence);
    if (at < 0) return;
    pairs.push([at, index]);
    from = at + 1;
  });
  const placed: Placed[] = [];
  let before: [number, number] = [-1, -1];
  for (const pair of [...pairs, [present.length, cells.length] as [number, number]]) {
    const gap = pair[0] - before[0];
    for (let step = 1; gap === pair[1] - before[1] && step < gap; step++) {
      const fence = present[before[0] + step]!;
      placed.push({ fence, cell: cells[before[1] + step]!, isEdited: true });
    }
    const fence = present[pair[0]];
    if (fence) placed.push({ fence, cell: cells[pair[1]]!, isEdited: false });
    before = pair;
  }
  return placed;
}
