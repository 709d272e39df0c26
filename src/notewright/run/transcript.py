"""The transcript of a session: what it reports of itself, as far as it makes sense."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from notewright.note.sessions import Session
from notewright.run.assembly import SHOWN
from notewright.run.worker.outputs import Marks, is_showable
from notewright.run.worker.protocol import (
    MOST_STEPS,
    Begin,
    Clear,
    Done,
    End,
    Failed,
    Failure,
    FrameBegin,
    FrameEnd,
    Show,
    Update,
)

_KINDS = {
    "begin": Begin,
    "frame": FrameBegin,
    "frame-end": FrameEnd,
    "show": Show,
    "update": Update,
    "clear": Clear,
    "end": End,
    "done": Done,
    "failed": Failed,
}


def fits(value: Any, kind: Any) -> bool:
    """Whether a value from JSON is of a type: a plain one, a list, a union or a `TypedDict`."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is list:
        return isinstance(value, list) and all(fits(each, parts[0]) for each in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(each, parts[1]) for each in value.values())
    if is_typeddict(kind):
        hints = _hints(kind)
        return isinstance(value, dict) and all(
            fits(value[name], hints[name]) if name in value else name in kind.__optional_keys__
            for name in hints
        )
    return isinstance(value, (float, int) if kind is float else kind)


_hints = cache(get_type_hints)


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
        failed: What went wrong in the worker itself, if it did.
        frame: The frame that has begun and not ended; None if there is none.
        frames: The ends of the frames of its cells.
        ends: The ends of its cells.
        done: Its last event, if it came that far.
        makes_sense: Whether all events are those of a session that a worker ran.
    """

    session: Session
    events: list[Mapping[str, Any]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    begun: int = 0
    failed: Failure | None = None
    frame: int | None = None
    frames: list[FrameEnd] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    done: Done | None = None
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
        if not (isinstance(kind, str) and kind in _KINDS and fits(event, _KINDS[kind])):
            return False
        if kind != "failed" and not isinstance(event.get("number"), int):
            return False
        if not self._follows(event):
            return False
        if kind == "failed":
            self.failed = event["problem"]
            return True
        self.events.append(event)
        if kind == "begin":
            self.begun += 1
        elif kind == "frame":
            self.frame = event["frame"]
        elif kind == "frame-end":
            self.frame = None
            self.frames.append(event)
        elif kind == "end":
            self.ends.append(event)
        elif kind == "done":
            self.done = event
        return True

    @property
    def ended(self) -> int:
        """How many of its cells ended."""
        return len(self.ends)

    def _follows(self, event: Mapping[str, Any]) -> bool:
        """Whether an event may come after those before it."""
        kind, cells = event["kind"], self.session.cells
        if kind != "failed" and self.events and event["number"] <= self.events[-1]["number"]:
            return False
        if kind not in (*SHOWN, "failed") and self.done is not None:
            return False
        is_between = self.begun == self.ended
        if kind in ("frame", "frame-end"):
            return not is_between and self._is_next_frame(event)
        if kind == "begin":
            return is_between and event["cell"] == self.begun < len(cells)
        if kind == "end":
            wanted = len(cells[self.ended].values) if not is_between else 0
            is_whole = bool(event["problem"]) or len(event["values"]) == wanted
            is_whole = is_whole and _has_times(event)
            return not is_between and event["cell"] == self.ended and is_whole
        if kind in ("show", "update"):
            return all(is_showable(*each) for each in event["output"].get("data", {}).items())
        if kind == "done":
            is_fatal = any(each["problem"] for each in self.ends)
            return is_between and (is_fatal or self.ended == len(cells))
        return True

    def _is_next_frame(self, event: Mapping[str, Any]) -> bool:
        """Whether a frame may begin or end now."""
        cell, options = self.ended, self.session.cells[self.ended].options
        done = [each["frame"] for each in self.frames if each["cell"] == cell]
        most = len(options.vary.frames) if options.vary else MOST_STEPS + 1
        is_known = options.has_frames and event["cell"] == cell and 0 <= event["frame"] < most
        if event["kind"] == "frame":
            return is_known and self.frame is None and event["frame"] not in done
        follows = sum(value.follows for value in self.session.cells[cell].values)
        is_whole = bool(event["problem"]) or not event["is_state"]
        is_whole = is_whole or len(event["values"]) == follows
        return is_known and self.frame == event["frame"] and is_whole and _has_times(event)


def _has_times(event: Mapping[str, Any]) -> bool:
    """Whether the times of an end are numbers that a record can hold."""
    return all(abs(event[name]) < 1e12 for name in ("seconds", "processor"))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not valid JSON")
