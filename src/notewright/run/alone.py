"""Runs notes alone, or twice, and says what they show otherwise than before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from notewright.errors import Problem
from notewright.note.compare import difference
from notewright.note.note import Note
from notewright.run.engine import Engine, Run
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import plain_text
from notewright.settings import Settings
from notewright.vault.vault import Vault

REMEDY = "Import everything the cell uses in its own note, and do not modify it in other notes"


UNSEEDED = (
    "Seed the generator (`default_rng(0)`), and do not print times, memory addresses or `uuid4`"
)


def run_apart(settings: Settings, vault: Vault, notes: Iterable[Note]) -> Run:
    """Run notes by a warm parent of their own, with records of their own: as if nothing had run.

    Raises:
        EngineError: If no cell can be run at all.
    """
    with (
        tempfile.TemporaryDirectory(prefix="notewright-") as scratch,
        Engine(settings, kept_in=Path(scratch)) as engine,
    ):
        return engine.run(vault, notes)


def run_alone(vault: Vault, run: Run) -> Iterator[Problem]:
    """Run each note alone; yields the cells that show something else than in a run of all."""
    for note in vault.notes.values():
        if any(result.record is not None or result.problems for result in run.cells[note.path]):
            alone = run_apart(vault.settings, vault, [note])
            yield from differences(
                run.cells[note.path],
                alone.cells[note.path],
                "when its note runs on its own",
                REMEDY,
            )


def run_twice(vault: Vault, run: Run) -> Iterator[Problem]:
    """Run the notes again of which a session ran; yields the cells that show something else."""
    notes = [note for note in vault.notes.values() if note.file in run.changed]
    if notes:
        again = run_apart(vault.settings, vault, notes)
        for note in notes:
            yield from differences(
                run.cells[note.path], again.cells[note.path], "when it runs again", UNSEEDED
            )


def differences(
    first: Iterable[CellResult], second: Iterable[CellResult], when: str, remedy: str
) -> Iterator[Problem]:
    """Compare what the same cells showed in two runs, byte by byte.

    Args:
        first: The results of one run.
        second: Those of the other, in the same order.
        when: What was different in the other run, in words.
        remedy: What to do about it.
    """
    for one, other in zip(first, second, strict=True):
        if _shown(one) != _shown(other):
            message = f"the cell's output is different {when}"
            cell, detail = one.cell, difference(_text(one), _text(other))
            yield Problem(cell.file, cell.line, message, remedy, detail)


def _shown(result: CellResult) -> object:
    problems = [(problem.line, problem.message, problem.detail) for problem in result.problems]
    record = result.record
    if record is None:
        return problems
    return problems, record.outputs, record.values, record.answers


def _text(result: CellResult) -> str:
    said = [problem.message for problem in result.problems]
    if result.record is not None:
        said += [plain_text(result.record.outputs), *result.record.answers]
        said += [value for value in result.record.values if value is not None]
    return "\n".join(said)
