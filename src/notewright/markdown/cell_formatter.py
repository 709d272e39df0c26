"""Formats the cells of a page as HTML: highlighted code and outputs."""

from __future__ import annotations

import re
from functools import cached_property

from markdown import Markdown
from markdown_it.token import Token

from notewright.errors import Problem
from notewright.markdown.page import Page
from notewright.markdown.pymdownx_private import Superfences
from notewright.markdown.questions import CELL_LEFT_OUT
from notewright.note.cells import OUTPUT, Cell, is_cell, parse_info
from notewright.render.cell_code import CellCode
from notewright.render.cell_html import NOTES, NOTES_END
from notewright.render.provenance import anchor_of
from notewright.run.verdicts import CellResult

_NOTED = re.compile(r"#[ \t]*\(\d+\)!?[ \t]*$", re.M)  # code that leads to a list below it


class CellFormatter:
    """Formats the cells of a page, in the order of their fences."""

    def __init__(self, page: Page, md: Markdown) -> None:
        self._page = page
        self._superfences = Superfences.of(md)
        self.begin()

    def begin(self) -> None:
        """Start with the first cell: a blog converts an excerpt for each page that shows it."""
        self._results = iter(enumerate(self._page.results, start=1))
        self._accepts_output = False

    def show(self, token: Token) -> str | None:
        """The HTML of a cell; empty for its accepted output; None if the fence is not a cell."""
        info = parse_info(token.info)
        if info.language == OUTPUT and self._accepts_output:
            self._accepts_output = False
            return ""
        only_asked = self._page.note.only_asked
        if not is_cell(info, only_asked=only_asked) or self._page.is_altered:
            return None
        number, result = next(self._results)
        self._accepts_output = result.cell.accepted is not None
        if self._page.only_asks and token.level == 0:
            self._page.anchors.add(anchor_of(result.cell, number))
            return CELL_LEFT_OUT
        return self.html(number, result)

    def html(self, number: int, result: CellResult) -> str:
        """The HTML of a cell, by its number in the note and its result."""
        self._page.anchors.add(anchor_of(result.cell, number))
        copies = self._code.attributes(result.cell)
        return self._page.renderer.cell(result, self._highlight, self._page.fold, copies, number)

    @cached_property
    def _code(self) -> CellCode:
        page = self._page
        return CellCode(page.linked, page.results, page.renderer)

    def _highlight(self, cell: Cell) -> str:
        options = self._superfences.options(cell.info.attributes)
        for name in sorted({"hl_lines", "linenums"} & cell.info.attributes.keys() - options.keys()):
            message = f"invalid value for `{name}`: `{cell.info.attributes[name]}`"
            remedy = "Use line numbers, such as `2 4-6`"
            self._page.problems.append(Problem(cell.file, cell.line, message, remedy))
        language = "pycon" if cell.is_doctest else "python"
        code = cell.code.rstrip("\n")
        given = code, language, options, cell.info.classes
        html = self._superfences.highlight(*given, lines=len(cell.source))
        html = self._code.with_links(cell, html)
        return f"{html}{NOTES}{NOTES_END}" if _NOTED.search(code) else html
