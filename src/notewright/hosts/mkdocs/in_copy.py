"""In a copy of this process: work that it does beside this one, which takes over the outcome."""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Generic, TypeVar

from notewright.run.worker.platforms import IS_LINUX

_Done = TypeVar("_Done")

LEAST = 60
"""Pages, or what takes as long, from which on a copy of the process saves more than it takes."""


def cores() -> int:
    """How many copies can work at once; 1 where none can be made safely."""
    if not IS_LINUX or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def pays(count: int) -> bool:
    """Whether a copy could work at once, and saves more than it takes, for so many things."""
    return count >= LEAST and cores() > 1


@contextmanager
def beside(do: Callable[[], object] | None, count: int) -> Iterator[None]:
    """Have a copy do something while this process goes on; both have done their part at the end.

    Args:
        do: Does it: it writes what other processes read. Nobody hears of it if it fails. None if
            there is nothing to do.
        count: How many things it does it with: with few, this process does it first.
    """
    process = 0
    if do is not None and pays(count):
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if not process:
            try:
                gc.freeze()
                do()
            finally:
                os._exit(0)
    elif do is not None:
        do()
    try:
        yield
    finally:
        if process:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)


class InCopy(Generic[_Done]):
    """Has a copy of the process do some things, each under a name, until they are taken over.

    Args:
        names: The names, in order; with none, there is no copy.
        do: Does one of them; None if the process itself has to, to tell what is wrong with it.
    """

    def __init__(self, names: Iterable[str], do: Callable[[str], _Done | None]) -> None:
        self._process, self._end = 0, -1
        self._names, self._do = list(names), do
        self._reached, self._left = _Number(), _Number(len(self._names))
        if self._names:
            self._begin()

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

    def _begin(self) -> None:
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
                pickle.dump(dict(self._did(parent)), end, pickle.HIGHEST_PROTOCOL)
        finally:
            os._exit(0)

    def done(self) -> dict[str, _Done]:
        """What was done, by the names, once all is; what is not there is left to do.

        This process does the last ones itself, until they meet: it would only wait.
        """
        if not self._process:
            return {}
        here = dict(self._did_here())
        try:
            with os.fdopen(self._end, "rb", closefd=False) as end:
                found: dict[str, _Done] = pickle.load(end)
        except (OSError, EOFError, pickle.UnpicklingError):
            return here
        return found | here

    def _did_here(self) -> Iterator[tuple[str, _Done]]:
        """Do things in this process, from the last one on."""
        while self._left.value > self._reached.value + 1:
            self._left.value -= 1
            yield from self._made(self._left.value)

    def _did(self, parent: int) -> Iterator[tuple[str, _Done]]:
        """Do things in the copy, from the first one on."""
        for number in range(len(self._names)):
            # Nobody waits any more, or the process itself is here.
            if os.getppid() != parent or number >= self._left.value:
                return
            self._reached.value = number
            yield from self._made(number)

    def _made(self, number: int) -> Iterator[tuple[str, _Done]]:
        made = self._do(self._names[number])
        if made is not None:
            yield self._names[number], made


class _Number:
    """A number that a process and its copy share."""

    def __init__(self, value: int = 0) -> None:
        self._held = mmap.mmap(-1, 8)
        self.value = value

    @property
    def value(self) -> int:
        return int.from_bytes(self._held[:], "little")

    @value.setter
    def value(self, value: int) -> None:
        self._held[:] = value.to_bytes(8, "little")
