"""Progress of a pass: a bar with the running notes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

from notewright.note.sessions import Session

INTERVAL = 10.0
"""Seconds between two plain lines."""


class Bar:
    """A progress bar on standard error, or lines where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._running: dict[str, str] = {}
        self._total = self._done = 0
        self._told = 0.0

    def start(self, total: int) -> None:
        """Draw the empty bar."""
        self._total, self._done, self._told = total, 0, time.monotonic()
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="session", leave=False, desc="notewright")

    def begin(self, session: Session) -> None:
        """Name a session that starts."""
        self._running[session.key] = session.file
        self._tell()

    def advance(self, session: Session) -> None:
        """Count a session that has ended."""
        self._running.pop(session.key, None)
        self._done += 1
        if self._bar is not None:
            self._bar.update()
        self._tell()

    def finish(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _tell(self) -> None:
        names = ", ".join(sorted(set(self._running.values())))
        if self._bar is not None:
            self._bar.set_postfix_str(names)
        elif time.monotonic() - self._told >= INTERVAL:
            self._told = time.monotonic()
            running = f": {names}" if names else ""
            said = f"notewright: {self._done} of {self._total} sessions{running}"
            print(said, file=sys.stderr, flush=True)
