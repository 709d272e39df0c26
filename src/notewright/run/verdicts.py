"""Verdicts: what a run means for each cell, outputs or a problem that its writer has to fix."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from notewright.errors import Problem
from notewright.note.cells import Cell
from notewright.note.sessions import Session
from notewright.note.values import Value
from notewright.run.machines import this_machine
from notewright.run.records import (
    CellRecord,
    Record,
    environment,
    line_table,
    packages_of,
)
from notewright.run.remedies import remedy_of
from notewright.run.review import review
from notewright.run.worker.outputs import Output
from notewright.run.worker.protocol import Frame

if TYPE_CHECKING:
    from notewright.run.runner import Fault, Outcome

_ASKS_FOR_LINES = re.compile(
    r"lineno|sourcelines|findsource|frameinfo|currentframe|_getframe|get(?:outer|inner)frames"
    r"|co_lines|co_positions|(?:extract|walk)_(?:stack|tb)|\bloguru\b"
)
"""How code asks for the lines at which it is, also in the format of a log."""
_INSPECTS = re.compile(r"\b(?:stack|trace)\(")
"""The same where the code uses `inspect`; arrays have functions of these names, too."""

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
        machine: On what it ran, as far as that is known; see `machines`.
        waits_for: The place of its session, if that is going to run while the notes are served;
            what it showed is then provisional.
        was_otherwise: Whether it showed something else provisionally.
        packages: Versions of the packages that its session had loaded.
        earlier: The cells of its session before it, the nearest first.
        inputs: Digests of what its session read or looked at, by name.
        is_opaque: Whether its session may have read what nobody followed.
        unmet: Why it does not run here, if it needs what is not installed.
        spreads: What is known of each of its values under other seeds, in words, as far as it is.
    """

    cell: Cell
    record: CellRecord | None = None
    problems: tuple[Problem, ...] = ()
    machine: Mapping[str, str] = field(default_factory=dict, compare=False)
    waits_for: str = ""
    was_otherwise: bool = False
    packages: Mapping[str, str] = field(default_factory=dict, compare=False)
    earlier: Sequence[Cell] = field(default=(), compare=False)
    inputs: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    is_opaque: bool = field(default=False, compare=False)
    unmet: str = ""
    spreads: Sequence[str] = ()

    @property
    def outputs(self) -> Sequence[Output]:
        """Its outputs, in order."""
        return self.record.outputs if self.record else ()

    def said(self, option: str) -> Sequence[str]:
        """What `fig-alt`, `fig-cap` or `vary-caption` says; of several frames, of the first shown.

        Where a cell has frames and one failed, nothing: what is written has names in braces.
        """
        if self.record is not None and self.cell.options.has_frames:
            return self.record.texts(option)
        return self.cell.options.templates[option]

    @property
    def values(self) -> Sequence[str | None]:
        """What the values in the prose below it gave; None for one that gave nothing."""
        got = self.record.values if self.record else []
        return [*got, *[None] * len(self.cell.values)][: len(self.cell.values)]


def paired(
    values: Sequence[Value], results: Sequence[CellResult]
) -> Sequence[tuple[Value, str | None]]:
    """Pair each value of a note's prose with what the run gave for it.

    Args:
        values: The values in order.
        results: What the cells showed, in order.

    Returns:
        The values, each with its result; None for one above every cell, or whose cell did not run.
    """
    got = [
        got
        for result in results
        for value, got in zip(result.cell.values, result.values, strict=True)
        if value.held is None
    ]
    above = [None] * (len(values) - len(got))
    return list(zip(values, [*above, *got], strict=False))


def spreads_of(values: Sequence[Value], results: Sequence[CellResult]) -> Sequence[str]:
    """What is known of each value of a note's prose under other seeds; empty where nothing is."""
    found = [
        said
        for result in results
        for value, said in zip(
            result.cell.values, result.spreads or [""] * len(result.cell.values), strict=True
        )
        if value.held is None
    ]
    return [*[""] * (len(values) - len(found)), *found]


def givers(values: Sequence[Value], results: Sequence[CellResult]) -> Sequence[CellResult | None]:
    """The cell that gave each value of a note's prose; None for one above every cell."""
    found = [result for result in results for each in result.cell.values if each.held is None]
    return [*[None] * (len(values) - len(found)), *found]


def to_record(outcome: Outcome) -> Record:
    """Make the record of a session that ended well."""
    return Record(
        cells=list(outcome.cells),
        inputs=dict(outcome.inputs),
        packages=packages_of(outcome.modules),
        environment=environment(),
        opaque=list(outcome.opaque),
        lines=line_table(outcome.session) if _names_lines(outcome) else [],
        written=list(outcome.written),
        refused=list(outcome.refused),
        printed=outcome.printed,
        limit=outcome.limit,
        machine=machine_of(outcome),
    )


def machine_of(outcome: Outcome) -> dict[str, str]:
    """On what a session ran that has just ended."""
    return {**this_machine(), **outcome.libraries}


def _names_lines(outcome: Outcome) -> bool:
    """Whether an output may name a line, which can move: it names the note, or its code asks."""
    file = outcome.session.file
    names = file, f"{file.rpartition('/')[2]}:"  # as in `note.md:3`
    if any(name in str(cell) for cell in outcome.cells for name in names):
        return True
    cells = outcome.session.cells
    code = "\n".join(
        each for cell in cells for each in (cell.code, *(v.expression for v in cell.values))
    )
    asks = _ASKS_FOR_LINES.search(code) or ("inspect" in code and _INSPECTS.search(code))
    return bool(asks)


