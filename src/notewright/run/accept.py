"""Writes into notes what their runs gave: accepted output, doctests, values and properties.

Only what a run disagrees with is rewritten, and of that only its own characters, so that a
second time changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from notewright.errors import Problem
from notewright.note import doctests
from notewright.note.cells import Cell
from notewright.note.comments import COMMENT
from notewright.note.compare import as_lines, matches
from notewright.note.held_properties import Difference, Held
from notewright.note.note import Note
from notewright.note.values import Value, in_cell
from notewright.run.records import CellRecord
from notewright.run.review import agrees, review
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import plain_text
from notewright.vault.edits import Edit, write_note


def accept(note: Note, results: Sequence[CellResult], path: Path) -> int:
    """Rewrite a note so that it says what its cells gave; returns how many places changed.

    Raises:
        EngineError: If the file changed since it was read, or cannot be written.
    """
    ended = [
        (result.cell, result.record)
        for result in results
        if result.record is not None and ended_well(result.cell, result.record, result.problems)
    ]
    edits = [edit for cell, record in ended for edit in _edits(note, cell, record)]
    edits = sorted([*edits, *_property_edits(ended)])
    if edits:
        write_note(path, note, edits, "changed while its cells ran")
    return len(edits)


def ended_well(cell: Cell, record: CellRecord, problems: Sequence[Problem]) -> bool:
    """Whether a cell ran to its end: what is wrong is what the note says, or values that failed."""
    said = set(review(cell, record))
    others = [problem for problem in problems if problem not in said]
    return len(others) <= record.values.count(None)  # a cell that fails gives no values at all


def _edits(note: Note, cell: Cell, record: CellRecord) -> Iterator[Edit]:
    text, visible = note.text, note.parse.visible
    yield from _output_edits(text, cell, record)
    yield from _doctest_edits(text, cell, record)
    for value, result in zip(cell.values, record.values, strict=False):
        if result is not None and _can_write(value) and not value.agrees(result):
            assert value.before is not None
            begin, end = (value.visible - len(value.before) + at for at in value.place(result))
            start = visible.whole_offset(begin)
            last = visible.whole_offset(end - 1) + 1 if end > begin else start
            hidden = "".join(COMMENT.findall(text, start, last))
            new = in_cell(result) if _is_in_table(note, value.line) else result
            yield Edit(start, last, new + hidden)


def _can_write(value: Value) -> bool:
    """Whether its text is in the prose; a sentence that is false is for its author to correct."""
    return value.is_checked and not value.is_claim


def _is_in_table(note: Note, line: int) -> bool:
    """Whether a line of the visible text, counted from 1, is a row of a table."""
    maps = (token.map for token in note.parse.blocks if token.type == "tr_open")
    return any(each is not None and each[0] < line <= each[1] for each in maps)


def _property_edits(ended: Iterable[tuple[Cell, CellRecord]]) -> Iterator[Edit]:
    """Yield the edits of properties that cells hold, of all of them together."""
    held: Held | None = None
    differences: list[Difference] = []
    for cell, record in ended:
        for value, result in zip(cell.values, record.values, strict=False):
            if value.held is not None and result is not None:
                held = value.held
                differences += held.differences(result)
    if held is not None:
        yield from (Edit(*each) for each in held.edits(differences))


def _output_edits(text: str, cell: Cell, record: CellRecord) -> Iterator[Edit]:
    accepted = cell.accepted
    got = plain_text(record.outputs)
    if accepted is not None and not matches(accepted.text, got):
        start, end = _offset(text, accepted.line + 1), _offset(text, accepted.last_line)
        mark, longer = _marks(text[_offset(text, accepted.line) : start], got)
        first, last = text.index(mark, _offset(text, accepted.line)), text.index(mark, end)
        prefix = text[_offset(text, accepted.line) : first]
        info, before = text[first + len(mark) : start], text[end:last]
        new = f"{longer}{info}{_block(got, prefix)}{before}{longer}"
        yield Edit(first, last + len(mark), new)


def _marks(fence: str, got: str) -> tuple[str, str]:
    """The mark that opens a fence, and one that no line of what stands in it could close."""
    found = re.search("`{3,}|~{3,}", fence)
    assert found is not None
    runs = re.findall(rf"^ *({found[0][0]}+)", got, re.M)
    longest = max(map(len, runs), default=0)
    return found[0], found[0][0] * max(len(found[0]), longest + 1)


def _doctest_edits(text: str, cell: Cell, record: CellRecord) -> Iterator[Edit]:
    examples = doctests.examples(cell.code) if cell.is_doctest else []
    for example, answer in zip(examples, record.answers, strict=False):
        if agrees(example, answer):
            continue
        if cell.source[example.lineno].origin.file != cell.file:
            continue  # a snippet says so, which is not ours to write
        first = cell.source[example.lineno].origin.note_line + example.source.count("\n")
        asked = cell.source[example.lineno]
        whole = text.split("\n")[asked.origin.note_line - 1]
        prefix = whole.removesuffix(asked.text) + " " * example.indent
        start = _offset(text, first)
        new = doctests.as_note(answer) if answer.strip() else ""
        yield Edit(start, _offset(text, first + example.want.count("\n")), _block(new, prefix))


def _block(text: str, prefix: str) -> str:
    lines = as_lines(text.rstrip("\r\n")) if text.strip("\r\n") else []
    return "".join(f"{prefix}{line}".rstrip() + "\n" for line in lines)


def _offset(text: str, line: int) -> int:
    """Where a line, counted from 1, begins."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start
