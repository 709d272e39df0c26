"""A stopwatch for cells: seconds by the clock, and seconds of processor time."""

from __future__ import annotations

from os import times
from time import perf_counter, process_time  # bound here: a cell may patch the module


class Stopwatch:
    """Measures since it was made, in the process that made it."""

    def __init__(self) -> None:
        self._clock, self._processor = perf_counter(), _processor()

    @property
    def seconds(self) -> float:
        """Seconds by the clock."""
        return perf_counter() - self._clock

    @property
    def processor(self) -> float:
        """Seconds of processor time: of all threads, and of child processes that were waited for.

        The time of a child is added when it has ended.
        """
        return max(0.0, _processor() - self._processor)


def _processor() -> float:
    # `os.times` counts in ticks of 10 ms: good enough for children, too coarse for small cells.
    now = times()
    return process_time() + now.children_user + now.children_system
