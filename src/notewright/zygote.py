"""The warm parent: imports the heavy libraries once and forks a process per session.

A program of its own (`python -m notewright.zygote FD`), started with exec, so that the
build may have threads. It imports and little more: after a library has *run* with OpenMP
threads, a fork of it can hang. Where a fork is not safe, each session gets a fresh interpreter.

It serves one socket: length-prefixed JSON, first the preload, then jobs; it answers each
job with what became of the session. When the socket closes, it ends what still runs.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from notewright import preload, processes, reporter
from notewright.messages import encoded, receive, send
from notewright.outputs import EVENTS_LIMIT, LONGEST_MARK, Marks
from notewright.processes import WORKER_FAILED

LAST_WORDS = 0.5
"""Seconds that a session over its time limit gets to say at which line it is."""

_READ = 1 << 16
_HOUR_MS = 3_600_000


@dataclass(slots=True)
class Live:
    """One session that runs.

    Attributes:
        job: Its job.
        marks: What it leaves among what it prints, and before its events.
        pid: Its process, which leads a process group of the same number.
        printed_fd: Read end of the pipe of all that it prints.
        event_fd: Read end of the pipe of its events.
        deadline: When its cell must have ended, on the monotonic clock.
        line: Where in the events the line begins that has not ended yet.
        begun: How many of its cells have begun.
        searched: Up to where marks were looked for in what is printed.
        marked: How many bytes of it are marks.
        verdict: Why it is being ended: "" while it may run.
    """

    job: Mapping[str, Any]
    marks: Marks
    pid: int
    printed_fd: int
    event_fd: int
    deadline: float
    printed: bytearray = field(default_factory=bytearray)
    events: bytearray = field(default_factory=bytearray)
    line: int = 0
    begun: int = 0
    searched: int = 0
    marked: int = 0
    verdict: str = ""


class Zygote:
    """Serves jobs on one socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._live: dict[int, Live] = {}
        self._by_fd: dict[int, Live] = {}
        self._poll = select.poll()
        self._answers = bytearray()
        self._forks = True
        self._parallel = 1
        self._preload: list[str] = []
        self._modules: list[str] = []
        self._size = 0

    def serve(self) -> None:
        """Preload, then serve until the other side is gone."""
        first = receive(self._connection)
        if first is None:
            return
        self._preload, self._parallel = first["preload"], first["parallel"]
        gc.disable()  # imports leave little garbage: to look for it takes a fifth of their time
        with processes.ends_when_closed(self._connection):
            preload.load(self._preload)
            if first["fork"]:
                preload.rehearse()
        from notewright import worker  # noqa: F401  # else each fork imports it anew

        gc.freeze()  # keeps the garbage collector from touching, and so copying, shared pages
        gc.enable()
        self._forks = first["fork"] and processes.is_single_threaded()
        self._size = processes.address_space()
        self._modules = [name for name in sys.modules if "." not in name]
        send(self._connection, {"ready": True, "forks": self._forks})
        self._poll.register(self._connection, select.POLLIN)
        while self._step():
            pass
        for live in list(self._live.values()):
            self._finish(live)

    def _step(self) -> bool:
        for fd, event in self._poll.poll(self._wait_ms()):
            if fd == self._connection.fileno():
                if event & select.POLLOUT:
                    self._send_answers()
                if event & ~select.POLLOUT:
                    job = receive(self._connection)
                    if job is None:
                        return False
                    self._waiting.append(job)
            elif fd in self._by_fd:
                self._read(self._by_fd[fd], fd)
        now = time.monotonic()
        for live in [live for live in self._live.values() if live.deadline <= now]:
            self._overdue(live, now)
        while self._waiting and len(self._live) < self._parallel:
            self._start(self._waiting.popleft())
        return True

    def _wait_ms(self) -> float:
        nearest = min((live.deadline for live in self._live.values()), default=None)
        if nearest is None:
            return -1
        # A limit of weeks is more than `poll` takes.
        return min(max(0.0, nearest - time.monotonic()) * 1000 + 1, _HOUR_MS)

    def _start(self, job: Mapping[str, Any]) -> None:
        printed_fd, printed_end = os.pipe()
        event_fd, event_end = os.pipe()
        if self._forks:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                self._become_worker(job, printed_end, event_end, parent)
        else:
            pid = _spawn(job, self._preload, printed_end, event_end)
        os.close(printed_end)
        os.close(event_end)
        deadline = time.monotonic() + job["cells"][0]["timeout"]
        live = Live(job, Marks(job["nonce"]), pid, printed_fd, event_fd, deadline)
        self._live[pid] = live
        self._answer({"id": job["id"], "pid": pid})
        for fd in (printed_fd, event_fd):
            os.set_blocking(fd, False)
            self._by_fd[fd] = live
            self._poll.register(fd, select.POLLIN)

    def _become_worker(
        self, job: Mapping[str, Any], printed: int, events: int, parent: int
    ) -> None:
        try:
            self._connection.close()
            for fd in self._by_fd:
                os.close(fd)
            work(job, printed, events, self._size, parent)
        finally:
            os._exit(WORKER_FAILED)  # never back into the zygote's loop

    def _read(self, live: Live, fd: int) -> None:
        try:
            content = os.read(fd, _READ)
        except BlockingIOError:
            return
        if fd == live.event_fd:
            _follow(live, content)
            if not content:
                self._finish(live)
            elif len(live.events) > EVENTS_LIMIT:
                live.verdict = live.verdict or "shown"
                self._finish(live)
        elif content:
            _keep(live, content)
        else:
            self._forget(fd)

    def _overdue(self, live: Live, now: float) -> None:
        """End a session whose time is up, after it had a moment to say where it is."""
        if live.verdict:
            self._finish(live)
            return
        live.verdict = "timeout"
        live.deadline = now + LAST_WORDS
        try:
            os.kill(live.pid, signal.SIGUSR2)
        except ProcessLookupError:
            pass

    def _finish(self, live: Live) -> None:
        """End a session, if it runs, and all that it started; reap it, and answer its job."""
        processes.kill_leader(live.pid)
        _, status, usage = os.wait4(live.pid, 0)
        del self._live[live.pid]
        self._end_orphans()
        for fd in (live.printed_fd, live.event_fd):
            if self._by_fd.get(fd) is not live:
                continue  # closed before: its number may be that of another session's pipe by now
            for content in _rest(fd):
                if fd == live.event_fd:
                    live.events += content
                else:
                    _keep(live, content)
            self._forget(fd)
        answer = {
            "id": live.job["id"],
            "verdict": live.verdict,
            "status": os.waitstatus_to_exitcode(status),
            "printed": live.printed.decode("latin-1"),
            "events": live.events.decode("utf-8", "replace"),
            "memory": usage.ru_maxrss,
            "modules": self._modules,
        }
        self._answer(answer)

    def _answer(self, message: Mapping[str, Any]) -> None:
        """Send a message, later if the build is busy: it may be sending us a job right now."""
        self._answers += encoded(message)
        self._send_answers()

    def _send_answers(self) -> None:
        try:
            while self._answers:
                sent = self._connection.send(self._answers, socket.MSG_DONTWAIT)
                del self._answers[:sent]
        except BlockingIOError:
            pass
        except ConnectionError:  # the build is gone; the other sessions still have to end
            self._answers.clear()
        waits = select.POLLOUT if self._answers else 0
        self._poll.register(self._connection, select.POLLIN | waits)

    def _forget(self, fd: int) -> None:
        if self._by_fd.pop(fd, None) is not None:
            self._poll.unregister(fd)
            os.close(fd)

    def _end_orphans(self) -> None:
        """End processes that outlived their session in groups of their own.

        A session is its own sub-reaper while it lives, so an orphan of ours is always
        one of a session that has ended.
        """
        while orphans := [pid for pid in processes.children() if pid not in self._live]:
            for pid in orphans:
                processes.kill_child(pid)


