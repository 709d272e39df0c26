"""Appends elements to a page: the foot of a note, or the whole of a page that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor


class AppendProcessor(Treeprocessor):
    """Puts elements behind a page's own, or in their place.

    Register it at priority 4: below the toc (5), whose list is of the writer's headings, and
    above MkDocs' rewriting of links (0). Pages that are made and not written stand above it.
    """

    def __init__(self, md: Markdown, elements: Iterable[Element], replace: bool = False) -> None:
        super().__init__(md)
        self._elements = list(elements)
        self._replace = replace

    def run(self, root: Element) -> None:
        """Add the elements."""
        if self._replace:
            root.clear()
        root.extend(self._elements)
