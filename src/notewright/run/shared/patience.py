"""Patience with what is elsewhere: it is asked in threads, and waited for so long and no longer.

One that hangs cannot be ended; it is left behind, and does not keep the process from ending.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

EACH = 20.0
"""Seconds within which something has to be answered."""

TOTAL = 120.0
"""Seconds that may be waited in all, in one pass over a vault."""

THREADS = 8
"""How many things are asked at the same time."""


class GoneError(Exception):
    """What is elsewhere did not answer in time."""


class Patience:
    """What is left of the seconds that may be waited."""

    def __init__(self) -> None:
        self._left = TOTAL

    def restore(self) -> None:
        """A new pass begins."""
        self._left = TOTAL

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask one thing.

        Raises:
            GoneError: If there is no answer in time.
            Exception: Whatever the question raises.
        """
        ((_, answer),) = self.ask_all(lambda _: question(), [True])
        return answer

    def ask_all(
        self, question: Callable[[Item], Answer], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Answer]]:
        """Ask the same of several, some at a time; yields answers as they come.

        No more answers wait to be taken than are asked at a time: each may be large.

        Raises:
            GoneError: If no answer comes in time.
            Exception: The first that the question raises.
        """
        waiting = iter(items)
        tasks: queue.SimpleQueue[tuple[Item] | None] = queue.SimpleQueue()
        answers: queue.SimpleQueue[tuple[Item, Answer] | Exception] = queue.SimpleQueue()

        def work() -> None:
            while (task := tasks.get()) is not None:
                try:
                    answers.put((task[0], question(task[0])))
                except Exception as error:
                    answers.put(error)

        live = 0
        try:
            for item in islice(waiting, THREADS):
                threading.Thread(target=work, daemon=True).start()
                tasks.put((item,))
                live += 1
            while live:
                answer = self._next(answers)
                live -= 1
                if isinstance(answer, Exception):
                    raise answer
                yield answer
                for item in islice(waiting, 1):
                    tasks.put((item,))
                    live += 1
        finally:
            for _ in range(THREADS):
                tasks.put(None)

    def _next(self, answers: queue.SimpleQueue[Answer]) -> Answer:
        began = time.monotonic()
        try:
            return answers.get(timeout=max(0.0, min(EACH, self._left)))
        except queue.Empty:
            waited = f"{EACH:g} s" if self._left > EACH else f"the {TOTAL:g} s that a build waits"
            raise GoneError(f"no response within {waited}") from None
        finally:
            self._left -= time.monotonic() - began
