"""Cross-references: formulas have numbers, and links say which formula or figure they name.

A formula has a number if its block id begins with `eq-`, a figure if it has a caption. Both count
from the top of a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright.note.note import Note

FIGURE = "fig-"
"""Begins the labels of figures, and so the fragments of links to them."""

_WAITS = "data-nw-figure"
_LINK = re.compile(rf"<a (?P<before>[^>]*){_WAITS}=\"\"(?P<after>[^>]*)>(?P<text>[^<]*)</a>")
_HREF = re.compile(r'\bhref="#([^"]*)"')


class Equations(Treeprocessor):
    """Puts a number beside each formula that has one.

    Register it below formulas (16), before which nothing tells one from a paragraph.
    """

    def __init__(self, md: Markdown, note: Note) -> None:
        super().__init__(md)
        self._note = note

    def run(self, root: Element) -> None:
        """Number them."""
        numbers = self._note.equations
        for element in list(root.iter()) if numbers else ():
            number = numbers.get(element.get("id", ""))
            if number is None:
                continue
            # The id of the last block of a quote is the quote's.
            formula = next(filter(_is_formula, (element, *reversed(list(element)))), None)
            if formula is not None:
                formula.set("class", f"{formula.get('class', '')} nw-equation".strip())
                SubElement(formula, "span", {"class": "nw-number"}).text = f"({number})"


def _is_formula(element: Element) -> bool:
    """Whether a block is a formula and nothing else."""
    if element.tag == "div" and element.get("class") == "nw-formula":
        return True
    texts = [element.text, *(each.tail for each in element)]
    has_text = any(text.strip() for text in texts if text)
    kinds = [each.get("class") for each in element]
    return element.tag == "p" and not has_text and kinds == ["nw-formula"]


def wait(link: Element) -> None:
    """Let a link to a figure of its page say the figure's number, once all are known."""
    link.set(_WAITS, "")


def number_figures(md: Markdown) -> None:
    """Let the links of a page to its figures say which these are."""
    convert: Callable[[str], str] = md.convert
    md.convert = lambda source: _numbered(convert(source))  # type: ignore[method-assign]


def _numbered(html: str) -> str:
    if _WAITS not in html:
        return html
    numbers = _Figures(html).numbers

    def said(match: re.Match[str]) -> str:
        attributes = f"{match['before']}{match['after']}".strip()
        found = _HREF.search(attributes)
        number = numbers.get(unquote(unescape(found[1]))) if found else None
        return f"<a {attributes}>{f'Fig. {number}' if number else match['text']}</a>"

    return _LINK.sub(said, html)


class _Figures(HTMLParser):
    """The numbers of the figures of a page by the ids of their cells, as its styles count them."""

    _VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area"})
    _UNCOUNTED = frozenset({"nw-results", "nw-multiples"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}
        self._open: list[tuple[str, str, frozenset[str]]] = []
        self._count = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is open, and count a caption."""
        told = dict(attrs)
        classes = frozenset((told.get("class") or "").split())
        if tag == "figcaption" and self._open and "nw-figure" in self._open[-1][2]:
            self._number()
        if tag not in self._VOID:
            self._open.append((tag, told.get("id") or "", classes))

    def handle_endtag(self, tag: str) -> None:
        """Close it, with what was never closed within it."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it."""

    def _number(self) -> None:
        if any(classes & self._UNCOUNTED for _, _, classes in self._open):
            return
        self._count += 1
        cells = [name for _, name, classes in self._open if "nw-cell" in classes and name]
        for name in cells[-1:]:
            self.numbers.setdefault(name, self._count)
