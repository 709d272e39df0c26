"""Reads the texts and figures of a built site, page by page, as a manifest of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from notewright.errors import EngineError
from notewright.render.figure_html import without_figures
from notewright.run.manifest import SITE, Manifest, Part, Shown, digest_of, words_of_svg

_TAKEN = re.compile(r"nw-figure-(\d+)")
_BLOCKS = frozenset(
    ("p", "tr", "div", "li", "br", "pre", "dt", "dd", "table", "figure", "figcaption", "summary")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN = frozenset(("script", "style", "template", "nav"))
_ASIDE = frozenset(("nw-bar", "nw-controls", "nw-origin", "nw-values"))
"""Classes of what is said about results: lines move, and no result has changed."""
_VOID = frozenset(("br", "img", "hr", "input", "meta", "link", "wbr", "col", "source", "track"))


def of_site(folder: Path) -> Manifest:
    """The manifest of the pages below a folder: their own texts, without what the theme adds.

    Raises:
        EngineError: If there is no page.
    """
    notes = {}
    for path in sorted(folder.rglob("*.html")):
        if path.is_file() and not path.is_symlink():
            html = path.read_text("utf-8", "replace")
            notes[path.relative_to(folder).as_posix()] = tuple(_blocks(html, path))
    if not notes:
        raise EngineError(f"no pages in {folder}. Build the site with `mkdocs build`")
    return Manifest(SITE, notes)


def _blocks(html: str, path: Path) -> Iterator[Shown]:
    """Yield what stands below each heading of a page, and what each of its cells shows."""
    lines = html.count("\n", 0, _start(html))
    plain, figures = without_figures(html[_start(html) : _end(html)])
    reader = _Page(figures, path)
    reader.feed(plain)
    reader.close()
    for block in reader.blocks:
        parts = tuple(part for part in block.parts if part.text or part.figure)
        if parts:
            label = block.label
            yield Shown(block.line + lines, label, digest_of(block.kind + label), "", parts)


def _start(html: str) -> int:
    """Where the content of a page begins: themes name it by its element."""
    found = re.search(r"<article\b|<main\b|role=\"main\"|<body\b", html)
    best = re.search(r"<article\b", html) or found
    return best.start() if best else 0


def _end(html: str) -> int:
    ends = [at for tag in ("</article>", "</main>", "</body>") if (at := html.rfind(tag)) >= 0]
    return min(ends, default=len(html))


class _Block:
    """Texts and figures of one place in a page."""

    def __init__(self, kind: str, line: int, label: str) -> None:
        self.kind, self.line, self.label = kind, line, label
        self.parts: list[Part] = []
        self._texts: list[str] = []

    def text(self, text: str) -> None:
        """Take text that is read here."""
        self._texts.append(text)

    def end_text(self) -> None:
        """What comes next is not the same text."""
        lines = (" ".join(line.split(" ")).strip() for line in "".join(self._texts).split("\n"))
        said = "\n".join(line for line in lines if line)
        self._texts.clear()
        if said:
            self.parts.append(Part("text", said))


class _Page(HTMLParser):
    """Cuts a page into blocks: a cell, or what stands below a heading."""

    def __init__(self, figures: list[str], path: Path) -> None:
        super().__init__()
        self.blocks = [_Block("prose", 1, "")]
        self._figures, self._path = figures, path
        self._hidden = 0
        self._kept = 0
        self._cell = 0  # how many elements are open inside of a cell
        self._aside = 0  # and of what is said about results, such as their lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        classes = told.get("class", "").split()
        if tag not in _VOID and (self._aside or _ASIDE.intersection(classes)):
            self._aside += 1
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _HEADINGS and not self._cell:
            self._begin("prose", line, told.get("id", ""))
        elif "nw-cell" in classes and not self._cell:
            self._begin("cell", line, told.get("id", ""))
            self._cell = 1
            return
        elif tag in ("td", "th"):
            self._now.text("  ")
        elif tag in _BLOCKS:
            self._now.text("\n")
        if "nw-svg" in classes and tag == "img":
            self._image(told.get("src", ""))
        if self._cell and tag not in _VOID:
            self._cell += 1

    def handle_endtag(self, tag: str) -> None:
        if self._aside and tag not in _VOID:
            self._aside -= 1
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._now.text("\n")
        if self._cell and tag not in _VOID:
            self._cell -= 1
            if not self._cell:  # what follows belongs to the same place again
                self._begin("prose", self.getpos()[0], "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is empty opens nothing."""
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._aside:
            text = re.sub(r"[^\S\n]+" if "\n" in data else r"\s+", " ", data)
            self._now.text(text.replace("¶", ""))

    def handle_comment(self, data: str) -> None:
        found = _TAKEN.fullmatch(data)
        if found is not None and int(found[1]) < len(self._figures):
            self._figure(self._figures[int(found[1])] + "")

    def close(self) -> None:
        super().close()
        self._now.end_text()

    @property
    def _now(self) -> _Block:
        return self.blocks[-1]

    def _begin(self, kind: str, line: int, label: str) -> None:
        self._now.end_text()
        self.blocks.append(_Block(kind, line, label))

    def _figure(self, svg: str) -> None:
        self._now.end_text()
        self._now.parts.append(Part("figure", words_of_svg(svg), "", svg))

    def _image(self, address: str) -> None:
        """A figure that is a file: of those for light and for dark pages, the light one."""
        name, _, when = address.partition("#")
        if when == "only-dark":
            return
        file = self._path.parent / name
        svg = file.read_text("utf-8", "replace") if file.is_file() else address
        self._figure(svg)
