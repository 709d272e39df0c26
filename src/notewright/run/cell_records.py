"""Records of cells: what each showed, in each of its frames if it has several."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from notewright.note.cells import Cell
from notewright.run.worker.outputs import Output


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """What one frame of a cell showed.

    Attributes:
        at: The position of the value of each name; for a cell with steps, the number of the step.
        outputs: Its outputs, in order; of the first on the page, they are the cell's.
        seconds: How long it took.
        texts: What is said of it, by option: `vary-caption`, `fig-alt`, `fig-cap`.
        values: Results of the values in the prose below the cell that follow it.
        processor: Seconds of processor time that it used, with its threads and child processes.
    """

    at: list[int]
    outputs: list[Output] = field(default_factory=list)
    seconds: float = 0.0
    texts: dict[str, list[str]] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    processor: float = 0.0


@dataclass(frozen=True)
class CellRecord:
    """What one cell showed.

    Attributes:
        outputs: Its outputs, in order.
        seconds: How long it took.
        values: Results of the values in the prose below it, as text; None for one that failed.
        answers: For a doctest, what the interpreter answered to each example.
        unseeded: Lines of its code, from 0, that drew what differs in each run.
        frames: What it showed in each of its frames, in order, if it has several.
        first: Which of them the page shows first.
        processor: Seconds of processor time that it used, with its frames, threads and child
            processes.
    """

    outputs: list[Output]
    seconds: float = 0.0
    values: list[str | None] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unseeded: list[int] = field(default_factory=list)
    frames: list[FrameRecord] = field(default_factory=list)
    first: int = 0
    processor: float = 0.0

    @cached_property
    def digest(self) -> str:
        """Digest of all that is shown of it: whoever makes a page asks, and checks do."""
        frames = [[each.at, each.outputs, each.texts, each.values] for each in self.frames]
        shown = [self.outputs, self.values, self.answers, frames, self.first]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]

    def outputs_of(self, number: int) -> list[Output]:
        """The outputs of a frame, by its place."""
        return self.outputs if number == self.first else self.frames[number].outputs

    def fits(self, cell: Cell) -> bool:
        """Whether it has the frames of a cell, with all that is said of them."""
        options = cell.options
        if not options.has_frames:
            return not self.frames
        count = range(len(self.frames))
        wanted = options.vary.frames if options.vary else [(number,) for number in count]
        follows = sum(value.follows for value in cell.values)
        return 0 <= self.first < len(self.frames) == len(wanted) and all(
            tuple(frame.at) == at
            and frame.texts.keys() == options.templates.keys()
            and len(frame.texts["vary-caption"]) == 1
            and len(frame.values) == follows
            for frame, at in zip(self.frames, wanted, strict=True)
        )

    def texts(self, option: str) -> Sequence[str]:
        """What an option says of the frame that the page shows first."""
        return self.frames[self.first].texts.get(option, ()) if self.frames else ()
