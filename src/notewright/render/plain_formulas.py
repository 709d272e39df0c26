"""Formulas of plain Markdown: with what macros stand for, since other readers know none of them."""

from __future__ import annotations

from collections.abc import Iterator

from notewright.note.note import Note
from notewright.render.latex_check import FormulaError
from notewright.render.latex_macros import defines
from notewright.render.markdown_output import formula_of
from notewright.render.plain_markdown import Change, Source
from notewright.render.preamble import Preamble


def with_formulas(source: Source) -> Iterator[Change]:
    """Yield formulas without macros in the place of those that have some, or define some."""
    note, macros = source.note, Preamble.of(source.vault).macros.copy()
    if "$" not in note.text or not (macros.known or defines(note.text)):
        return
    for start, end, tex, is_cell in sorted(_formulas(note)):
        try:
            expanded = macros.expand(tex)
        except FormulaError:  # the page shows its source, and so does this
            continue
        if expanded != tex:
            written = note.text[start:end]
            shown = expanded.replace("|", r"\|") if is_cell else expanded
            yield start, end, _rewritten(written, shown.strip()) if expanded.strip() else ""


def _formulas(note: Note) -> Iterator[tuple[int, int, str, bool]]:
    """Yield start, end and LaTeX of the formulas of a note, and whether they stand in a table."""
    places = note.places
    for block in note.parse.blocks:
        if block.type == "math_block" and block.map is not None:
            yield *places.block(*block.map), formula_of(block)[0], False
    for inline in places.inlines():
        for token in inline.children if "$" in inline.token.content else ():
            if token.type == "formula":
                span = places.span(inline, *token.meta["span"])
                yield *span, formula_of(token)[0], inline.is_cell


def _rewritten(written: str, tex: str) -> str:
    """Another formula in the place of one, between the same signs and behind the same marks."""
    before, _, behind = written.partition("$")
    last = written.rpartition("\n")[2]
    if "\n" not in written or not last.rstrip().endswith("$$"):
        marks = "$$" if behind.startswith("$") else "$"
        return f"{before}{marks}{' '.join(tex.split())}{marks}"
    margin = last[: len(last) - len(last.lstrip(" \t>"))]
    lines = [f"{before}$$", *(f"{margin}{line}" for line in tex.split("\n")), f"{margin}$$"]
    return "\n".join(lines)
