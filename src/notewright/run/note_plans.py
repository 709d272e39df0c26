"""Plans of notes: which sessions the cells of a note form, and where their results belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.unmet_needs import able_without, need_notices, searched, unmet
from notewright.run.verdicts import CellResult, completed


@dataclass(frozen=True)
class NotePlan:
    """The sessions that the cells of a note form.

    Attributes:
        note: The note.
        root: Where cells look for their own modules; None if no cell may run, whatever it needs.
    """

    note: Note
    root: Path | None = None

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions, in order."""
        with self.note.reading():
            return self.note.remembered("sessions", "", lambda: group(self.note.cells))
        return []

    @property
    def able(self) -> list[Session]:
        """Of each session what can run here; not those of which nothing can."""
        pairs = zip(self.sessions, self._unmet, strict=True)
        cut = (able_without(session, why) for session, why in pairs)
        return [session for session in cut if session.cells]

    @cached_property
    def _unmet(self) -> list[Mapping[int, str]]:
        """Why cells of each session do not run here, by their lines."""
        return [unmet(each, self.root) if self.root else {} for each in self.sessions]

    def arrange(self, results: Mapping[str, list[CellResult]]) -> list[CellResult]:
        """Put results in the order of the note's cells, with those that did not run."""
        found = {
            result.cell.line: result
            for session, why in zip(self.sessions, self._unmet, strict=True)
            for result in completed(session, results.get(session.where, []), why)
        }
        return [
            found.get(cell.line)
            or CellResult(cell, problems=(cell.problem,) if cell.problem else ())
            for cell in self.note.cells
        ]

    def notices(self) -> Sequence[str]:
        """What to say of cells that need what is not installed."""
        if not self.root or not any(self._unmet):
            return []
        return list(need_notices(self.note.file, self.sessions, self.root))

    def searched(self) -> Mapping[str, str]:
        """Digests of what was looked at to tell whether it is, by name."""
        return searched(self.sessions, self.root) if self.root else {}

    def count_failed(self, results: Sequence[CellResult]) -> int:
        """How many sessions have a cell with a problem."""
        lines = {result.cell.line for result in results if result.problems}
        return sum(any(cell.line in lines for cell in session.cells) for session in self.sessions)
