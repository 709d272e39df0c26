"""Slides: a note cut at its headings, as one file that a browser shows; keys and touch turn it."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from html.parser import HTMLParser
from importlib.resources import files

from notewright.render.books import POLICY, Chapter, Source, articles, head

_CUTS = ("h1", "h2", "h3", "hr")
_RULE = re.compile(r"\A<hr\s*/?>", re.I)
_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr"),
}


def slides(title: str, chapter: Chapter, source: Source, style: str) -> str:
    """One HTML document with a slide for each heading of a note, down to the third level.

    A rule, `---`, begins a slide too. Without scripts, slides stand below each other.

    Args:
        title: Its title.
        chapter: The note.
        source: The site.
        style: What it looks like, beside the site's styles.
    """
    script = files("notewright.render").joinpath("assets/slides.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"{POLICY}; script-src 'sha256-{digest}'"
    (html,) = articles([chapter], source)
    shown = cut(html)
    sections = [
        f'<section class="nw-slide md-typeset" aria-label="{number} of {len(shown)}">\n'
        f"<div>\n{each}\n</div>\n</section>"
        for number, each in enumerate(shown, start=1)
    ]
    body = "\n".join(sections)
    main = f'<main id="note-1" aria-label="{escape(title)}">\n{body}\n</main>'
    end = f"<script>{script}</script>\n</body>\n</html>\n"
    return f"{head(title, source, style, policy)}\n{main}\n{end}"


def cut(html: str) -> list[str]:
    """Cut a page before its headings, and at its rules, which go; those within elements stay.

    Args:
        html: The page.
    """
    parser = _Headings()
    parser.feed(html)
    parser.close()
    lines = html.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    places = [starts[line - 1] + column for line, column in parser.places]
    pieces = (html[a:b] for a, b in zip([0, *places], [*places, len(html)], strict=True))
    return [piece for piece in (_RULE.sub("", piece).strip() for piece in pieces) if piece]


class _Headings(HTMLParser):
    """Finds where slides begin."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[tuple[int, int]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A paragraph that nobody closed ends where a heading begins."""
        if tag in _CUTS:
            while self._open and self._open[-1] == "p":
                self._open.pop()
            if not self._open:
                self.places.append(self.getpos())
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """`<hr />` is a rule; nothing else that ends at once is of interest."""
        if tag == "hr" and not self._open:
            self.places.append(self.getpos())

    def handle_endtag(self, tag: str) -> None:
        """What was left open within it ends, too."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
