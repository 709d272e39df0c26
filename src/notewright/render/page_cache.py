"""Pages that a build made, kept for the next one, and found by their paths.

What is kept is used only while its key, and the digest of all that the page took from other
notes, are the same; see `page_digests`. The directory may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notewright.render.packs import Packs
from notewright.vault.names import Asked

Made = Mapping[str, Any]
"""A page as the host needs it: values of JSON."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page, and what it was made of beside its note.

    Attributes:
        made: The page.
        consulted: Digests of what it took from other notes; see `page_digests.part_of`.
        asked: What names stood for.
    """

    made: Made
    consulted: Mapping[str, str]
    asked: Asked


LIMIT = 256 << 20
"""Bytes above which the pages that were longest out of use are removed."""


class KeptPages:
    """The pages kept below one directory. Several processes may share it safely."""

    def __init__(self, directory: Path) -> None:
        self._packs = Packs(directory, LIMIT)

    def known(self, paths: Iterable[str]) -> set[str]:
        """Those notes of which anything is kept, be it fresh or not, by their paths."""
        keys = self._packs.known()
        return {path for path in paths if _name(path) in keys}

    def has_common(self, path: str, common: str) -> bool:
        """Whether what is kept of a note was made where all pages share the same.

        Args:
            path: Path of the note.
            common: Digest of what they share.
        """
        return self._read(path).get("common") == common

    def _read(self, path: str, key: str = "") -> Mapping[str, Any]:
        """What is kept of a note; with a key, what another process kept since, if it has that."""
        name = _name(path)
        content = self._packs.load(name)
        found = _parsed(content)
        if content and key and found.get("key") != key:
            found = _parsed(self._packs.newer(name))
        return found

    def load(
        self,
        path: str,
        key: str,
        digest: Callable[[str], str],
        are_same: Callable[[Asked], bool],
        build: str = "",
    ) -> Kept | None:
        """Return the page of a note if it would be made the same again.

        Args:
            path: Path of the note.
            key: Digest of what decides the page.
            digest: The digest that something taken from a note has now.
            are_same: Whether names still stand for what they stood for when the page asked.
            build: What the build is called: a page that a copy of it kept is the same.
        """
        kept = self._read(path, key)
        try:
            if kept["key"] != key:
                return None
            made = kept["made"]
            consulted: Mapping[str, str] = kept["consulted"]
            asked: Asked = kept["asked"]
            is_same = (bool(build) and kept.get("build") == build) or (
                all(digest(each) == old for each, old in consulted.items()) and are_same(asked)
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return Kept(made, consulted, asked) if is_same and isinstance(made, dict) else None

    def keep(self, path: str, key: str, kept: Kept, common: str = "", build: str = "") -> None:
        """Keep a page; if it cannot be written, it is made again next time.

        Args:
            path: Path of its note.
            key: Digest of what decides it.
            kept: The page.
            common: Digest of what all pages share.
            build: What the build is called.
        """
        values = {"made": kept.made, "consulted": kept.consulted, "asked": kept.asked}
        known = {"key": key, "common": common, "build": build}
        content = json.dumps(known | values, sort_keys=True)
        self._packs.keep(_name(path), content.encode())

    def prune(self) -> None:
        """Remove the pages that were longest out of use, until the rest fits the limit."""
        self._packs.prune()


def _parsed(content: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(content or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _name(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:32]
