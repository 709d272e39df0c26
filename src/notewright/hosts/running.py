"""Running notes by hand: `notewright run`, once or after each save, all of them or one cell."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from notewright.errors import EngineError, did_you_mean
from notewright.hosts.finding import find_notes
from notewright.hosts.parsers import NOTES, Parser
from notewright.hosts.progress import Bar
from notewright.hosts.report import as_json, profile, tell
from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.render.figure_files import write_figures
from notewright.run.engine import Engine, Run
from notewright.vault.vault import Vault

POLL = 0.5
"""Seconds after which `--watch` looks again whether anything changed."""


def add_command(parser: Parser) -> None:
    """Add `run` to the command line."""
    run = parser.add_command(
        "run",
        "run cells whose code or data changed",
        "notewright run",
        "notewright run k-means docs/pca.md",
        "notewright run --cell fig-elbow k-means",
        "notewright run --watch k-means",
    )
    run.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    run.add_argument("--json", action="store_true", help="print the result as JSON")
    run.add_argument("--profile", action="store_true", help="print the slowest cells")
    run.add_argument(
        "--cell",
        metavar="LABEL",
        help="run the session of cell LABEL and print the output of the cell",
    )
    run.add_argument("--watch", action="store_true", help="run again on every change until Ctrl+C")
    ends = run.add_mutually_exclusive_group()
    ends.add_argument(
        "--keep-going", action="store_true", help="run the remaining notes if one fails (default)"
    )
    ends.add_argument(
        "--fail-fast",
        action="store_true",
        help="run one note at a time and stop at the first failure",
    )
    run.set_defaults(command=_run)
    run.names += ["--keep-going", "--fail-fast"]


def _run(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells."""
    status, run = _once(engine, vault, options)
    while options.watch:
        vault = _changed(engine, vault, run)
        try:
            status, run = _once(engine, vault, options)
        except EngineError as error:  # a note that is asked for is gone for a moment, say
            print(error, file=sys.stderr)
    return status


def _once(engine: Engine, vault: Vault, options: argparse.Namespace) -> tuple[int, Run]:
    notes = find_notes(vault, options.notes) or None
    if options.cell:
        notes = [_with_cell(notes or list(vault.notes.values()), options.cell)]
    run = _pass(engine, vault, notes, options.fail_fast)
    if notes is None:
        write_figures(vault, run)
    if options.json:
        print(as_json(run), flush=True)
        return (1 if run.problems else 0), run
    if options.cell:
        _show(run, options.cell)
    if options.profile:
        print(profile(run))
    status = tell(run, run.problems)
    sys.stdout.flush()
    return status, run


def _pass(engine: Engine, vault: Vault, notes: list[Note] | None, is_first: bool) -> Run:
    """Run notes, all at once or up to the first that fails."""
    if not is_first:
        return engine.run(vault, notes, Bar())
    for note in notes or vault.notes.values():
        run = engine.run(vault, [note], Bar())
        if run.problems:
            return run
    return engine.run(vault, notes)


def _with_cell(notes: Sequence[Note], label: str) -> Note:
    """The note with the cell of a label, as if it had only the session of that cell."""
    labels = []
    for note in notes:
        for session in group(note.cells):
            names = [cell.label for cell in session.cells]
            labels += [name for name in names if name]
            if label in names:
                same = replace(note, faults=[])
                vars(same).update(cells=session.cells, values=())
                return same
    where = notes[0].file if len(notes) == 1 else f"{len(notes)} notes"
    remedy = did_you_mean(label, labels) or "To label a cell, start it with `#| label: name`"
    raise EngineError(f"no cell in {where} has the label `{label}`. {remedy}")


def _show(run: Run, label: str) -> None:
    """Print what a cell showed, as text."""
    for results in run.cells.values():
        for result in results:
            for output in result.outputs if result.cell.label == label else ():
                print(as_text(output))


def as_text(output: Mapping[str, Any]) -> str:
    """An output in the form of nbformat, as a terminal shows it."""
    if output["output_type"] == "error":  # one that the cell is meant to raise
        return f"{output['ename']}: {output['evalue']}".removesuffix(": ")
    data = output.get("data", {})
    plain = output.get("text") or data.get("text/plain")
    if plain is None or any(kind.startswith("image/") for kind in data):
        return "(a figure, shown on the site)"
    return str(plain).rstrip("\n")


def _changed(engine: Engine, vault: Vault, run: Run) -> Vault:
    """Wait until notes, or files that their cells have read, change; returns the vault then."""
    while True:
        time.sleep(POLL)
        now = Vault.scan(vault.settings, known=vault)
        engine.records.forget_digests()
        if now.stamps != vault.stamps or engine.records.has_changed(run.inputs):
            return now
