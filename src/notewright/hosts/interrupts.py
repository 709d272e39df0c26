"""Interrupts: whoever asks a command to end has it end as Ctrl-C does.

A supervisor, a container or a closing terminal sends SIGTERM or SIGHUP, which end a process of
Python on the spot: what it wrote for itself stays, such as the site that `mkdocs serve` shows.
And where Python drops what is raised, it drops a Ctrl-C, too: a server would go on.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")

_FINALIZERS = ("weakref", "_weakrefset")

_SOON, _AGAIN = 0.01, 5.0
"""Seconds until the main thread is interrupted again: where it did not hear it, or may not."""


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
    before = {number: signal.getsignal(number) for number in numbers}
    usual = (signal.SIG_DFL, signal.default_int_handler)
    taken = {number: handler for number, handler in before.items() if handler in usual}
    asked = _Asked()
    for number in taken:
        signal.signal(number, asked.interrupt)
    tell_dropped = sys.unraisablehook

    def hear_dropped(dropped: sys.UnraisableHookArgs) -> None:
        if isinstance(dropped.exc_value, Interrupt):
            asked.ask_again(_SOON)
        else:
            tell_dropped(dropped)

    sys.unraisablehook = hear_dropped

    def give_back() -> None:
        asked.end()
        if sys.unraisablehook is hear_dropped:
            sys.unraisablehook = tell_dropped
        for number, handler in taken.items():
            if signal.getsignal(number) == asked.interrupt:
                signal.signal(number, handler)

    return give_back


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Have the signals interrupt what is done here, also where Python drops what is raised.

    Raises:
        KeyboardInterrupt: If one does; hosts of others show its name.
    """
    give_back = take_signals()
    try:
        yield
    except Interrupt:
        raise KeyboardInterrupt from None
    finally:
        give_back()


class _Asked:
    """Interrupts again until somebody has heard it: Python drops what some of its frames raise."""

    def __init__(self) -> None:
        self._number = 0

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Interrupt the main thread, or a moment later where it would not hear it."""
        if self._number == 0 and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self.interrupt)
        self._number = self._number or number
        is_dropped = any(map(_drops, _frames(frame)))
        self.ask_again(_SOON if is_dropped else _AGAIN)
        if not is_dropped:
            raise Interrupt(self._number)

    def ask_again(self, seconds: float) -> None:
        """Interrupt the main thread again, unless somebody hears it by then."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def end(self) -> None:
        """Somebody has heard it."""
        if self._number and hasattr(signal, "setitimer"):
            self.ask_again(0.0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._number = 0


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _drops(frame: FrameType) -> bool:
    """Whether what a frame raises is told and forgotten: one that Python calls as objects go."""
    return frame.f_code.co_name == "__del__" or frame.f_globals.get("__name__") in _FINALIZERS
