"""Brings a vault's records up to date, and says what each cell showed or why it failed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from notewright.cells import Cell, find_cells
from notewright.errors import Problem
from notewright.outputs import Output
from notewright.records import CellRecord, Record, Records, environment, line_table, packages_of
from notewright.runner import Fault, Outcome, Runner
from notewright.sessions import Session, group
from notewright.settings import Settings
from notewright.vault import Note, Vault

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


@dataclass
class Run:
    """One pass over the sessions of a vault.

    Attributes:
        cells: What the cells of each note showed, in order, by the note's path.
        problems: Mistakes in notes and failed cells, in order of place.
        notices: What the writer should know, though nothing failed.
        ran: How many sessions ran.
        fresh: How many had a fresh record.
        failed: How many failed.
        seconds: How long the pass took.
    """

    cells: dict[str, list[CellResult]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ran: int = 0
    fresh: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def summary(self) -> str:
        """The pass in one line."""
        total = self.fresh + self.ran
        return (
            f"notewright: {total} sessions: {self.ran} run, {self.fresh} fresh, "
            f"{self.failed} failed in {self.seconds:.1f} s"
        )


class Progress(Protocol):
    """Is told how a pass goes."""

    def start(self, total: int) -> None:
        """So many sessions have to run."""

    def advance(self, session: Session) -> None:
        """A session has ended."""

    def finish(self) -> None:
        """All have ended."""


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int) -> None:
        """Say nothing."""

    def advance(self, session: Session) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


class Engine:
    """Runs the vault of one project. Keeps its warm parent until it is closed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.records = Records(settings.state_dir, settings.root)
        self._runner = Runner(settings)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm parent."""
        self._runner.close()

    def plan(self, note: Note) -> NotePlan:
        """Find the cells and sessions of one note."""
        includes = self.settings.root / self.settings.snippets
        cells = find_cells(note.text, note.file, includes=includes, root=self.settings.root)
        return NotePlan(note, cells)

    def run(
        self,
        vault: Vault,
        notes: Iterable[Note] | None = None,
        progress: Progress | None = None,
    ) -> Run:
        """Run every stale session of the vault, or of some of its notes.

        Returns:
            What the cells showed; problems are told in it, never raised.

        Raises:
            EngineError: If no cell can be run at all, or no record be written.
        """
        started = time.perf_counter()
        self.records.forget_digests()
        plans = [self.plan(note) for note in (notes or vault.notes.values())]
        run = Run()
        results: dict[tuple[str, int], list[CellResult]] = {}
        sessions = [session for plan in plans for session in plan.sessions]
        for session, cells in self._results(sessions, run, progress or Silent()):
            results[session.file, session.line] = cells
        for plan in plans:
            run.cells[plan.note.path] = plan.arrange(results)
            run.problems += plan.note.problems
            run.problems += [each.problem for each in run.cells[plan.note.path] if each.problem]
        run.problems.sort()
        run.seconds = time.perf_counter() - started
        return run

    def why(self, session: Session) -> list[str]:
        """Reasons for which a session would run now; none if its record is fresh."""
        return self.records.stale_reasons(session, self.records.load(session.key))

    def _results(
        self, sessions: Sequence[Session], run: Run, progress: Progress
    ) -> Iterator[tuple[Session, list[CellResult]]]:
        stale: list[tuple[float, Session]] = []
        for session in sessions:
            if session.problem is not None:
                run.ran += 1
                run.failed += 1
                yield session, _unrunnable(session)
                continue
            record = self.records.load(session.key)
            reasons = self.records.stale_reasons(session, record)
            if record is not None and (not reasons or not self.settings.execute):
                run.fresh += 1
                yield session, _recorded(session, record)
            elif self.settings.execute:
                # Longest first; what has never run may be the longest.
                stale.append((-record.seconds if record else -1e9, session))
            else:
                yield session, [CellResult(cell) for cell in session.cells]
        stale.sort(key=lambda entry: entry[0])
        yield from self._run_stale([session for _, session in stale], run, progress)

    def _run_stale(
        self, stale: Sequence[Session], run: Run, progress: Progress
    ) -> Iterator[tuple[Session, list[CellResult]]]:
        if not stale:
            return
        same: dict[str, list[Session]] = {}
        for session in stale:  # two notes may hold the same code: it runs once
            same.setdefault(session.key, []).append(session)
        progress.start(len(same))
        try:
            for outcome in self._runner.run(group[0] for group in same.values()):
                progress.advance(outcome.session)
                for session in same[outcome.session.key]:
                    run.ran += 1
                    run.failed += outcome.fault is not None
                    yield session, self._judge(replace(outcome, session=session), run)
        finally:
            progress.finish()

    def _judge(self, outcome: Outcome, run: Run) -> list[CellResult]:
        session = outcome.session
        if outcome.fault is None:
            record = _record(outcome)
            if outcome.changed:
                names = ", ".join(outcome.changed)
                run.notices.append(f"{session.where}: {names} changed while the cells ran")
            else:
                self.records.save(session.key, record)
            for reason in outcome.opaque:
                run.notices.append(f"{session.where}: {reason}: what it reads is not followed")
            return _recorded(session, record)
        return _failed(outcome, outcome.fault)


@dataclass(frozen=True)
class NotePlan:
    """The cells of a note and the sessions that they form."""

    note: Note
    cells: Sequence[Cell]

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions, in order."""
        return group(self.cells)

    def arrange(self, results: Mapping[tuple[str, int], list[CellResult]]) -> list[CellResult]:
        """Put results in the order of the note's cells, with those that never run."""
        found = {
            result.cell.line: result
            for session in self.sessions
            for result in results[session.file, session.line]
        }
        return [
            found.get(cell.line) or CellResult(cell, problem=cell.problem) for cell in self.cells
        ]


def _record(outcome: Outcome) -> Record:
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


def _recorded(session: Session, record: Record) -> list[CellResult]:
    return [
        CellResult(cell, recorded.outputs, _unseen_figure(cell, recorded.outputs), has_run=True)
        for cell, recorded in zip(session.cells, record.cells, strict=True)
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


def _unrunnable(session: Session) -> list[CellResult]:
    faulty = session.problem
    assert faulty is not None
    return [
        CellResult(cell, problem=cell.problem or _not_run(cell, faulty)) for cell in session.cells
    ]


def _failed(outcome: Outcome, fault: Fault) -> list[CellResult]:
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
