"""What pages of one site have that those of another lack, by kind: words, images, links and so on.

Pages are compared by what readers meet and not by their HTML, so a site may add what it likes.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

KINDS = (
    "pages",
    "files",
    "words",
    "headings",
    "code",
    "images",
    "links",
    "ids",
    "tables",
    "lists",
    "admonitions",
    "tabs",
    "formulas",
    "embedded content",
    "attributes",
    "titles",
    "navigation",
    "line breaks added",
)
"""What is compared, in the order in which it is reported."""

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "figcaption",
        "summary",
        "caption",
    ]
)
_NESTED = _BLOCKS | frozenset(
    ["ul", "ol", "dl", "table", "pre", "div", "details", "blockquote", "figure"]
)
_EMBEDDED = frozenset(
    [
        "iframe",
        "video",
        "audio",
        "object",
        "embed",
        "script",
        "style",
        "form",
        "button",
        "input",
        "select",
        "canvas",
    ]
)
_KEPT = ("style", "width", "height", "target", "title", "rel", "loading", "download", "start")
_LINE = re.compile(r"__(?:codelineno|span)-")
"""Ids of lines of code, which count the fences of a page."""
_HIDDEN = frozenset({"headerlink", "md-clipboard", "md-code__nav"})
"""Classes of what themes and scripts put into a text."""


@dataclass(slots=True)
class Element:
    """An element of a page, with its children in order."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    @property
    def is_added(self) -> bool:
        """Whether notewright put it beside what the writer wrote, or a theme did."""
        return any(name.startswith("nw-") or name in _HIDDEN for name in self.classes)

    def walk(self) -> Iterator[Element]:
        """Yield it and all below it."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """Its text; that of some elements below it is left out."""
        parts = [
            child
            if isinstance(child, str)
            else ""
            if child.tag in without or child.tag in ("script", "style") or child.is_hidden
            else child.text(without)
            for child in self.children
        ]
        return "".join(parts)

    @property
    def is_hidden(self) -> bool:
        """Whether it is no text of the page, such as the sign behind a heading."""
        return bool(_HIDDEN.intersection(self.classes))


class _Reader(HTMLParser):
    """Makes a tree of a page. Sites are written by programs, so it forgives little."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(made)

    def handle_endtag(self, tag: str) -> None:
        for number in range(len(self._open) - 1, 0, -1):
            if self._open[number].tag == tag:
                del self._open[number:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(text: str) -> Element:
    """The tree of a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.root


Features = Mapping[str, Counter[str]]


def features(text: str, url: str) -> Features:
    """What a page has, by kind.

    Args:
        text: Its HTML.
        url: Its path in the site, such as `guide/index.html`.
    """
    root = read(text)
    content = _content(root)
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for element in content.walk():
        for kind, value in _of(element, url):
            found[kind][value] += 1
    found["lists"] = Counter(_lists(content, 0))
    head = next((each for each in root.walk() if each.tag == "head"), root)
    for element in head.walk():  # drawings in the text have titles, too
        if element.tag == "title":
            found["titles"][_plain(element.text())] += 1
    for element in root.walk():
        if element.tag == "nav":
            for link in element.walk():
                if link.tag == "a" and "href" in link.attributes:
                    shown = f"{_plain(link.text())} → {_resolved(link.attributes['href'], url)}"
                    found["navigation"][shown] = 1
    return found


def _content(root: Element) -> Element:
    """Where the text of a page is: the article, or the part that is the main one."""
    for tag in ("article", "main", "body"):
        for element in root.walk():
            if element.tag == tag or element.attributes.get("role") == "main":
                return element
    return root


def _of(element: Element, url: str) -> Iterator[tuple[str, str]]:
    """Yield what an element adds to its page."""
    tag, attributes = element.tag, element.attributes
    if tag in _BLOCKS and (words := _plain(element.text(_NESTED))):
        yield "words", words
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        yield "headings", f"{tag}: {_plain(element.text())}"
    if tag == "pre":
        yield "code", element.text().strip()
    if tag == "img":
        name = posixpath.basename(unquote(urlsplit(attributes.get("src", "")).path))
        yield "images", f"{name} {attributes.get('alt', '')}".strip()
    if tag == "a" and "href" in attributes and not element.is_hidden:
        yield "links", f"{_plain(element.text())} → {_resolved(attributes['href'], url)}"
    if attributes.get("id") and not _LINE.match(attributes["id"]):
        yield "ids", attributes["id"]
    if tag == "table" and "highlighttable" not in element.classes:
        rows = [each for each in element.walk() if each.tag == "tr"]
        cells = [sum(one.tag in ("td", "th") for one in row.walk()) for row in rows]
        yield "tables", f"{len(rows)} rows, {max(cells, default=0)} columns"
    if "admonition" in element.classes or tag == "details":
        title = next((_plain(one.text()) for one in element.walk() if _is_title(one)), "")
        yield "admonitions", f"{' '.join(sorted(element.classes))}: {title}"
    if "tabbed-labels" in element.classes:
        labels = [_plain(one.text()) for one in element.walk() if one.tag == "label"]
        yield "tabs", " | ".join(labels)
    if "arithmatex" in element.classes or tag == "math":
        yield "formulas", "a formula"
    if (tag in _EMBEDDED or "-" in tag) and not element.is_added:
        yield "embedded content", f"<{tag}> {attributes.get('src', '')}".strip()
    for name, value in attributes.items():
        if (name.startswith("data-") or name in _KEPT) and not element.is_added:
            yield "attributes", f'{tag} {name}="{value}"'
    if tag == "br":
        yield "line breaks added", "a line break"


def _is_title(element: Element) -> bool:
    return element.tag == "summary" or "admonition-title" in element.classes


def _lists(element: Element, depth: int) -> Iterator[str]:
    """Yield each list of a page, with its depth and the number of its items."""
    for child in element.children:
        if isinstance(child, str) or child.is_added:
            continue
        inner = depth
        if child.tag in ("ul", "ol"):
            count = sum(isinstance(one, Element) and one.tag == "li" for one in child.children)
            yield f"{child.tag} of {count} at depth {depth}"
            inner += 1
        yield from _lists(child, inner)


def _plain(text: str) -> str:
    """A text with single blanks, without the sign behind a heading."""
    return " ".join(text.replace("\xb6", " ").split())


def _resolved(address: str, url: str) -> str:
    """Where a link leads, from the root of the site; an address elsewhere as it is."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return address
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(url), unquote(parts.path)))
    if not parts.path:
        path = f"/{url}"
    path = re.sub(r"/index\.html$", "/", path)
    return (path.rstrip("/") or "/") + (f"#{unquote(parts.fragment)}" if parts.fragment else "")


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """Something that a page of the first site has, and that of the second lacks.

    Attributes:
        kind: One of `KINDS`.
        page: The page's path in the site.
        value: What is lost.
        count: How many times.
    """

    kind: str
    page: str
    value: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of one site in another.

    Attributes:
        pages: How many pages the first has.
        losses: What the second lacks, and line breaks that it adds.
    """

    pages: int
    losses: Sequence[Loss]

    @property
    def identical(self) -> int:
        """How many pages lost nothing."""
        return self.pages - len({loss.page for loss in self.losses if loss.kind != "files"})

    def of(self, kind: str) -> list[Loss]:
        """The losses of one kind."""
        return [loss for loss in self.losses if loss.kind == kind]


def compare(before: Path, after: Path, pages: Mapping[str, str]) -> Comparison:
    """Compare two built sites.

    Args:
        before: The folder of the first.
        after: That of the second.
        pages: The pages of the first, each with the file that it was made of.
    """
    losses: list[Loss] = []
    reached: Counter[str] = Counter()  # a page may fetch the far parts of the navigation
    for page in sorted(pages):
        if not (before / page).is_file():
            continue
        if not (after / page).is_file():
            losses.append(Loss("pages", page, pages[page]))
            continue
        old, new = (features((site / page).read_text("utf-8"), page) for site in (before, after))
        losses += _lost(page, old, new)
        reached |= new["navigation"]
    losses = [loss for loss in losses if loss.kind != "navigation" or loss.value not in reached]
    there = {path.relative_to(after).as_posix() for path in after.rglob("*") if path.is_file()}
    for path in sorted(before.rglob("*")):
        name = path.relative_to(before).as_posix()
        if path.is_file() and name not in there and name not in pages:
            losses.append(Loss("files", name, name))
    return Comparison(sum((before / page).is_file() for page in pages), losses)


def without(found: Comparison, pages: Mapping[str, str], hidden: Container[str]) -> Comparison:
    """A comparison without pages that are hidden on purpose, and the links to them.

    Args:
        found: The comparison.
        pages: The file of each page.
        hidden: The files of the hidden pages.
    """
    gone = {page for page, file in pages.items() if file in hidden}
    places = {_resolved(f"/{page}", "") for page in gone}

    def is_meant(loss: Loss) -> bool:
        to_page = loss.kind in ("links", "navigation") and loss.value.rpartition(" → ")[2]
        return loss.page in gone or (to_page or "").partition("#")[0] in places

    losses = [loss for loss in found.losses if not is_meant(loss)]
    return Comparison(found.pages - len(gone), losses)


def _lost(page: str, old: Features, new: Features) -> Iterator[Loss]:
    for kind in KINDS:
        is_addition = kind == "line breaks added"
        gone = new[kind] - old[kind] if is_addition else old[kind] - new[kind]
        if kind == "formulas" and old[kind].total() <= new[kind].total():
            continue
        for value, count in sorted(gone.items()):
            yield Loss(kind, page, value, count)
