"""Files as a base sees them: what a host provides, so that its vault can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class File(Protocol):
    """A file of the vault: a note, an attachment or a base."""

    @property
    def name(self) -> str:
        """Its name, with its extension."""

    @property
    def basename(self) -> str:
        """Its name without extension."""

    @property
    def ext(self) -> str:
        """Its extension, without the dot."""

    @property
    def path(self) -> str:
        """Its path in the vault, with forward slashes. No two files have the same."""

    @property
    def folder(self) -> str:
        """The path of its folder; empty at the root."""

    @property
    def size(self) -> int:
        """Its size in bytes."""

    @property
    def ctime(self) -> datetime | None:
        """When it was made; None if the host does not say it, as clocks differ."""

    @property
    def mtime(self) -> datetime | None:
        """When it was last changed; None if the host does not say it."""

    @property
    def tags(self) -> Sequence[str]:
        """Its tags, of properties and text, without `#`."""

    @property
    def links(self) -> Sequence[str]:
        """Its links, embeds among them: what stands between `[[` and `]]`."""

    @property
    def embeds(self) -> Sequence[str]:
        """What it embeds, in the form of its links."""

    @property
    def backlinks(self) -> Sequence[File]:
        """The files that link to it, in an order that is the same each time."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its properties, as YAML gives them: dates as dates, text as text."""

    @property
    def results(self) -> Mapping[str, Any]:
        """What its cells gave, by their labels: a mapping of names to values, or a list of such."""


class Files(Protocol):
    """All files that a base may see, and how a link finds its file among them."""

    def all(self) -> Iterable[File]:
        """Each file once, in any order."""

    def find(self, target: str, source: str) -> File | None:
        """The file to which a link or a path leads, or None.

        Args:
            target: A path or the name of a note, without `#heading` and `|text`.
            source: Path of the file in which the link stands.
        """
