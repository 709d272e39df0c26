"""States of a session, each a process of its own: it ran some cells, and waits to be copied.

A state never runs anything itself: it makes a copy, which runs a cell, tells what that showed, and
is the state below that cell from then on. So each cell finds what the cells above it left.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import linecache
import os
import random
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notewright.run.playground.messages import Ready, Start, Step, Task, job_of
from notewright.run.worker import confinement, processes, scratch
from notewright.run.worker.confinement import Places
from notewright.run.worker.event_writer import Reporter
from notewright.run.worker.outputs import Marks
from notewright.run.worker.platforms import PROC
from notewright.run.worker.wire import receive, send

if TYPE_CHECKING:
    from notewright.run.worker.session import SessionRun

PIPES = 3
"""What a copy is handed: where it prints, where its events go, and where it is told more."""


class _Reporter(Reporter):
    """A reporter whose pipes change: each copy of a state has its own."""

    def redirect(self, printed: int, events: int) -> None:
        """Print and report there from now on, in this process."""
        for fd in (1, 2):
            os.dup2(printed, fd)
        os.dup2(printed, self._printed_fd, inheritable=False)
        os.dup2(events, self._event_fd, inheritable=False)
        self.take_over()


class State:
    """The state of a session, in its process.

    Args:
        start: What all of its states share.
        control: Where it is told what its copies do.
        inherited: Bytes of address space that the process began with.
        keeper: The process that keeps the states, and is the parent of all.
    """

    def __init__(self, start: Start, control: socket.socket, inherited: int, keeper: int) -> None:
        self._control, self._keeper = control, keeper
        processes.end_with_parent(keeper)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(nothing, fd)
        processes.limit(start["memory"], inherited)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(start["root"])
        self._session, self._reporter = _session(start, nothing)
        self._lines: dict[int, str] = {}
        self._file = start["file"]

    def serve(self) -> None:
        """Make copies as they are asked for, until the keeper is gone."""
        while True:
            _, pipes, _, _ = socket.recv_fds(self._control, 1, PIPES)
            if len(pipes) != PIPES:
                return
            task: Task | None = receive(self._control)
            if task is None:
                return
            if self._copy():
                self._become(pipes)
                self._do(task)
            else:
                for fd in pipes:
                    os.close(fd)

    def _copy(self) -> bool:
        """Make a copy of this process, a child of the keeper; returns whether this one is it."""
        seeds = random.getstate()  # a copy of a process seeds itself again
        between = os.fork()
        if between:
            os.waitpid(between, 0)
            return False
        between = os.getpid()
        if os.fork():  # who has lost its parent is given to the keeper
            os._exit(0)
        while os.getppid() == between:
            time.sleep(0.0002)
        processes.end_with_parent(self._keeper)  # at once, if the keeper is gone as well
        os.setsid()
        random.setstate(seeds)
        return True

    def _become(self, pipes: list[int]) -> None:
        self._control.close()
        self._reporter.redirect(*pipes[:2])
        for fd in pipes[:2]:
            os.close(fd)
        self._control = socket.socket(fileno=pipes[2])
        self._control.set_inheritable(False)
        self._session.begin_copy()
        send(self._control, {"pid": os.getpid(), "is_copyable": False})

    def _do(self, task: Task) -> None:
        """Run cells, or answer a question; then be a state that waits."""
        if "question" in task:
            from notewright.run.playground.questions import answer

            content = answer(task["question"], self._session.names)
            with open(1, "wb", closefd=False) as told:
                told.write(content)
            os._exit(0)
        for index, step in enumerate(task["steps"]):
            self._know_lines(step)
            if self._session.run_cell(index, step["cell"], is_last=step["is_last"]) is not None:
                break
        self._reporter.event(_done())
        nothing = os.open(os.devnull, os.O_RDWR)
        self._reporter.redirect(nothing, nothing)
        os.close(nothing)
        is_alone = threading.active_count() == 1 and processes.is_single_threaded()
        ready: Ready = {
            "pid": os.getpid(),
            "is_copyable": is_alone and not processes.children(),
        }
        send(self._control, ready)
        gc.collect()
        gc.freeze()  # else each copy would touch, and so have, the pages of all objects

    def _know_lines(self, step: Step) -> None:
        """Let tracebacks and `inspect.getsource` read a cell as it was edited."""
        cell = step["cell"]
        for text, (file, line, _) in zip(cell["code"].split("\n"), cell["origins"], strict=False):
            if file == self._file:
                self._lines[line] = text
        last = max(self._lines, default=0)
        source = [self._lines.get(number, "") + "\n" for number in range(1, last + 1)]
        linecache.cache[self._file] = (sum(map(len, source)), None, source, self._file)


def _session(start: Start, events: int) -> tuple[SessionRun, _Reporter]:
    """Begin a session of no cells in this process, which is closed as that of any session."""
    from notewright.run.worker import session
    from notewright.run.worker.tracing import Tracer

    assert session.WATCHDOG is not None
    events = os.dup(events)
    os.set_inheritable(events, False)
    faulthandler.register(session.WATCHDOG, file=events, all_threads=False)
    reporter = _Reporter(events, Marks(start["nonce"]))
    places = _close(start)
    tracer = Tracer(start["root"], start["state_dir"], places, {start["file"]})
    scratch.enter(start["scratch"])
    job = job_of(start, [])
    made = session.SessionRun(job, reporter, tracer)
    made.prepare()
    return made, reporter


def _close(start: Start) -> Places:
    """Close to this process, and to all its copies, what cells may not write."""
    declared = start["writable"]
    if declared is None:
        return Places(None)
    tempfile.gettempdir()  # it is found by trying to write there
    folders = [start["scratch"], *declared, *confinement.of_libraries(start["root"])]
    return Places(folders if confinement.confine(folders) else None)


def _done() -> Any:
    """The end of a run, of which nothing is recorded."""
    return {
        "kind": "done",
        "inputs": {},
        "changed": [],
        "written": [],
        "refused": [],
        "opaque": [],
        "modules": [],
        "libraries": {},
    }


def is_possible() -> bool:
    """Whether states can be copied on this system."""
    with contextlib.suppress(OSError):
        return Path(PROC, "self/task").is_dir() and hasattr(os, "fork")
    return False
