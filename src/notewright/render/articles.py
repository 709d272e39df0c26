"""Articles: what the engine makes of each page, for any program that puts pages into a theme.

An article is the page without its frame: its HTML, its table of contents, and those of its
properties that templates show. It is kept under its digest, so that whoever shows it can tell
whether it changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from notewright.render.unique_ids import with_addresses

SHOWN = (
    *("title", "description", "author", "subtitle", "date", "tags", "status", "icon", "template"),
    *("hide", "search", "minutes", "cssclasses"),
)
"""Properties that templates show or follow. No other leaves the vault."""

NO_NOTE = ".txt"
"""What the name of a download ends in that would be taken for a note by its own ending."""

_UP = "../"
_CUT = "\0"  # stands in no HTML
_NOTES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of a table of contents.

    Attributes:
        level: 1 to 6.
        id: Where it is in the page.
        name: Its words, as HTML.
        children: The headings below it.
    """

    level: int
    id: str
    name: str
    children: Sequence[Heading] = ()

    def told(self) -> Mapping[str, Any]:
        """As Python-Markdown tells it in `toc_tokens`."""
        children = [each.told() for each in self.children]
        named = {"name": self.name, "html": self.name, "data-toc-label": ""}
        return {"level": self.level, "id": self.id, **named, "children": children}


@dataclass(frozen=True)
class Article:
    """What one page shows.

    Attributes:
        path: Path of its note, or where a note would stand for it.
        url: Its address, from the root of the site.
        title: Its title, as HTML; empty where the navigation says it.
        html: What it shows; links are relative to its address.
        cuts: Where in it stands `../` that a program puts there itself, if it takes links for
            those of the note's file.
        contents: Its table of contents.
        properties: Of `SHOWN`, those that it has.
    """

    path: str
    url: str
    title: str
    html: str
    cuts: Sequence[int] = ()
    contents: Sequence[Heading] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def stored(self) -> bytes:
        """As it is kept: a line of JSON, and then its HTML."""
        head = {"cuts": list(self.cuts), "toc": [each.told() for each in self.contents]}
        return f"{json.dumps(head, sort_keys=True)}\n{self.html}".encode("utf-8", "replace")

    @cached_property
    def digest(self) -> str:
        """What it is kept under."""
        return hashlib.sha256(self.stored).hexdigest()


def through_folder(
    html: str, path: str, url: str, files: Mapping[str, str]
) -> tuple[str, list[int]]:
    """HTML whose links lead the same way for a program that takes them for those of the file.

    A page `a/x/` is made of `a/x.md`: Zensical puts `../` before each relative link of such a
    page. So each is written to begin with it, and who does not want it twice cuts it out.

    Args:
        html: What the page shows.
        path: Path of its note.
        url: Its address.
        files: Files of the site that have another name now, by their paths.

    Returns:
        The HTML, and where these `../` stand.
    """
    folder = url.rstrip("/").rpartition("/")[2]
    is_deeper = _folder(url) != dirname(path)

    def change(address: str) -> str:
        given = unescape(address)
        target, mark, rest = _parted(given)
        if not target or target.startswith(("/", "\\")) or ":" in target.partition("/")[0]:
            return address
        moved = files.get(normpath(join(unquote(_folder(url)), unquote(target))))
        if moved is not None:
            target += NO_NOTE
        elif target.endswith(_NOTES):
            return address  # of a writer's own HTML; each program has its way with it
        if not is_deeper:
            return address if moved is None else escape(target + mark + rest)
        if not target.startswith(_UP):
            target = f"{_UP}{folder}/{target}" if target != ".." else f"{_UP}./"
        elif target == _UP:
            target = f"{_UP}./"  # else nothing is left of it
        return _CUT + escape(target + mark + rest)

    marked = with_addresses(html.replace(_CUT, ""), change)
    pieces = marked.split(_CUT)
    return "".join(pieces), list(_ends(pieces[:-1]))


def _ends(pieces: Sequence[str]) -> Iterator[int]:
    end = 0
    for piece in pieces:
        end += len(piece)
        yield end


def _parted(address: str) -> tuple[str, str, str]:
    """A path, and the query or anchor behind it."""
    ends = [found for mark in "?#" if (found := address.find(mark)) >= 0]
    end = min(ends, default=len(address))
    return address[:end], address[end : end + 1], address[end + 1 :]


def _folder(url: str) -> str:
    """The folder of a page."""
    return dirname(url).removeprefix(".").removeprefix("/")


def other_names(paths: Iterable[str]) -> Mapping[str, str]:
    """Other names for files that are no notes, but would be taken for some by their endings."""
    return {path: path + NO_NOTE for path in paths if path.lower().endswith(_NOTES)}
