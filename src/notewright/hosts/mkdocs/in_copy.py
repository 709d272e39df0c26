"""In a copy of this process: work that it does beside this one, which takes over the outcome."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Generic, TypeVar

_Done = TypeVar("_Done")

LEAST = 60
"""Pages, or what takes as long, from which on a copy of the process saves more than it takes."""


def cores() -> int:
    """How many copies can work at once; 1 where none can be made safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def pays(count: int) -> bool:
    """Whether a copy could work at once, and saves more than it takes, for so many things."""
    return count >= LEAST and cores() > 1


class InCopy(Generic[_Done]):
    """Has a copy of the process do some things, each under a name, until they are taken over.

    Args:
        names: The names, in order; with none, there is no copy.
        do: Does one of them; None if the process itself has to, to tell what is wrong with it.
    """

    def __init__(self, names: Iterable[str], do: Callable[[str], _Done | None]) -> None:
        self._process, self._end = 0, -1
        if given := list(names):
            self._begin(given, do)

    def __enter__(self) -> InCopy[_Done]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End the copy: what it did is taken over, or nobody wants it any more."""
        if self._process:
            os.close(self._end)
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._process, signal.SIGKILL)
                os.waitpid(self._process, 0)
            self._process = 0

    def _begin(self, names: list[str], do: Callable[[str], _Done | None]) -> None:
        reading, writing = os.pipe()
        parent, process = os.getpid(), os.fork()
        if process:
            os.close(writing)
            self._process, self._end = process, reading
            return
        try:
            gc.freeze()  # what was there before stays shared
            os.close(reading)
            with os.fdopen(writing, "wb") as end:
                pickle.dump(dict(_did(names, do, parent)), end, pickle.HIGHEST_PROTOCOL)
        finally:
            os._exit(0)

    def done(self) -> dict[str, _Done]:
        """What the copy did, by the names, once it is ready; what is not there is left to do."""
        if not self._process:
            return {}
        try:
            with os.fdopen(self._end, "rb", closefd=False) as end:
                found: dict[str, _Done] = pickle.load(end)
        except (OSError, EOFError, pickle.UnpicklingError):
            return {}
        return found


def _did(
    names: list[str], do: Callable[[str], _Done | None], parent: int
) -> Iterator[tuple[str, _Done]]:
    for name in names:
        if os.getppid() != parent:  # nobody waits any more
            return
        made = do(name)
        if made is not None:
            yield name, made
