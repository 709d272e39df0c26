"""The backlog of a server: stale sessions, which run in a thread while their notes are served.

Whoever builds leaves them here and goes on, and is told when one has ended. What a session gave
comes back by its record; the outcomes of those that leave none are kept here, as long as nothing
that they read has changed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from notewright.errors import EngineError
from notewright.note.sessions import Session
from notewright.run.engine import Engine, Run
from notewright.run.progress import Progress, Silent
from notewright.run.verdicts import CellResult, waiting
from notewright.settings import Settings
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from notewright.run.records import Record
    from notewright.run.runner import Outcome

    Find = Callable[[Session], tuple[Record | None, list[str]]]

IN_A_ROW = 5
"""How often a session runs again at once that ended just before: it may change what it reads."""

PAUSE = 5.0
"""Seconds of the first pause after so many runs. Each further one is twice as long."""

LONGEST = 600.0
"""Seconds of the longest pause."""

PATIENCE = 0.3
"""Seconds for which somebody who edited a cell may wait for its figure with its prose."""

MANY = 4
"""Most sessions for which is waited so."""

_ROUND, _END = 0.05, 3.0
"""Seconds between two looks whether all has ended, and until nobody waits for it any more."""

ELSEWHERE = 0.2
"""Seconds after which is looked again for what another process runs."""


class Edits(Protocol):
    """What says of edited sessions what they show until they have run; see `provisional`."""

    def settled(self, session: Session, results: list[CellResult]) -> list[CellResult]:
        """The results of a session that has a fresh record."""
        ...

    def left(self, session: Session, find: Find) -> list[CellResult]:
        """The results of one that is stale."""
        ...

    def end_pass(self) -> None:
        """All sessions of the vault were looked at."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether there are edited sessions, and all show what they can."""
        ...

    def close(self) -> None:
        """Nothing is served any more."""
        ...


