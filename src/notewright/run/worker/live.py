"""A live session, as its warm parent sees it: its process, its pipes and its time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from notewright.run.worker.outputs import LONGEST_MARK, Marks
from notewright.run.worker.processes import is_active, processor_time
from notewright.run.worker.protocol import Job, Verdict
from notewright.run.worker.system_opens import Watched

LAST_WORDS = 0.5
"""Seconds that a session over its time limit gets to say at which line it is."""

BY_THE_CLOCK = 10.0
"""How many times its limit a cell may take by the clock, on a busy machine."""

WAITING = 3.0
"""How many times its limit a cell may wait: for a time, a lock, input or the network."""

_IDLE = 0.1
"""Part of the time below which a cell that uses the processor waits nevertheless."""

_LOOKS = 20
"""How often to look, in the time of its limit, at a cell that has lasted longer."""

_CELL, _FRAME = b'{"kind": "begin"', b'{"kind": "frame",'
"""How the events begin by which a cell and a frame begin."""

_STEP = 0.05
"""Fewest seconds between two looks at how long a cell has worked."""


@dataclass(slots=True)
class Live:
    """One session that runs.

    Attributes:
        job: Its job.
        marks: What it leaves among what it prints, and before its events.
        pid: Its process, which leads a process group of the same number.
        printed_fd: Read end of the pipe of all that it prints.
        event_fd: Read end of the pipe of its events.
        limit: Seconds that its cell may work.
        begun_at: When the cell began, on the monotonic clock.
        worked: Seconds that the session had worked by then.
        looked_at: When it was last looked at, on the monotonic clock.
        seen: Seconds that it had worked by then.
        waited: Seconds that the cell has waited.
        deadline: When to look whether the cell's time is up, on the monotonic clock.
        line: Where in the events the line begins that has not ended yet.
        begun: How many of its cells, and of their frames, have begun.
        searched: Up to where marks were looked for in what is printed.
        marked: How many bytes of it are marks.
        verdict: Why it is being ended: "" while it may run.
        watched: What its processes opened.
        is_in_frame: Whether a frame runs, in a process of its own but for the first on the page.
        is_forked: Whether it began as a copy of the warm parent.
        packages: Top-level modules that it began with, beside those that all begin with.
    """

    job: Job
    marks: Marks
    pid: int
    printed_fd: int
    event_fd: int
    limit: float = 0.0
    begun_at: float = 0.0
    worked: float = 0.0
    looked_at: float = 0.0
    seen: float = 0.0
    waited: float = 0.0
    deadline: float = 0.0
    printed: bytearray = field(default_factory=bytearray)
    events: bytearray = field(default_factory=bytearray)
    line: int = 0
    begun: int = 0
    searched: int = 0
    marked: int = 0
    verdict: Verdict = ""
    packages: list[str] = field(default_factory=list)
    is_forked: bool = False
    is_in_frame: bool = False
    watched: Watched | None = None

    def begin(self, limit: float) -> None:
        """A cell begins, and may work so many seconds."""
        self.limit = limit
        self.begun_at = self.looked_at = time.monotonic()
        self.worked = self.seen = processor_time(self.pid) or 0.0
        self.waited = 0.0
        self.deadline = self.begun_at + limit

    def overdue(self, now: float) -> Verdict:
        """Why the time of its cell is up; else when to look again is later.

        Processor time and waiting count, elapsed time does not: a busy machine is not the
        fault of the cell.
        """
        worked = processor_time(self.pid)
        last = self.begun_at + BY_THE_CLOCK * self.limit
        if worked is None or worked - self.worked >= self.limit:
            return "timeout"
        since = min(now, self.deadline) - self.looked_at  # who looks late is on a busy machine
        if abs(worked - self.seen) < _IDLE * since and not is_active(self.pid):
            self.waited += since
        self.looked_at, self.seen = now, worked
        if self.waited >= WAITING * self.limit:
            return "waited"
        if now >= last:
            return "late"
        left = min(self.limit - (worked - self.worked), self.limit / _LOOKS)
        self.deadline = min(now + max(left, _STEP), last)
        return ""


def follow(live: Live, content: bytes) -> None:
    """Keep what comes through the event pipe, and set the deadline of a cell that begins.

    How long it may take is told by the job alone: a cell can write to this pipe, too.
    """
    searched = len(live.events)
    live.events += content
    beginnings = _beginnings(live.job)
    report = live.marks.report
    while (end := live.events.find(b"\n", searched)) >= 0:
        kind, limit = beginnings[min(live.begun, len(beginnings) - 1)]
        if live.events.startswith(report + kind, live.line):
            if live.begun < len(beginnings):
                live.begin(limit)
            live.is_in_frame = kind == _FRAME
            live.begun += 1
        elif live.events.startswith(report + b'{"kind": "done"', live.line):
            live.limit, live.deadline = 0.0, time.monotonic() + LAST_WORDS
        live.line = searched = end + 1


def _beginnings(job: Job) -> list[tuple[bytes, float]]:
    """How the cells begin and their frames, in order, and the limit of each.

    The steps of a cell share that of the cell.
    """
    found: list[tuple[bytes, float]] = []
    for cell in job["cells"]:
        frames = len(cell["frames"]["given"]) if "frames" in cell else 0
        found.append((_CELL, cell["timeout"]))
        found += [(_FRAME, cell["timeout"])] * frames
    return found


def keep(live: Live, content: bytes) -> None:
    """Keep what was printed until it has more text than a session may print.

    Marks do not count. The build cuts it to the byte; the rest is read and dropped.
    """
    most = live.job["output"] + LONGEST_MARK  # which may be a mark that has not ended
    if len(live.printed) - live.marked > most:
        return
    live.printed += content
    for mark in live.marks.pattern.finditer(live.printed, live.searched):
        live.marked += len(mark[0])
        live.searched = mark.end()
    live.searched = max(live.searched, len(live.printed) - LONGEST_MARK)
