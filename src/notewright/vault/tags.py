"""Tags of a vault: which notes have them, and where a page lists them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import dirname, relpath
from typing import Self
from urllib.parse import quote

from notewright.note.note import Note
from notewright.vault.links import fragment_of
from notewright.vault.vault import Vault

LISTING = re.compile(r"<!--\s*material/tags\b")
"""What the tags plugin of Material puts its list of tags in the place of."""


_ODD = re.compile(r"[^\w/-]")
"""What stands in no tag that is written in a text, but may in a property."""

_NAMES = ("tags", "all-tags", "list-of-tags")


def _free_path(vault: Vault) -> str:
    """Where a page of tags can stand: where no note and no folder is; empty if nowhere."""
    first = {path.partition("/")[0] for path in vault.notes}
    taken = {PurePosixPath(name).stem.casefold() for name in first}
    return next((f"{name}.md" for name in _NAMES if name not in taken), "")


def _own_anchor(tag: str) -> str:
    """The id of a tag in a list of ours: themes print ids as they are, as if they were HTML."""
    return f"tag:{_ODD.sub(lambda found: f'.{ord(found[0]):x}', tag.casefold())}"


@dataclass(frozen=True)
class Tags:
    """The tags of a vault. Case does not tell them apart: the first spelling is taken.

    Attributes:
        of: The tags of each note, by its path.
        page: Path of the note that lists all tags, or of the page that is made for it; empty if
            there is none.
        anchors: Where each tag stands in it.
        is_made: Whether no note lists them, so that the page is made.
        is_filled: Whether the host's plugin fills the list.
    """

    of: Mapping[str, list[str]] = field(default_factory=dict)
    page: str = ""
    anchors: Mapping[str, str] = field(default_factory=dict)
    is_made: bool = False
    is_filled: bool = False

    @classmethod
    def read(cls, vault: Vault, anchor: Callable[[str], str] | None) -> Self:
        """Read the tags of all notes; `anchor` makes the id of a tag in a list that is filled."""
        spelling: dict[str, str] = {}
        found: dict[str, list[str]] = {}
        page = ""
        for path, note in vault.notes.items():
            names = [spelling.setdefault(tag.casefold(), tag) for tag in note.tags]
            if names:
                found[path] = names
            if anchor and not page and "<!--" in note.text and LISTING.search(note.text):
                page = path
        is_made = not page and bool(found)
        if is_made and "tags" in vault.settings.generated_pages:
            page = _free_path(vault)
        name = anchor or _own_anchor
        anchors = {key: name(tag) for key, tag in spelling.items()} if page else {}
        return cls(found, page, anchors, is_made and bool(page), anchor is not None)

    @property
    def notes(self) -> dict[str, list[str]]:
        """The paths of the notes of each tag, in the order of the tags."""
        found: dict[str, list[str]] = {}
        for path, tags in self.of.items():
            for tag in tags:
                found.setdefault(tag, []).append(path)
        return {tag: found[tag] for tag in sorted(found, key=lambda tag: (tag.casefold(), tag))}

    def link(self, tag: str, source: Note) -> str | None:
        """The address of a tag in the list, from a note; None if there is no list."""
        anchor = self.anchors.get(tag.casefold())
        if anchor is None:
            return None
        return f"{quote(relpath(self.page, dirname(source.path) or '.'))}#{fragment_of(anchor)}"
