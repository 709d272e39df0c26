"""Cells that are only read: where they fail, they are marked as code that nobody runs.

A vault that others wrote is full of fences that were never meant to run, too many to mark by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from notewright.note import doctests
from notewright.note.cells import Cell
from notewright.note.lines import line_offsets
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.accept import ended_well
from notewright.run.review import agrees
from notewright.run.verdicts import CellResult
from notewright.vault.edits import Edit, write_note

_LANGUAGE = re.compile(r"(?:`{3,}|~{3,})[ \t]*\{?[ \t]*(?P<dot>\.?)\w+")

_RAISES = "Traceback (most recent call last):"


def mark_failing(note: Note, results: Sequence[CellResult], path: Path) -> int:
    """Write `notest` into the fences of the cells that fail; returns how many there are.

    What continues one of them is marked, too: it has not run. A cell of a notebook is left alone,
    and so is one that is malformed, which no mark would fix.

    Args:
        note: The note.
        results: What its cells showed.
        path: Its file.

    Raises:
        EngineError: If the file changed since it was read, or cannot be written.
    """
    if note.is_notebook:
        return 0
    known = {result.cell.line: result for result in results}
    failing = [cell for session in group(note.cells) for cell in _failing(session, known)]
    edits = [marked(note.text, cell) for cell in failing]
    if edits:
        write_note(path, note, edits, "changed while its cells ran")
    return len(edits)


def _failing(session: Session, known: Mapping[int, CellResult]) -> Iterator[Cell]:
    """Yield the cells of a session from the first on that did not run to its end."""
    has_failed = False
    for cell in session.runnable.cells:
        result = known[cell.line]
        has_failed |= not _ended_well(cell, result)
        if has_failed:
            yield cell


def _ended_well(cell: Cell, result: CellResult) -> bool:
    record = result.record
    if record is None:  # nothing is wrong with what rests, as all does with `execute: false`
        return not result.problems
    if not ended_well(cell, record, result.problems):
        return False
    pairs = (
        zip(doctests.examples(cell.code), record.answers, strict=False) if cell.is_doctest else ()
    )
    return not any(_RAISES in answer and not agrees(example, answer) for example, answer in pairs)


def marked(text: str, cell: Cell) -> Edit:
    """The edit that marks a cell: the word behind its language, in the form of that.

    Args:
        text: The text of its note.
        cell: The cell.
    """
    found = _LANGUAGE.search(text, line_offsets(text)[cell.line - 1])
    assert found is not None
    return Edit(found.end(), found.end(), f" {found['dot']}notest")
