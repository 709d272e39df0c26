"""The zygote, or warm parent: imports the heavy libraries once and forks a process per session.

A program of its own (`python -m notewright.run.worker.zygote FD`), started with exec, so that the
build may have threads. It imports and little more: after a library has *run* with OpenMP
threads, a fork of it can hang. Where a fork is not safe, each session gets a fresh interpreter.

It serves one socket: length-prefixed JSON, first the preload, then jobs; it answers each
job with what became of the session. When the socket closes, it ends what still runs.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable

from notewright.run.worker import (
    confinement,
    other_seeds,
    preload,
    processes,
    scratch,
    seeds,
    shelf,
)
from notewright.run.worker.entry import work
from notewright.run.worker.live import LAST_WORDS, Live, follow, keep
from notewright.run.worker.outputs import EVENTS_LIMIT, Marks
from notewright.run.worker.processes import WORKER_FAILED
from notewright.run.worker.protocol import Ended, First, Job, Ready, Started
from notewright.run.worker.system_opens import Watched
from notewright.run.worker.wire import encoded, receive, send

_READ = 1 << 16
_HOUR_MS = 3_600_000


class Zygote:
    """Serves jobs on one socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting: deque[Job] = deque()
        self._live: dict[int, Live] = {}
        self._by_fd: dict[int, Live] = {}
        self._watched: dict[int, Watched] = {}
        self._poll = select.poll()
        self._answers = bytearray()
        self._forks = True
        self._parallel = 1
        self._preloaded: preload.Preloaded | None = None
        self._packages: list[str] = []
        self._size = 0
        self._scratch = ""

    def serve(self) -> None:
        """Preload, then serve until the other side is gone."""
        gc.disable()  # imports leave little garbage: to look for it takes a fifth of their time
        preload.load_always()  # while the other side still reads notes
        first: First | None = receive(self._connection)
        if first is None:
            return
        self._parallel = first["parallel"]
        self._scratch = first.get("scratch", "")
        other_seeds.move(first.get("other_seeds", 0))
        refused: dict[str, str] = {}
        self._packages = sorted({name.partition(".")[0] for name in sys.modules})
        if first["fork"]:
            from notewright.run.worker import session  # noqa: F401  # else each fork imports it

            with processes.ends_when_closed(self._connection):
                self._preloaded = preload.Preloaded()
                self._preloaded.load(first["preload"])
            seeds.seed_loaded()  # for those from whom NumPy is hidden until they import it
            refused = self._preloaded.refused(first["sessions"])
            confinement.is_possible()  # for all that are forked
        gc.freeze()  # keeps the garbage collector from touching, and so copying, shared pages
        gc.enable()
        self._forks = first["fork"] and processes.is_single_threaded()
        self._size = processes.address_space()
        ready: Ready = {"forks": self._forks, "refused": refused}
        send(self._connection, ready)
        self._poll.register(self._connection, select.POLLIN)
        while self._step():
            pass
        for live in list(self._live.values()):
            self._finish(live)
        scratch.remove(self._scratch)

    def _step(self) -> bool:
        events = self._poll.poll(self._wait_ms())
        owners = {fd: self._owner(fd) for fd, _ in events}
        for fd, event in events:
            if owners[fd] is not self._owner(fd):
                continue  # it was closed a moment ago, and its number is that of another by now
            if fd == self._connection.fileno():
                if event & select.POLLOUT:
                    self._send_answers()
                if event & ~select.POLLOUT:
                    job: Job | None = receive(self._connection)
                    if job is None:
                        return False
                    self._waiting.append(job)
            elif fd in self._by_fd:
                self._read(self._by_fd[fd], fd)
            elif fd in self._watched:
                self._watch(self._watched[fd], fd, is_over=not event & select.POLLIN)
        now = time.monotonic()
        for live in [live for live in self._live.values() if live.deadline <= now]:
            self._overdue(live, now)
        while self._waiting and len(self._live) < self._parallel:
            self._start(self._waiting.popleft())
        return True

    def _owner(self, fd: int) -> Live | Watched | None:
        """Whose pipe or socket that is; None for the connection, and for what is closed."""
        return self._by_fd.get(fd) or self._watched.get(fd)

    def _wait_ms(self) -> float:
        nearest = min((live.deadline for live in self._live.values()), default=None)
        if nearest is None:
            return -1
        # A limit of weeks is more than `poll` takes.
        return min(max(0.0, nearest - time.monotonic()) * 1000 + 1, _HOUR_MS)

    def _start(self, job: Job, *, is_forked: bool = True) -> None:
        printed_fd, printed_end = os.pipe()
        event_fd, event_end = os.pipe()
        ours, theirs = socket.socketpair()
        job["scratch"] = scratch.make(self._scratch, job["id"]) if self._scratch else ""
        view = self._view(job) if is_forked else None
        if view is not None:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                ours.close()
                self._become_worker(job, view, theirs, printed_end, event_end, parent)
        else:
            pid = _spawn(job, theirs, printed_end, event_end)
        theirs.close()
        os.close(printed_end)
        os.close(event_end)
        live = Live(job, Marks(job["nonce"]), pid, printed_fd, event_fd)
        live.begin(job["cells"][0]["timeout"])  # to start, it may take as long as its first cell
        live.packages, live.is_forked = view.packages if view else [], view is not None
        self._live[pid] = live
        self._answer({"kind": "started", "id": job["id"], "pid": pid})
        for fd in (printed_fd, event_fd):
            os.set_blocking(fd, False)
            self._by_fd[fd] = live
            self._poll.register(fd, select.POLLIN)
        self._watched[ours.fileno()] = live.watched = Watched(ours, pid)
        self._poll.register(ours, select.POLLIN)

    def _view(self, job: Job) -> preload.View | None:
        """What a forked session sees of what is loaded; None if it needs a process of its own."""
        if not self._forks or self._preloaded is None:
            return None
        view = self._preloaded.view(job["imports"])
        return None if view is None or shelf.is_shadowed(job["root"], view.packages) else view

    def _become_worker(
        self,
        job: Job,
        view: preload.View,
        control: socket.socket,
        printed: int,
        events: int,
        parent: int,
    ) -> None:
        try:
            self._connection.close()
            for fd in self._by_fd:
                os.close(fd)
            for watched in {id(each): each for each in self._watched.values()}.values():
                watched.close()
            assert self._preloaded is not None
            shelf.Shelf(self._preloaded, view, job["root"])
            job["packages"] = view.packages
            work(job, control, printed, events, self._size, parent)
        finally:
            os._exit(WORKER_FAILED)  # never back into the zygote's loop

    def _read(self, live: Live, fd: int) -> None:
        try:
            content = os.read(fd, _READ)
        except BlockingIOError:
            return
        if fd == live.event_fd:
            follow(live, content)
            if not content:
                self._finish(live)
            elif len(live.events) > EVENTS_LIMIT:
                live.verdict = live.verdict or "shown"
                self._finish(live)
        elif content:
            keep(live, content)
        else:
            self._forget(fd)

    def _watch(self, watched: Watched, fd: int, *, is_over: bool) -> None:
        """Hear what a session says, or what the kernel says that it opens."""
        if fd == watched.listener and not is_over:
            watched.serve_listener()
        elif is_over or not watched.serve_control():  # else we would be woken until all is freed
            self._poll.unregister(fd)
            del self._watched[fd]
        elif watched.listener is not None and watched.listener not in self._watched:
            self._watched[watched.listener] = watched
            self._poll.register(watched.listener, select.POLLIN)

    def _unwatch(self, watched: Watched) -> None:
        for fd in watched.fds():
            if self._watched.pop(fd, None) is not None:
                self._poll.unregister(fd)
        watched.close()

    def _overdue(self, live: Live, now: float) -> None:
        """End a session whose time is up, after it had a moment to say where it is."""
        if live.verdict:
            self._finish(live)
            return
        live.verdict = live.overdue(now)
        if not live.verdict:
            return
        live.deadline = now + LAST_WORDS
        # Two that speak at once would not be understood: a frame is a child of its session.
        frames = processes.children(live.pid) if live.is_in_frame else []
        for pid in frames or [live.pid]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGUSR2)

    def _finish(self, live: Live) -> None:
        """End a session, if it runs, and all that it started; reap it, and answer its job."""
        processes.kill_leader(live.pid)
        if live.watched is not None:
            self._unwatch(live.watched)
        _, status, usage = os.wait4(live.pid, 0)
        del self._live[live.pid]
        self._end_orphans()
        scratch.remove(live.job.get("scratch", ""))
        for fd in (live.printed_fd, live.event_fd):
            if self._by_fd.get(fd) is not live:
                continue  # closed before: its number may be that of another session's pipe by now
            for content in _rest(fd):
                if fd == live.event_fd:
                    live.events += content
                else:
                    keep(live, content)
            self._forget(fd)
        if os.waitstatus_to_exitcode(status) == shelf.TAINTED and live.is_forked:
            self._start(live.job, is_forked=False)
            return
        answer: Ended = {
            "kind": "ended",
            "id": live.job["id"],
            "verdict": live.verdict,
            "status": os.waitstatus_to_exitcode(status),
            "printed": live.printed.decode("latin-1"),
            "events": live.events.decode("utf-8", "replace"),
            "memory": usage.ru_maxrss,
            "modules": [*self._packages, *live.packages],
        }
        self._answer(answer)

    def _answer(self, message: Started | Ended) -> None:
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


def _spawn(job: Job, control: socket.socket, printed: int, events: int) -> int:
    """Start a session in a fresh interpreter."""
    job_end, our_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "notewright.run.worker.zygote", "--session"]
        + [str(fd) for fd in (job_end, control.fileno(), printed, events)],
        pass_fds=(job_end, control.fileno(), printed, events),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(job_end)
    with os.fdopen(our_end, "w", encoding="utf-8") as pipe:
        json.dump({"job": job, "parent": os.getpid()}, pipe)
    process.returncode = 0  # reaped by us with its usage, not by Popen
    return process.pid


def _session_main(job_fd: int, control_fd: int, printed: int, events: int) -> None:
    with os.fdopen(job_fd, encoding="utf-8") as pipe:
        message = json.load(pipe)
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    os.set_inheritable(events, False)
    preload.load_always()
    work(message["job"], control, printed, events, processes.address_space(), message["parent"])


def _rest(fd: int) -> Iterable[bytes]:
    try:
        while content := os.read(fd, _READ):
            yield content
    except OSError:  # nothing left
        return


def main(arguments: list[str]) -> None:
    """Entry of the program: `FD`, or `--session JOB_FD CONTROL_FD PRINTED_FD EVENT_FD`."""
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
