"""Runs sessions in workers of a warm parent, several at a time."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notewright import imports
from notewright.errors import EngineError
from notewright.events import Told
from notewright.figures import STYLE_FILE
from notewright.messages import receive, send
from notewright.outputs import EVENTS_LIMIT, Marks, assemble, limited
from notewright.processes import WORKER_FAILED, kill_group
from notewright.records import CellRecord, packages_of
from notewright.sessions import Session
from notewright.settings import Settings

PRELOAD_LIMIT = 60.0
"""Seconds that the warm parent gets for its imports before it is started without them."""

SLACK = 30.0
"""Seconds that the warm parent may be late, on a busy machine, before it counts as dead."""

_MOST_PATIENCE = 1e6
"""Seconds, about as many as a socket waits."""

ALWAYS = ("IPython.core.formatters", "IPython.display")
DRAWING = ("matplotlib.backends.backend_svg", "notewright.matplotlib_backend")
"""What Matplotlib imports when it draws its first figure."""

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell failed, as its worker or the warm parent saw it.

    Attributes:
        cell: Index of the cell in its session.
        message: What went wrong.
        line: The note's line.
        frames: The writer's frames, outermost first: `file`, `line`, `name`, `text`.
        remedy: What to do about it, if there is more to say than the message.
        is_fatal: Whether the cell did not end well; else a value below it cannot be had.
    """

    cell: int
    message: str
    line: int
    frames: Sequence[Mapping[str, Any]] = ()
    remedy: str = ""
    is_fatal: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session.

    Attributes:
        session: The session.
        cells: What each cell that began showed.
        faults: Why it failed, in order; none if it ended well.
        inputs: Digests of what it read, by name.
        changed: Files that changed while it ran: then it cannot be recorded.
        opaque: What it did that cannot be followed.
        modules: Top-level modules that it had loaded.
        printed: How many bytes of text it printed, as far as they were kept.
        limit: The limit at which that was cut, in KiB; None if all was kept.
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


@dataclass(frozen=True, slots=True)
class _Submitted:
    """A session that a worker has; `alone` if it runs again because the warm parent died."""

    session: Session
    marks: Marks
    alone: bool


