"""Files of the vault as a base sees them: their names, tags, links and properties.

A base is asked with what is published alone: a hidden note is no file of it, and nothing leads to
one. Of times it is told nothing, since those of a clone are not the writer's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Protocol

from notewright.note.links import Link, local_address
from notewright.note.note import Note
from notewright.vault.links import find_address
from notewright.vault.vault import Vault

_WIKILINK = re.compile(r"\[\[([^\[\]]+)\]\]")
_MARKDOWN_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<address>[^\s()<>]+)\)")


class Results(Protocol):
    """What the cells of notes gave."""

    @property
    def digest(self) -> str:
        """Digest of all results, and of what they wait for."""

    def awaited(self, paths: Set[str]) -> str:
        """The place of the first session of these notes that is going to run; empty if all have."""

    def of(self, path: str) -> Mapping[str, Any]:
        """Those of one note, by the labels of its cells."""

    def first_figure(self, path: str) -> str:
        """The first figure that a note shows, as SVG; empty without one."""


class VaultFile:
    """A note or an attachment.

    Attributes:
        path: Its path in the vault.
        name: Its name, with its extension.
        basename: Its name without extension.
        ext: Its extension, without the dot.
        folder: The path of its folder; empty at the root.
        ctime: When it was made: nobody says it.
        mtime: When it was last changed: nobody says it.
    """

    ctime: None = None
    mtime: None = None

    def __init__(self, files: VaultFiles, path: str) -> None:
        place = PurePosixPath(path)
        self._files = files
        self.path = path
        self.name, self.basename = place.name, place.stem
        self.ext = place.suffix.removeprefix(".")
        self.folder = path.rpartition("/")[0]

    def __repr__(self) -> str:
        return self.path

    @property
    def size(self) -> int:
        """Its size in bytes."""
        stamp = self._files.vault.stamps.get(self.path)
        return stamp.size if stamp is not None else 0

    @property
    def note(self) -> Note | None:
        """The note that it is, if so."""
        return self._files.vault.notes.get(self.path)

    @property
    def tags(self) -> Sequence[str]:
        """Its tags, without `#`."""
        return self.note.tags if self.note is not None else ()

    @cached_property
    def links(self) -> Sequence[str]:
        """Its links in properties, then those in its text, then its embeds, as in the app."""
        found = sorted(links_of(self.note), key=lambda link: link.is_embed)
        return [_written(link) for link in (*_in_properties(self.properties), *found)]

    @property
    def embeds(self) -> Sequence[str]:
        """What it embeds."""
        return [_written(link) for link in links_of(self.note) if link.is_embed]

    @property
    def backlinks(self) -> Sequence[VaultFile]:
        """The files that link to it, by their paths."""
        return self._files.linking.get(self.path, ())

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its properties."""
        return self.note.properties if self.note is not None else {}

    @property
    def results(self) -> Mapping[str, Any]:
        """What its cells gave, by their labels."""
        given = self._files.results
        if given is None:
            return {}
        self._files.asked.add(self.path)
        return given.of(self.path)


class VaultFiles:
    """All files that a base may see.

    Args:
        vault: The notes and attachments that are published.
        results: What their cells gave; None where nothing ran.

    Attributes:
        vault: The same.
        results: The same.
        asked: The paths of the notes whose results a base has asked for.
    """

    def __init__(self, vault: Vault, results: Results | None = None) -> None:
        self.vault = vault
        self.results = results
        self.asked: set[str] = set()

    def all(self) -> Sequence[VaultFile]:
        """Each file once, by their paths."""
        return list(self._files.values())

    @cached_property
    def _files(self) -> Mapping[str, VaultFile]:
        paths = sorted({*self.vault.notes, *self.vault.attachments})
        return {path: VaultFile(self, path) for path in paths}

    def at(self, path: str) -> VaultFile | None:
        """The file at a path, if there is one."""
        return self._files.get(path)

    def find(self, target: str, source: str) -> VaultFile | None:
        """The file to which a link or a path leads.

        Args:
            target: A path or the name of a note.
            source: The path of the file in which the link stands.
        """
        note = self.vault.notes.get(source)
        path = self.vault.resolve(target, note) if note is not None else target
        return self._files.get(path or "")

    @cached_property
    def linking(self) -> Mapping[str, Sequence[VaultFile]]:
        """By the path of each file, those that link to it."""
        found: dict[str, dict[str, VaultFile]] = {}
        for path, note in sorted(self.vault.notes.items()):
            for target in self._targets(note):
                if target in self._files and target != path:
                    found.setdefault(target, {})[path] = self._files[path]
        return {path: list(files.values()) for path, files in found.items()}

    def _targets(self, note: Note) -> Iterator[str]:
        for link in _in_properties(note.properties):
            yield self.vault.resolve(link.path, note) or ""
        for link in note.wikilinks:
            yield self.vault.resolve(link.path, note) or ""
        for link in note.markdown_links:
            address = find_address(self.vault, link.path, note)
            yield address.path if address is not None else ""


def _in_properties(value: Any) -> Iterator[Link]:
    """Yield the links that are values of properties, in lists and mappings too."""
    if isinstance(value, str):
        if found := _WIKILINK.fullmatch(value.strip()):
            target, _, text = found[1].partition("|")
            path, _, fragment = target.partition("#")
            yield Link(0, path.strip(), fragment.strip(), text.strip(), False)
        elif found := _MARKDOWN_LINK.fullmatch(value.strip()):
            parts = local_address(found["address"])
            if parts is not None:
                yield Link(0, *parts, found["text"], False)
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _in_properties(each)


def links_of(note: Note | None) -> Sequence[Link]:
    """The links in the text of a note, in their order."""
    found = [*note.wikilinks, *note.markdown_links] if note is not None else []
    return sorted(found, key=lambda link: (link.line, link.column))


def _written(link: Link) -> str:
    """A link as it would stand between `[[` and `]]`, with what it shows."""
    fragment = f"#{link.fragment}" if link.fragment else ""
    return f"{link.path}{fragment}|{link.text or link.label}"