def work(job: Mapping[str, Any], printed: int, events: int, inherited: int, parent: int) -> None:
    """Turn this process into the worker of one session; if that fails, say why."""
    try:
        _work(job, printed, events, inherited, parent)
    except BaseException as error:
        try:
            _tell_failure(job, events, error)
        finally:
            os._exit(WORKER_FAILED)
    os._exit(0)


def _work(job: Mapping[str, Any], printed: int, events: int, inherited: int, parent: int) -> None:
    from notewright import worker

    if os.getpgid(0) != os.getpid():
        os.setsid()
    processes.become_subreaper()
    processes.end_with_parent(parent)
    for fd in (1, 2):
        os.dup2(printed, fd)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.close(printed)
    processes.limit(job["memory"], inherited)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    worker.run(job, events)


def _tell_failure(job: Mapping[str, Any], events: int, error: BaseException) -> None:
    """Report what went wrong in the worker, and where, as its last event."""
    frames = [
        {
            "file": os.path.basename(frame.filename),
            "line": frame.lineno,
            "name": frame.name,
            "text": frame.line or "",
        }
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    said = traceback.format_exception_only(error)[-1].strip()
    problem = {"message": said, "line": 0, "frames": frames}
    os.write(events, reporter.encoded(Marks(job["nonce"]), {"kind": "failed", "problem": problem}))


def _spawn(job: Mapping[str, Any], modules: list[str], printed: int, events: int) -> int:
    """Start a session in a fresh interpreter."""
    job_end, our_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "notewright.zygote", "--session"]
        + [str(fd) for fd in (job_end, printed, events)],
        pass_fds=(job_end, printed, events),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(job_end)
    with os.fdopen(our_end, "w", encoding="utf-8") as pipe:
        json.dump({"job": job, "preload": modules, "parent": os.getpid()}, pipe)
    process.returncode = 0  # reaped by us with its usage, not by Popen
    return process.pid


