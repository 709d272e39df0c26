"""Pages that a build made, kept for the next one: one file a page, found by its path.

What is kept is used only while its key, and the digest of each note that the page took
something from, are the same; see `fingerprints.py`. The directory may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from notewright.files import remove_unfinished, replace_file

Made = Mapping[str, Any]
"""A page as the host needs it: values of JSON."""


class KeptPages:
    """The pages kept below one directory. Several processes may share it safely."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, path: str, key: str, digest: Callable[[str], str]) -> Made | None:
        """Return the page of a note if it would be made the same again.

        Args:
            path: Path of the note.
            key: Digest of what decides the page.
            digest: The digest that a note has now, by its path.
        """
        try:
            kept = json.loads(self._file(path).read_bytes())
            if kept["key"] != key:
                return None
            made = kept["made"]
            consulted: Mapping[str, str] = kept["consulted"]
            is_same = all(digest(each) == old for each, old in consulted.items())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return made if is_same and isinstance(made, dict) else None

    def keep(self, path: str, key: str, consulted: Mapping[str, str], made: Made) -> None:
        """Keep a page; if it cannot be written, it is made again next time."""
        content = json.dumps({"key": key, "consulted": consulted, "made": made}, sort_keys=True)
        with contextlib.suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            replace_file(self._file(path), content.encode())

    def prune(self, paths: Iterable[str]) -> None:
        """Remove the pages of all notes but these."""
        kept = {self._file(path).name for path in paths}
        with contextlib.suppress(OSError):  # another process may remove it first
            remove_unfinished(self._directory)
            for file in self._directory.glob("*.json"):
                if file.name not in kept:
                    file.unlink(missing_ok=True)

    def _file(self, path: str) -> Path:
        return self._directory / f"{hashlib.sha256(path.encode()).hexdigest()[:32]}.json"
