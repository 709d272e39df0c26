// What views need to know of the plugin: kept apart so that they can be tried without it.

import type { Placed, Value } from "./cells.ts";
import type { Clean, Look } from "./drawing.ts";

export interface Host {
  /** The cells of a note in a text of it; none if nothing is known of them. */
  placed(path: string, text: string): Placed[];
  /** The values that stand in its prose. */
  values(path: string): Value[];
  look(path: string, isEdited: boolean): Look;
  clean: Clean;
  /** Calls back whenever more is known of a note; returns what ends that. */
  listen(path: string, changed: () => void): () => void;
}
