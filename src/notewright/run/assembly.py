"""Assembles the outputs of each cell from what its session printed and told."""

from __future__ import annotations

import codecs
import math
import re
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from notewright.run.worker.outputs import Marks, Output, stream
from notewright.run.worker.terminal import tidy

_LAST_ADDRESS = re.compile(rb" at 0x[0-9a-fA-F]*$")


def limited(raw: bytes, limit: int, notice: str, marks: Marks) -> tuple[bytes, int]:
    """Drop the text behind a session's limit, and say so where it ends.

    It ends with a whole character and outside of any address, so that two runs end alike.

    Returns:
        The printed text with all of its marks, and how many bytes it had without them.
    """
    raw = marks.without_partial(raw)
    kept, size, start, last = bytearray(), 0, 0, b"\n"
    for mark in (*marks.pattern.finditer(raw), None):
        text = raw[start : mark.start() if mark else len(raw)]
        space = limit - size
        size += len(text)
        if space >= len(text):
            kept += text
        elif space >= 0:
            text = _whole(text[:space])
            line_end = b"" if (text or last).endswith(b"\n") else b"\n"
            kept += text + line_end + marks.channel("stderr") + notice.encode()
        last = text or last
        if mark:
            kept += mark[0]
            start = mark.end()
    return bytes(kept), size


def _whole(text: bytes) -> bytes:
    """Text without the part of a character or of an address at which it was cut."""
    _, length = codecs.utf_8_decode(text, "replace", False)
    return _LAST_ADDRESS.sub(b"", text[:length])


SHOWN = ("show", "update", "clear")
"""Events that change what a cell shows."""
_IN_ORDER = (*SHOWN, "frame", "frame-end", "end")


def assemble(raw: bytes, events: Iterable[Mapping[str, Any]], marks: Marks) -> list[list[Output]]:
    """Put printed text and events in order, cell by cell.

    Args:
        raw: All that the session printed, with marks.
        events: The session's events: `SHOWN`, and `end` at the end of each cell.
        marks: The session's marks.

    Returns:
        The outputs of each cell that began, in order.
    """
    return assembled(raw, events, marks).cells


def assembled(raw: bytes, events: Iterable[Mapping[str, Any]], marks: Marks) -> Outputs:
    """Put printed text and events in order, by cell and by frame; see `assemble`."""
    waiting = deque(event for event in events if event["kind"] in _IN_ORDER)
    session = Outputs()
    channel = "stdout"

    def arrive(until: float) -> None:
        while waiting and waiting[0]["number"] <= until:
            session.take(waiting.popleft())

    for index, part in enumerate(marks.split(raw)):
        if index % 2 == 0:
            session.print(part, channel)
        elif part.isdigit():
            arrive(int(part))
        else:
            channel = part
    arrive(math.inf)  # marks behind the output limit may be lost, what they mark is not
    session.end_stream()
    for shown in (*session.cells, *chain.from_iterable(session.frames.values())):
        shown[:] = [each for each in shown if each.get("data") != {}]  # a widget that was closed
    return session


class Outputs:
    """The outputs of a session's cells, as far as they have come.

    Attributes:
        cells: Those of each cell.
        frames: Those of the frames of a cell, in the order in which they ran, by its number.
    """

    def __init__(self) -> None:
        self.cells: list[list[Output]] = [[]]
        self.frames: dict[int, list[list[Output]]] = {}
        self._aside: tuple[list[Output], dict[str, list[Output]]] | None = None
        self._named: dict[str, list[Output]] = {}  # what can be shown again
        self._going = "stdout"
        self._texts: list[str] = []  # of the stream that is going on
        self._is_cleared = False  # once something else is shown

    def print(self, text: str, channel: str) -> None:
        """Take text that was printed."""
        if not text:
            return
        self._clear_if_asked()
        if channel != self._going:
            self.end_stream()
            self._going = channel
        self._texts.append(text)

    def end_stream(self) -> None:
        """What is printed from now on is another output."""
        if self._texts:
            self.cells[-1].append(stream(self._going, tidy("".join(self._texts))))
            self._texts.clear()

    def take(self, event: Mapping[str, Any]) -> None:
        """Take an event."""
        kind = event["kind"]
        if kind == "show":
            self._clear_if_asked()
        self.end_stream()
        if kind == "show":
            output = dict(event["output"])
            self.cells[-1].append(output)
            self._named.setdefault(event.get("display_id", ""), []).append(output)
        elif kind == "update" and event["display_id"]:
            for shown in self._named.get(event["display_id"], ()):
                shown.update(data=event["output"]["data"], metadata=event["output"]["metadata"])
        elif kind == "clear":
            self._is_cleared = True
            if not event["wait"]:
                self._clear_if_asked()
        elif kind == "frame":
            self._end_frame()
            self._aside = self.cells[-1], self._named
            self.cells[-1], self._named = [], {}  # what others show stays as it is
        elif kind == "frame-end":
            self._end_frame(event["cell"] if event["is_state"] else None)
        elif kind == "end":
            self._end_frame()
            self.cells.append([])
            self._is_cleared = False

    def _end_frame(self, cell: int | None = None) -> None:
        """End the frame that is open; of one that is none, or fails, the cell shows the outputs."""
        if self._aside is None:
            return
        shown = self.cells[-1]
        self.cells[-1], self._named = self._aside
        self._aside, self._is_cleared = None, False
        if cell is None:
            self.cells[-1].extend(shown)
        else:
            self.frames.setdefault(cell, []).append(shown)

    def _clear_if_asked(self) -> None:
        if self._is_cleared:
            self._texts.clear()
            self.cells[-1].clear()
            self._is_cleared = False
