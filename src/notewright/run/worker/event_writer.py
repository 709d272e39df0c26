"""Reports from a worker: events, and their marks among what is printed."""

from __future__ import annotations

import ctypes
import io
import json
import math
import os
import sys
import threading
from typing import Any

from notewright.run.worker.outputs import Marks, is_showable
from notewright.run.worker.protocol import Displayed, Event, Raised, Result

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(", ", ": "))
"""Made before a cell can change the class."""

_OF_A_FRAME = 10**9
"""Numbers that a frame may give to its events: more than it could write."""

_LIBC = ctypes.CDLL(None) if os.name == "posix" else None


class Reporter:
    """Writes events, and their marks among what is printed."""

    def __init__(self, event_fd: int, marks: Marks) -> None:
        self._event_fd = event_fd
        self._printed_fd = os.dup(1)  # ours, whatever a cell does to its standard output
        self._marks = marks
        self._number = 0
        self._pid = os.getpid()
        self._lock = threading.RLock()  # threads may display at the same time

    def event(self, event: Event, *, mark: bool = False) -> None:
        """Report one event; with `mark`, its place among the printed text counts."""
        if os.getpid() != self._pid:  # a copy that a cell forked: what it does is not the session's
            return
        with self._lock:
            _flush()
            number = self._number + 1
            line = encoded(self._marks, event, number)
            self._number = number
            _write(self._event_fd, line)
            if mark:
                _write(self._printed_fd, self._marks.event(number))

    def take_over(self) -> None:
        """Let this process, a copy that runs a frame, report as the session does."""
        self._pid = os.getpid()

    def skip(self) -> None:
        """Go on behind the numbers that a frame may have given to its events."""
        self._number += _OF_A_FRAME

    def show(self, output: Displayed | Result | Raised, display_id: str = "") -> None:
        """Report an output of the running cell, and the name by which it can be shown again.

        Raises:
            TypeError: If an object gives something else than text for its text.
        """
        if output["output_type"] != "error":
            _check(output["data"])
        self.event({"kind": "show", "output": output, "display_id": display_id}, mark=True)

    def update(self, output: Displayed | Result, display_id: str) -> None:
        """Report what is shown from now on where something of that name was shown.

        Raises:
            TypeError: If an object gives something else than text for its text.
        """
        _check(output["data"])
        self.event({"kind": "update", "output": output, "display_id": display_id}, mark=True)

    def open_streams(self) -> None:
        """Give the process text streams that keep the order of all that is printed."""
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), "utf-8")
        sys.stdout = io.TextIOWrapper(
            io.FileIO(1, "w", closefd=False), "utf-8", "backslashreplace", write_through=True
        )
        sys.stderr = _MarkedStream(self._printed_fd, self._marks)


def _check(data: dict[str, Any]) -> None:
    for mime, content in data.items():
        if not is_showable(mime, content):
            kind = type(content).__name__
            raise TypeError(f"the {mime} output of a value must be text, not {kind}")


def encoded(marks: Marks, event: Event, number: int | None = None) -> bytes:
    """An event as it is written: a line, whatever a cell wrote before it."""
    numbered = event if number is None else {"kind": event["kind"], "number": number, **event}
    try:
        text = _ENCODER.encode(numbered)
    except ValueError:
        text = _ENCODER.encode(_finite(numbered))
    return b"\n" + marks.report + text.encode() + b"\n"


def _finite(value: Any) -> Any:
    """A value for JSON, which has no word for NaN: null is what JavaScript and pandas write."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, (list, tuple)) else value


class _MarkedStream(io.TextIOBase):
    """Standard error: the same pipe as standard output, between marks."""

    encoding = "utf-8"

    def __init__(self, printed_fd: int, marks: Marks) -> None:
        self._printed_fd = printed_fd
        self._before, self._after = marks.channel("stderr"), marks.channel("stdout")

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2

    def write(self, text: str) -> int:
        if not text:
            return 0
        _flush()
        content = text.encode("utf-8", "backslashreplace")
        _write(self._printed_fd, self._before + content + self._after)
        return len(text)


def _flush() -> None:
    """Write what Python, or the C library for C code, keeps of what was printed."""
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        pass  # a cell closed it, or put something else in its place
    if _LIBC is not None:
        _LIBC.fflush(None)


def _write(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
