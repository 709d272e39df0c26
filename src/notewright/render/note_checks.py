"""Checks what a note shows: its formulas, its diagrams and the outputs of its cells.

Every command asks here, so that a page has no fault that the tests do not know. A page shows
what is wrong as its source, and says nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from notewright.errors import Problem
from notewright.files import Store
from notewright.note.bracketed import bracketed
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.render import (
    diagrams,
    formula_html,
    frame_files,
    markdown_output,
    plotly_html,
    shown_frames,
)
from notewright.render.cell_html import frames_size, shown_mime
from notewright.render.formula_html import FormulaError
from notewright.render.latex_macros import Macros
from notewright.render.preamble import Preamble
from notewright.render.third_parties import has_map, unwritten
from notewright.run.verdicts import CellResult
from notewright.vault.vault import Vault

_WRITTEN = "<IPython.core.display."
"""How the text of a value begins that a writer made of LaTeX alone, with `Math` or `Latex`."""


_NO_REQUEST = "Remove it from the output, or write the address in the cell to allow it"
_WAYS_OUT = {
    "altair": "Show the chart as SVG: `alt.renderers.enable('svg')`, with `vl-convert-python`",
    "animation": "Use `#| steps: true` for a slider, or save a GIF with `PillowWriter`",
    "plotly": "Remove `renderer=`: notewright adds plotly's script to the site",
}
"""What to do instead, by the library that made an output."""


def _library(html: str, code: str) -> str:
    """The library that made an output of HTML, as far as it has another way to show it."""
    if "vega-embed" in html or "vegaEmbed" in html:
        return "altair"
    if "to_jshtml" in code or "new Animation(" in html:
        return "animation"
    return "plotly" if "Plotly.newPlot" in html or "plotly" in html.lower() else ""


def check_shown(vault: Vault, note: Note, results: Sequence[CellResult]) -> Iterator[Problem]:
    """Yield what a page of the note could not show as it is meant.

    Args:
        vault: The vault. Where none of its cells may run, HTML of cells is cleaned.
        note: The note.
        results: What its cells showed, as far as they ran.
    """
    state_dir, trusted = vault.settings.state_dir, vault.settings.execute
    preamble, kinds = Preamble.of(vault), vault.settings.bracketed
    if not note.reads_as_mkdocs:  # else the project's own extensions show both
        yield from note.remembered(
            "formulas",
            f"{preamble.digest}{kinds}",
            lambda: list(_check_formulas(note, preamble.macros.copy(), kinds)),
        )
        if diagrams.LANGUAGE in note.text:
            yield from _check_diagrams(note, diagrams.store_of(state_dir) if trusted else None)
    for result in results:
        if trusted:  # else a page shows but the first
            yield from _check_frames(result, shown_frames.store_of(state_dir))
        if result.cell.options.include:
            yield from _check_outputs(result, trusted=trusted)


def _check_frames(result: CellResult, sizes: Store) -> Iterator[Problem]:
    """Yield if the frames of a cell are too much for a page, or are none that a page can move."""
    if result.problems or result.record is None or not result.record.frames:
        return
    cell = result.cell
    kinds = {mime for each in result.outputs for mime in each.get("data", {})}
    if plotly_html.MIME in kinds:
        message = "an interactive figure cannot have frames"
        yield Problem(cell.file, cell.line, message, "Draw it with Matplotlib")
        return
    size = frames_size(result.record, sizes)
    if size > frame_files.LIMIT:
        message = (
            f"the frames take {size:.0f} KB, more than the limit of {frame_files.LIMIT} KB per cell"
        )
        yield Problem(cell.file, cell.line, message, frame_files.REMEDY)


def formula_fault(tex: str, reason: str) -> tuple[str, str]:
    """What is said of a formula that cannot be shown, and what to do."""
    return f"cannot show the formula `{tex}`: {reason}", "Correct its LaTeX"


def _check_formulas(note: Note, macros: Macros, kinds: Sequence[str]) -> Iterator[Problem]:
    if "$" not in note.text and not kinds:
        return
    found = list(_bracketed(note, kinds))  # line, LaTeX, display
    for block in note.parse.blocks:
        if block.type == "math_block" and block.map is not None:
            opening, *rest = note.parse.lines[block.map[0] : block.map[1]]
            lines = enumerate(["" if opening.rstrip().endswith("$$") else opening, *rest])
            first = (line for line, text in lines if text.strip(" \t>$"))
            line = block.map[0] + 1 + next(first, 0)
            found.append((line, *markdown_output.formula_of(block)))
    for inline in note.places.inlines():
        if "$" not in inline.token.content:
            continue
        for token in inline.children:
            if token.type == "formula":
                place = note.places.place(note.places.span(inline, *token.meta["span"])[0])
                found.append((place.line + 1, *markdown_output.formula_of(token)))
    found.sort(key=lambda each: each[0])  # a macro holds from where it is defined
    for line, tex, display in found:
        try:
            expanded = macros.expand(tex).strip()
            if expanded:
                formula_html.mathml(expanded, display)
        except FormulaError as error:
            yield Problem(note.file, line, *formula_fault(tex, str(error)))


def _bracketed(note: Note, kinds: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield formulas in brackets: the line of each, its LaTeX, and how it is displayed."""
    for inline in note.places.inlines() if kinds and "\\" in note.text else ():
        for start, tex, display in bracketed(inline.token.content, kinds):
            place = note.places.place(note.places.span(inline, start, start + 1)[0])
            yield place.line + 1, tex, display


