"""Outputs of a cell, in the form of nbformat, and how a run's raw stream becomes them.

A worker writes two streams. Everything printed goes to one pipe, by whoever prints:
Python, a C library or a subprocess. What is richer than text goes to the other as
events, and leaves a mark in the first, so that the order of both is kept. Each event is a
line that begins with the session's nonce: other lines are of whoever wrote to the wrong file.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from notewright.printed import tidy

Output = dict[str, Any]
"""One output as nbformat writes it: a stream, display_data, an execute_result or an error."""

EVENTS_LIMIT = 64 << 20
"""Most bytes of events of a session: an interactive figure of millions of points still fits."""

LONGEST_MARK = 64
"""No mark has more bytes."""

_LAST_ADDRESS = re.compile(rb" at 0x[0-9a-fA-F]*$")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a worker leaves among what is printed, and before its events.

    Attributes:
        nonce: Random text that no cell can know.
    """

    nonce: str

    def event(self, number: int) -> bytes:
        """Mark of the event of that number."""
        return f"\x1e{self.nonce}:{number};".encode()

    def channel(self, name: str) -> bytes:
        """Mark after which text belongs to "stdout" or "stderr"."""
        return f"\x1e{self.nonce}:{name};".encode()

    @property
    def report(self) -> bytes:
        """What a line of the other pipe begins with if it holds an event."""
        return f"{self.nonce} ".encode()

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """What all marks look like; its group is the number or the name."""
        return re.compile(re.escape(self._start) + rb"(\d{1,18}|stdout|stderr);")

    def split(self, raw: bytes) -> list[str]:
        """Split printed text at the marks: text, mark, text, mark, …, text."""
        return [part.decode("utf-8", "replace") for part in self.pattern.split(raw)]

    def without_partial(self, raw: bytes) -> bytes:
        """Printed text without the mark that it ends in the middle of, if it does."""
        at = raw.rfind(b"\x1e", -LONGEST_MARK)
        tail = raw[at:] if at >= 0 else b";"
        begins = tail.startswith(self._start) or self._start.startswith(tail)
        return raw[:at] if begins and b";" not in tail else raw

    @property
    def _start(self) -> bytes:
        return f"\x1e{self.nonce}:".encode()


def stream(name: str, text: str) -> Output:
    """Printed text."""
    return {"output_type": "stream", "name": name, "text": text}


def error(name: str, message: str) -> Output:
    """An exception that the cell was meant to raise."""
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": []}


def display(data: Mapping[str, Any], metadata: Mapping[str, Any], *, is_result: bool) -> Output:
    """A rich value: the last expression of a cell, or what `display` was given."""
    kind = "execute_result" if is_result else "display_data"
    shown: Output = {"output_type": kind, "data": dict(data), "metadata": dict(metadata)}
    if is_result:
        shown["execution_count"] = None
    return shown


def is_showable(mime: Any, content: Any) -> bool:
    """Whether pages can show what an object calls its text or its picture."""
    return isinstance(mime, str) and (
        isinstance(content, str) or not mime.startswith(("text/", "image/"))
    )


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


def assemble(raw: bytes, events: Iterable[Mapping[str, Any]], marks: Marks) -> list[list[Output]]:
    """Put printed text and events in order, cell by cell.

    Args:
        raw: All that the session printed, with marks.
        events: The session's events: `show` with an output, `end` at the end of each cell.
        marks: The session's marks.

    Returns:
        The outputs of each cell that began, in order.
    """
    waiting = deque(event for event in events if event["kind"] in ("show", "end"))
    cells: list[list[Output]] = [[]]
    channel = going = "stdout"
    texts: list[str] = []  # of the stream that is going on

    def end_stream() -> None:
        if texts:
            cells[-1].append(stream(going, tidy("".join(texts))))
            texts.clear()

    def arrive(until: float) -> None:
        while waiting and waiting[0]["number"] <= until:
            end_stream()
            event = waiting.popleft()
            if event["kind"] == "show":
                cells[-1].append(event["output"])
            else:
                cells.append([])

    for index, part in enumerate(marks.split(raw)):
        if index % 2 == 0:
            if part and channel != going:
                end_stream()
                going = channel
            texts += [part] if part else []
        elif part.isdigit():
            arrive(int(part))
        else:
            channel = part
    arrive(math.inf)  # marks behind the output limit may be lost, what they mark is not
    end_stream()
    return cells


def is_image(output: Output) -> bool:
    """Whether an output is a picture."""
    return any(mime.startswith("image/") for mime in output.get("data", {}))


def plain_text(outputs: Iterable[Output]) -> str:
    """What a terminal would show of a cell's outputs: no figures."""
    parts = []
    for output in outputs:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}".removesuffix(": ") + "\n")
        elif not is_image(output):
            parts.append(output["data"].get("text/plain", "") + "\n")
    return "".join(parts)
