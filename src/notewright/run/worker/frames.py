"""Frames of a cell: copies of the session, made before the cell runs, one for each of its values.

A frame begins in the state that the cells above left, random states included, so that frames
differ by their value alone. It reports as the session does, hands over what it has read, and ends.
"""

from __future__ import annotations

import ast
import gc
import itertools
import json
import os
import random
import select
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import CodeType
from typing import Any, Protocol

from notewright.run.worker import other_seeds, processes
from notewright.run.worker.displays import Displays
from notewright.run.worker.event_writer import Reporter
from notewright.run.worker.platforms import PROC
from notewright.run.worker.protocol import MOST_STEPS, CellJob, Failure, FrameEnd, ValueJob
from notewright.run.worker.statements import GENERATOR, UnparsableError, as_generator
from notewright.run.worker.stopwatch import Stopwatch
from notewright.run.worker.tracing import Tracer

_ENDED_WELL = 0
_NO_STATE = object()
_READ = 1 << 16


class FramesError(Exception):
    """A session of which no copies can be made, with the reason."""


class Session(Protocol):
    """What frames need of the session whose cells they are."""

    displays: Displays

    @property
    def names(self) -> dict[str, Any]: ...  # noqa: D102
    def begin_copy(self) -> None: ...  # noqa: D102
    def end_copy(self, exception: BaseException | None = None) -> None: ...  # noqa: D102
    def execute(self, cell: CellJob) -> None: ...  # noqa: D102
    def compile(self, tree: ast.AST, filename: str, mode: str) -> CodeType: ...  # noqa: D102
    def judge(self, exception: BaseException, cell: CellJob) -> Failure | None: ...  # noqa: D102
    def problem(self, message: str) -> Failure: ...  # noqa: D102
    def value(self, value: ValueJob, option: str = "") -> str: ...  # noqa: D102


