"""Tells which command hangs: by the work of its processes, since machines stand still now and then.

A command of a few seconds has taken more than a minute on a machine that others kept from working.
One that hangs waits for something that never comes, and does next to nothing meanwhile, or it works
without end.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

from notewright.run.worker.processes import processor_time

LIMIT = 120.0
"""Seconds after which a command hangs that does nothing; seconds of work that none takes."""

LONGEST = 900.0
"""Seconds after which a command hangs whatever it does: it may wait by looking again and again."""

IDLE = 0.01
"""Part of the time that a command works at least that goes on; one that waits looks up at times."""

_LOOK = 1.0
"""Seconds between two looks at a command."""


class Watch:
    """Watches a command, from when it starts.

    Args:
        pid: Its process.
        work: Tells how many seconds it and all below it have worked; None where unknown.
        clock: Tells the time in seconds.
    """

    def __init__(
        self,
        pid: int,
        work: Callable[[int], float | None] = processor_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pid, self._work, self._clock = pid, work, clock
        self._at, self._worked = clock(), 0.0
        self._begun = self._at

    @property
    def hangs(self) -> bool:
        """Whether it hangs. Where its work cannot be told, whether it has lasted too long."""
        worked, since = self._work(self._pid), self._clock() - self._at
        if self._clock() - self._begun > LONGEST or (worked is not None and worked > LIMIT):
            return True
        if since < LIMIT:
            return False
        if worked is None or abs(worked - self._worked) < IDLE * since:  # less: some ended
            return True
        self._at, self._worked = self._clock(), worked
        return False


def output_of(process: subprocess.Popen[bytes]) -> bytes:
    """Wait for the end of a command, and return what it printed.

    Raises:
        TimeoutExpired: If it hangs.
    """
    watch = Watch(process.pid)
    while True:
        try:
            return process.communicate(timeout=_LOOK)[0]
        except subprocess.TimeoutExpired:
            if watch.hangs:
                raise
