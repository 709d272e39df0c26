"""Brings a vault's records up to date, and says what each cell showed or why it failed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from notewright.cells import Cell, find_cells
from notewright.errors import Problem
from notewright.records import Record, Records
from notewright.sessions import Session, group
from notewright.settings import Settings
from notewright.strays import strays
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult, completed, failed, moved, recorded, to_record

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from notewright.runner import Outcome, Runner

RECORDS_LIMIT = 512 << 20
"""Bytes above which the records that were longest out of use are removed."""


@dataclass
class Run:
    """One pass over the sessions of a vault.

    Attributes:
        cells: What the cells of each note showed, in order, by the note's path.
        problems: Mistakes in notes and failed cells, in order of place.
        notices: What the writer should know, though nothing failed.
        inputs: Digests of what the sessions read, by name, those that failed too.
        total: How many sessions there are.
        ran: How many sessions ran.
        fresh: How many had a fresh record.
        failed: How many failed, or gave something else than their note says.
        seconds: How long the pass took.
    """

    cells: dict[str, list[CellResult]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    total: int = 0
    ran: int = 0
    fresh: int = 0
    failed: int = 0
    seconds: float = 0.0

    @cached_property
    def labels(self) -> dict[str, list[CellResult]]:
        """Results by label; a label is made by one cell of the vault, unless it is misused."""
        found: dict[str, list[CellResult]] = {}
        for results in self.cells.values():
            for result in results:
                if result.cell.label:
                    found.setdefault(result.cell.label, []).append(result)
        return found

    @cached_property
    def makers(self) -> dict[str, str]:
        """By label, the path of the note whose cell it names."""
        found: dict[str, str] = {}
        for path, results in self.cells.items():
            for result in results:
                if result.cell.label:
                    found.setdefault(result.cell.label, path)
        return found

    def labelled(self, note: str, label: str) -> CellResult | None:
        """The result of the cell of that label in the note at a path, if there is one."""
        results = self.cells.get(note, [])
        return next((each for each in results if each.cell.label == label), None)

    @property
    def summary(self) -> str:
        """The pass in one line."""
        return (
            f"notewright: {self.total} sessions: {self.ran} run, {self.fresh} fresh, "
            f"{self.failed} failed in {self.seconds:.1f} s"
        )


class Progress(Protocol):
    """Is told how a pass goes."""

    def start(self, total: int) -> None:
        """So many sessions have to run."""

    def begin(self, session: Session) -> None:
        """A session starts."""

    def advance(self, session: Session) -> None:
        """A session has ended."""

    def finish(self) -> None:
        """All have ended."""


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int) -> None:
        """Say nothing."""

    def begin(self, session: Session) -> None:
        """Say nothing."""

    def advance(self, session: Session) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


class Engine:
    """Runs the vault of one project. Keeps its warm parent until it is closed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.records = Records(settings.state_dir, settings.root, settings.output)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _runner(self) -> Runner:
        from notewright.runner import Runner  # a build in which all is fresh needs none

        return Runner(self.settings)

    def close(self) -> None:
        """End the warm parent."""
        if "_runner" in vars(self):
            self._runner.close()

    def rest(self) -> None:
        """Let the warm parent end: nothing is going to run soon."""
        if "_runner" in vars(self):
            self._runner.hang_up()

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
        plans = list(self._plans(notes or vault.notes.values()))
        run = Run(total=sum(len(plan.sessions) for plan in plans))
        sessions = [session.runnable for plan in plans for session in plan.sessions]
        sessions = [session for session in sessions if session.cells]
        found = self._results(sessions, run, progress or Silent())
        results = {session.where: cells for session, cells in found}
        for plan in plans:
            run.cells[plan.note.path] = plan.arrange(results)
            run.failed += plan.count_failed(run.cells[plan.note.path])
            run.problems += [*plan.note.problems, *plan.strays]
            run.problems += [
                problem for cell in run.cells[plan.note.path] for problem in cell.problems
            ]
        run.problems += vault.problems if notes is None else ()
        run.problems.sort()
        self.records.prune({session.key for session in sessions}, RECORDS_LIMIT)
        run.seconds = time.perf_counter() - started
        return run

    def _plans(self, notes: Iterable[Note]) -> Iterator[NotePlan]:
        """Plan notes; if nothing ran yet, what runs them starts while they are planned."""
        is_new = self.settings.execute and self.records.are_none
        for note in notes:
            plan = self.plan(note)
            if is_new and plan.sessions:
                self._runner.launch()
            yield plan

    def why(self, session: Session) -> list[str]:
        """Reasons for which a session would run now; none if its record is fresh."""
        return self.records.stale_reasons(session, self.records.load(session.key))

    def _results(
        self, sessions: Sequence[Session], run: Run, progress: Progress
    ) -> Iterator[tuple[Session, list[CellResult]]]:
        stale: list[tuple[float, Session]] = []
        for session in sessions:
            record = self.records.load(session.key)
            reasons = self.records.stale_reasons(
                session, record, inputs_only=not self.settings.execute
            )
            if record is not None and not reasons:
                run.fresh += 1
                run.inputs.update(record.inputs)
                yield session, recorded(session, record.cells)
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
        """Run sessions, each under its lock: another process may be at the same vault.

        What another process runs right now is left to it, and read afterwards. No process
        waits for a lock while it holds one, so that two can never wait for each other.
        """
        if not stale:
            return
        same: dict[str, list[Session]] = {}
        for session in stale:  # two notes may hold the same code: it runs once
            same.setdefault(session.key, []).append(session)
        progress.start(len(same))
        try:
            self._runner.warm_up(stale)
            left: list[Session] = []
            passes = self._claim_and_run([group[0] for group in same.values()], left, progress)
            later = (self._claim_and_run([session], None, progress) for session in left)
            for first, results in itertools.chain(passes, itertools.chain.from_iterable(later)):
                progress.advance(first)
                for session in same[first.key]:
                    yield session, self._settle(session, results, run)
        finally:
            progress.finish()

    def _claim_and_run(
        self, sessions: Sequence[Session], left: list[Session] | None, progress: Progress
    ) -> Iterator[tuple[Session, Outcome | Record]]:
        """Run the sessions whose locks are free; append the others to `left`, or wait for them.

        Yields:
            Each session with its outcome, or with the record that another process made.
        """
        from filelock import Timeout

        held: dict[str, BaseFileLock] = {}
        found: list[tuple[Session, Record]] = []

        def claimed() -> Iterator[Session]:
            for session in sessions:
                lock = self.records.lock(session.key)
                try:
                    lock.acquire(timeout=-1 if left is None else 0)
                except Timeout:
                    assert left is not None
                    left.append(session)
                    continue
                except OSError as error:
                    raise self.records.unwritable(error) from None
                held[session.key] = lock
                record = self.records.load(session.key)
                if record is None or self.records.stale_reasons(session, record):
                    yield session
                else:
                    held.pop(session.key).release()
                    found.append((session, record))

        try:
            for outcome in self._runner.run(claimed(), progress.begin):
                self._save(outcome)
                held.pop(outcome.session.key).release()
                yield outcome.session, outcome
            yield from found
        finally:
            for lock in held.values():
                lock.release()

    def _save(self, outcome: Outcome) -> None:
        if not outcome.faults and not outcome.changed:
            self.records.save(outcome.session.key, to_record(outcome))

    def _settle(self, session: Session, result: Outcome | Record, run: Run) -> list[CellResult]:
        """Count a session that was stale, and say what its cells showed."""
        run.inputs.update(result.inputs)
        if isinstance(result, Record):
            run.fresh += 1
            return recorded(session, result.cells)
        run.ran += 1
        if result.faults:
            return failed(moved(result, session))
        if result.changed:
            names = ", ".join(result.changed)
            run.notices.append(
                f"{session.where}: {names} changed while the cells ran: "
                "nothing is recorded, and they run again in the next build"
            )
        for reason in result.opaque:
            run.notices.append(f"{session.where}: {reason}: what it reads is not followed")
        return recorded(session, result.cells)


@dataclass(frozen=True)
class NotePlan:
    """The cells of a note and the sessions that they form."""

    note: Note
    cells: Sequence[Cell]

    @cached_property
    def strays(self) -> list[Problem]:
        """What is wrong with the note beside its cells."""
        return list(strays(self.note.text, self.note.file, self.cells))

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions, in order."""
        return group(self.cells)

    def arrange(self, results: Mapping[str, list[CellResult]]) -> list[CellResult]:
        """Put results in the order of the note's cells, with those that did not run."""
        found = {
            result.cell.line: result
            for session in self.sessions
            for result in completed(session, results.get(session.where, []))
        }
        return [
            found.get(cell.line)
            or CellResult(cell, problems=(cell.problem,) if cell.problem else ())
            for cell in self.cells
        ]

    def count_failed(self, results: Sequence[CellResult]) -> int:
        """How many sessions have a cell with a problem."""
        lines = {result.cell.line for result in results if result.problems}
        return sum(any(cell.line in lines for cell in session.cells) for session in self.sessions)
