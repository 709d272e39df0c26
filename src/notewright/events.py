"""What a session reports of itself, as far as it makes sense."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from notewright.outputs import Marks, is_showable
from notewright.sessions import Session

_PROBLEM = {
    "message": str,
    "line": int,
    "frames": [{"file": str, "line": (int, None), "name": str, "text": str}],
}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "begin": {"number": int, "cell": int},
    "show": {
        "number": int,
        "output": (
            {"output_type": ("display_data", "execute_result"), "data": {}, "metadata": {}},
            {"output_type": "error", "ename": str, "evalue": str, "traceback": []},
        ),
    },
    "end": {
        "number": int,
        "cell": int,
        "seconds": (float, int),
        "values": [(str, None)],
        "answers": [str],
        "problem": (_PROBLEM, None),
        "wrong_values": [_PROBLEM],
    },
    "done": {"number": int, "inputs": {}, "changed": [str], "opaque": [str], "modules": [str]},
    "failed": {"problem": _PROBLEM},
}
"""What each kind of event holds: a type, one of several shapes, a list of one, or names."""


def _fits(value: Any, shape: Any) -> bool:
    """Whether a value has a shape."""
    if isinstance(shape, tuple):
        return any(_fits(value, each) for each in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(
            _fits(each, part) for each in value for part in shape
        )
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and all(
            name in value and _fits(value[name], each) for name, each in shape.items()
        )
    return isinstance(value, shape) if isinstance(shape, type) else bool(value == shape)


@dataclass(slots=True)
class Told:
    """What came through the event pipe of a session, as far as it makes sense.

    A cell can write to that pipe, by mistake or not. What has not the session's mark is no
    event. What has it and is out of order, or of another shape, is the end of what we believe.

    Attributes:
        session: The session.
        events: Its events, in order.
        rest: Lines that are no events: what the watchdog wrote.
        begun: How many cells began.
        ended: How many of them ended.
        failed: What went wrong in the worker itself, if it did.
        makes_sense: Whether all events are those of a session that a worker ran.
    """

    session: Session
    events: list[Mapping[str, Any]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    begun: int = 0
    ended: int = 0
    failed: Mapping[str, Any] | None = None
    makes_sense: bool = True

    @classmethod
    def read(cls, text: str, marks: Marks, session: Session) -> Told:
        """Read the event pipe; a last line that does not end was cut off with its process."""
        told = cls(session)
        report = marks.report.decode()
        *lines, last = text.split("\n")
        if not last.startswith(report):
            lines.append(last)
        for line in lines:
            if not line.startswith(report):
                told.rest.append(line)
            elif told.makes_sense:
                told.makes_sense = told._add(line.removeprefix(report))
        return told

    def _add(self, line: str) -> bool:
        try:
            event = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return False
        kind = event.get("kind") if isinstance(event, dict) else None
        if not (isinstance(kind, str) and kind in _SHAPES and _fits(event, _SHAPES[kind])):
            return False
        if not self._follows(event):
            return False
        self.begun += kind == "begin"
        self.ended += kind == "end"
        if kind == "failed":
            self.failed = event["problem"]
        else:
            self.events.append(event)
        return True

    def _follows(self, event: Mapping[str, Any]) -> bool:
        """Whether an event may come after those before it."""
        kind, cells = event["kind"], self.session.cells
        if kind != "failed" and self.events and event["number"] <= self.events[-1]["number"]:
            return False
        if kind not in ("show", "failed") and any(each["kind"] == "done" for each in self.events):
            return False
        is_between = self.begun == self.ended
        if kind == "begin":
            return is_between and event["cell"] == self.begun < len(cells)
        if kind == "end":
            wanted = len(cells[self.ended].values) if not is_between else 0
            is_whole = bool(event["problem"]) or len(event["values"]) == wanted
            is_time = abs(event["seconds"]) < 1e12  # a number that can be told
            return not is_between and event["cell"] == self.ended and is_whole and is_time
        if kind == "show":
            return all(is_showable(*each) for each in event["output"].get("data", {}).items())
        if kind == "done":
            is_fatal = any(each["kind"] == "end" and each["problem"] for each in self.events)
            texts = all(isinstance(digest, str) for digest in event["inputs"].values())
            return texts and is_between and (is_fatal or self.ended == len(cells))
        return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
