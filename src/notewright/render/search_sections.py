"""Sections of a page, for a search index: each heading with the text below it, read in one pass.

A section goes on to the next heading. A heading within another element, such as a callout, ends
with that element: what follows belongs to the section around it again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from notewright.render.search_entries import aside

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNREAD = frozenset(("object", "script", "select", "style"))
_EXCLUDED = "data-search-exclude"
_BOX = f'<div {_EXCLUDED}="">'
_DIV = re.compile(r"<(/?)div\b", re.IGNORECASE)
_TOLD = re.compile(r"<(?:h[1-6]|object|script|select|style|!)", re.IGNORECASE)
"""What counts in a box that nobody is to find: headings, and what may hold tags that are none."""
_APART = frozenset(("code", "li", "ol", "p", "pre", "sub", "sup", "ul"))
"""Elements whose texts are words of their own, and which titles keep."""
_SPACED = frozenset(("br", "dd", "div", "dt", "td", "th"))
"""Others whose texts are words of their own: Material runs them into each other."""
_APART_UNSEEN = "\u2063"
"""Unicode's invisible separator, which stands before each symbol of a formula."""
_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img"),
        *("input", "link", "meta", "param", "source", "track", "wbr"),
    )
)
_ENDED = sys.maxsize


@dataclass(slots=True)
class Section:
    """One section.

    Attributes:
        id: The id of its heading; "" for the beginning of a page.
        depth: How many elements are open where its heading begins, that among them.
        is_excluded: Whether its heading says that nobody is to find it.
        heading: The parts of its heading: text, escaped, and the tags that titles keep.
        parts: Those of its text, escaped.
        asides: Numbers of what was taken out of it.
    """

    id: str = ""
    depth: int = 0
    is_excluded: bool = False
    heading: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    asides: list[int] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its heading as HTML."""
        return "".join(self.heading).strip()

    @property
    def text(self) -> str:
        """Its text, still escaped, on one line."""
        return " ".join("".join(self.parts).replace(_APART_UNSEEN, "").split())

    @property
    def apart(self) -> str:
        """The same with the symbols of formulas apart, which are no word together."""
        return " ".join("".join(self.parts).replace(_APART_UNSEEN, " ").split())


def sections(html: str) -> Sequence[Section]:
    """The sections of a page, but for those that nobody is to find."""
    page = _Page()
    page.feed(_without_boxes(html))
    page.close()
    return [each for each in page.found if not each.is_excluded]


def _without_boxes(html: str) -> str:
    """A page with empty boxes for those of which nothing is read: a base may be all of its page."""
    parts, at = [], 0
    while (start := html.find(_BOX, at)) >= 0:
        inner = start + len(_BOX)
        parts.append(html[at:inner])
        at = _end_of_box(html, inner)
        if _TOLD.search(html, inner, at):
            parts.append(html[inner:at])
    return "".join([*parts, html[at:]])


def _end_of_box(html: str, inner: int) -> int:
    """Where a box ends whose inside begins here; right here if nothing ends it."""
    depth = 1
    for match in _DIV.finditer(html, inner):
        depth += -1 if match[1] else 1
        if not depth:
            return match.start()
    return inner


class _Page(HTMLParser):
    """Reads a page. A depth of 0 says that no such element is open."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Section] = []
        self._current = Section()
        self._open: list[str] = []
        self._unread = 0
        self._heading = 0
        self._permalink = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SPACED:
            self._add(" ", " ")
        if tag in _VOID:
            return
        self._open.append(tag)
        depth, given = len(self._open), dict(attrs)
        is_excluded = _EXCLUDED in given
        if tag in _HEADINGS and given.get("id"):
            self._begin(Section(given["id"] or "", depth, is_excluded), is_title=tag == "h1")
        self._ensure()
        is_unread = is_excluded or tag in _UNREAD or given.get("class") == "linenodiv"
        is_unread |= tag == "math" and given.get("display") == "block"  # its text is no words
        if is_unread and not self._unread:
            self._unread = depth
        if tag == "a" and self._heading and given.get("class") == "headerlink":
            self._permalink = depth
        if tag in _APART:
            self._add(f"<{tag}>", " ")

    def _begin(self, section: Section, *, is_title: bool) -> None:
        """Begin a section. A title that comes first stands for its page, and needs no id."""
        if not is_title:
            self._ensure()
        elif not self.found:
            section.id = ""
        self.found.append(section)
        self._current, self._heading = section, section.depth

    def _ensure(self) -> None:
        """What stands above the first heading is a section, too."""
        if not self.found:
            self.found.append(self._current)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._end() != tag:
                pass

    def _end(self) -> str:
        """End the innermost element; returns which it is."""
        depth, tag = len(self._open), self._open.pop()
        if self._current.depth > depth:
            self._current.depth = _ENDED
            around = [each for each in self.found if each.depth <= depth]
            self._current = around[-1] if around else self._current
        if tag in _APART:
            self._end_apart(tag)
        if depth == self._unread:
            self._unread = 0
        if depth == self._heading:
            self._heading = 0
        if depth == self._permalink:
            self._permalink = 0
        return tag

    def _end_apart(self, tag: str) -> None:
        """A title keeps no empty element."""
        heading = self._current.heading
        while self._heading and heading and heading[-1].isspace():
            heading.pop()
        if self._heading and heading and heading[-1] == f"<{tag}>":
            heading.pop()
        else:
            self._add(f"</{tag}>", " ")

    def handle_data(self, data: str) -> None:
        self._ensure()
        text = escape(data.replace(_APART_UNSEEN, ""), quote=False)
        if "math" in self._open:
            return self._add(text, _APART_UNSEEN + text)
        self._add(" " if data.isspace() else text.replace("\n", " "), text)

    def handle_comment(self, data: str) -> None:
        self._ensure()
        if (number := aside(data)) is not None:
            self._current.asides.append(number)

    def _add(self, to_heading: str, to_text: str) -> None:
        """Add to the heading that is open, else to the text below it."""
        if self._unread or self._permalink:
            return
        if self._heading:
            self._current.heading.append(to_heading)
        else:
            self._current.parts.append(to_text)
