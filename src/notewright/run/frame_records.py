"""Records of frames: what is asked of the frames of a cell, and kept of what they showed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from notewright.errors import Problem
from notewright.note.cells import Cell
from notewright.note.variations import STEP, template
from notewright.run.records import CellRecord, FrameRecord
from notewright.run.worker.outputs import Output, is_image
from notewright.run.worker.protocol import FrameEnd, FramesJob


def frames_job(cell: Cell) -> FramesJob:
    """What the worker is told of the frames of a cell."""
    options, vary = cell.options, cell.options.vary
    return {
        "given": [vary.given(at) for at in vary.frames] if vary else [],
        "first": vary.first if vary else 0,
        "templates": {
            option: [template(text) for text in texts]
            for option, texts in options.templates.items()
        },
        "follows": [value.follows for value in cell.values],
    }


def frame_name(cell: Cell, number: int) -> str:
    """A frame in words: `k = 8`, or `step 3`."""
    vary = cell.options.vary
    return vary.said(vary.frames[number]) if vary else f"{STEP} {number + 1}"


def with_frames(
    record: CellRecord, cell: Cell, ends: Sequence[FrameEnd], shown: Sequence[list[Output]]
) -> CellRecord:
    """The record of a cell with those of its frames.

    Args:
        record: The record, without frames.
        cell: The cell.
        ends: The ends of its frames, in the order in which they ran.
        shown: What they showed, in that order.
    """
    vary = cell.options.vary
    wanted = len(vary.frames) if vary else len(ends)
    if not ends or len(ends) != wanted or len(shown) != wanted:
        return record  # the cell failed: it shows what it has
    if any(end["problem"] for end in ends):
        first_shown = [each for end, each in zip(ends, shown, strict=True) if _is_first(end, cell)]
        return replace(record, outputs=[*first_shown[0], *record.outputs])
    first = vary.first if vary else 0
    frames: dict[int, FrameRecord] = {}
    outputs = record.outputs
    for end, each in zip(ends, shown, strict=True):
        number = end["frame"]
        at = list(vary.frames[number]) if vary else [number]
        if number == first:
            outputs, each = [*each, *outputs], []
        frames[number] = FrameRecord(
            at, each, end["seconds"], end["texts"], end["values"], end["processor"]
        )
    ordered = [frames[number] for number in sorted(frames)]
    shown_first = iter(frames[first].values)
    pairs = zip(cell.values, record.values, strict=False)
    values = [next(shown_first, got) if value.follows else got for value, got in pairs]
    return replace(record, outputs=outputs, values=values, frames=ordered, first=first)


def review_frames(cell: Cell, record: CellRecord) -> Iterator[Problem]:
    """Yield each frame that a reader who does not see it could not tell from another."""
    said: dict[str, int] = {}
    figures = _figures(record.outputs)
    for number, frame in enumerate(record.frames):
        outputs = record.outputs_of(number)
        texts = json.dumps(frame.texts, sort_keys=True)
        twin = said.setdefault(texts, number)
        if outputs != record.outputs_of(twin):
            message = (
                f"its output differs from {frame_name(cell, twin)}, "
                "but its caption and alt text are the same"
            )
            remedy = (
                "Add a value in braces to `vary-caption` or `fig-alt`, so that readers "
                "can tell them apart"
            )
            yield _problem(cell, number, message, remedy)
        if _figures(outputs) != figures:
            message = f"it draws {_figures(outputs)} figures, but the first frame draws {figures}"
            yield _problem(cell, number, message, "Draw the same number of figures in each frame")


def problems_of(cell: Cell, number: int, problems: Iterable[Problem]) -> list[Problem]:
    """Those of the problems of a cell that are of one of its frames."""
    name = f"{frame_name(cell, number)}: "
    return [problem for problem in problems if problem.message.startswith(name)]


def frame_names(cell: Cell, record: CellRecord | None) -> Sequence[str]:
    """The frames of a cell in words; of steps, as many as it yielded when it ran."""
    vary = cell.options.vary
    count = len(vary.frames) if vary else len(record.frames) if record else 0
    return [frame_name(cell, number) for number in range(count)]


def _is_first(end: FrameEnd, cell: Cell) -> bool:
    return end["frame"] == (cell.options.vary.first if cell.options.vary else 0)


def _figures(outputs: Sequence[Output]) -> int:
    return sum(map(is_image, outputs))


def _problem(cell: Cell, number: int, message: str, remedy: str) -> Problem:
    return Problem(cell.file, cell.line, f"{frame_name(cell, number)}: {message}", remedy)
