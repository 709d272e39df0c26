"""What a run means for each cell: its outputs, or the problem that its writer has to mend."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from notewright.cells import Cell
from notewright.errors import Problem
from notewright.outputs import Output
from notewright.records import CellRecord, Record, environment, line_table, packages_of
from notewright.runner import Fault, Outcome
from notewright.sessions import Session

CONTEXT = 2
"""Lines shown before and after the one that failed."""


@dataclass(frozen=True, slots=True)
class CellResult:
    """What a cell showed.

    Attributes:
        cell: The cell.
        outputs: Its outputs, in order.
        problem: Why it failed, or why it was not run.
        has_run: Whether the outputs come from a run.
    """

    cell: Cell
    outputs: Sequence[Output] = ()
    problem: Problem | None = None
    has_run: bool = False


def to_record(outcome: Outcome) -> Record:
    """Make the record of a session that ended well."""
    outputs = [*outcome.outputs, *([] for _ in outcome.session.cells)]
    cells = [
        CellRecord(shown, seconds) for shown, seconds in zip(outputs, outcome.seconds, strict=False)
    ]
    return Record(
        cells=cells,
        inputs=dict(outcome.inputs),
        packages=packages_of(outcome.modules),
        environment=environment(),
        opaque=list(outcome.opaque),
        lines=line_table(outcome.session) if _names_lines(outcome) else [],
    )


def _names_lines(outcome: Outcome) -> bool:
    """Whether an output names the note: then it may name a line, which can move."""
    return any(outcome.session.file in str(shown) for shown in outcome.outputs)


def recorded(session: Session, record: Record) -> list[CellResult]:
    """What the cells of a session showed, from its record."""
    return [
        CellResult(cell, shown.outputs, _unseen_figure(cell, shown.outputs), has_run=True)
        for cell, shown in zip(session.cells, record.cells, strict=True)
    ]


def _unseen_figure(cell: Cell, outputs: Sequence[Output]) -> Problem | None:
    """A figure that a reader who doesn't see it gets nothing of."""
    figures = [
        output
        for output in outputs
        if any(mime.startswith("image/") for mime in output.get("data", {}))
    ]
    described = len(cell.options.fig_alt)
    if described >= len(figures) or not cell.options.include:
        return None
    which = "the figure" if len(figures) == 1 else f"figure {described + 1} of {len(figures)}"
    axes = figures[described]["metadata"].get("notewright", {}).get("axes", "")
    remedy = f"Add `#| fig-alt: {axes or 'what is seen'}` to the cell, in better words"
    return Problem(cell.file, cell.line, f"{which} has no alt text", remedy)


def unrunnable(session: Session) -> list[CellResult]:
    """Why a session with a malformed cell cannot run, cell by cell."""
    faulty = session.problem
    assert faulty is not None
    return [
        CellResult(cell, problem=cell.problem or _not_run(cell, faulty)) for cell in session.cells
    ]


def failed(outcome: Outcome, fault: Fault) -> list[CellResult]:
    """What the cells of a session showed until one failed, and why it did."""
    session = outcome.session
    problem = _explain(session, fault)
    results = []
    shown = itertools.chain(outcome.outputs, itertools.repeat([]))
    for index, (cell, outputs) in enumerate(zip(session.cells, shown, strict=False)):
        if index < fault.cell:
            results.append(CellResult(cell, outputs, has_run=True))
        elif index == fault.cell:
            results.append(CellResult(cell, outputs, problem, has_run=True))
        else:
            results.append(CellResult(cell, problem=_not_run(cell, problem)))
    return results


def _not_run(cell: Cell, earlier: Problem) -> Problem:
    message = f"not run, because the cell at line {earlier.line} failed"
    return Problem(cell.file, cell.line, message)


def _explain(session: Session, fault: Fault) -> Problem:
    """Tell a fault with the lines around it and the writer's frames."""
    cell = session.cells[fault.cell]
    lines = [_excerpt(cell, fault.line)] if fault.line else []
    inner = [frame for frame in fault.frames if frame["file"] != session.file]
    lines += [
        f"  in {frame['file']}:{frame['line']}, {frame['name']}: {frame['text']}" for frame in inner
    ]
    message, _, rest = fault.message.partition("\n")
    detail = "\n".join(filter(None, [*lines, rest]))
    return Problem(session.file, fault.line or cell.line, message, fault.remedy, detail)


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