def _check_diagrams(note: Note, drawings: Store | None) -> Iterator[Problem]:
    for token in note.parse.blocks:
        if token.type == "fence" and token.map is not None and diagrams.is_diagram(token):
            message = diagrams.fault(token.content, drawings)
            if message:
                empty = token.content[: len(token.content) - len(token.content.lstrip("\n"))]
                line = token.map[0] + 2 + empty.count("\n")
                yield Problem(note.file, line, message, diagrams.REMEDY)


def _check_outputs(result: CellResult, *, trusted: bool) -> Iterator[Problem]:
    """Yield what a cell shows and a page cannot, or may not."""
    for output in result.outputs:
        data = output.get("data", {})
        mime = shown_mime(data)
        if any(each.startswith("image/") for each in data) or mime not in data:
            continue
        if not trusted and mime in ("text/html", plotly_html.MIME):
            continue
        yield from _check_output(result.cell, mime, data)


def _check_output(cell: Cell, mime: str, data: dict[str, Any]) -> Iterator[Problem]:
    if mime == "text/html":
        for address in unwritten(data[mime], cell.code)[:1]:
            message = f"the HTML output of the cell would load `{address}` from a third party"
            remedy = _WAYS_OUT.get(_library(data[mime], cell.code), _NO_REQUEST)
            yield Problem(cell.file, cell.line, message, remedy)
    elif mime == plotly_html.MIME and isinstance(data[mime], dict) and has_map(data[mime]):
        message = "this figure would load its map from a third party"
        yield Problem(cell.file, cell.line, message, "Show a static image, or remove the map")
    elif mime == plotly_html.MIME and plotly_html.source() is None:
        message = "plotly is not installed, so its script cannot be added to the site"
        yield Problem(cell.file, cell.line, message, "Install plotly where the site is built")
    elif mime == "text/latex" and data.get("text/plain", _WRITTEN).startswith(_WRITTEN):
        try:
            formula_html.output(data[mime])
        except FormulaError as error:
            tex = " ".join(data[mime].split())
            yield Problem(cell.file, cell.line, *formula_fault(tex, str(error)))
    elif mime == "text/markdown":
        for tex, display in markdown_output.formulas(data[mime]):
            try:
                formula_html.mathml(tex, display)
            except FormulaError as error:
                yield Problem(cell.file, cell.line, *formula_fault(tex, str(error)))
