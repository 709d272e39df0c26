"""A small vault in memory, for tests of bases: files as a host would provide them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(eq=False)
class Note:
    """A file that is what it is given."""

    path: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    links: Sequence[str] = ()
    embeds: Sequence[str] = ()
    backlinks: Sequence[Note] = ()
    results: Mapping[str, Any] = field(default_factory=dict)
    size: int = 100
    ctime: datetime | None = datetime(2024, 1, 1, 8)
    mtime: datetime | None = datetime(2024, 2, 29, 13, 45, 30)

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def basename(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def shown(self) -> str:
        return self.basename if self.ext == "md" else self.name

    @property
    def ext(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


class Vault:
    """Files by their path; a link names a path, with or without `.md`, or a name."""

    def __init__(self, *notes: Note) -> None:
        self.notes = notes

    def all(self) -> Iterable[Note]:
        return self.notes

    def find(self, target: str, source: str) -> Note | None:
        for note in self.notes:
            if target in (note.path, note.path.removesuffix(".md"), note.shown):
                return note
        return None
