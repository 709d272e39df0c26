// Live preview: outputs stand below the fences of the editor, and follow what is typed.

import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { editorInfoField, editorLivePreviewField } from "obsidian";
import type { Placed } from "./cells.ts";
import { draw } from "./drawing.ts";
import type { Host } from "./host.ts";

/** Asks an editor to look again at what is known of its note. */
export const again = StateEffect.define<null>();

class OutputWidget extends WidgetType {
  constructor(
    private host: Host,
    private path: string,
    private placed: Placed,
    private said: string,
  ) {
    super();
  }

  override eq(other: OutputWidget): boolean {
    return other.placed.cell === this.placed.cell && other.said === this.said;
  }

  override toDOM(view: EditorView): HTMLElement {
    const element = view.dom.ownerDocument.createElement("div");
    const { cell, isEdited } = this.placed;
    draw(element, cell, this.host.look(this.path, isEdited), this.host.clean);
    return element;
  }

  override ignoreEvent(): boolean {
    return true; // a click is the reader's: text can be selected, details opened
  }
}

/** The extension that an editor takes. */
export function liveOutputs(host: Host): Extension {
  return StateField.define<DecorationSet>({
    create: (state) => decorate(host, state),
    update: (old, change) => {
      const isOther = change.effects.some((effect) => effect.is(again));
      const live = (state: EditorState) => state.field(editorLivePreviewField, false);
      const isSame = !change.docChanged && !isOther && live(change.startState) === live(change.state);
      return isSame ? old : decorate(host, change.state);
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}

function decorate(host: Host, state: EditorState): DecorationSet {
  const path = state.field(editorInfoField, false)?.file?.path;
  if (!path || !state.field(editorLivePreviewField, false)) return Decoration.none;
  const made = host.placed(path, state.doc.toString()).map((placed) => {
    const said = JSON.stringify(host.look(path, placed.isEdited));
    const widget = new OutputWidget(host, path, placed, said);
    return Decoration.widget({ widget, block: true, side: 1 }).range(
      state.doc.line(placed.fence.lastLine).to,
    );
  });
  return Decoration.set(made);
}