class Backlog(Silent):
    """Runs what is stale, in an order that may change while it runs.

    Args:
        settings: How it runs.
        tell: Called in another thread: with the note of which a session has ended, or with
            nothing where it is time to look again.
        clock: Seconds by which pauses are measured.

    Attributes:
        edits: What runs edited sessions from the edit on, if that can be done.
        error: Why nothing can run; empty if it can.
        ran: Keys of the sessions that ran since the last edit.
        since: When that was, by the clock of `time.perf_counter`.
    """

    def __init__(
        self,
        settings: Settings,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.edits: Edits | None = None
        self.error = ""
        self.ran: set[str] = set()
        self.since = time.perf_counter()
        self._engine = Engine(settings)
        self._tell = tell
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: dict[str, Session] = {}
        self._handed: dict[str, Session] = {}  # to the runner, which holds a few in hand
        self._begun: set[str] = set()
        self._first: Mapping[str, int] = {}
        self._runs: dict[str, _Runs] = {}
        self._looks_anew = self._is_closed = self._has_begun = False
        self._is_telling = self._is_working = False
        self._thread = threading.Thread()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to run."""
        return not (self._queue or self._handed or self._is_telling)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many sessions ran since the last edit, how many of them failed, and are left."""
        with self._changed:
            ended = (self._runs[key].outcome for key in self.ran if key in self._runs)
            failed = sum(bool(each.faults) for each in ended if each is not None)
            return len(self.ran), failed, len(self._queue) + len(self._handed)

    def release(self) -> None:
        """Run from now on what is left here."""
        with self._changed:
            self._has_begun = True
            self._begin_thread()

    def _begin_thread(self) -> None:
        may_run = self._has_begun and not self.error and not self._is_closed
        if self._queue and may_run and not self._is_working:
            self._is_working = True
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

    def begin_build(self) -> None:
        """Something was edited: who ended without saying what he read may end otherwise."""
        with self._changed:
            self.error = ""
            if self.is_idle:
                self.ran, self.since = set(), time.perf_counter()
            for runs in self._runs.values():
                is_told = runs.outcome is None or bool(runs.outcome.inputs)
                if not is_told and runs.pause_left <= 0:
                    runs.outcome = None

    def outcome(
        self, session: Session, has_changed: Callable[[Mapping[str, str]], bool]
    ) -> Outcome | None:
        """How a session ended that left no record; None if it has to run.

        Args:
            session: The session.
            has_changed: Whether inputs are others by now.
        """
        with self._changed:
            runs = self._runs.get(session.key)
            found = runs.outcome if runs is not None else None
            if runs is None or found is None:
                return None
            is_other = bool(found.changed) or has_changed(found.inputs)
            if not is_other and found.faults:
                return found
            if runs.pause_left > 0:
                self._tell_in(runs.pause_left)
                return found
            runs.outcome = None
            return None

    def settled(self, session: Session, results: list[CellResult]) -> list[CellResult]:
        """The results of a session that has a fresh record."""
        return self.edits.settled(session, results) if self.edits is not None else results

    def left(self, session: Session, find: Find) -> list[CellResult]:
        """The results of a session that is left here."""
        return self.edits.left(session, find) if self.edits is not None else waiting(session)

    def want(self, sessions: Iterable[Session]) -> None:
        """Run these, and what is not among them no longer; what runs already ends.

        Args:
            sessions: What is stale, in the order that takes least time in all.
        """
        with self._changed:
            wanted = {session.key: session for session in sessions}
            self._queue = {key: each for key, each in wanted.items() if key not in self._handed}
            self._looks_anew = True
            self._begin_thread()
            self._changed.notify_all()
        if self.edits is not None:
            self.edits.end_pass()

    def put_first(self, files: Sequence[str]) -> None:
        """Run the sessions of some notes before all others, in this order."""
        with self._changed:
            self._first = {file: place for place, file in reversed([*enumerate(files)])}

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left to run, but not longer than some seconds.

        Returns:
            Whether nothing is left.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self.is_idle or bool(self.error), seconds)

    def wait_for_edits(self, seconds: float) -> bool:
        """Wait until there is more to see: nothing is left to run, or what was edited has run.

        Returns:
            Whether there is.
        """

        def is_seen() -> bool:
            is_shown = self.edits is not None and self.edits.is_done
            return self.is_idle or bool(self.error) or is_shown

        with self._changed:
            return self._changed.wait_for(is_seen, seconds)

    def note_edit(self, file: str) -> None:
        """An edited cell of a note has run, from the edit on."""
        with self._changed:
            self._changed.notify_all()
        self._tell(file)

    def notices(self) -> list[str]:
        """What the writer should know of what ran here."""
        return self._engine.shared.notices()

    def places(self) -> dict[str, int]:
        """By its place in the vault, how many run before a session; 0 for those that run now."""
        with self._changed:
            begun = [each for key, each in self._handed.items() if key in self._begun]
            ready = [each for key, each in self._handed.items() if key not in self._begun]
            ready += sorted(self._queue.values(), key=self._priority)
        places = {session.where: place for place, session in enumerate(ready, 1)}
        return {session.where: 0 for session in begun} | places

    def close(self) -> None:
        """Begin nothing more; what runs ends."""
        with self._changed:
            self._is_closed = True
            self._queue.clear()
            self._changed.notify_all()
        if self.edits is not None:
            self.edits.close()

    def end(self) -> None:
        """End what runs, too: nothing of it is left, neither a process nor a file."""
        self.close()
        until = time.monotonic() + _END
        is_over = False
        while not is_over:  # what the thread starts in the meantime is ended with the next round
            is_over = not self._thread.is_alive() or time.monotonic() > until
            self._engine.close()
            if not is_over:
                self._thread.join(_ROUND)

    def begin(self, session: Session) -> None:
        """A session starts."""
        with self._changed:
            self._begun.add(session.key)

    def _priority(self, session: Session) -> int:
        return self._first.get(session.file, len(self._first))

    def _tell_in(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._tell, [""])
        timer.daemon = True
        timer.start()

    def _work(self) -> None:
        """Run what there is, and wait for more; the process that runs notes stays warm."""
        error = ""
        try:
            while known := self._next_pass():
                for session, result in self._engine.catch_up(self._sessions(), known, self):
                    self._end(session, result)
        except EngineError as reason:
            error = str(reason)
        except Exception as reason:  # else all that is left would be waited for for ever
            if self._is_closed:
                return
            error = (
                f"internal error ({reason!r}): cells no longer run. Restart the server, "
                "and report this bug"
            )
            raise
        finally:
            self._engine.close()
            with self._changed:
                self._is_working = self._is_telling = False
                self.error = error
                self._handed.clear()
                self._begun.clear()
                if error:
                    self._queue.clear()
                self._changed.notify_all()
            if error:
                self._tell("")

    def _next_pass(self) -> Sequence[Session]:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._queue) or self._is_closed)
            return [] if self._is_closed else list(self._queue.values())

    def _sessions(self) -> Iterator[Session | None]:
        """Hand out the first; None if there is none for the moment."""
        while not self._is_closed:
            with self._changed:
                session = min(self._queue.values(), key=self._priority, default=None)
                if session is not None:
                    self._handed[session.key] = self._queue.pop(session.key)
                    self._runs.setdefault(session.key, _Runs(self._clock)).begin()
                if self._looks_anew:
                    self._looks_anew = False
                    self._engine.records.forget_digests()
            yield session

    def _end(self, session: Session, result: Outcome | Record | None) -> None:
        """Keep what no record says, and tell."""
        if result is None:  # another process has it in hand
            time.sleep(ELSEWHERE)
        with self._changed:
            del self._handed[session.key]
            self._begun.discard(session.key)
            if result is None:
                self._queue.setdefault(session.key, session)
                return
            self._runs[session.key].end(result)
            self.ran.add(session.key)
            self._is_telling = True
        self._tell(session.file)
        with self._changed:
            self._is_telling = False
            self._changed.notify_all()


