// The panel "Output of this cell": a page without programs.

/** A part of a cell's output, as the server has it. */
export interface Part {
  text: string;
  image: string;
}

/** The output of a cell: the line of its closing fence, from 0, and its parts. */
export interface CellOutput {
  line: number;
  isError: boolean;
  parts: Part[];
}

/** The cell at a line: the first that ends there or below it. */
export function outputAt(outputs: CellOutput[], line: number): CellOutput | undefined {
  return outputs.filter((each) => each.line >= line).sort((a, b) => a.line - b.line)[0];
}

/** The page of a panel. Images hold their data, and nothing else may be loaded. */
export function page(output: CellOutput | undefined): string {
  const parts = output?.parts.map(html).join("\n") || "<p>No output. Run the note first.</p>";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Output of this cell</title>
<style>
body { color: var(--vscode-editor-foreground); padding: 1em; }
pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); overflow-x: auto; }
.error { color: var(--vscode-errorForeground); }
img { background: #fff; max-width: 100%; }
</style>
</head>
<body${output?.isError ? ' class="error"' : ""}>
${parts}
</body>
</html>`;
}

function html(part: Part): string {
  if (/^data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]+$/.test(part.image)) {
    return `<img alt="Figure" src="${part.image}">`;
  }
  return `<pre>${escaped(part.text)}</pre>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
