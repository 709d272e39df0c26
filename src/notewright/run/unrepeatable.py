"""What is unrepeatable: outputs that are others in each run, by a clock or without a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from notewright.errors import Problem
from notewright.note.cells import Cell
from notewright.note.clocks import shown_clocks
from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.run.verdicts import CellResult

RULE = "nondeterministic"

_STAMP = re.compile(
    r"\bDate: +\w{3}, \d\d \w{3} \d{4}\b.*\n?|^Time: +\d\d:\d\d:\d\d\b", re.MULTILINE
)
"""The time of a fit, as statsmodels prints it above its tables."""
_OFF = f"or set the rule `{RULE}` to `off`"


def check_repeatable(note: Note, results: Sequence[CellResult]) -> Iterator[Problem]:
    """Yield where the cells of one note depend on what differs in each run.

    Args:
        note: The note.
        results: What the cells of the note showed, in order.
    """
    for result in results:
        cell = result.cell
        for at in result.record.unseeded if result.record else ():
            line = cell.source[at].origin.note_line if at < len(cell.source) else cell.line
            message = "random numbers without a seed: the result changes with every run"
            remedy = f"Seed the generator, for example `default_rng(0)`, {_OFF}"
            yield Problem(cell.file, line, message, remedy)
        shown = next((found for each in _texts(result) if (found := _STAMP.search(each))), None)
        if shown is not None and cell.options.include:
            said = " ".join(shown[0].split())
            message = (
                f"the output contains the time of the run, `{said}`, which changes with every run"
            )
            yield Problem(cell.file, cell.line, message, f"Remove it from the output, {_OFF}")
    read = partial(_clocks, [result.cell for result in results])
    for line, cell in note.remembered("clocks", note.code_digest, read).items():
        if cell.options.include:
            message = "the cell's output contains a time, which changes with every run"
            yield Problem(cell.file, line, message, f"Remove it from the output, {_OFF}")


def _texts(result: CellResult) -> Iterator[str]:
    """Yield the texts that a cell showed: printed, and of values."""
    for output in result.outputs:
        yield str(output.get("text") or output.get("data", {}).get("text/plain") or "")


def _clocks(cells: Sequence[Cell]) -> Mapping[int, Cell]:
    """By the lines at which the cells of a note show a clock, those cells."""
    found = (pair for session in group(cells) for pair in shown_clocks(session.cells))
    return {line: cell for cell, line in found}
