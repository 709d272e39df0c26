"""Notes of an MkDocs project, which Python-Markdown converts with the project's extensions.

notewright adds cells with their outputs, values in the text, wikilinks, callouts and embeds. A page
that uses none of them is the same as without notewright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from notewright.errors import Problem
from notewright.markdown.callouts import take_callout
from notewright.markdown.cell_formatter import CellFormatter
from notewright.markdown.page import Page
from notewright.markdown.prose_values import with_values
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.run.verdicts import CellResult

_MARK = "\ue000nw-cell-{}\ue001"
"""Placeholder for a cell until Python-Markdown can stash its HTML, of private-use characters."""
_MARKED = re.compile("^(?P<before>.*?)\ue000nw-cell-(?P<number>[0-9]+)\ue001$")
_OPENING = re.compile(r"(?P<before>[^`~]*)(?:`{3,}|~{3,})")
_QUOTES = re.compile(r"[^>\s]")


class ProjectCells(Preprocessor):
    """Replaces the cells of a note by placeholders, and inserts values into its text.

    Register it above pymdownx.snippets (32), which would change the code of cells. Register `shown`
    below the normalization of the text (30), which removes Python-Markdown's own placeholders.
    """

    def __init__(self, md: Markdown, page: Page, cells: CellFormatter) -> None:
        super().__init__(md)
        self._page = page
        self._cells = cells
        self._html: list[str] = []
        self.shown = ShownCells(md, self._html)

    def run(self, lines: list[str]) -> list[str]:
        """Replace the cells in the lines of a note."""
        self._html.clear()
        note, skipped = self._page.note, 0
        text = "\n".join(lines)
        is_own = note.text.rstrip().endswith(text.rstrip())
        if is_own:
            start = len(note.text.rstrip()) - len(text.rstrip())
            skipped = note.text.count("\n", 0, start)
        else:
            note, start = replace(note, text=text), 0
        text = with_values(text, note.values, start, self._page.results)
        lines = text.split("\n")
        self._cells.begin()
        pairs = list(_paired(note.cells, self._page.results))
        for cell, number, result in pairs:
            self._html.append(self._cells.html(number, result))
            mark = _MARK.format(len(self._html) - 1)
            _put(lines, cell, skipped, mark)
        if len(pairs) < len(self._page.results):
            self._tell_missing(pairs)
        return lines

    def _tell_missing(self, pairs: Sequence[tuple[Cell, int, CellResult]]) -> None:
        """Report a cell that ran and is not on the page, because another plugin changed it."""
        shown = {number for _, number, _ in pairs}
        results = enumerate(self._page.results, start=1)
        cell = next(result.cell for number, result in results if number not in shown)
        message = "the page does not show this cell: another plugin or extension changes its code"
        remedy = "With the `macros` plugin, set `render_macros: false` in the note's properties"
        self._page.problems.append(Problem(cell.file, cell.line, message, remedy))


class ShownCells(Preprocessor):
    """Replaces the placeholders of cells by stashed HTML."""

    def __init__(self, md: Markdown, html: Sequence[str]) -> None:
        super().__init__(md)
        self._html = html

    def run(self, lines: list[str]) -> list[str]:
        """Replace the placeholders in the lines of a note."""
        if not self._html:
            return lines
        return [shown for line in lines for shown in self._shown(line)]

    def _shown(self, line: str) -> Sequence[str]:
        match = _MARKED.match(line)
        if match is None:
            return [line]
        before = match["before"]
        shown = before + self.md.htmlStash.store(self._html[int(match["number"])])
        empty = _QUOTES.sub(" ", before).rstrip()
        begins_item = before.strip(" \t>")
        return [*([] if begins_item else [empty]), shown, empty]  # else it joins a paragraph


def _paired(
    cells: Sequence[Cell], results: Sequence[CellResult]
) -> Iterator[tuple[Cell, int, CellResult]]:
    """Yield the cells of a text with the results of the same code, in order."""
    number = 0
    for cell in cells:
        rest = enumerate(results[number:], start=number + 1)
        found = next((at for at, each in rest if each.cell.code == cell.code), None)
        if found is not None:
            number = found
            yield cell, number, results[number - 1]


def _put(lines: list[str], cell: Cell, skipped: int, mark: str) -> None:
    """Replace a cell and its accepted output by a placeholder, and keep the number of lines."""
    first, last = cell.line - 1 - skipped, cell.last_line - skipped
    if cell.accepted is not None:
        last = cell.accepted.last_line - skipped
    opening = _OPENING.match(lines[first])
    before = opening["before"] if opening is not None else ""
    empty = _QUOTES.sub(" ", before).rstrip()
    lines[first:last] = [before + mark, *[empty] * (last - first - 1)]
    if cell.block_id_line:
        lines[cell.block_id_line - 1 - skipped] = empty


class Callouts(Treeprocessor):
    """Turns quotes that start with `[!note]` into callouts.

    Register it above inline patterns (20), while the text of a quote is in one piece.
    """

    def run(self, root: Element) -> None:
        """Change them in place."""
        for quote in list(root.iter("blockquote")):
            first = next(iter(quote), None)
            if first is not None and first.tag == "p" and not (quote.text or "").strip():
                take_callout(quote, first)


def reads(note: Note) -> bool:
    """Whether a note is converted in this way. Bases and notebooks never are."""
    return note.reads_as_mkdocs and not (note.is_base or note.is_notebook)
