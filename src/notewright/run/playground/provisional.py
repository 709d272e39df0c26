"""Provisional results: an edited session runs again from the cell that was edited.

Under `serve`, who edits the last cell of a slow session would wait for all cells above it. So the
states that these leave are kept, as those of a playground are, and what was edited runs in a copy.
What it shows stands in the page until the whole session has run once more: only that is recorded,
and if it shows something else, the page says so.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from notewright.errors import EngineError
from notewright.note.sessions import Session, step_of
from notewright.run.cell_records import CellRecord
from notewright.run.playground.playground import Playground
from notewright.run.playground.states import is_possible
from notewright.run.records import Record
from notewright.run.verdicts import CellResult, recorded, waiting
from notewright.settings import Settings

WORTH = 0.2
"""Seconds that the cells above an edit took, from which on their state is worth to be kept."""

IDLE = 900.0
"""Seconds after which states go that no edit used."""

Find = Callable[[Session], tuple[Record | None, list[str]]]
"""The record of a session that is fresh, and no reasons; else the newest, and why not."""


@dataclass(slots=True)
class _Edit:
    """A session that was edited.

    Attributes:
        session: The session.
        first: The first of its cells that is another than before.
        given: What its cells showed, from that one on.
        is_done: Whether no more is to come.
    """

    session: Session
    first: int
    given: list[CellRecord] = field(default_factory=list)
    is_done: bool = False


class Provisional:
    """Runs edited sessions from the edit on, in a thread.

    Args:
        settings: How cells run.
        tell: Called in that thread with the note of which a cell has shown something.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        self._playground = Playground(settings, idle=IDLE)
        self._tell = tell
        self._lock = threading.Lock()
        self._known: Mapping[str, list[Session]] = {}  # by file, those that had a fresh record
        self._seen: dict[str, list[Session]] = {}  # the same of the pass that goes on
        self._edits: dict[str, _Edit] = {}
        self._wanted: dict[str, _Edit] = {}  # of the pass that goes on
        self._is_working = self._is_closed = False

    def settled(self, session: Session, results: list[CellResult]) -> list[CellResult]:
        """The results of a session that has a fresh record, with what they were provisionally."""
        self._seen.setdefault(session.file, []).append(session)
        edit = self._edits.get(session.key)
        if edit is None:
            return results
        self._wanted[session.key] = edit
        edit.is_done = True
        clean = results[edit.first :]
        for number, (before, result) in enumerate(zip(edit.given, clean, strict=False)):
            if result.record is not None and _shown(before) != _shown(result.record):
                results[edit.first + number] = replace(result, was_otherwise=True)
        return results

    def left(self, session: Session, find: Find) -> list[CellResult]:
        """What the cells of a stale session show until it has run.

        Args:
            session: The session.
            find: Finds records.
        """
        old, first = self._nearest(session)
        if old is None:
            return waiting(session)
        self._seen.setdefault(session.file, []).append(old)
        record, reasons = find(old)
        above = record.cells[:first] if record is not None and not reasons else []
        if record is None or sum(cell.seconds for cell in above) < WORTH:
            return waiting(session)
        edit = self._edits.get(session.key) or _Edit(session, first)
        self._wanted[session.key] = edit
        cells = [*record.cells[: edit.first], *edit.given]
        part = replace(session, cells=session.cells[: len(cells)])
        shown = recorded(part, replace(record, cells=cells))
        rest = waiting(session)[len(cells) :]
        # What is wrong is told of what is recorded alone: that of the cells above is.
        given = shown[edit.first :]
        given = [replace(each, waits_for=session.where, problems=()) for each in given]
        return shown[: edit.first] + given + rest

    def _nearest(self, session: Session) -> tuple[Session | None, int]:
        """The session of the same note that begins most alike, and how many cells they share."""
        found = [(_shared(each, session), each) for each in self._known.get(session.file, ())]
        count, old = max(found, key=lambda each: each[0], default=(0, None))
        return (old, count) if count and is_possible() else (None, 0)

    @property
    def is_done(self) -> bool:
        """Whether there are edited sessions, and all show what they can."""
        with self._lock:
            edits = list(self._edits.values())
        return bool(edits) and all(edit.is_done for edit in edits)

    def end_pass(self) -> None:
        """All sessions of the vault were looked at: run those that are wanted, and no others."""
        with self._lock:
            gone = [edit for key, edit in self._edits.items() if key not in self._wanted]
            self._edits, self._wanted = self._wanted, {}
            self._known, self._seen = self._seen, {}
            waits = any(not edit.is_done for edit in self._edits.values())
            begins = waits and not self._is_working and not self._is_closed
            self._is_working = self._is_working or begins
        for edit in gone:
            self._playground.stop(edit.session)
        if begins:
            threading.Thread(target=self._work, daemon=True).start()  # nobody waits for its end

    def begin_anew(self) -> None:
        """Something changed that cells have read: states that they left are old."""
        self._playground.end()

    def close(self) -> None:
        """End all that runs."""
        self._is_closed = True
        self._playground.close()

    def _work(self) -> None:
        while True:
            with self._lock:
                waiting = [edit for edit in self._edits.values() if not edit.is_done]
                if not waiting or self._is_closed:
                    self._is_working = False
                    return
            edit = waiting[-1]
            with contextlib.suppress(EngineError):  # the clean run says what is wrong
                self._run(edit)
            if not edit.is_done:  # the clean run was not sooner
                edit.is_done = True
                self._tell(edit.session.file)

    def _run(self, edit: _Edit) -> None:
        """Run the cells of a session from the edited one on, as long as somebody wants them."""
        session = edit.session
        self._playground.prepare(session, edit.first)
        for number in range(edit.first, len(session.cells)):
            if edit.is_done or self._edits.get(session.key) is not edit:
                return
            record = self._playground.record(session, number)
            if record is None:
                return
            edit.given.append(record)
            if number < len(session.cells) - 1:  # the end is told by who called this
                self._tell(session.file)


def _shared(one: Session, other: Session) -> int:
    """How many cells two sessions have in common, from the first on."""
    same = (step_of(a) == step_of(b) for a, b in zip(one.cells, other.cells, strict=False))
    count = 0
    for each in same:
        if not each:
            break
        count += 1
    return count


def _shown(record: CellRecord) -> Sequence[object]:
    """All that a reader sees of what a cell showed."""
    return [record.outputs, record.values, [each.outputs for each in record.frames]]
