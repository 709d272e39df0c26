"""Programs of a playground, as the server sees them: started, asked, stopped and ended."""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from notewright.errors import EngineError
from notewright.note.sessions import Session
from notewright.run import own_programs, preload_plan, sandbox
from notewright.run.playground.messages import Answer, Request, Start
from notewright.run.refusals import Refusals
from notewright.run.warm_parent import PRELOAD_LIMIT
from notewright.run.worker import environment, scratch
from notewright.run.worker.outputs import Marks
from notewright.run.worker.wire import receive, send
from notewright.settings import Settings


@dataclass
class Program:
    """A program that keeps the states of one session.

    Attributes:
        settings: How cells run.
        session: The session.
        used: When it was used last.
        is_over: Whether it has ended, or does so.
        is_stopped: Whether what it was asked last was stopped.
        marks: What marks its events as its own.
    """

    settings: Settings
    session: Session
    used: float = 0.0
    is_over: bool = False
    is_stopped: bool = False
    marks: Marks = field(default_factory=lambda: Marks(secrets.token_hex(8)))
    _process: subprocess.Popen[bytes] | None = None
    _connection: socket.socket | None = None
    _scratch: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_busy(self) -> bool:
        """Whether it is at something."""
        return self._lock.locked()

    def ask(self, request: Request) -> Answer:
        """Have it do something, after all that it was asked before."""
        with self._lock:
            answer: Answer | None = None
            try:
                if self._connection is None and not self.is_over:
                    self._start()
                self.is_stopped = False
                if self._connection is not None:
                    send(self._connection, request)
                    answer = receive(self._connection)
            except OSError:
                pass
            if answer is None:
                self.is_over = True
                raise EngineError("the process that runs the playground ended. Run the cell again")
            return answer

    def stop(self) -> None:
        """Stop what runs."""
        if self.is_busy and self._connection is not None and not self.is_stopped:
            self.is_stopped = True
            with contextlib.suppress(OSError):
                send(self._connection, {"stop": True})

    def _start(self) -> None:
        """Start it with what the cells import; without, if that leaves threads behind."""
        refused = Refusals(self.settings.state_dir).load()
        plan = preload_plan.Plan(self.settings.root)
        imported = environment.preloaded(plan.imported(cell.code for cell in self.session.cells))
        entries = [
            each for each in imported if each not in refused and not preload_plan.is_of_python(each)
        ]
        if not self._begin(entries) and not self._begin([]):
            raise ConnectionError

    def _begin(self, entries: Sequence[str]) -> bool:
        """Start it; returns whether it can copy processes."""
        settings = self.settings
        self._end_process()
        if self.is_over:
            return False
        self._scratch = tempfile.mkdtemp(prefix="notewright-")
        self._process, ours = own_programs.start("notewright.run.playground.program")
        self._connection = ours
        if self.is_over:  # who closes it has not seen the connection
            ours.shutdown(socket.SHUT_RDWR)
        start: Start = {
            "root": str(settings.root),
            "state_dir": str(settings.state_dir),
            "file": self.session.file,
            "nonce": self.marks.nonce,
            "memory": settings.memory,
            "output": settings.output * 1024,
            "writable": sandbox.folders(settings),
            "scratch": self._scratch,
            "preload": list(entries),
        }
        with contextlib.suppress(OSError):  # it is closed while it starts, or starts for too long
            ours.settimeout(PRELOAD_LIMIT)
            send(ours, start)
            answer = receive(ours)
            ours.settimeout(None)
            if answer is not None and answer["forks"]:
                return True
        ours.close()
        self._connection = None
        self._end_process()
        return False

    def close(self) -> None:
        """End it, with all states and all that cells started."""
        self.is_over = True
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # who waits for an answer is told, too
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._end_process()

    def _end_process(self) -> None:
        if self._process is not None:
            own_programs.end(self._process)
        self._process = None
        scratch.remove(self._scratch)
