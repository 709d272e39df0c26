"""Progress of `mkdocs serve` on the terminal: what runs while pages can be read already."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from notewright.errors import counted
from notewright.hosts.progress import duration

EVERY = 60.0
"""Seconds between two lines."""
SHORT = 5.0
"""Seconds of running after which it is worth a line, if it is not the first time."""
_SURE = 5
"""Sessions that have to run before their time is an estimate for the others."""

Counts = Callable[[], tuple[int, int, int]]


class Heartbeat:
    """Says how far the cells of a served site are.

    Args:
        counts: How many sessions have run, how many of them failed, and how many are left.
        say: Prints a line.
    """

    def __init__(self, counts: Counts, say: Callable[[str], None]) -> None:
        self._counts = counts
        self._say = say
        self._is_over = threading.Event()
        self._is_first = True
        self._began: float | None = None
        self._said: float | None = None

    def start(self) -> None:
        """Look each second, until it is closed."""
        threading.Thread(target=self._work, daemon=True).start()

    def close(self) -> None:
        """Say nothing more."""
        self._is_over.set()

    def _work(self) -> None:
        while not self._is_over.wait(1.0):
            self.beat(time.monotonic())

    def beat(self, now: float) -> None:
        """Say what there is to say at a time, by the monotonic clock."""
        done, failed, left = self._counts()
        if not left:
            if self._began is not None and self._said is not None and done:
                took = duration(now - self._began)
                self._say(f"notewright: ran {counted(done, 'session')} in {took}, {failed} failed")
            self._is_first, self._began, self._said = False, None, None
            return
        if self._began is None:
            self._began = now
        wait = EVERY if self._said is not None else 0.0 if self._is_first else SHORT
        if now - (self._said or self._began) < wait:
            return
        if self._said is None:
            self._say(
                f"notewright: running {counted(left, 'session')}. Pages are updated as results "
                "arrive; Ctrl+C keeps the results so far"
            )
        else:
            rest = (now - self._began) / done * left if done >= _SURE else 0.0
            about = f", about {duration(rest)} left" if rest else ""
            self._say(f"notewright: {done} of {counted(done + left, 'session')} done{about}")
        self._said = now
