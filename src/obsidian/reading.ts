// The reading view: outputs stand below the code that Obsidian has drawn, values in its prose.

import { MarkdownRenderChild, type MarkdownPostProcessorContext } from "obsidian";
import { fences } from "./cells.ts";
import { draw } from "./drawing.ts";
import type { Host } from "./host.ts";

const COMPUTED = /^\{python~?\}\s+(.+)$/s;

/** Adds outputs to one section of a note, and draws them again when they change. */
export function show(host: Host, section: HTMLElement, context: MarkdownPostProcessorContext): void {
  const places = [...section.querySelectorAll<HTMLElement>("pre > code")]
    .filter((code) => /\blanguage-(python|py)\b/.test(code.className))
    .map((code) => {
      const place = section.ownerDocument.createElement("div");
      code.parentElement!.after(place);
      return place;
    });
  const values = [...section.querySelectorAll<HTMLElement>("code")].flatMap((code) => {
    const expression = COMPUTED.exec(code.textContent ?? "")?.[1];
    return expression && code.parentElement?.tagName !== "PRE" ? [{ code, expression }] : [];
  });
  if (places.length || values.length)
    context.addChild(new Outputs(section, host, context, places, values));
}

class Outputs extends MarkdownRenderChild {
  private end = (): void => {};

  constructor(
    private section: HTMLElement,
    private host: Host,
    private context: MarkdownPostProcessorContext,
    private places: HTMLElement[],
    private values: { code: HTMLElement; expression: string }[],
  ) {
    super(section);
  }

  override onload(): void {
    this.end = this.host.listen(this.context.sourcePath, () => this.draw());
    this.draw();
  }

  override onunload(): void {
    this.end();
  }

  private draw(): void {
    const info = this.context.getSectionInfo(this.section);
    if (!info) return;
    const path = this.context.sourcePath;
    const isHere = (line: number): boolean => line > info.lineStart && line <= info.lineEnd + 1;
    const placed = this.host.placed(path, info.text);
    // Fences that are no cells have no outputs: blocks and fences go by their order.
    const here = fences(info.text).filter(({ line }) => isHere(line));
    this.places.forEach((place, index) => {
      const found = placed.find(({ fence }) => fence.line === here[index]?.line);
      if (!found) return place.replaceChildren();
      draw(place, found.cell, this.host.look(path, found.isEdited), this.host.clean);
    });
    const values = this.host.values(path).filter(({ line }) => isHere(line));
    for (const { code, expression } of this.values) {
      const at = values.findIndex((value) => value.expression === expression.trim());
      const found = values.splice(at, at < 0 ? 0 : 1)[0];
      if (!found) continue;
      code.textContent = found.text;
      code.className = "nw-value";
      code.title = expression;
    }
  }
}
