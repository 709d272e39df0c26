"""Outputs of a cell, in the form of nbformat, and how a run's raw stream becomes them.

A worker writes two streams. Everything printed goes to one pipe, by whoever prints:
Python, a C library or a subprocess. What is richer than text goes to the other as
events, and leaves a mark in the first, so that the order of both is kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Output = dict[str, Any]
"""One output as nbformat writes it: a stream, display_data, an execute_result or an error."""

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a worker leaves among what is printed.

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

    def split(self, raw: bytes) -> list[str]:
        """Split printed text at the marks: text, mark, text, mark, …, text."""
        pattern = b"\x1e" + re.escape(self.nonce.encode()) + rb":(\w+);"
        return [part.decode("utf-8", "replace") for part in re.split(pattern, raw)]


def stream(name: str, text: str) -> Output:
    """Printed text."""
    return {"output_type": "stream", "name": name, "text": ADDRESS.sub("", text)}


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


def assemble(raw: bytes, events: Iterable[Mapping[str, Any]], marks: Marks) -> list[list[Output]]:
    """Put printed text and events in order, cell by cell.

    Args:
        raw: All that the session printed, with marks.
        events: The session's events: `show` with an output, `end` at the end of each cell.
        marks: The session's marks.

    Returns:
        The outputs of each cell that began, in order.
    """
    waiting = [event for event in events if event["kind"] in ("show", "end")]
    cells: list[list[Output]] = [[]]
    channel = "stdout"

    def arrive(until: float) -> None:
        while waiting and waiting[0]["number"] <= until:
            event = waiting.pop(0)
            if event["kind"] == "show":
                cells[-1].append(event["output"])
            else:
                cells.append([])

    for index, part in enumerate(marks.split(raw)):
        if index % 2 == 0:
            _add_text(cells[-1], channel, part)
        elif part.isdigit():
            arrive(int(part))
        else:
            channel = part
    arrive(math.inf)  # marks behind the output limit are lost, what they mark is not
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


def _add_text(outputs: list[Output], channel: str, text: str) -> None:
    if not text:
        return
    last = outputs[-1] if outputs else None
    if last is not None and last["output_type"] == "stream" and last["name"] == channel:
        last["text"] += ADDRESS.sub("", text)
    else:
        outputs.append(stream(channel, text))