def _session_main(job_fd: int, printed: int, events: int) -> None:
    with os.fdopen(job_fd, encoding="utf-8") as pipe:
        message = json.load(pipe)
    os.set_inheritable(events, False)
    preload.load(message["preload"])
    work(message["job"], printed, events, processes.address_space(), message["parent"])


def _follow(live: Live, content: bytes) -> None:
    """Keep what comes through the event pipe, and set the deadline of a cell that begins.

    How long it may take is told by the job alone: a cell can write to this pipe, too.
    """
    searched = len(live.events)
    live.events += content
    cells = live.job["cells"]
    report = live.marks.report
    while (end := live.events.find(b"\n", searched)) >= 0:
        if live.events.startswith(report + b'{"kind": "begin"', live.line):
            if live.begun < len(cells):
                live.deadline = time.monotonic() + cells[live.begun]["timeout"]
            live.begun += 1
        elif live.events.startswith(report + b'{"kind": "done"', live.line):
            live.deadline = time.monotonic() + LAST_WORDS
        live.line = searched = end + 1


def _keep(live: Live, content: bytes) -> None:
    """Keep what was printed until it has more text than a session may print.

    Marks do not count. The build cuts it to the byte; the rest is read and dropped.
    """
    most = live.job["output"] + LONGEST_MARK  # which may be a mark that has not ended
    if len(live.printed) - live.marked > most:
        return
    live.printed += content
    for mark in live.marks.pattern.finditer(live.printed, live.searched):
        live.marked += len(mark[0])
        live.searched = mark.end()
    live.searched = max(live.searched, len(live.printed) - LONGEST_MARK)


def _rest(fd: int) -> Iterable[bytes]:
    try:
        while content := os.read(fd, _READ):
            yield content
    except OSError:  # nothing left
        return


def main(arguments: list[str]) -> None:
    """Entry of the program: `FD`, or `--session JOB_FD PRINTED_FD EVENT_FD`."""
    if arguments[0] == "--session":
        _session_main(*map(int, arguments[1:]))
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides when we end
    processes.become_subreaper()
    connection = socket.socket(fileno=int(arguments[0]))
    connection.set_inheritable(False)
    try:
        Zygote(connection).serve()
    except ConnectionError:
        pass  # the build is gone
    os._exit(0)  # to take all modules apart in order would keep the build waiting


if __name__ == "__main__":
    main(sys.argv[1:])