def recorded(session: Session, made: Record | Outcome) -> list[CellResult]:
    """What the cells of a session that ended well showed, by its record or its run."""
    if isinstance(made, Record):
        machine, packages = made.machine, made.packages
    else:
        machine, packages = machine_of(made), packages_of(made.modules)
    cells = session.cells
    return [
        CellResult(
            cell,
            shown,
            tuple(review(cell, shown)),
            machine,
            packages=packages,
            earlier=cells[:number][::-1],
            inputs=made.inputs,
            is_opaque=bool(made.opaque),
        )
        for number, (cell, shown) in enumerate(zip(cells, made.cells, strict=True))
    ]


def waiting(session: Session) -> list[CellResult]:
    """The cells of a session that is left to a backlog."""
    return [CellResult(cell, waits_for=session.where) for cell in session.cells]


def unrun(session: Session, reasons: Sequence[str]) -> list[CellResult]:
    """The cells of a stale session that may not run here: the first says so."""
    first, *others = session.cells
    why = f": {reasons[0]}" if reasons else ""
    message = f"no current result for this cell{why}"
    problem = Problem(first.file, first.line, message, f"Run `notewright run {first.file}`")
    return [CellResult(first, problems=(problem,)), *map(CellResult, others)]


def completed(
    session: Session, results: Sequence[CellResult], unmet: Mapping[int, str]
) -> list[CellResult]:
    """Add to the results of a session the cells that did not run, and why they did not.

    Args:
        session: The session.
        results: What its first cells showed.
        unmet: Why some of the others do not run here, by their lines.
    """
    earlier = next((problem for result in results for problem in result.problems), None)
    complete = list(results)
    for cell in session.cells[len(results) :]:
        problem, why = cell.problem, unmet.get(cell.line, "")
        if problem is None and not why and earlier is not None:
            message = f"not run, because the cell at line {earlier.line} failed"
            problem = Problem(cell.file, cell.line, message)
        earlier = earlier or problem
        complete.append(CellResult(cell, problems=(problem,) if problem else (), unmet=why))
    return complete


def moved(outcome: Outcome, session: Session) -> Outcome:
    """The outcome of a session as that of one with the same code at another place."""
    old = outcome.session
    faults = with_places(outcome.faults, old.file, place_table(old), session)
    return replace(outcome, session=session, faults=faults)


def place_table(session: Session) -> list[int]:
    """The lines of a session that a failure can name, in an order that its code decides."""
    return [
        line
        for cell in session.cells
        for line in (
            cell.line,
            *(source.origin.note_line for source in cell.source),
            *(value.line for value in cell.values),
        )
    ]


def with_places(
    faults: Sequence[Fault], file: str, places: Sequence[int], session: Session
) -> list[Fault]:
    """Move the faults of a session to another one with the same code.

    Args:
        faults: The faults.
        file: The note of the session that failed.
        places: The table of its lines, see `place_table`.
        session: The other one.
    """
    lines = dict(zip(places, place_table(session), strict=False))

    def place(frame: Frame) -> Frame:
        if frame["file"] != file:
            return frame
        return {**frame, "file": session.file, "line": lines.get(frame["line"] or 0, frame["line"])}

    return [
        replace(
            fault,
            line=lines.get(fault.line, fault.line),
            frames=[place(frame) for frame in fault.frames],
        )
        for fault in faults
    ]


def failed(outcome: Outcome) -> list[CellResult]:
    """What the cells of a session showed, as far as it went, and why it failed."""
    session = outcome.session
    reached = max(len(outcome.cells), *(fault.cell + 1 for fault in outcome.faults))
    results = []
    for index, cell in enumerate(session.cells[:reached]):
        record = outcome.cells[index] if index < len(outcome.cells) else None
        faults = [fault for fault in outcome.faults if fault.cell == index]
        problems = [explained(session, fault) for fault in faults]
        if record is not None and not any(fault.is_fatal for fault in faults):
            problems += review(cell, record)
        results.append(CellResult(cell, record, tuple(sorted(problems))))
    return results


def explained(session: Session, fault: Fault) -> Problem:
    """A fault as a problem, with the lines around it and the writer's frames."""
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
    if not any(frame["file"] == session.file for frame in fault.frames):
        message = _with_own_lines(message, cell)
    detail = "\n".join(filter(None, [*lines, rest]))
    is_first = cell is session.cells[0]
    remedy = fault.remedy or remedy_of(message, cell, is_first=is_first)
    return Problem(session.file, fault.line or cell.line, message, remedy, detail)


def _with_own_lines(message: str, cell: Cell) -> str:
    """A message about a cell that is no Python, with the lines of its file.

    Python counts those of the cell: "expected an indented block after 'if' statement on line 1".
    """
    name = message.partition(":")[0]
    if name not in ("SyntaxError", "IndentationError", "TabError"):
        return message

    def of_file(match: re.Match[str]) -> str:
        number = int(match[2])
        if not 0 < number <= len(cell.source):
            return match[0]
        origin = cell.source[number - 1].origin
        there = "" if origin.file == cell.file else f" of {origin.file}"
        return f"{match[1]} line {origin.line}{there}"

    return re.sub(r"\b(on|at) line (\d+)\b", of_file, message)


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
