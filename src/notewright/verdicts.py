"""What a run means for each cell: its outputs, or the problem that its writer has to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from notewright.cells import Cell
from notewright.errors import Problem
from notewright.outputs import Output
from notewright.records import CellRecord, Record, environment, line_table, packages_of
from notewright.review import review
from notewright.sessions import Session

if TYPE_CHECKING:
    from notewright.runner import Fault, Outcome

CONTEXT = 2
"""Lines shown before and after the one that failed."""
FRAMES = 4
"""Frames shown at either end of a deep stack."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a cell showed.

    Attributes:
        cell: The cell.
        record: What its run gave; None if it did not run.
        problems: Why it failed or was not run, or where the note says something else.
    """

    cell: Cell
    record: CellRecord | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def outputs(self) -> Sequence[Output]:
        """Its outputs, in order."""
        return self.record.outputs if self.record else ()


def to_record(outcome: Outcome) -> Record:
    """Make the record of a session that ended well."""
    return Record(
        cells=list(outcome.cells),
        inputs=dict(outcome.inputs),
        packages=packages_of(outcome.modules),
        environment=environment(),
        opaque=list(outcome.opaque),
        lines=line_table(outcome.session) if _names_lines(outcome) else [],
        printed=outcome.printed,
        limit=outcome.limit,
    )


def _names_lines(outcome: Outcome) -> bool:
    """Whether an output names the note: then it may name a line, which can move."""
    return any(outcome.session.file in str(cell) for cell in outcome.cells)


def recorded(session: Session, cells: Sequence[CellRecord]) -> list[CellResult]:
    """What the cells of a session that ended well showed."""
    return [
        CellResult(cell, shown, tuple(review(cell, shown)))
        for cell, shown in zip(session.cells, cells, strict=True)
    ]


def completed(session: Session, results: Sequence[CellResult]) -> list[CellResult]:
    """Add to the results of a session the cells that did not run, and why they did not."""
    earlier = next((problem for result in results for problem in result.problems), None)
    complete = list(results)
    for cell in session.cells[len(results) :]:
        problem = cell.problem
        if problem is None and earlier is not None:
            message = f"not run, because the cell at line {earlier.line} failed"
            problem = Problem(cell.file, cell.line, message)
        earlier = earlier or problem
        complete.append(CellResult(cell, problems=(problem,) if problem else ()))
    return complete


def moved(outcome: Outcome, session: Session) -> Outcome:
    """The outcome of a session as that of one with the same code at another place."""
    old = outcome.session
    lines: dict[int, int] = {}
    for before, after in zip(old.cells, session.cells, strict=True):
        lines[before.line] = after.line
        for written, again in zip(before.source, after.source, strict=True):
            lines[written.origin.note_line] = again.origin.note_line
        for said, there in zip(before.values, after.values, strict=True):
            lines[said.line] = there.line

    def place(frame: Mapping[str, Any]) -> Mapping[str, Any]:
        if frame["file"] != old.file:
            return frame
        return {**frame, "file": session.file, "line": lines.get(frame["line"], frame["line"])}

    faults = [
        replace(
            fault,
            line=lines.get(fault.line, fault.line),
            frames=[place(frame) for frame in fault.frames],
        )
        for fault in outcome.faults
    ]
    return replace(outcome, session=session, faults=faults)


def failed(outcome: Outcome) -> list[CellResult]:
    """What the cells of a session showed, as far as it went, and why it failed."""
    session = outcome.session
    reached = max(len(outcome.cells), *(fault.cell + 1 for fault in outcome.faults))
    results = []
    for index, cell in enumerate(session.cells[:reached]):
        record = outcome.cells[index] if index < len(outcome.cells) else None
        faults = [fault for fault in outcome.faults if fault.cell == index]
        problems = [_explain(session, fault) for fault in faults]
        if record is not None and not any(fault.is_fatal for fault in faults):
            problems += review(cell, record)
        results.append(CellResult(cell, record, tuple(sorted(problems))))
    return results


def _explain(session: Session, fault: Fault) -> Problem:
    """Tell a fault with the lines around it and the writer's frames."""
    cell = session.cells[fault.cell]
    lines = [_excerpt(_holder(session, fault), fault.line)] if fault.line else []
    inner = [
        f"  in {frame['file']}:{frame['line']}, {frame['name']}: {frame['text']}"
        for frame in fault.frames
    ]
    if len(inner) == 1 and fault.frames[0]["file"] == session.file:
        inner = []  # the excerpt shows it
    if len(inner) > 2 * FRAMES:
        skipped = f"  … {len(inner) - 2 * FRAMES} more …"
        inner = [*inner[:FRAMES], skipped, *inner[-FRAMES:]]
    lines += inner
    message, _, rest = fault.message.partition("\n")
    detail = "\n".join(filter(None, [*lines, rest]))
    return Problem(session.file, fault.line or cell.line, message, fault.remedy, detail)


def _holder(session: Session, fault: Fault) -> Cell:
    """The cell that holds the line of a fault: a function may stand in an earlier one."""
    lines = ((cell, source.origin) for cell in session.cells for source in cell.source)
    place = (session.file, fault.line)
    return next(
        (cell for cell, origin in lines if (origin.file, origin.line) == place),
        session.cells[fault.cell],
    )


def _excerpt(cell: Cell, line: int) -> str:
    numbered = [
        (source.origin.line, source.text)
        for source in cell.source
        if source.origin.file == cell.file and abs(source.origin.line - line) <= CONTEXT
    ]
    return "\n".join(
        f"{'>' if number == line else ' '} {number:>4} | {text}".rstrip()
        for number, text in numbered
    )