class Frames:
    """Runs the frames of the cells of one session.

    Args:
        session: The session.
        file: Its note.
        reporter: Who tells what they show.
        tracer: Who follows what they read.

    Attributes:
        modules: Names of modules that frames alone have loaded.
    """

    def __init__(self, session: Session, file: str, reporter: Reporter, tracer: Tracer) -> None:
        self.modules: list[str] = []
        self._session, self._file = session, file
        self._reporter = reporter
        self._tracer = tracer
        self._open_before = _open_files()

    def run(self, index: int, cell: CellJob) -> None:
        """Run a cell once for each of its frames; or in steps, each of which is one."""
        job = cell["frames"]
        if not job["given"]:
            self._step(index, cell)
            return
        if not other_seeds.moved():  # else the numbers of the first alone are asked for
            self._run_others(index, cell)
        first = job["first"]
        self._reporter.event({"kind": "frame", "cell": index, "frame": first}, mark=True)
        self._reporter.event(self._play(index, cell, first), mark=True)

    def _play(self, index: int, cell: CellJob, number: int) -> FrameEnd:
        """Run the cell with the values of a frame."""
        watch = Stopwatch()
        self._session.names.update(cell["frames"]["given"][number])
        self._session.execute(cell)
        self._session.end_copy()
        self._session.displays.end_cell()
        return self._told(index, cell, number, watch)

    def _play_aside(self, index: int, cell: CellJob, number: int) -> FrameEnd:
        """Run a frame in a process of its own: what it does to the names is lost."""
        self._session.begin_copy()
        try:
            return self._play(index, cell, number)
        except BaseException as exception:
            self._session.end_copy(exception)
            problem = self._session.judge(exception, cell)
            return {**_empty_end(index, number), "problem": problem}

    def _step(self, index: int, cell: CellJob) -> None:
        """Run a cell that yields its states: a frame each, with what was shown since the last."""
        states = self._states(cell)
        for number in itertools.count():
            self._reporter.event({"kind": "frame", "cell": index, "frame": number}, mark=True)
            watch = Stopwatch()
            said = next(states, _NO_STATE)
            self._session.end_copy()
            self._session.displays.end_cell()
            end = _empty_end(index, number)
            if said is _NO_STATE:
                self._reporter.event({**end, "is_state": False}, mark=True)
                return
            if not isinstance(said, str) or not said.strip():
                raise TypeError(f"a step must yield a line of text, but this one yields {said!r}")
            if number == MOST_STEPS:
                raise ValueError(f"the cell yields more than {MOST_STEPS} steps")
            end = self._told(index, cell, number, watch)
            end["texts"]["vary-caption"] = [said]
            self._reporter.event(end, mark=True)

    def _states(self, cell: CellJob) -> Iterator[Any]:
        """What the code of a cell yields; its names are the session's, as in any cell."""
        try:
            tree = as_generator(cell["code"], self._file, cell["origins"])
        except SyntaxError as error:
            raise UnparsableError(error, cell["origins"]) from None
        try:
            code = self._session.compile(tree, self._file, "exec")
        except SyntaxError as error:  # its line is that of a file, and not of the cell
            lines = (
                number for number, each in enumerate(cell["origins"], 1) if error.lineno in each
            )
            error.lineno = next(lines, 1)
            raise UnparsableError(error, cell["origins"]) from None
        exec(code, self._session.names)
        states: Iterator[Any] = self._session.names.pop(GENERATOR)()
        return states

    def _told(self, index: int, cell: CellJob, number: int, watch: Stopwatch) -> FrameEnd:
        """What is said of a frame, by its own names."""
        job, value = cell["frames"], self._session.value
        texts = {
            option: [value({"expression": each, "line": 1}, option) for each in templates]
            for option, templates in job["templates"].items()
        }
        pairs = zip(cell["values"], job["follows"], strict=True)
        values = [value(each) for each, follows in pairs if follows]
        seconds, processor = watch.seconds, watch.processor
        end = _empty_end(index, number)
        return {
            **end,
            "seconds": seconds,
            "processor": processor,
            "texts": texts,
            "values": values,
        }

    def _run_others(self, index: int, cell: CellJob) -> None:
        """Run all frames of a cell but the one with which the session goes on.

        Raises:
            FramesError: If no copies of this process can be made.
        """
        job = cell["frames"]
        with self._tracer.paused():
            self._check()
            self._tracer.begin_frames()
            gc.collect()
            gc.freeze()  # else each copy would touch, and so have, the pages of all objects
            state = random.getstate()  # a copy of a process seeds itself again
        for number in range(len(job["given"])):
            if number == job["first"]:
                continue
            self._reporter.event({"kind": "frame", "cell": index, "frame": number}, mark=True)
            status = self._fork(partial(self._play_aside, index, cell, number), state)
            if status != _ENDED_WELL:
                how = f"exit status {status}" if status > 0 else f"signal {-status}"
                problem = self._session.problem(f"the process that ran this frame stopped ({how})")
                self._reporter.event({**_empty_end(index, number), "problem": problem}, mark=True)

    def _check(self) -> None:
        """Refuse to copy what no copy can go on with."""
        if not hasattr(os, "fork"):
            raise FramesError("frames need a system that can fork processes, such as Linux")
        if not processes.is_single_threaded():
            raise FramesError(
                "the cells above started threads, so a fork of the session would hang. "
                "Use a single thread above a cell with `vary`, for example `n_jobs=1`"
            )
        left = sorted(filter(self._tracer.matters, _open_files() - self._open_before))
        if left:
            raise FramesError(
                f"a cell above left {os.path.basename(left[0])} open, and all frames would share "
                "it. "
                "Close the file, or open it in the cell with `vary`"
            )

    def _fork(self, play: Callable[[], FrameEnd], state: Any) -> int:
        """Run one frame in a copy of this process; returns its exit status."""
        told_fd, told_end = os.pipe()
        parent = os.getpid()
        with self._tracer.paused():
            pid = os.fork()
        if pid == 0:
            try:
                os.close(told_fd)
                processes.end_with_parent(parent)
                random.setstate(state)
                self._reporter.take_over()
                self._run(play, told_end)
                os._exit(_ENDED_WELL)
            finally:
                os._exit(processes.WORKER_FAILED)
        os.close(told_end)
        told, status = _wait(pid, told_fd)
        self._reporter.skip()
        with suppress(ValueError, KeyError, TypeError):  # of one that did not come so far
            found = json.loads(told)
            self._tracer.take_over(found["trace"])
            self.modules += [name for name in found["modules"] if name not in self.modules]
        return status

    def _run(self, play: Callable[[], FrameEnd], told_end: int) -> None:
        """Run one frame, in its own process."""
        before, loaded = set(self._tracer.written()), set(sys.modules)
        end = play()
        written = sorted(set(self._tracer.written()) - before)
        if written and end["problem"] is None:
            message = (
                f"the frame writes {written[0]}, which other frames would see. "
                "Write the file in a separate cell"
            )
            end = {**end, "problem": {"message": message, "line": 0, "frames": [], "refused": ""}}
        told = {"trace": self._tracer.handed_over(), "modules": sorted(set(sys.modules) - loaded)}
        content = memoryview(json.dumps(told).encode("utf-8", "backslashreplace"))
        while content:
            content = content[os.write(told_end, content) :]
        self._reporter.event(end, mark=True)


def _empty_end(cell: int, frame: int) -> FrameEnd:
    """The end of a frame that said nothing."""
    return {
        "kind": "frame-end",
        "cell": cell,
        "frame": frame,
        "is_state": True,
        "seconds": 0.0,
        "processor": 0.0,
        "texts": {},
        "values": [],
        "problem": None,
    }


def _wait(pid: int, told_fd: int) -> tuple[bytes, int]:
    """Read what a copy hands over until it has ended, and reap it.

    What it started may hold the pipe open, and live on: its own end counts.
    """
    told = bytearray()
    with _ended(pid) as ended:
        waiting = [told_fd, *ended]
        is_over = False
        while not is_over:
            ready, _, _ = select.select(waiting, [], [])
            is_over = ready != [told_fd]
            os.set_blocking(told_fd, False)
            with suppress(BlockingIOError):
                while content := os.read(told_fd, _READ):
                    told += content
                is_over = True
    os.close(told_fd)
    _, status = os.waitpid(pid, 0)
    return bytes(told), os.waitstatus_to_exitcode(status)


@contextmanager
def _ended(pid: int) -> Iterator[list[int]]:
    """A descriptor that can be read once a process has ended; none where there is no such."""
    try:
        found = [os.pidfd_open(pid)]
    except (AttributeError, OSError):
        found = []
    try:
        yield found
    finally:
        for fd in found:
            os.close(fd)


def _open_files() -> set[str]:
    """The plain files that this process holds open to write, or to read on from a place."""
    found = set()
    with suppress(OSError):
        for name in os.listdir(f"{PROC}/self/fd"):
            with suppress(OSError, ValueError):
                if stat.S_ISREG(os.fstat(int(name)).st_mode):
                    found.add(os.readlink(f"{PROC}/self/fd/{name}"))
    return found
