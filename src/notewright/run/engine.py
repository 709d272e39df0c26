"""The engine: brings a vault's records up to date, and says what each cell showed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from notewright.errors import Problem, counted
from notewright.files import refuse_links
from notewright.note.checks import check_note
from notewright.note.note import Note
from notewright.note.sessions import Session
from notewright.run import sandbox
from notewright.run.failed_runs import FailedRuns
from notewright.run.kept_spreads import KeptSpreads
from notewright.run.note_plans import NotePlan
from notewright.run.notices import change_notices, session_notices, unasked_notices, widget_notices
from notewright.run.progress import Progress, Silent
from notewright.run.records import Record, Records
from notewright.run.runners import runner_of
from notewright.run.shared.shared_records import SharedRecords
from notewright.run.shared_files import SharedFiles
from notewright.run.verdicts import CellResult, failed, moved, recorded, to_record, unrun
from notewright.settings import Settings
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from notewright.run.backlog import Backlog
    from notewright.run.cluster.cluster_runner import ClusterRunner
    from notewright.run.runner import Outcome, Runner

MANY = 10
"""Sessions of which most fail at once only where code was never meant to run."""


@dataclass
class Run:
    """One pass over the sessions of a vault.

    Attributes:
        cells: What the cells of each note showed, in order, by the note's path.
        problems: Mistakes in notes and failed cells, in order of place.
        notices: What the writer should know, though nothing failed.
        inputs: Digests of what the sessions read, by name, those that failed too.
        changed: Notes of which a session ran.
        shared: Files that sessions wrote, and others wrote or read.
        total: How many sessions there are.
        ran: How many sessions ran.
        fresh: How many had a fresh record.
        taken: How many of these came from the shared records.
        failed: How many failed, or gave something else than their note says.
        waiting: How many are left to a backlog, which has not run them yet.
        seconds: How long the pass took.
    """

    cells: dict[str, list[CellResult]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    shared: SharedFiles = field(default_factory=SharedFiles)
    total: int = 0
    ran: int = 0
    fresh: int = 0
    taken: int = 0
    failed: int = 0
    waiting: int = 0
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

    def summary(self, problems: int) -> str:
        """The pass in one line: sessions that ran, were fresh or did not run add up to the total.

        Args:
            problems: How many problems the command reports.
        """
        counts = [f"{self.ran} run", f"{self.fresh} fresh"]
        left = self.total - self.ran - self.fresh - self.waiting
        if left:
            counts.append(f"{left} not run")
        if self.waiting:
            counts.append(f"{self.waiting} still to run")
        ended = counted(problems, "problem") if problems else "no problems"
        said = f"{counted(self.total, 'session')}: {', '.join(counts)}; {ended}"
        taken = f"; {self.taken} came from the shared records" if self.taken else ""
        is_read = self.failed >= MANY and 2 * self.failed > self.total
        hint = (
            ". To mark code that should not run, use `notewright accept --notest`"
            if is_read
            else ""
        )
        return f"notewright: {said} ({self.seconds:.1f} s){taken}{hint}"


class Engine:
    """Runs the vault of one project. Keeps its warm parent until it is closed.

    Args:
        settings: How it runs.
        runs: Whether what is stale runs. Without it, a stale session is a problem: so a host
            shows nothing that is not fresh, and starts no process.
        kept_in: Where records are kept, if not where the settings say; then none are shared.

    Attributes:
        backlog: What stale sessions are left to, if a host need not wait for them.
        records: The records here.
        failed_runs: Why sessions without a fresh record failed.
        shared: Those that are shared with others.
    """

    def __init__(
        self, settings: Settings, *, runs: bool = True, kept_in: Path | None = None
    ) -> None:
        self.settings = settings
        self._runs = runs
        self.backlog: Backlog | None = None
        void = partial(sandbox.void, settings)
        place = kept_in or settings.state_dir
        self.records = Records(place, settings.root, settings.output_limit, void=void)
        self.failed_runs = FailedRuns(place, self.records.has_changed)
        is_shared = runs and settings.execute and kept_in is None
        self.shared = SharedRecords(settings, self.records, is_on=is_shared)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _runner(self) -> Runner | ClusterRunner:
        return runner_of(self.settings, self.records)

    def close(self) -> None:
        """End the warm parent."""
        if "_runner" in vars(self):
            self._runner.parent.close()

    def rest(self) -> None:
        """Let the warm parent end: nothing is going to run soon."""
        if "_runner" in vars(self):
            self._runner.parent.hang_up()

    def run(
        self,
        vault: Vault,
        notes: Iterable[Note] | None = None,
        progress: Progress | None = None,
        later: Iterable[Note] = (),
    ) -> Run:
        """Run every stale session of the vault, or of some of its notes.

        Args:
            vault: The vault.
            notes: The notes to run; None for all of them.
            progress: Is told how far it is.
            later: Notes that are expected to run next: what they import is loaded with the rest.

        Returns:
            What the cells showed; problems are told in it, never raised.

        Raises:
            EngineError: If no cell can be run at all, no record be written, or no spread be read.
        """
        started = time.perf_counter()
        refuse_links(self.settings.state_dir)
        self.records.forget_digests()
        self.shared.begin()
        plans = list(self.plans(notes or vault.notes.values()))
        spreads = KeptSpreads.read(self.settings)
        run = Run(total=sum(len(plan.sessions) for plan in plans), inputs=dict(spreads.inputs))
        sessions = [session for plan in plans if plan.sessions for session in plan.able]
        found = self._results(sessions, run, progress or Silent(), later)
        results = {session.where: cells for session, cells in found}
        for plan in plans:
            note = plan.note
            run.problems += note.problems
            with note.reading():
                run.problems += check_note(note)
            cells = spreads.told(note.path, plan.arrange(results)) if note.cells else []
            run.cells[note.path] = cells
            if cells:  # most notes of a large vault have none
                run.failed += plan.count_failed(cells)
                run.problems += [problem for cell in cells for problem in cell.problems]
                run.notices += [*plan.notices(), *widget_notices(cells)]
                run.inputs.update(plan.searched())
            run.problems += note.faults
        if notes is None:
            run.notices += unasked_notices(vault.notes.values())
        run.problems += vault.problems if notes is None else ()
        run.problems.sort()
        if self._runs:  # who only reads changes nothing
            run.notices += run.shared.notices()
        if run.ran and self.backlog is None:
            run.notices += change_notices(vault)
        run.notices += (self.backlog or self.shared).notices()
        if run.ran or not self.records.is_pruned:  # else a save would touch each of them
            self.records.prune()
            self.failed_runs.prune()
        since = self.backlog.since if self.backlog is not None and run.ran else started
        run.seconds = time.perf_counter() - since
        return run

    def plans(self, notes: Iterable[Note]) -> Iterator[NotePlan]:
        """Plan notes; if nothing ran yet, what runs them starts while they are planned."""
        runs = self._runs and self.settings.execute and self.backlog is None
        is_new = runs and self.records.are_none and not self.shared.where
        for note in notes:
            plan = NotePlan(note, self.settings.root if self.settings.execute else None)
            if is_new and plan.sessions:
                self._runner.parent.launch()
            yield plan

    def _results(
        self, sessions: Sequence[Session], run: Run, progress: Progress, later: Iterable[Note]
    ) -> Iterator[tuple[Session, list[CellResult]]]:
        stale: list[tuple[float, Session]] = []
        for session in sessions:
            record, reasons = self.records.find(session, inputs_only=not self.settings.execute)
            if record is not None and not reasons:
                has_run = self.backlog is not None and session.key in self.backlog.ran
                run.ran, run.fresh = run.ran + has_run, run.fresh + (not has_run)
                run.inputs.update(record.inputs)
                run.shared.add(session.where, record.inputs)
                shown = recorded(session, record)
                yield session, self.backlog.settled(session, shown) if self.backlog else shown
            elif self.settings.execute and not self._runs:
                run.inputs.update(record.inputs if record else {})
                yield session, unrun(session, reasons)
            elif self.settings.execute:
                # Longest first; what has never run may be the longest.
                stale.append((-record.seconds if record else -1e9, session))
            else:
                yield session, [CellResult(cell) for cell in session.cells]
        stale.sort(key=lambda entry: entry[0])
        ordered = [session for _, session in stale]
        if self.backlog is None:
            taken = dict(self.shared.fetch(ordered))
            for session in ordered:
                if session.key in taken:
                    run.taken += 1
                    yield session, self._settle(session, taken[session.key], run)
            ordered = [session for session in ordered if session.key not in taken]
            yield from self._run_stale(ordered, run, progress, later)
        else:
            yield from self._leave(ordered, self.backlog, run)

    def _leave(
        self, stale: Sequence[Session], backlog: Backlog, run: Run
    ) -> Iterator[tuple[Session, list[CellResult]]]:
        """Leave sessions to a backlog, but for those of which it knows how they end."""
        left: list[Session] = []
        for session in stale:
            outcome = backlog.outcome(session, self.records.has_changed)
            if outcome is not None:
                yield session, self._settle(session, outcome, run)
            else:
                left.append(session)
                yield session, backlog.left(session, self.records.find)
        run.waiting += len(left)
        backlog.want(left)

    def catch_up(
        self, sessions: Iterator[Session | None], known: Sequence[Session], progress: Progress
    ) -> Iterator[tuple[Session, Outcome | Record | None]]:
        """Run sessions for a backlog, as they come.

        Args:
            sessions: What to run; None where there is nothing for the moment.
            known: Those of which is known before that they come.
            progress: Is told when one begins.

        Yields:
            Each session with its outcome; with the record that another process made; with None
            if another process runs it right now.

        Raises:
            EngineError: If no cell can be run at all, or no record be written.
        """
        self.records.forget_digests()
        self.shared.begin()
        self._runner.parent.warm_up(known)
        elsewhere: list[Session] = []
        yield from self._claim_and_run(sessions, elsewhere, progress)
        yield from ((session, None) for session in elsewhere)

    def _run_stale(
        self, stale: Sequence[Session], run: Run, progress: Progress, later: Iterable[Note]
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
        progress.start(len(same), self.settings.timeout)
        try:
            plans = (NotePlan(note, self.settings.root) for note in later)
            self._runner.parent.warm_up(stale, (each for plan in plans for each in plan.able))
            run.notices += self._runner.parent.notices()
            left: list[Session] = []
            passes = self._claim_and_run([group[0] for group in same.values()], left, progress)
            waited = (self._claim_and_run([session], None, progress) for session in left)
            for first, results in itertools.chain(passes, itertools.chain.from_iterable(waited)):
                progress.advance(first)
                for session in same[first.key]:
                    yield session, self._settle(session, results, run)
            run.notices += self._runner.parent.notices()
        finally:
            progress.finish()

    def _claim_and_run(
        self,
        sessions: Iterable[Session | None],
        left: list[Session] | None,
        progress: Progress,
    ) -> Iterator[tuple[Session, Outcome | Record]]:
        """Run the sessions whose locks are free; append the others to `left`, or wait for them.

        Yields:
            Each session with its outcome, or with the record that another process made.
        """
        from filelock import Timeout

        held: dict[str, BaseFileLock] = {}
        found: list[tuple[Session, Record]] = []

        def claimed() -> Iterator[Session | None]:
            for session in sessions:
                if session is None:  # there is time
                    self.shared.send()
                    yield None
                    continue
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
                record, reasons = self.records.find(session)
                taken = record if not reasons else self.shared.take(session)
                if taken is None:
                    yield session
                else:
                    self.records.release(held.pop(session.key))
                    found.append((session, taken))

        try:
            for outcome in self._runner.run(claimed(), progress.begin):
                self._save(outcome)
                self.records.release(held.pop(outcome.session.key))
                yield outcome.session, outcome
                while found:
                    yield found.pop()
            yield from found
            self.shared.send()
        finally:
            for lock in held.values():
                self.records.release(lock)

    def _save(self, outcome: Outcome) -> None:
        if outcome.faults:
            self.failed_runs.save(outcome)
        elif not outcome.changed:
            record = to_record(outcome)
            self.records.save(outcome.session.key, record)
            self.failed_runs.forget(outcome.session.key)
            self.shared.offer(outcome.session, record)

    def _settle(self, session: Session, result: Outcome | Record, run: Run) -> list[CellResult]:
        """Count a session that was stale, and say what its cells showed."""
        run.inputs.update(result.inputs)
        if isinstance(result, Record):
            run.fresh += 1
            run.shared.add(session.where, result.inputs)
            return recorded(session, result)
        run.ran += 1
        run.changed.add(session.file)
        run.shared.add(session.where, result.inputs, result.written)
        if result.faults:
            return failed(moved(result, session))
        run.notices += session_notices(session, result)
        return recorded(session, result)
