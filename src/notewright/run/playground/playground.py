"""The playground of a server: programs that keep the states of sessions, started as they are used.

What runs is decided by code alone: two pages with the same edits share the states that these give.
A program ends when nobody used it for a while, and with the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from notewright.errors import EngineError
from notewright.note.cells import Cell
from notewright.note.includes import Origin, SourceLine
from notewright.note.sessions import Session
from notewright.run.cell_records import CellRecord
from notewright.run.playground.messages import Answer, Question, Step
from notewright.run.playground.programs import Program, ProgramClosedError
from notewright.run.playground.states import is_possible
from notewright.run.review import wrong_answers
from notewright.run.runner import Outcome, cell_job, outcome_of
from notewright.run.verdicts import CellResult, failed
from notewright.run.worker.protocol import Ended
from notewright.settings import Settings

IDLE = 150.0
"""Seconds after which a program ends that nobody used: an open page sends word."""

MOST = 3
"""Programs that run at a time: of those at nothing, the one used longest ago ends first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the run of a cell showed.

    Attributes:
        result: The cell as it was edited, or the one above it that failed, and what it showed.
        is_above: Whether it is one above.
        line: The line of its code that failed, or whose answer is not the one that is written,
            from 1; 0 if there is none.
        said: What is wrong, in one line that counts those of the cell; empty if nothing is.
        is_stopped: Whether somebody stopped it.
    """

    result: CellResult
    is_above: bool = False
    line: int = 0
    said: str = ""
    is_stopped: bool = False


class Playground:
    """Runs edited cells for the pages of a server.

    Args:
        settings: How cells run: their limits are those of any session.
        clock: Seconds by which it is told who is idle.
        idle: Seconds after which a program ends that nobody used.

    Attributes:
        is_closed: Whether it was closed for good.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        idle: float = IDLE,
    ) -> None:
        self._settings = settings
        self._clock, self._idle = clock, idle
        self._programs: dict[str, Program] = {}
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None
        self.is_closed = False

    def run(
        self,
        session: Session,
        number: int,
        codes: Mapping[int, str],
        chosen: Mapping[int, Sequence[int]] | None = None,
        *,
        every: bool = False,
    ) -> Shown:
        """Run a cell in the state that the cells above it leave.

        Args:
            session: Its session, as the note has it.
            number: Its place in the session, from 0.
            codes: Code that was edited, by the places of cells.
            chosen: Which of their values cells with `vary` run for, by the places of cells; those
                that are not named run for the one that the page shows first.
            every: Whether the cell runs for all of its values.

        Raises:
            ProgramClosedError: If the program was ended on purpose in the meantime.
            EngineError: If no cell can be run at all.
        """
        cells = self._cells(session, number + 1, codes, chosen or {})
        if every:
            options = replace(cells[-1].options, vary=session.cells[number].options.vary)
            cells[-1] = replace(cells[-1], options=options)
        steps = [self._step(cell, session, at) for at, cell in enumerate(cells)]
        program = self._program(session)
        answer = program.ask({"steps": steps})
        ran = cells[answer["first"] : answer["first"] + answer["count"]]
        return _shown(
            replace(session, cells=tuple(ran)), cells[-1], program, answer, self._settings
        )

    def ask(
        self,
        session: Session,
        number: int,
        codes: Mapping[int, str],
        question: Question,
        chosen: Mapping[int, Sequence[int]] | None = None,
    ) -> bytes:
        """What is to be said to a question in the state above a cell, as JSON; empty if nothing.

        Raises:
            EngineError: If no cell can be run at all.
        """
        cells = self._cells(session, number, codes, chosen or {})
        steps = [self._step(cell, session, at) for at, cell in enumerate(cells)]
        answer = self._program(session).ask({"steps": steps, "question": question})
        return answer["printed"].encode("latin-1") if not answer["count"] else b""

    def prepare(self, session: Session, count: int) -> None:
        """Have the state that the first cells of a session leave, if they can.

        Raises:
            EngineError: If no cell can be run at all.
        """
        steps = [self._step(cell, session, at) for at, cell in enumerate(session.cells[:count])]
        self._program(session).ask({"steps": steps, "prepares": True})

    def record(self, session: Session, number: int) -> CellRecord | None:
        """What a cell shows in the state that the cells above it leave; None if one failed.

        Raises:
            EngineError: If no cell can be run at all.
        """
        cells = session.cells[: number + 1]
        steps = [self._step(cell, session, at) for at, cell in enumerate(cells)]
        program = self._program(session)
        answer = program.ask({"steps": steps})
        ran = cells[answer["first"] : answer["first"] + answer["count"]]
        outcome = _outcome(replace(session, cells=ran), program, answer, self._settings)
        is_whole = ran[-1:] == cells[-1:] and not outcome.faults
        return outcome.cells[-1] if is_whole else None

    def stop(self, session: Session) -> None:
        """Stop what runs of a session; its state stays."""
        program = self._programs.get(session.where)
        if program is not None:
            program.stop()

    def touch(self, where: str) -> None:
        """Somebody still looks at a session."""
        program = self._programs.get(where)
        if program is not None:
            program.used = self._clock()

    def end(self, where: str = "") -> None:
        """End the program of a session, or all."""
        with self._lock:
            names = [where] if where else list(self._programs)
            ended = [self._programs.pop(name) for name in names if name in self._programs]
        for program in ended:
            program.close()

    def close(self) -> None:
        """End all, for good."""
        self.is_closed = True
        with self._lock:
            if self._sweeper is not None:
                self._sweeper.cancel()
        self.end()

    def sweep(self) -> None:
        """End the programs that nobody used for a while."""
        now = self._clock()
        for where, program in list(self._programs.items()):
            if now - program.used > self._idle and not program.is_busy:
                self.end(where)
        with self._lock:
            self._sweeper = None
            if self._programs:
                self._sweep_later()

    def _sweep_later(self) -> None:
        if self._sweeper is None and not self.is_closed:
            self._sweeper = threading.Timer(self._idle / 5, self.sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _cells(
        self,
        session: Session,
        count: int,
        codes: Mapping[int, str],
        chosen: Mapping[int, Sequence[int]],
    ) -> list[Cell]:
        """The first cells of a session, as they were edited."""
        numbered = enumerate(session.cells[:count])
        return [edited(cell, codes.get(at), chosen.get(at)) for at, cell in numbered]

    def _step(self, cell: Cell, session: Session, number: int) -> Step:
        is_last = number == len(session.cells) - 1
        return {"cell": cell_job(cell, self._settings), "is_last": is_last}

    def _program(self, session: Session) -> Program:
        """The program of a session, which is started if there is none."""
        if not is_possible():
            raise EngineError(
                "the playground needs a system that can fork processes, such as Linux"
            )
        with self._lock:
            if self.is_closed:
                raise ProgramClosedError("the server is shutting down")
            program = self._programs.get(session.where)
            if program is not None and program.is_over:
                program.close()
                program = None
            if program is None:
                program = self._programs[session.where] = Program(self._settings, session)
            program.used = self._clock()
            others = [name for name, each in self._programs.items() if not each.is_busy]
            others = sorted({*others} - {session.where}, key=lambda at: self._programs[at].used)
            too_many = max(0, len(self._programs) - MOST)
            ended = [self._programs.pop(name) for name in others[:too_many]]
            self._sweep_later()
        for other in ended:
            other.close()
        return program


def edited(cell: Cell, code: str | None, chosen: Sequence[int] | None = None) -> Cell:
    """A cell with other code, as it is run: of its values, for one alone.

    Args:
        cell: The cell as the note has it.
        code: Its code; None for that of the note.
        chosen: The place of the value of each name; None for what the page shows first.
    """
    vary = cell.options.vary
    only = vary.only(vary.default if chosen is None else chosen) if vary else None
    options = replace(cell.options, vary=only)
    same = replace(cell, options=options, values=(), accepted=None)
    if code is None or code.rstrip("\n") == cell.code.rstrip("\n"):
        return same
    first = first_line(cell)
    lines = code.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    source = (
        SourceLine(text, Origin(cell.file, first + at, first + at)) for at, text in enumerate(lines)
    )
    return replace(same, source=tuple(source))


def first_line(cell: Cell) -> int:
    """The note's line of the first line of a cell's code."""
    return cell.source[0].origin.note_line if cell.source else cell.line + 1


def _outcome(ran: Session, program: Program, answer: Answer, settings: Settings) -> Outcome:
    """What became of some cells, by what their process told."""
    ended: Ended = {
        "kind": "ended",
        "id": 0,
        "verdict": answer["verdict"],
        "status": answer["status"],
        "printed": answer["printed"],
        "events": answer["events"],
        "memory": 0,
        "modules": [],
    }
    return outcome_of(ran, program.marks, ended, settings)


def _shown(
    ran: Session, wanted: Cell, program: Program, answer: Answer, settings: Settings
) -> Shown:
    """What a run showed, by what its process told."""
    outcome = _outcome(ran, program, answer, settings)
    if not outcome.faults:
        cell = ran.cells[-1]
        record = outcome.cells[-1]
        result, is_above = CellResult(cell, record), cell is not wanted
        for example, _ in wrong_answers(cell, record):
            return Shown(result, is_above, example.lineno + 1, "the result is different")
        return Shown(result, is_above)
    result = failed(outcome)[-1]
    line = _line_in(result.cell, outcome)
    is_above = result.cell is not wanted
    said = outcome.faults[-1].message.partition("\n")[0]
    return Shown(result, is_above, line, said, is_stopped=program.is_stopped)


def _line_in(cell: Cell, outcome: Outcome) -> int:
    """The line of a cell's code, from 1, at which it failed; 0 if it stands elsewhere."""
    lines: Sequence[Any] = [each.origin.note_line for each in cell.source]
    at = outcome.faults[-1].line
    return lines.index(at) + 1 if at in lines else 0
