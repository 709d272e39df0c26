"""Refusals of the warm parent, kept for the next build: what it should not preload, and why."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from notewright.files import read_own, replace_file
from notewright.run.records import environment, installed_versions


class Refusals:
    """What was refused with these versions of the packages; it may be deleted at any time.

    It is a matter of how many sessions ask for what: what was refused for others does not count.
    A refusal that is forgotten costs another start of the warm parent, one too many costs
    each session an import: neither changes a result.

    Args:
        directory: The directory of all that notewright keeps.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / "preload.json"

    def load(self, sessions: Iterable[Sequence[str]] | None = None) -> dict[str, str]:
        """Reasons by what was refused; none if packages have changed since.

        Args:
            sessions: What each session imports: none either if these were others. Without
                them, whichever these were.
        """
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            content = json.loads(read_own(self._file) or b"")
            is_theirs = sessions is None or content["sessions"] == _digest(sessions)
            if is_theirs and content["installed"] == _installed():
                return {str(name): str(why) for name, why in dict(content["refused"]).items()}
        return {}

    def save(self, refused: Mapping[str, str], sessions: Iterable[Sequence[str]]) -> None:
        """Keep what was refused for sessions, if that can be written."""
        sessions = list(sessions)
        if refused and refused != self.load(sessions):
            content = {
                "installed": _installed(),
                "sessions": _digest(sessions),
                "refused": dict(refused),
            }
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                replace_file(self._file, json.dumps(content, sort_keys=True).encode())


def _digest(sessions: Iterable[Sequence[str]]) -> str:
    """Digest of what sessions import, in any order."""
    found = sorted(map(list, sessions))
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:32]


def _installed() -> str:
    """Digest of what is installed, in which versions."""
    parts = [environment(), *(f"{name} {of}" for name, of in sorted(installed_versions().items()))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
