"""Plans of notes: which sessions the cells of a note form, and where their results belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.verdicts import CellResult, completed


@dataclass(frozen=True)
class NotePlan:
    """The sessions that the cells of a note form."""

    note: Note

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions, in order."""
        with self.note.reading():
            return group(self.note.cells)
        return []

    def arrange(self, results: Mapping[str, list[CellResult]]) -> list[CellResult]:
        """Put results in the order of the note's cells, with those that did not run."""
        found = {
            result.cell.line: result
            for session in self.sessions
            for result in completed(session, results.get(session.where, []))
        }
        return [
            found.get(cell.line)
            or CellResult(cell, problems=(cell.problem,) if cell.problem else ())
            for cell in self.note.cells
        ]

    def count_failed(self, results: Sequence[CellResult]) -> int:
        """How many sessions have a cell with a problem."""
        lines = {result.cell.line for result in results if result.problems}
        return sum(any(cell.line in lines for cell in session.cells) for session in self.sessions)
