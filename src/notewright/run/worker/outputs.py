"""Outputs of a cell, in the form of nbformat, and the marks that keep them in order.

A worker writes two streams. Everything printed goes to one pipe, by whoever prints:
Python, a C library or a subprocess. What is richer than text goes to the other as
events, and leaves a mark in the first, so that the order of both is kept. Each event is a
line that begins with the session's nonce: other lines are of whoever wrote to the wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from notewright.run.worker.protocol import Displayed, Raised, Result

Output = dict[str, Any]
"""One output as nbformat writes it: a stream, display_data, an execute_result or an error."""

EVENTS_LIMIT = 64 << 20
"""Most bytes of events of a session: an interactive figure of millions of points still fits."""

LONGEST_MARK = 64
"""No mark has more bytes."""


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


def error(name: str, message: str) -> Raised:
    """An exception that the cell was meant to raise."""
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": []}


def display(
    data: Mapping[str, Any], metadata: Mapping[str, Any], *, is_result: bool
) -> Displayed | Result:
    """A rich value: the last expression of a cell, or what `display` was given."""
    shown: Displayed = {
        "output_type": "display_data",
        "data": dict(data),
        "metadata": dict(metadata),
    }
    if is_result:
        return {**shown, "output_type": "execute_result", "execution_count": None}
    return shown


def is_showable(mime: Any, content: Any) -> bool:
    """Whether pages can show what an object calls its text or its picture."""
    return isinstance(mime, str) and (
        isinstance(content, str) or not mime.startswith(("text/", "image/"))
    )


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
