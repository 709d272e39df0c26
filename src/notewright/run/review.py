"""Reviews a note against its run: accepted output, doctests, values, alt text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from notewright.errors import Problem, shortened
from notewright.note import doctests
from notewright.note.cells import Cell
from notewright.note.compare import difference, matches
from notewright.note.values import Value
from notewright.run.frame_records import review_frames
from notewright.run.records import CellRecord
from notewright.run.worker.doctest_run import FAILED
from notewright.run.worker.outputs import is_image, plain_text

if TYPE_CHECKING:
    from doctest import Example

SHOWN = 60
"""Characters of a result that a message shows."""


def _accept(file: str, what: str) -> str:
    """What to do where a note and its run disagree."""
    return f"Correct {what}, or run `notewright accept {file}`"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+ ?%?", text) is not None


def review(cell: Cell, record: CellRecord) -> Iterator[Problem]:
    """Yield each place where a note and its run disagree."""
    yield from _unseen_figures(cell, record)
    yield from review_frames(cell, record)
    accepted = cell.accepted
    if accepted is not None:
        got = plain_text(record.outputs)
        if not matches(accepted.text, got):
            yield _disagreement(cell.file, accepted.line, accepted.text, got)
    for example, answer in wrong_answers(cell, record):
        line = cell.source[example.lineno].origin.note_line
        yield _disagreement(cell.file, line, example.want, answer)
    for value, result in zip(cell.values, record.values, strict=False):
        if result is not None and value.is_claim and not value.agrees(result):
            yield _not_true(cell.file, value, result)
        elif result is not None and value.is_checked and not value.agrees(result):
            yield _disagreement(cell.file, value.line, value.written(result), result)
        for each in value.held.differences(result) if value.held and result is not None else ():
            yield Problem(cell.file, each.line, str(each), _accept(cell.file, "the property"))


def _not_true(file: str, value: Value, result: str) -> Problem:
    """A checked claim that the run does not bear out, or that is no comparison."""
    if result == "False":
        message = f"the claim `{value.expression}` is false"
        return Problem(file, value.line, message, "Correct the sentence, or the code")
    got = shortened(result, SHOWN)
    message = f"a claim must be true or false, but `{value.expression}` is {got or 'empty'}"
    return Problem(file, value.line, message, "Write a comparison, such as `score > 0.9`")


def wrong_answers(cell: Cell, record: CellRecord) -> Iterator[tuple[Example, str]]:
    """Each example of a doctest whose answer is not the one that is written, with that answer."""
    for example, answer in zip(_examples(cell), record.answers, strict=False):
        if not agrees(example, answer):
            yield example, answer


def _examples(cell: Cell) -> list[Example]:
    try:
        return doctests.examples(cell.code) if cell.is_doctest else []
    except ValueError:  # no session at all: then it failed when it ran
        return []


def _disagreement(file: str, line: int, said: str, got: str) -> Problem:
    said, got = said.rstrip("\n"), got.rstrip("\n")
    if "\n" in said or "\n" in got:
        message = "the output in the note differs from the output of the cell"
        return Problem(file, line, message, _accept(file, "the output"), difference(said, got))
    message = f"the note says {said or 'nothing'}, but the cell computes {got or 'nothing'}"
    return Problem(file, line, message, _accept(file, "the number" if _is_number(said) else "it"))


def _unseen_figures(cell: Cell, record: CellRecord) -> Iterator[Problem]:
    """Figures that a reader who doesn't see them gets nothing of."""
    figures = [output for output in record.outputs if is_image(output)]
    described = len(cell.options.fig_alt)
    if described >= len(figures) or not cell.options.include:
        return
    which = "the figure" if len(figures) == 1 else f"figure {described + 1} of {len(figures)}"
    axes = figures[described]["metadata"].get("notewright", {}).get("axes", "")
    remedy = f"Describe it in the cell, for example `#| fig-alt: {axes or 'points in two groups'}`"
    yield Problem(cell.file, cell.line, f"{which} has no alt text", remedy)


def agrees(example: Example, answer: str) -> bool:
    """Whether the interpreter answers what the note says; a traceback counts by its last line."""
    if example.exc_msg is not None:
        return answer.startswith(FAILED) and matches(example.exc_msg, answer.removeprefix(FAILED))
    return matches(doctests.as_note(example.want), doctests.as_note(answer))
