"""Failed runs on disk: why a session failed when it last ran, for editors and commands to say.

They are stored apart from the records: no page shows them, and they are never shared, exported or
fresh. A failed run is used only while code and inputs are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from notewright.errors import Problem
from notewright.files import Store
from notewright.note.sessions import Session
from notewright.run.seals import FAILURE, seal, unseal
from notewright.run.verdicts import explained, place_table, with_places

if TYPE_CHECKING:
    from notewright.run.runner import Outcome

FOLDER = "failures"
LIMIT = 8 << 20
"""Bytes above which the least recently used are removed."""


class FailedRuns:
    """The failed runs below one directory.

    Args:
        directory: The directory.
        has_changed: Whether inputs, by name with their digests, are other ones now.
    """

    def __init__(self, directory: Path, has_changed: Callable[[Mapping[str, str]], bool]) -> None:
        self._store = Store(directory / FOLDER, ".json", LIMIT)
        self._has_changed = has_changed

    def save(self, outcome: Outcome) -> None:
        """Keep why a session failed; without room for it, the next run says it again."""
        content = {
            "file": outcome.session.file,
            "places": place_table(outcome.session),
            "faults": [asdict(fault) for fault in outcome.faults],
            "inputs": dict(outcome.inputs),
        }
        self._store.keep(outcome.session.key, seal(outcome.session.key, content))

    def forget(self, key: str) -> None:
        """Drop the failed run of a session that has ended well since."""
        self._store.remove(key)

    def find(self, session: Session) -> list[tuple[int, Problem]]:
        """Why a session failed when it last ran, at its present lines; empty if it did not.

        Nor is anything said once another input is there: the session may end well now.

        Returns:
            Each problem with the index of the cell that failed; its line may be in an earlier one.
        """
        from notewright.run.runner import Fault

        stored = self._store.load(session.key)
        kept = unseal(session.key, stored, FAILURE) if stored is not None else None
        if kept is None or self._has_changed(kept["inputs"]):
            return []
        faults = [Fault(**fault) for fault in kept["faults"]]
        if any(fault.cell >= len(session.cells) for fault in faults):
            return []
        faults = with_places(faults, kept["file"], kept["places"], session)
        return sorted((fault.cell, explained(session, fault)) for fault in faults)

    def prune(self) -> None:
        """Remove the least recently used, until the rest fits the limit."""
        self._store.prune()