def run_with_patience(engine: Engine, vault: Vault, progress: Progress, *, again: bool) -> Run:
    """Run a vault; where a backlog takes what is stale, wait a moment for it after an edit.

    Args:
        engine: The engine.
        vault: The vault.
        progress: Is told how it goes, where nothing is left to a backlog.
        again: Whether pages are seen already: then few sessions are stale, and one look that
            shows their figures is better than two.
    """
    run, backlog = engine.run(vault, progress=progress), engine.backlog
    if backlog is None or not again or not 0 < run.waiting <= MANY:
        return run
    return engine.run(vault) if backlog.wait_for_edits(PATIENCE) else run


@dataclass
class _Runs:
    """The runs of one session in a row.

    Attributes:
        clock: Seconds by which its pauses are measured.
        outcome: How the last one ended, if that is not to be had from a record.
    """

    clock: Callable[[], float]
    outcome: Outcome | None = None
    _in_a_row: int = 0
    _began: float = 0.0
    _ended: float = -LONGEST

    @property
    def _pause(self) -> float:
        further = self._in_a_row - IN_A_ROW
        return min(PAUSE * 2**further, LONGEST) if further >= 0 else 0.0

    @property
    def pause_left(self) -> float:
        """Seconds until it may run again."""
        return self._ended + self._pause - self.clock()

    def begin(self) -> None:
        """It is handed out, to run if no other process has it in hand."""
        self._began = self.clock()

    def end(self, result: Outcome | Record) -> None:
        """It has run once more."""
        from notewright.run.runner import Outcome

        is_next = self._began - self._ended < self._pause + PAUSE
        self._in_a_row = self._in_a_row + 1 if is_next else 1
        self._ended = self.clock()
        self.outcome = None
        if isinstance(result, Outcome) and (result.faults or result.changed or self._pause > 0):
            self.outcome = result
