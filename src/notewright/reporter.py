"""Reports from a worker: events, and their marks among what is printed."""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
from typing import Any

from notewright.outputs import Marks, Output

_LIBC = ctypes.CDLL(None) if os.name == "posix" else None


class Reporter:
    """Writes events, and their marks among what is printed."""

    def __init__(self, event_fd: int, marks: Marks) -> None:
        self._event_fd = event_fd
        self._printed_fd = os.dup(1)  # ours, whatever a cell does to its standard output
        self._marks = marks
        self._number = 0

    def event(self, kind: str, *, mark: bool = False, **content: Any) -> None:
        """Report one event; with `mark`, its place among the printed text counts."""
        self._number += 1
        _flush()
        record = json.dumps({"kind": kind, "number": self._number, **content}) + "\n"
        _write(self._event_fd, record.encode("utf-8", "backslashreplace"))
        if mark:
            _write(self._printed_fd, self._marks.event(self._number))

    def show(self, output: Output) -> None:
        """Report an output of the running cell."""
        self.event("show", mark=True, output=output)

    def open_streams(self) -> None:
        """Give the process text streams that keep the order of all that is printed."""
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), "utf-8")
        sys.stdout = io.TextIOWrapper(
            io.FileIO(1, "w", closefd=False), "utf-8", "backslashreplace", write_through=True
        )
        sys.stderr = _MarkedStream(self._printed_fd, self._marks)


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
