"""The warm parent, as the build sees it: started, told what to import, and ended."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from notewright.errors import EngineError
from notewright.note.sessions import Session
from notewright.run import own_programs, preload_plan
from notewright.run.records import packages_of
from notewright.run.refusals import Refusals
from notewright.run.worker import environment, scratch
from notewright.run.worker.imports import THREADED
from notewright.run.worker.platforms import IS_LINUX, IS_SIMULATED
from notewright.run.worker.processes import is_stopped
from notewright.run.worker.protocol import Ended, First, Job, Ready, Started
from notewright.run.worker.wire import receive, send
from notewright.settings import Settings

PRELOAD_LIMIT = 60.0
"""Seconds that the warm parent gets for its imports before it is started without them."""

_LOOK = 1.0
"""Seconds of silence after which is looked whether a cell stopped it."""

_ASK = 0.02
"""Seconds of silence after which is asked whether there is more to run."""

_MOST_STARTS = 4
"""How often the warm parent is started until it has nothing to say of what it imports."""


class WarmParent:
    """Owns the process that imports what sessions need, and starts them.

    Attributes:
        is_late: Whether it was ended because it said nothing for too long.
    """

    def __init__(self, settings: Settings) -> None:
        self.is_late = False
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._has_begun = False
        self._is_loading = False
        self._preloaded: set[str] = set()
        self._plan = preload_plan.Plan(settings.root)
        self._imports: dict[str, list[str]] = {}
        self._refusals = Refusals(settings.state_dir)
        self._refused: dict[str, str] = {}
        self._forks = True
        self._gave_up = ""
        self._told: set[str] = set()
        self._scratch = ""

    @property
    def is_connected(self) -> bool:
        """Whether it can be asked."""
        return self._connection is not None

    def hang_up(self) -> None:
        """Have the warm parent end, and do not wait for it."""
        connection, self._connection = self._connection, None  # another thread may begin one
        if connection is not None:
            connection.close()
        self._has_begun = False

    def close(self) -> None:
        """End the warm parent, and with it every session that still runs."""
        self.hang_up()
        process, self._process = self._process, None
        if process is not None:
            if self._is_loading:  # an import hears nothing for seconds, and no session runs yet
                process.kill()
            own_programs.end(process)
        scratch.remove(self._scratch)  # it is there if the process could not remove it

    def warm_up(self, sessions: Iterable[Session], later: Iterable[Session] = ()) -> None:
        """Make sure that the warm parent has loaded everything that the sessions import.

        Args:
            sessions: The sessions to run now.
            later: Sessions that are expected afterwards. Where it starts, it loads their imports
                too: it would have to start again for each new one.

        Raises:
            EngineError: If it does not start.
        """
        self._plan = preload_plan.Plan(self._settings.root)
        known = sessions if self._has_begun else itertools.chain(sessions, later)
        self.expect({session.key: self._planned(session) for session in known})

    def expect(self, imports: Mapping[str, list[str]]) -> None:
        """Make sure that it has loaded what sessions import, by their keys.

        Raises:
            EngineError: If it does not start.
        """
        self._imports = dict(imports)
        found = {entry for imports in self._imports.values() for entry in imports}
        wanted = {entry for entry in found if not preload_plan.is_of_python(entry)}
        if not self._has_begun or not wanted - self._refused.keys() <= self._preloaded:
            self.restart(wanted)

    def restart(self, wanted: Iterable[str] = ()) -> None:
        """Start the warm parent, and again without what it says it should not have imported."""
        wanted = self._preloaded.union(wanted)
        asked = self._asked()
        self._refused |= self._refusals.load(asked)
        for _ in range(_MOST_STARTS):
            self._start(wanted - self._refused.keys())
            if not self._refused.keys() & self._preloaded:
                break
        self._refusals.save(self._refused, asked)

    def imports(self, session: Session) -> list[str]:
        """What a session is going to import, as far as can be said before."""
        return self._imports.get(session.key) or self._planned(session)

    def _planned(self, session: Session) -> list[str]:
        return environment.preloaded(self._plan.imported(cell.code for cell in session.cells))

    def _asked(self) -> list[list[str]]:
        """What sessions are going to import, each once for all that import the same."""
        return sorted(map(list, {tuple(each) for each in self._imports.values()}))

    def notices(self) -> Iterator[str]:
        """Why sessions take longer to start than they might; each is said once."""
        said = [] if self._forks else [f"each session starts a new interpreter: {_why_spawned()}"]
        if self._gave_up:
            said.append(f"each session imports its packages again: {self._gave_up}")
        for entry in sorted(self._refused):
            if self._refused[entry] == THREADED:
                package = entry.partition(".")[0].partition(":")[0]
                said.append(f"each session that needs {package} imports it again: {THREADED}")
        yield from (each for each in dict.fromkeys(said) if each not in self._told)
        self._told.update(said)

    def _start(self, wanted: set[str]) -> None:
        if self._has_begun:
            self.close()
        self._gave_up = ""
        for preload in (sorted(wanted), []):
            self.launch()
            process, connection = self._process, self._connection
            assert connection is not None and process is not None
            answer: Ready | None = None
            try:
                self._begin(preload)
                packages_of(["sys"])  # reads what is installed, while the warm parent imports
                ready, _, _ = select.select([connection], [], [], PRELOAD_LIMIT)
                answer = receive(connection) if ready else None
            finally:
                if answer is None:  # also when we are interrupted: it has no session to end
                    process.kill()
                    self.close()
                self._is_loading = False
            if answer is not None:
                self._preloaded = wanted
                self._forks = answer["forks"]
                self._refused |= answer["refused"]
                return
            self._gave_up = _why_given_up(ready, process.returncode)
        raise EngineError(
            "cannot start the process that runs the cells. "
            "Run `python -m notewright.run.worker.zygote` to see the reason."
        )

    def launch(self) -> None:
        """Start the warm parent, if there is none; what it is to import may be told later."""
        if self._connection is not None:
            return
        self.close()
        self._process, self._connection = own_programs.start("notewright.run.worker.zygote")

    def _begin(self, preload: Sequence[str]) -> None:
        assert self._connection is not None
        self.is_late = False
        self._has_begun = self._is_loading = True
        with contextlib.suppress(OSError):  # without one, cells have none for temporary files
            self._scratch = tempfile.mkdtemp(prefix="notewright-")
        first: First = {
            "preload": list(preload),
            "sessions": self._asked(),
            "fork": os.environ.get("NOTEWRIGHT_SPAWN") != "1" and IS_LINUX,
            "parallel": self._settings.parallel,
            "scratch": self._scratch,
            "other_seeds": self._settings.other_seeds,
        }
        with contextlib.suppress(ConnectionError):  # the next receive says that it is gone
            send(self._connection, first)

    def submit(self, job: Job, patience: float) -> None:
        """Hand a session over; one that nobody takes within some seconds is told by `receive`."""
        if self._connection is None:
            self.restart()
        assert self._connection is not None
        self._connection.settimeout(patience)
        try:
            send(self._connection, job)
        except ConnectionError:
            pass  # the next receive says that it is gone
        except TimeoutError:
            self._end_late()

    def ask_while_silent(
        self, ask: Callable[[], Session | None], patience: float
    ) -> Session | None:
        """Ask again and again for a session to run, until there is one or it says something."""
        assert self._connection is not None and self._process is not None
        last = time.monotonic() + patience
        while not select.select([self._connection], [], [], _ASK)[0]:
            session = ask()
            is_over = is_stopped(self._process.pid) or time.monotonic() > last
            if session is not None or is_over:
                return session
        return None

    def receive(self, patience: float) -> Started | Ended | None:
        """What it says next; None if it is gone, was stopped, or says nothing for some seconds."""
        assert self._connection is not None and self._process is not None
        last = time.monotonic() + patience
        while not select.select([self._connection], [], [], _LOOK)[0]:
            if is_stopped(self._process.pid) or time.monotonic() > last:
                self._end_late()
                return None
        self._connection.settimeout(patience)
        try:
            answer: Started | Ended | None = receive(self._connection)
            return answer
        except TimeoutError:
            self._end_late()
            return None

    def _end_late(self) -> None:
        """One that says nothing was stopped: no other end would come."""
        assert self._process is not None
        self.is_late = True
        self._process.kill()


def _why_given_up(has_ended: object, status: int) -> str:
    what = "the process that imports packages for all sessions"
    if not has_ended:
        return f"{what} did not finish within {PRELOAD_LIMIT:.0f} s"
    died = f"was killed (signal {-status})" if status < 0 else f"exited with status {status}"
    return f"{what} {died}. Import the same packages in a cell to see the error"


def _why_spawned() -> str:
    if os.environ.get("NOTEWRIGHT_SPAWN") == "1":
        return "NOTEWRIGHT_SPAWN is set"
    if IS_SIMULATED:
        return "NOTEWRIGHT_START is set"
    if not IS_LINUX:
        return "processes can only be forked on Linux"
    return "the process that runs the notes may have threads"
