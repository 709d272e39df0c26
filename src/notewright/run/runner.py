"""The runner: hands sessions to workers of a warm parent, several at a time."""

from __future__ import annotations

import re
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from notewright.note.cells import Cell
from notewright.note.sessions import Session
from notewright.note.values import Value
from notewright.run import sandbox
from notewright.run.assembly import assembled, limited
from notewright.run.frame_records import frame_name, frames_job, with_frames
from notewright.run.records import CellRecord
from notewright.run.remedies import wait_remedy
from notewright.run.transcript import Told
from notewright.run.warm_parent import WarmParent
from notewright.run.worker.live import BY_THE_CLOCK, WAITING
from notewright.run.worker.outputs import EVENTS_LIMIT, Marks
from notewright.run.worker.processes import WORKER_FAILED, kill_group
from notewright.run.worker.protocol import (
    CellJob,
    Done,
    End,
    Ended,
    Frame,
    FrameEnd,
    Job,
    ValueJob,
)
from notewright.settings import Settings

SLACK = 30.0
"""Seconds that the warm parent may be late, on a busy machine, before it counts as dead."""

_MOST_PATIENCE = 1e6
"""Seconds, about as many as a socket waits."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell failed, as its worker or the warm parent saw it.

    Attributes:
        cell: Index of the cell in its session.
        message: What went wrong.
        line: The note's line.
        frames: The writer's frames, outermost first: `file`, `line`, `name`, `text`.
        remedy: What to do about it, if there is more to say than the message.
        is_fatal: Whether the cell did not end well; else a value below it cannot be had, or a
            frame of it fails.
        frame: Which of its frames fails; -1 if that is not why.
    """

    cell: int
    message: str
    line: int
    frames: Sequence[Frame] = ()
    remedy: str = ""
    is_fatal: bool = True
    frame: int = -1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session.

    Attributes:
        session: The session.
        cells: What each cell that began showed.
        faults: Why it failed, in order; none if it ended well.
        inputs: Digests of what it read, by name.
        changed: Files that changed while it ran: then it cannot be recorded.
        written: Files that it wrote.
        refused: Files that it would have written, had it been allowed to.
        opaque: What it did that cannot be followed.
        modules: Top-level modules that it had loaded.
        printed: How many bytes of text it printed, as far as they were kept.
        limit: The limit at which that was cut, in KiB; None if all was kept.
        libraries: NumPy and its linear algebra, if it used them.
    """

    session: Session
    cells: list[CellRecord]
    faults: Sequence[Fault]
    inputs: Mapping[str, str]
    changed: Sequence[str]
    opaque: Sequence[str]
    modules: Sequence[str]
    printed: int = 0
    limit: int | None = None
    written: Sequence[str] = ()
    refused: Sequence[str] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Submitted:
    """A session that a worker has; `alone` if it runs again because the warm parent died."""

    session: Session
    marks: Marks
    alone: bool


class _Coming:
    """Sessions to run, as they come; `is_over` once there will be no more."""

    def __init__(self, sessions: Iterable[Session | None]) -> None:
        self._sessions = iter(sessions)
        self.is_over = False

    def next(self) -> Session | None:
        """The next one; None if there is none for the moment, or no more."""
        try:
            return next(self._sessions)
        except StopIteration:
            self.is_over = True
            return None


class Runner:
    """Runs sessions by a warm parent, which starts when the first has to run."""

    def __init__(self, settings: Settings) -> None:
        self.parent = WarmParent(settings)
        self._settings = settings

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.parent.close()

    def run(
        self, sessions: Iterable[Session | None], begin: Callable[[Session], None]
    ) -> Iterator[Outcome]:
        """Run sessions, telling `begin` of each as it starts, and yielding it as it ends.

        They are taken one by one, as workers become free; None says that there is none for the
        moment, and while others run is asked again. A session during which the warm
        parent died, or was stopped, runs once more, alone: so the one that killed it is found,
        and no other is lost.
        """
        waiting = _Coming(sessions)
        following = waiting.next()
        suspects: deque[Session] = deque()
        live: dict[int, _Submitted] = {}
        pids: dict[int, int] = {}
        number = 0
        try:
            while following or suspects or live:
                # One more than run at a time: so none that ends waits for us to hand out the next.
                most = self._settings.parallel + 1 if following else 1
                while (following or suspects) and len(live) < most:
                    number += 1
                    session = following or suspects.popleft()
                    live[number] = _Submitted(session, Marks(secrets.token_hex(8)), not following)
                    self.parent.submit(
                        self.job(number, session, live[number].marks), self._patience(live)
                    )
                    following = waiting.next() if following else None
                is_shared = not suspects and not any(each.alone for each in live.values())
                is_waiting = not following and not waiting.is_over and is_shared
                if is_waiting and len(live) <= self._settings.parallel:
                    following = self.parent.ask_while_silent(waiting.next, self._patience(live))
                    if following:
                        continue
                answer = self.parent.receive(self._patience(live))
                if answer is None:
                    self.parent.close()
                    _end_groups(pids)
                    alone = [each.session for each in live.values() if each.alone]
                    suspects += [each.session for each in live.values() if not each.alone]
                    live.clear()
                    yield from (lost(session, self.parent.is_late) for session in alone)
                elif answer["kind"] == "started":
                    pids[answer["id"]] = answer["pid"]
                    begin(live[answer["id"]].session)
                else:
                    submitted = live.pop(answer["id"])
                    del pids[answer["id"]]
                    yield outcome_of(submitted.session, submitted.marks, answer, self._settings)
        finally:
            if live:  # we break off: no later pass may meet the answers to this one
                self.parent.close()

    def job(self, number: int, session: Session, marks: Marks) -> Job:
        """What a warm parent is told of a session."""
        settings = self._settings
        return {
            "id": number,
            "root": str(settings.root),
            "state_dir": str(settings.state_dir),
            "file": session.file,
            "nonce": marks.nonce,
            "memory": settings.memory,
            "output": settings.output_limit * 1024,
            "imports": self.parent.imports(session),
            "writable": sandbox.folders(settings),
            "cells": [cell_job(cell, settings) for cell in session.cells],
        }

    def _patience(self, live: Mapping[int, _Submitted]) -> float:
        return self.patience(submitted.session for submitted in live.values())

    def patience(self, sessions: Iterable[Session]) -> float:
        """Seconds within which the warm parent has something to say of the sessions in hand.

        What runs has ended by then, if need be by force; what waits begins when something ends.
        """
        longest = 0.0
        for session in sessions:
            cells = session.cells
            limits = [cell.options.timeout or self._settings.timeout for cell in cells]
            counts = [len(cell.options.vary.frames) if cell.options.vary else 0 for cell in cells]
            whole = sum(limit * (1 + count) for limit, count in zip(limits, counts, strict=True))
            longest = max(longest, whole + limits[0])  # it may take one limit to start
        return min(BY_THE_CLOCK * longest + SLACK, _MOST_PATIENCE)


def _value_job(value: Value) -> ValueJob:
    job: ValueJob = {"expression": value.expression, "line": value.line}
    return job if value.held is None else {**job, "is_mapping": True}


def cell_job(cell: Cell, settings: Settings) -> CellJob:
    """What a worker is told of a cell."""
    job: CellJob = {
        "code": cell.code,
        "origins": [
            (line.origin.file, line.origin.line, line.origin.note_line) for line in cell.source
        ],
        "doctest": cell.is_doctest,
        "error": cell.options.error,
        "deps": list(cell.options.deps),
        "values": list(map(_value_job, cell.values)),
        "timeout": cell.options.timeout or settings.timeout,
    }
    if cell.options.has_frames:
        job["frames"] = frames_job(cell)
    return job


def outcome_of(session: Session, marks: Marks, answer: Ended, settings: Settings) -> Outcome:
    """What became of a session, by what its process and the warm parent told."""
    told = Told.read(answer["events"], marks, session)
    notice = f"[output truncated: a session can print at most {settings.output_limit} KiB]\n"
    most = settings.output_limit * 1024
    printed, size = limited(answer["printed"].encode("latin-1"), most, notice, marks)
    shown = assembled(printed, told.events, marks)
    faults = [fault for end in told.frames for fault in _frame_faults(session, end)]
    faults += [fault for end in told.ends for fault in _faults(end, settings)]
    is_whole = told.makes_sense and told.done is not None
    if not is_whole and not any(fault.is_fatal for fault in faults):
        faults.append(_ended_fault(session, told, answer, settings))
    cells = [
        with_frames(
            CellRecord(
                outputs,
                end["seconds"],
                end["values"],
                end["answers"],
                end["unseeded"],
                processor=end["processor"],
            ),
            session.cells[index],
            [each for each in told.frames if each["cell"] == index and each["is_state"]],
            shown.frames.get(index, []),
        )
        for index, (outputs, end) in enumerate(zip(shown.cells, told.ends, strict=False))
    ]
    cells += [CellRecord(outputs) for outputs in shown.cells[len(cells) : told.begun]]
    done = told.done or _NOTHING
    return Outcome(
        session,
        cells[: told.begun],
        faults,
        done["inputs"],
        done["changed"],
        done["opaque"],
        [*answer["modules"], *done["modules"]],
        min(size, most),
        settings.output_limit if size > most else None,
        done["written"],
        done["refused"],
        done["libraries"],
    )


_NOTHING: Done = {
    "kind": "done",
    "inputs": {},
    "changed": [],
    "written": [],
    "refused": [],
    "opaque": [],
    "modules": [],
    "libraries": {},
}


def _faults(end: End, settings: Settings) -> Iterator[Fault]:
    told = [(problem, False) for problem in end["wrong_values"]]
    told += [(end["problem"], True)] if end["problem"] else []
    for problem, is_fatal in told:
        message, line, frames = problem["message"], problem["line"], problem["frames"]
        remedy = sandbox.REMEDY if problem["refused"] else ""
        if message.startswith("MemoryError"):
            remedy = f"Use less data, or raise `memory` in `mkdocs.yml` (now {settings.memory} MiB)"
        yield Fault(end["cell"], message, line, frames, remedy, is_fatal)


def _frame_faults(session: Session, end: FrameEnd) -> Iterator[Fault]:
    problem, cell = end["problem"], session.cells[end["cell"]]
    if problem is not None:
        message = f"{frame_name(cell, end['frame'])}: {problem['message']}"
        remedy = sandbox.REMEDY if problem["refused"] else ""
        line, frames = problem["line"], problem["frames"]
        yield Fault(end["cell"], message, line, frames, remedy, False, end["frame"])


def _ended_fault(session: Session, told: Told, answer: Ended, settings: Settings) -> Fault:
    """Why a session ended without saying so."""
    index = min(told.ended, len(session.cells) - 1)
    cell = session.cells[index]
    frames: Sequence[Frame] = ()
    if answer["verdict"] == "timeout":
        limit = cell.options.timeout or settings.timeout
        message = f"the cell was stopped after {limit:g} s of processor time"
        remedy = "Use less data, or raise `timeout` in the cell"
    elif answer["verdict"] == "waited":
        limit = WAITING * (cell.options.timeout or settings.timeout)
        message = (
            f"the cell was stopped after it waited for {limit:g} s, probably for input, the "
            "network or a lock"
        )
        remedy = wait_remedy(answer["printed"])
        if any(map(_AT_THE_END.match, told.rest)):
            message = f"a thread was still running {limit:g} s after the last cell"
            remedy = "Stop the thread and `join()` it in a cell, or start it with `daemon=True`"
    elif answer["verdict"] == "late":
        limit = BY_THE_CLOCK * (cell.options.timeout or settings.timeout)
        message = (
            f"the cell was stopped after {limit:g} s. It used little processor time, so other "
            "programs probably kept the processor or the disk busy"
        )
        remedy = "Run it when the machine is less busy, or raise `timeout`"
    elif answer["verdict"] == "shown":
        message = f"the session outputs more than {EVENTS_LIMIT >> 20} MiB of values and figures"
        remedy = "Show less data, or draw figures with fewer points"
    elif not told.makes_sense:
        message = "the session sent unreadable data"
        remedy = (
            "A cell may have written to a file descriptor that it did not open; remove that code"
        )
    elif told.failed is not None:
        message = f"the process that ran the cell failed: {told.failed['message']}"
        remedy = (
            "A cell may have changed something that Python itself needs. If not, please report this"
        )
        frames = told.failed["frames"]
    elif answer["status"] < 0:
        message, remedy = _killed(-answer["status"])
    elif answer["status"] == WORKER_FAILED:
        message = f"the process that ran the cell failed (exit status {WORKER_FAILED})"
        remedy = (
            "It may have run out of memory, or a cell changed something that Python itself needs"
        )
    else:
        message = f"the cell exited its process (exit status {answer['status']})"
        remedy = "Remove the call to `os._exit`"
    if told.frame is not None and cell.options.has_frames:
        message = f"{frame_name(cell, told.frame)}: {message}"
    line = _line_of(told.rest, session) or cell.line
    return Fault(index, message, line, frames, remedy)


def _killed(signal: int) -> tuple[str, str]:
    """What to say of a cell whose process was killed by a signal, and what to do."""
    if signal == 9:
        # A cell that exceeds `memory` gets a MemoryError; the system kills by signal.
        return (
            "the cell's process was killed (signal 9), "
            "usually because the machine ran out of memory",
            "Use less data, or run fewer sessions at a time with the option `workers`",
        )
    if signal == 11:
        return (
            "the cell crashed in compiled code (signal 11)",
            "Find the call with `python -X faulthandler`",
        )
    return (
        f"the cell's process was killed (signal {signal})",
        "It may have run out of memory, or crashed in compiled code",
    )


_AT_THE_END = re.compile(r'  File ".*[/\\]threading\.py", line \d+ in _shutdown$')
"""Where a session is while it waits for the threads that its cells left running, as Python does."""


def _line_of(last_words: Iterable[str], session: Session) -> int:
    """The innermost line of the note in a traceback that the watchdog wrote."""
    frame = re.compile(rf'  File "{re.escape(session.file)}", line (\d{{1,9}})(?: |$)')
    found = next(filter(None, map(frame.match, last_words)), None)
    return int(found[1]) if found else 0


def _end_groups(pids: dict[int, int]) -> None:
    """End what sessions left behind whose warm parent died, and can end nothing any more."""
    while pids:
        kill_group(pids.popitem()[1])


def lost(session: Session, is_late: bool) -> Outcome:
    """What became of a session during which the warm parent died, or was stopped."""
    message = (
        "the cell stopped the process that runs notes"
        if is_late
        else "the cell killed the process that runs notes"
    )
    remedy = "Do not stop or kill processes that the cell did not start"
    fault = Fault(0, message, session.line, (), remedy)
    return Outcome(session, [], [fault], {}, (), (), ())
