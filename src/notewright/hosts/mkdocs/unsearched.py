"""Unsearched parts of a page: they are out of it while plugins read it for the search index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mkdocs.structure.pages import Page

from notewright.render import figure_html, search_entries
from notewright.render.page_foot import without_foot

_FOOT = "<!--nw-foot-->"
_NOTHING = object()


class Unsearched:
    """The figures and the foot of the page that is being made, and maybe its cells.

    Attributes:
        cells: The cells and blocks of code that were taken out.
        text: The page without all of it.
        known: Addresses of pages that need not be read: the index has what they say.
        is_ours: Whether no plugin reads the page that is being made, since we do.
    """

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.is_ours = False
        self._search: Any = None
        self._figures: Sequence[str] = []
        self._foot = ""
        self.cells: Sequence[str] = []
        self.text = ""

    def take_out(self, page: Page, *, is_ours: bool) -> None:
        """Before the search index reads a page: it would parse each path of each figure.

        What stands at its foot is said in the notes; each heading there would be one more hit.

        Args:
            page: The page.
            is_ours: Whether the index is ours: then cells and blocks of code are taken out, too.
        """
        before, self._foot, after = without_foot(page.content or "")
        text = before + _FOOT + after if self._foot else before
        text, self._figures = figure_html.without_figures(text)
        self.cells = []
        self.is_ours = is_ours
        if is_ours:
            text, self.cells = search_entries.set_aside(text)
        page.content = self.text = text
        if self._is_hidden(page):
            self._search = page.meta.get("search", _NOTHING)
            page.meta["search"] = {"exclude": True}

    def put_back(self, page: Page) -> None:
        """After all plugins have read a page, and before its template does."""
        if self._is_hidden(page):
            if self._search is _NOTHING:
                del page.meta["search"]
            else:
                page.meta["search"] = self._search
        content = search_entries.put_back(page.content or "", self.cells)
        content = figure_html.with_figures(content, self._figures)
        if self._foot:
            before, _, after = content.rpartition(_FOOT)  # a note may hold that comment, too
            content = before + self._foot + after
        page.content = content

    def _is_hidden(self, page: Page) -> bool:
        return self.is_ours or page.url in self.known