class Runner:
    """Owns the warm parent; starts it when the first session has to run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._is_late = False
        self._has_begun = False
        self._preloaded: set[str] = set()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hang_up(self) -> None:
        """Have the warm parent end, and do not wait for it."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        """End the warm parent, and with it every session that still runs."""
        self.hang_up()
        if self._process is not None:
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        self._has_begun = False

    def run(
        self, sessions: Iterable[Session], begin: Callable[[Session], None]
    ) -> Iterator[Outcome]:
        """Run sessions, telling `begin` of each as it starts, and yielding it as it ends.

        They are taken one by one, as workers become free. A session during which the warm
        parent died, or was stopped, runs once more, alone: so the one that killed it is found,
        and no other is lost.
        """
        waiting = iter(sessions)
        following = next(waiting, None)
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
                    self._submit(number, live)
                    following = next(waiting, None) if following else None
                answer = self._receive(live)
                if answer is None:
                    self.close()
                    _end_groups(pids)
                    lost = [each.session for each in live.values() if each.alone]
                    suspects += [each.session for each in live.values() if not each.alone]
                    live.clear()
                    yield from (_lost(session, self._is_late) for session in lost)
                elif "pid" in answer:
                    pids[answer["id"]] = answer["pid"]
                    begin(live[answer["id"]].session)
                else:
                    submitted = live.pop(answer["id"])
                    del pids[answer["id"]]
                    yield _outcome(submitted.session, submitted.marks, answer, self._settings)
        finally:
            if live:  # we break off: no later pass may meet the answers to this one
                self.close()

    def warm_up(self, sessions: Iterable[Session]) -> None:
        """Make sure that the warm parent has loaded all that the sessions import.

        Raises:
            EngineError: If it does not start.
        """
        codes = [cell.code for session in sessions for cell in session.cells]
        wanted = {*ALWAYS, *imports.installed(codes, self._settings.root)}
        if any(name.startswith("matplotlib") for name in wanted):
            wanted.update(DRAWING)
        if self._connection is None or not wanted <= self._preloaded:
            self._restart(self._preloaded | wanted)

    def _restart(self, wanted: set[str]) -> None:
        if self._has_begun:
            self.close()
        for preload in (sorted(wanted), list(ALWAYS)):
            self.launch()
            assert self._connection is not None and self._process is not None
            is_ready = False
            try:
                self._begin(preload)
                packages_of(["sys"])  # reads what is installed, while the warm parent imports
                ready, _, _ = select.select([self._connection], [], [], PRELOAD_LIMIT)
                is_ready = bool(ready) and receive(self._connection) is not None
            finally:
                if not is_ready:  # also when we are interrupted: it has no session to end
                    self._process.kill()
                    self.close()
            if is_ready:
                self._preloaded = wanted
                return
        raise EngineError(
            "the process that runs the cells does not start. "
            "Try `python -m notewright.zygote` for its reason."
        )

    def launch(self) -> None:
        """Start the warm parent, if there is none; what it is to import may be told later."""
        if self._connection is not None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        environment = {
            **os.environ,
            **dict.fromkeys(_ONE_THREAD, "1"),
            "COLUMNS": "80",  # libraries fit tables of text into the terminal of whoever builds
            "LINES": "24",
            "TZ": "UTC",  # the time of day differs by place, and the files of zones are no input
            "MPLBACKEND": "module://notewright.matplotlib_backend",
            "MATPLOTLIBRC": str(STYLE_FILE),
            "PYTHONHASHSEED": "0",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "notewright.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._connection = ours

    def _begin(self, preload: list[str]) -> None:
        assert self._connection is not None
        self._is_late = False
        self._has_begun = True
        forks = os.environ.get("NOTEWRIGHT_SPAWN") != "1" and sys.platform == "linux"
        with contextlib.suppress(ConnectionError):  # the next receive says that it is gone
            parallel = self._settings.parallel
            first = {"preload": preload, "fork": forks, "parallel": parallel}
            send(self._connection, first)

    def _submit(self, number: int, live: Mapping[int, _Submitted]) -> None:
        if self._connection is None:
            self._restart(self._preloaded | {*ALWAYS})
        assert self._connection is not None
        self._connection.settimeout(self._patience(live))
        try:
            send(self._connection, self._job(number, live[number]))
        except ConnectionError:
            pass  # the next receive says that it is gone
        except TimeoutError:
            self._end_late_parent()

    def _job(self, number: int, submitted: _Submitted) -> dict[str, Any]:
        settings, session = self._settings, submitted.session
        return {
            "id": number,
            "root": str(settings.root),
            "state_dir": str(settings.state_dir),
            "file": session.file,
            "nonce": submitted.marks.nonce,
            "memory": settings.memory,
            "output": settings.output * 1024,
            "cells": [
                {
                    "code": cell.code,
                    "origins": [
                        [line.origin.file, line.origin.line, line.origin.note_line]
                        for line in cell.source
                    ],
                    "doctest": cell.is_doctest,
                    "error": cell.options.error,
                    "deps": cell.options.deps,
                    "values": [
                        {"expression": value.expression, "line": value.line}
                        for value in cell.values
                    ],
                    "timeout": cell.options.timeout or settings.timeout,
                }
                for cell in session.cells
            ],
        }

    def _receive(self, live: Mapping[int, _Submitted]) -> dict[str, Any] | None:
        assert self._connection is not None
        self._connection.settimeout(self._patience(live))
        try:
            return receive(self._connection)
        except TimeoutError:
            self._end_late_parent()
            return None

    def _patience(self, live: Mapping[int, _Submitted]) -> float:
        """Seconds within which the warm parent has something to say of the sessions in hand.

        What runs has ended by then, if need be by force; what waits begins when something ends.
        """
        longest = 0.0
        for submitted in live.values():
            cells = submitted.session.cells
            limits = [cell.options.timeout or self._settings.timeout for cell in cells]
            longest = max(longest, sum(limits) + limits[0])  # it may take one limit to start
        return min(longest + SLACK, _MOST_PATIENCE)

    def _end_late_parent(self) -> None:
        """A warm parent that says nothing was stopped: no other end would come."""
        assert self._process is not None
        self._is_late = True
        self._process.kill()


def _outcome(
    session: Session, marks: Marks, answer: Mapping[str, Any], settings: Settings
) -> Outcome:
    told = Told.read(answer["events"], marks, session)
    notice = f"[the output ends here: a session may print {settings.output} KiB]\n"
    most = settings.output * 1024
    printed, size = limited(answer["printed"].encode("latin-1"), most, notice, marks)
    outputs = assemble(printed, told.events, marks)
    ends = [event for event in told.events if event["kind"] == "end"]
    done = next((event for event in told.events if event["kind"] == "done"), {})
    faults = [fault for event in ends for fault in _faults(event)]
    is_whole = told.makes_sense and done
    if not is_whole and not any(fault.is_fatal for fault in faults):
        faults.append(_ended_fault(session, told, answer, settings))
    cells = [
        CellRecord(shown, end.get("seconds", 0.0), end.get("values", []), end.get("answers", []))
        for shown, end in zip(outputs, [*ends, {}], strict=False)
    ]
    return Outcome(
        session,
        cells[: told.begun],
        faults,
        done.get("inputs", {}),
        done.get("changed", ()),
        done.get("opaque", ()),
        [*answer["modules"], *done.get("modules", ())],
        min(size, most),
        settings.output if size > most else None,
    )


def _faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    told = [(problem, False) for problem in event["wrong_values"]]
    told += [(event["problem"], True)] if event["problem"] else []
    for problem, is_fatal in told:
        message, line, frames = problem["message"], problem["line"], problem["frames"]
        yield Fault(event["cell"], message, line, frames, is_fatal=is_fatal)


def _ended_fault(
    session: Session, told: Told, answer: Mapping[str, Any], settings: Settings
) -> Fault:
    """Why a session ended without saying so."""
    index = min(told.ended, len(session.cells) - 1)
    cell = session.cells[index]
    frames: Sequence[Mapping[str, Any]] = ()
    if answer["verdict"] == "timeout":
        limit = cell.options.timeout or settings.timeout
        message = f"the cell ran longer than {limit:g} s"
        remedy = "Use less data, or raise `timeout` in the cell"
    elif answer["verdict"] == "shown":
        message = f"the session shows more than {EVENTS_LIMIT >> 20} MiB of values and figures"
        remedy = "Show a part of the data, or figures with fewer points"
    elif not told.makes_sense:
        message = "what the session reports of itself makes no sense"
        remedy = "A cell must not write to files or pipes that it did not open"
    elif told.failed is not None:
        message = f"the worker that ran the cell failed: {told.failed['message']}"
        remedy = "A cell may have changed what Python itself needs; if none did, please report this"
        frames = told.failed["frames"]
    elif answer["status"] < 0:
        message = f"the cell's process was killed by signal {-answer['status']}"
        remedy = "It may need too much memory, or be at fault in C"
    elif answer["status"] == WORKER_FAILED:
        message = f"the worker that ran the cell failed (exit status {WORKER_FAILED})"
        remedy = "It may need too much memory, or a cell changed what Python itself needs"
    else:
        message = f"the cell ended its process (exit status {answer['status']})"
        remedy = "A cell must not call `os._exit`"
    line = _line_of(told.rest, session) or cell.line
    return Fault(index, message, line, frames, remedy)


def _line_of(last_words: Iterable[str], session: Session) -> int:
    """The innermost line of the note in a traceback that the watchdog wrote."""
    frame = re.compile(rf'  File "{re.escape(session.file)}", line (\d{{1,9}})(?: |$)')
    found = next(filter(None, map(frame.match, last_words)), None)
    return int(found[1]) if found else 0


def _end_groups(pids: dict[int, int]) -> None:
    """End what sessions left behind whose warm parent died, and can end nothing any more."""
    while pids:
        kill_group(pids.popitem()[1])


def _lost(session: Session, is_late: bool) -> Outcome:
    done = "stopped" if is_late else "ended"
    message = f"the session {done} the process that runs the notes"
    remedy = "A cell must not end or stop processes that it did not start"
    fault = Fault(0, message, session.line, (), remedy)
    return Outcome(session, [], [fault], {}, (), (), ())
