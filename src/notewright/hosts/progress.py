"""Progress of a pass: a bar with the running notes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from notewright.note.sessions import Session

INTERVAL = 10.0
"""Seconds between two plain lines while sessions end."""
SILENCE = 30.0
"""Seconds between two plain lines while none does."""
LONG = 10.0
"""Seconds after which a session that still runs is named with its time and limit."""


def duration(seconds: float) -> str:
    """A time in words: `8 s`, `1 min 20 s`, `14 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"


class Bar:
    """A progress bar on standard error, or lines where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._running: dict[str, tuple[Session, float]] = {}
        self._total = self._done = 0
        self._told = self._limit = 0.0
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def start(self, total: int, limit: float) -> None:
        """Draw the empty bar, and keep it up to date while cells run."""
        self._total, self._done, self._told = total, 0, time.monotonic()
        self._limit = limit
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="session", leave=False, desc="notewright")
        self._is_over.clear()
        threading.Thread(target=self._tick, daemon=True).start()

    def begin(self, session: Session) -> None:
        """Name a session that starts."""
        with self._lock:
            self._running[session.key] = session, time.monotonic()
        self.tell(time.monotonic())

    def advance(self, session: Session) -> None:
        """Count a session that has ended."""
        with self._lock:
            self._running.pop(session.key, None)
            self._done += 1
            if self._bar is not None:
                self._bar.update()
        self.tell(time.monotonic(), has_ended=True)

    def finish(self) -> None:
        """Take the bar away."""
        self._is_over.set()
        with self._lock:
            if self._bar is not None:
                self._bar.close()
                self._bar = None

    def _tick(self) -> None:
        while not self._is_over.wait(1.0):
            self.tell(time.monotonic())

    def tell(self, now: float, *, has_ended: bool = False) -> None:
        """Show what runs at a time, by the monotonic clock; a plain line only once in a while."""
        with self._lock:
            names = ", ".join(sorted({self._name(*each, now) for each in self._running.values()}))
            if self._bar is not None:
                self._bar.set_postfix_str(names)
            elif now - self._told >= (INTERVAL if has_ended else SILENCE):
                self._told = now
                running = f": {names}" if names else ""
                said = f"notewright: {self._done} of {self._total} sessions{running}"
                print(said, file=sys.stderr, flush=True)

    def _name(self, session: Session, since: float, now: float) -> str:
        """A session that runs: its note, and after a while its line, its time and its limit."""
        if now - since < LONG:
            return session.file
        limit = max(cell.options.timeout or self._limit for cell in session.cells)
        return f"{session.where} for {duration(now - since)} (limit per cell: {limit:g} s)"
