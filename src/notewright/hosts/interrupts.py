"""Interrupts: whoever asks a command to end has it end as Ctrl-C does.

A supervisor, a container or a closing terminal sends SIGTERM or SIGHUP, which end a process of
Python on the spot: what it wrote for itself stays, such as the site that `mkdocs serve` shows.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

_NAMES = ("SIGTERM", "SIGHUP")


class Interrupt(KeyboardInterrupt):
    """The end that a signal asks for.

    Attributes:
        number: The number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def take_signals() -> Callable[[], None]:
    """Have the signals interrupt the main thread, but for those that somebody else takes.

    Returns:
        Gives them back.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None  # no other may take any
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    taken = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _interrupt)

    def give_back() -> None:
        for number in taken:
            if signal.getsignal(number) is _interrupt:
                signal.signal(number, signal.SIG_DFL)

    return give_back


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise Interrupt(number)
