"""The program of a playground: keeps the states of one session, and has them copied.

A program of its own (`python -m notewright.run.playground.program FD`), started with exec. It runs
no cell itself. It is the parent of all states, so it ends them: when their time is up, when there
are too many, and when the server is gone.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from notewright.run.playground.messages import (
    NOTHING,
    Answer,
    Ready,
    Request,
    Start,
    Task,
    job_of,
    states_of,
)
from notewright.run.worker import preload, processes, seeds
from notewright.run.worker.live import LAST_WORDS, Live, follow, keep
from notewright.run.worker.outputs import EVENTS_LIMIT, Marks
from notewright.run.worker.processes import WORKER_FAILED
from notewright.run.worker.wire import receive, send

MOST_STATES = 8
"""States that are kept beside the first, in which nothing has run."""

ASK_LIMIT = 3.0
"""Seconds for the answer to a question."""

COPY_LIMIT = 60.0
"""Seconds in which a state makes a copy of itself, by the clock: busy machines take theirs."""

_READ = 1 << 16


@dataclass(slots=True)
class Kept:
    """A state that waits to be copied.

    Attributes:
        pid: Its process.
        control: Where it is told what to do.
        used: When it was wanted last, by the number of the request.
    """

    pid: int
    control: socket.socket
    used: int = 0


class Keeper:
    """Keeps the states of one session, by the cells that ran in them."""

    def __init__(self, connection: socket.socket, start: Start) -> None:
        self._connection = connection
        self._start = start
        self._kept: dict[str, Kept] = {}
        self._number = 0
        self._marks = Marks(start["nonce"])
        self._inherited = processes.address_space()

    def serve(self) -> None:
        """Answer requests until the other side is gone."""
        with processes.ends_when_closed(self._connection):
            loaded = preload.Preloaded()
            loaded.load(self._start["preload"])
        seeds.seed_loaded()
        gc.collect()
        gc.freeze()
        forks = processes.is_single_threaded()
        send(self._connection, {"forks": forks})
        if not forks:
            return
        self._kept[""] = self._first()
        while True:
            request: Request | None = receive(self._connection)
            if request is None:
                break
            if "steps" not in request:  # what was to be stopped has ended by itself
                continue
            self._number += 1
            answer = self._answer(request)
            if answer is None:
                break
            self._end_others()
            send(self._connection, answer)
        self.close()

    def close(self) -> None:
        """End all states."""
        for name in list(self._kept):
            self._end(name)
        self._end_orphans()

    def _first(self) -> Kept:
        """The state in which nothing has run."""
        ours, theirs = socket.socketpair()
        keeper = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                from notewright.run.playground.states import State

                ours.close()
                self._connection.close()
                State(self._start, theirs, self._inherited, keeper).serve()
                os._exit(0)
            finally:
                os._exit(WORKER_FAILED)  # never back into the loop of this program
        theirs.close()
        return Kept(pid, ours)

    def _answer(self, request: Request) -> Answer | None:
        """Do what is asked; None if nobody waits for it any more."""
        answer: Answer | None = None
        for _ in range(len(self._kept) + 1):  # each may be found gone, and the first rebuilt
            try:
                return self._try(request)
            except _StateGoneError as gone:
                self._end(gone.name)
                self._kept[""] = self._kept.get("") or self._first()
                answer = gone.answer
        return answer

    def _try(self, request: Request) -> Answer | None:
        """Do what is asked, as long as no state is found gone.

        Raises:
            _StateGoneError: If one is.
        """
        steps = request["steps"]
        names = states_of(steps)
        is_question, prepares = "question" in request, "prepares" in request
        wanted = len(steps) if is_question or prepares else len(steps) - 1
        at = next(at for at in range(wanted, -1, -1) if names[at] in self._kept)
        state, first = names[at], at
        while at < wanted:  # what is missing runs step by step, as long as states can be copied
            at += 1
            answer = self._do(state, names[at], {"steps": steps[first:at]}, first)
            if answer is None or answer["status"] or _has_failed(answer, self._marks):
                return answer
            if names[at] in self._kept:
                state, first = names[at], at
        if is_question:
            task: Task = {"steps": [], "question": request["question"]}
            return self._do(state, "", task, first)
        return NOTHING if prepares else self._do(state, names[-1], {"steps": steps[first:]}, first)

    def _do(self, state: str, name: str, task: Task, first: int) -> Answer | None:
        """Have a copy of a state do a task, and keep it under a name if it can be copied."""
        kept = self._kept[state]
        kept.used = self._number
        if processes.is_stopped(kept.pid):  # by a cell: nobody else would let it go on
            processes.kill_leader(kept.pid)
        pipes = [os.pipe(), os.pipe()]
        ours, theirs = socket.socketpair()
        ends = [pipes[0][1], pipes[1][1], theirs.fileno()]
        try:
            socket.send_fds(kept.control, [b"!"], ends)
            send(kept.control, task)
        except OSError:
            pass  # the state is gone: its end of the last socket is closed, which tells so
        finally:
            for fd in ends[:2]:
                os.close(fd)
            theirs.close()
        copy = _Copy(self, task, pipes[0][0], pipes[1][0], ours)
        try:
            answer = copy.follow(self._connection)
        finally:
            copy.close()
        if answer is None:
            return None
        answer["first"], answer["count"] = first, len(task["steps"])
        if copy.never_began:
            ours.close()
            raise _StateGoneError(state, answer)
        failed = bool(answer["status"]) or _has_failed(answer, self._marks)
        if copy.is_copyable and name and not failed:
            old = self._kept.get(name)
            self._kept[name] = Kept(copy.pid, ours, self._number)
            if old is not None:
                old.control.close()
                self.end_process(old.pid)
        else:
            ours.close()
            self.end_process(copy.pid)
        return answer

    def _end(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            kept.control.close()
            self.end_process(kept.pid)

    def end_process(self, pid: int) -> int:
        """End a state with all that it started; returns its exit status."""
        if not pid:
            return WORKER_FAILED
        processes.kill_leader(pid)
        status = 0
        with contextlib.suppress(ChildProcessError):
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self._end_orphans()
        return status

    def _end_orphans(self) -> None:
        """End what outlived its state: it is given to this process."""
        known = {kept.pid for kept in self._kept.values()}
        while orphans := [pid for pid in processes.children() if pid not in known]:
            for pid in orphans:
                processes.kill_child(pid)

    def _end_others(self) -> None:
        """End the states that were longest out of use."""
        others = sorted(filter(None, self._kept), key=lambda name: self._kept[name].used)
        for name in others[: max(0, len(others) - MOST_STATES)]:
            self._end(name)
        if "" not in self._kept:
            self._kept[""] = self._first()


class _StateGoneError(Exception):
    """A state was ended by a cell, or by somebody else, before it made a copy of itself.

    Attributes:
        name: The state's name.
        answer: What is said if it cannot be helped.
    """

    def __init__(self, name: str, answer: Answer) -> None:
        super().__init__(name)
        self.name = name
        self.answer = answer


class _Copy:
    """A copy of a state at its task, as the keeper sees it."""

    def __init__(
        self, keeper: Keeper, task: Task, printed: int, events: int, control: socket.socket
    ) -> None:
        self.pid = 0
        self.is_copyable = False
        self.never_began = False
        self._keeper, self._control = keeper, control
        cells = [step["cell"] for step in task["steps"]]
        start = keeper._start
        job = job_of(start, cells)
        self._live = Live(job, Marks(start["nonce"]), 0, printed, events)
        self._open = {printed, events}
        self._limit = cells[0]["timeout"] if cells else ASK_LIMIT
        self._live.deadline = time.monotonic() + COPY_LIMIT
        for fd in self._open:
            os.set_blocking(fd, False)

    def follow(self, connection: socket.socket) -> Answer | None:
        """Read what it tells until it has done its task, or has to be ended.

        Args:
            connection: Where the server is, which may have it stopped; once it is gone, nobody
                waits for an answer.
        """
        live = self._live
        while True:
            wait = max(0.0, live.deadline - time.monotonic()) + 0.001
            waiting: list[int | socket.socket] = [*self._open, self._control, connection]
            ready, _, _ = select.select(waiting, [], [], min(wait, 3600.0))
            if connection in ready:  # it is silent while it waits, but to have this stopped
                if receive(connection) is None:
                    self._keeper.end_process(self.pid)
                    return None
                break
            for fd in [fd for fd in ready if fd in self._open]:
                self._read(fd)
            if self._control in ready and self._hear():
                break
            if len(live.events) > EVENTS_LIMIT:
                live.verdict = live.verdict or "shown"
                break
            if time.monotonic() >= live.deadline and self._is_overdue():
                break
        status = 0
        if live.verdict or not self._has_done:
            status = self._keeper.end_process(self.pid) or WORKER_FAILED
            self.pid = 0
        for fd in list(self._open):
            self._read(fd, to_end=True)
        return {
            "first": 0,
            "count": 0,
            "verdict": live.verdict,
            "status": status,
            "printed": live.printed.decode("latin-1"),
            "events": live.events.decode("utf-8", "replace"),
        }

    _has_done = False

    def _hear(self) -> bool:
        """Hear what it says of itself; returns whether it is done, or gone."""
        said: Ready | None = receive(self._control)
        if said is None:
            self.never_began = not self.pid
            self._has_done = not self._live.job["cells"]  # a question ends its process
            return True
        if not self.pid:
            self.pid = self._live.pid = said["pid"]
            self._live.begin(self._limit)
            return False
        self._has_done = True
        self.is_copyable = said["is_copyable"]
        return True

    def _is_overdue(self) -> bool:
        """Give it a moment to say where it is, once its time is up; then it is at its end."""
        live, now = self._live, time.monotonic()
        if live.verdict:
            return True
        live.verdict = live.overdue(now) if self.pid else "timeout"
        if not live.verdict:
            return False
        live.deadline = now + LAST_WORDS
        frames = processes.children(self.pid) if live.is_in_frame else []
        for pid in filter(None, frames or [self.pid]):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGUSR2)
        return False

    def _read(self, fd: int, *, to_end: bool = False) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                content = os.read(fd, _READ)
                if not content:
                    self._open.discard(fd)
                    os.close(fd)
                    return
                if fd == self._live.event_fd:
                    follow(self._live, content)
                    if self.pid and not self._live.limit:  # it has only to say that it is done
                        self._live.deadline = time.monotonic() + 10 * LAST_WORDS
                else:
                    keep(self._live, content)
                if not to_end:
                    return

    def close(self) -> None:
        """Close its pipes."""
        for fd in self._open:
            os.close(fd)
        self._open.clear()


def _has_failed(answer: Answer, marks: Marks) -> bool:
    """Whether a cell failed, as its process tells."""
    report = marks.report.decode()
    ends = [line for line in answer["events"].split("\n") if line.startswith(report)]
    for line in ends:
        with contextlib.suppress(ValueError):
            event = json.loads(line.removeprefix(report))
            if event.get("kind") == "failed" or event.get("problem"):
                return True
    return False


def main(arguments: Sequence[str]) -> None:
    """Entry of the program: `FD`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when we end
    connection = socket.socket(fileno=int(arguments[0]))
    connection.set_inheritable(False)
    processes.become_subreaper()
    try:
        start: Start | None = receive(connection)
        if start is not None:
            preload.load_always()
            preload.load("jedi")
            Keeper(connection, start).serve()
    except ConnectionError:
        pass  # the server is gone
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
