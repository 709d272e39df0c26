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


class ProgramClosedError(EngineError):
    """A program was ended on purpose, and what it was asked for is not done."""


@dataclass
class Program:
    """A program that keeps the states of one session.

    Attributes:
        settings: How cells run.
        session: The session.
        used: When it was used last.
        is_over: Whether it was ended, or is being ended.
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
    _is_asked: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_busy(self) -> bool:
        """Whether it is at something."""
        return self._lock.locked()

    def ask(self, request: Request) -> Answer:
        """Have it do something, after all that it was asked before.

        A process that somebody killed is started again once: all states can be made again.

        Raises:
            ProgramClosedError: If it was ended on purpose in the meantime.
            EngineError: If its process cannot be started, or ended twice.
        """
        with self._lock:
            how = ""
            for _ in range(2):
                if self._connection is None:
                    self._start()
                answer = self._asked(request)
                if answer is not None:
                    return answer
                how = self._disconnect()
                self._refuse_if_over()
            raise EngineError(
                f"the playground process stopped ({how}). If a cell stopped it, remove the code "
                "that did so. Otherwise, the machine may have run out of memory"
            )

    def _asked(self, request: Request) -> Answer | None:
        """What it answers; None if it ends in the meantime."""
        assert self._connection is not None
        self.is_stopped = False
        self._is_asked = True
        try:
            send(self._connection, request)
            answer: Answer | None = receive(self._connection)
        except OSError:
            return None
        finally:
            self._is_asked = False
        return answer

    def _refuse_if_over(self) -> None:
        if self.is_over:
            raise ProgramClosedError("the playground was stopped. Run the cell again")

    def stop(self) -> None:
        """Stop what runs; one that still starts does not hear it."""
        connection = self._connection
        if self._is_asked and connection is not None and not self.is_stopped:
            self.is_stopped = True
            with contextlib.suppress(OSError):
                send(connection, {"stop": True})

    def _start(self) -> None:
        """Start it with what the cells import; without, if that leaves threads behind.

        Raises:
            ProgramClosedError: If it was ended on purpose in the meantime.
            EngineError: If it cannot be started.
        """
        refused = Refusals(self.settings.state_dir).load()
        plan = preload_plan.Plan(self.settings.root)
        imported = environment.preloaded(plan.imported(cell.code for cell in self.session.cells))
        entries = [
            each for each in imported if each not in refused and not preload_plan.is_of_python(each)
        ]
        try:
            has_begun = self._begin(entries) or self._begin([])
        except OSError as error:
            self._disconnect()
            raise EngineError(f"the playground cannot start a process: {error}") from error
        self._refuse_if_over()
        if not has_begun:
            limit = f"{PRELOAD_LIMIT:.0f} s"
            raise EngineError(f"the playground process exited, or was not ready within {limit}")

    def _begin(self, entries: Sequence[str]) -> bool:
        """Start it; returns whether it can copy processes."""
        self._refuse_if_over()
        settings = self.settings
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
            "output": settings.output_limit * 1024,
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
        self._disconnect()
        return False

    def close(self) -> None:
        """End it, with all states and all that cells started."""
        self.is_over = True
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # who waits for an answer is told, too
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> str:
        """End its process, if there is one; returns how that ended."""
        connection, self._connection = self._connection, None
        process, self._process = self._process, None
        if connection is not None:
            connection.close()
        if process is not None:
            own_programs.end(process)
        scratch.remove(self._scratch)
        status = process.returncode if process is not None else 0
        return f"signal {-status}" if status < 0 else f"exit status {status}"
