"""Tags of notes: those of the properties, and `#tags` in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, relpath
from typing import Self
from urllib.parse import quote

from notewright.syntax import parse
from notewright.vault import Note, Vault

LISTING = re.compile(r"<!--\s*material/tags\b")
"""What the tags plugin of Material puts its list of tags in the place of."""

_PERHAPS = re.compile(r"#[^\s#|()\[\]{}'\"`.,;:!]")
"""What a tag begins with, and little else does: no heading, and no option of a cell."""


@dataclass(frozen=True)
class Tags:
    """The tags of a vault. Case does not tell them apart: the first spelling is taken.

    Attributes:
        of: The tags of each note, by its path.
        page: Path of the note that lists all tags; empty if there is none.
        anchors: Where each tag stands in that note.
    """

    of: Mapping[str, list[str]] = field(default_factory=dict)
    page: str = ""
    anchors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, vault: Vault, anchor: Callable[[str], str] | None) -> Self:
        """Read the tags of all notes; `anchor` makes the id of a tag in the list."""
        spelling: dict[str, str] = {}
        found: dict[str, list[str]] = {}
        page = ""
        for path, note in vault.notes.items():
            names = [spelling.setdefault(tag.casefold(), tag) for tag in tags_of(note)]
            if names:
                found[path] = names
            if anchor and not page and LISTING.search(note.text):
                page = path
        anchors = {key: anchor(tag) for key, tag in spelling.items()} if page and anchor else {}
        return cls(found, page, anchors)

    def link(self, tag: str, source: Note) -> str | None:
        """The address of a tag in the list, from a note; None if there is no list."""
        anchor = self.anchors.get(tag.casefold())
        if anchor is None:
            return None
        return f"{quote(relpath(self.page, dirname(source.path) or '.'))}#{quote(anchor, ':/')}"


def tags_of(note: Note) -> list[str]:
    """The tags of a note, as it writes them, each once; those of the properties first."""
    found: dict[str, str] = {}
    for tag in (*_of_properties(note), *_of_text(note)):
        found.setdefault(tag.casefold(), tag)
    return list(found.values())


def _of_properties(note: Note) -> Iterator[str]:
    for name in ("tags", "tag"):
        value = note.properties.get(name)
        values = value if isinstance(value, list) else re.split(r"[,\s]+", str(value or ""))
        for each in values:
            tag = str(each if each is not None else "").strip().lstrip("#").rstrip("/")
            if tag:
                yield tag


def _of_text(note: Note) -> Iterator[str]:
    if not _PERHAPS.search(note.text):  # most notes have none, and a parse takes its time
        return
    for token in parse(note.text):
        for child in token.children or []:
            if child.type == "hashtag":
                yield child.content
