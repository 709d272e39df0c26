"""The pace of a server: when the next build begins that nobody began by an edit.

What ran is filled in at once where somebody looks at it. Other pages wait for each other, since
each build takes of the time in which cells run. Where an edit has shown its page ahead of all else,
the rest follows when nothing more is edited for as long as that takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PACE = 2.0
"""Least seconds between two builds that only fill in what ran, but for the page looked at."""

SHARE = 0.25
"""Most of the time that such builds may take: the rest is for the cells."""


LULL = 2.0
"""Most seconds without an edit after which all is brought up to date that pages came ahead of."""


class Pace:
    """Asks for builds; before it is told whom to ask, nothing happens."""

    def __init__(self) -> None:
        self._ask: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._lull = threading.Timer(0.0, self.ask)
        self._next = self._took = 0.0

    def begin(self, ask: Callable[[], None]) -> None:
        """From now on there is who builds.

        Args:
            ask: Asks for a build.
        """
        with self._lock:
            self._ask = ask

    def ask(self) -> None:
        """Ask for a build at once."""
        if self._ask is not None:
            self._ask()

    def fill(self, *, is_seen: bool) -> None:
        """Ask for one that fills in what ran: at once, if its page is looked at, else with others.

        Args:
            is_seen: Whether somebody looks at what ran.
        """
        with self._lock:
            if self._ask is None:
                return
            if self._timer is None or is_seen:
                pause = 0.0 if is_seen else max(0.0, self._next - time.monotonic())
                self._timer = _after(pause, self._fill_now, self._timer)

    def _fill_now(self) -> None:
        with self._lock:
            self._timer = None
            self.ask()

    def follow(self) -> None:
        """Ask for one that brings all up to date, if nothing more is edited for a while."""
        self._lull = _after(min(self._took, LULL), self.ask, self._lull)

    def end_build(self, took: float) -> None:
        """A build has ended, and all is up to date.

        Args:
            took: Its seconds.
        """
        self._lull.cancel()
        self._next, self._took = time.monotonic() + max(PACE, took / SHARE), took

    @property
    def has_asked(self) -> bool:
        """Whether a build is going to begin that fills something in."""
        with self._lock:
            return self._timer is not None


def _after(
    seconds: float, call: Callable[[], None], instead: threading.Timer | None
) -> threading.Timer:
    """Call something in a while, and not what was to be called before."""
    if instead is not None:
        instead.cancel()
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer
