"""Commands for a project as a whole: `init`, `doctor`, `list`, `lsp` and `clean`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notewright.configuration import CONFIG_FILE, find_root
from notewright.errors import EngineError, counted
from notewright.files import refuse_links
from notewright.hosts import adoption, kept_in, starting
from notewright.hosts.diagnosis import diagnose
from notewright.hosts.finding import find_notes, unread
from notewright.hosts.parsers import NOTES, Parser
from notewright.libraries import needs
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.engine import Engine
from notewright.run.unmet_needs import able, unmet
from notewright.settings import Settings
from notewright.vault.vault import Vault


def add_commands(parser: Parser) -> None:
    """Add these commands to the command line."""
    init = parser.add_command(
        "init",
        "set up notewright in this folder",
        "notewright init --dry-run",
        "notewright init --check",
        "notewright init",
    )
    init.add_argument(
        "--dry-run", action="store_true", help="print what would be written, without writing it"
    )
    init.add_argument("-y", "--yes", action="store_true", help="write files without asking first")
    init.add_argument(
        "--all",
        action="store_true",
        help="in an existing project: also write a workflow, hooks and editor tasks",
    )
    init.add_argument(
        "--check",
        action="store_true",
        help="build this MkDocs project with and without notewright, and list lost content",
    )
    init.add_argument(
        "--json", action="store_true", help="with `--check`: print the report as JSON"
    )
    init.set_defaults(standalone=_init)
    doctor = parser.add_command(
        "doctor", "check the installation and suggest fixes", "notewright doctor"
    )
    doctor.set_defaults(standalone=_doctor)
    listing = parser.add_command(
        "list",
        "list notes with their cells, and show which are fresh or stale",
        "notewright list",
        "notewright list --stale",
        "notewright list --slowest",
        "notewright list --json",
    )
    listing.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    listing.add_argument("--stale", action="store_true", help="list only notes with stale cells")
    said = "sort by longest session and show times"
    listing.add_argument("--slowest", action="store_true", help=said)
    listing.add_argument("--json", action="store_true", help="print the list as JSON")
    listing.set_defaults(command=_list)
    language = parser.add_command(
        "lsp",
        "start the language server for an editor",
        "notewright lsp",
    )
    language.add_argument(
        "--stdio", action="store_true", help="use standard input and output, which is the default"
    )
    language.set_defaults(standalone=_lsp)
    cleaning = parser.add_command(
        "clean",
        "delete stored results, so that every cell runs again",
        "notewright clean --dry-run",
        "notewright clean",
    )
    cleaning.add_argument(
        "--dry-run", action="store_true", help="print what would be deleted, without deleting it"
    )
    cleaning.set_defaults(standalone=_clean, takes_state_dir=True)


def _init(options: argparse.Namespace) -> int:
    """Make a project of a folder."""
    if options.check:
        return _try_out(options)
    place = starting.look(options.project or Path.cwd())
    plan = starting.plan(place, everything=options.all)
    for line in starting.told(plan):
        print(line)
    if options.dry_run:
        print("notewright: nothing was written (--dry-run)")
        return 0
    if not (options.yes or _agreed(plan)):
        print("notewright: nothing was written")
        return 1
    starting.write(plan)
    written = f"{counted(len(plan.files), 'file')} written" if plan.files else "no files to write"
    print(f"notewright: {written}. Next:")
    if plan.requirements:
        install = f"pip install -r {plan.requirements}"
        print(f"  {install:<33} # install what the site needs")
    print("  mkdocs serve                      # preview the site and update it as you save")
    print("  notewright check                  # list problems by file and line")
    return 0


def _agreed(plan: starting.Plan) -> bool:
    """Whether to write files into a folder that is in use; asked on a terminal."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not (is_terminal and plan.files and any(plan.place.root.iterdir())):
        return True
    try:
        answer = input(f"Write {counted(len(plan.files), 'file')}? [Y/n] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("", "y", "yes")


def _try_out(options: argparse.Namespace) -> int:
    """Compare two builds of a project; the exit status is 1 if pages lose something."""
    trial = adoption.try_out(options.project or Path.cwd())
    if options.json:
        print(json.dumps(adoption.as_json(trial), ensure_ascii=False, indent=2))
        return 0 if trial.is_clean else 1
    for line in adoption.told(trial):
        print(line)
    if trial.is_clean:
        print("notewright: no losses found")
        return 0
    number = sum(loss.count for loss in trial.comparison.losses)
    print(f"notewright: {counted(number, 'difference')}; nothing was written")
    return 1


def _doctor(options: argparse.Namespace) -> int:
    """Say what was found, a line each; the exit status is 1 if something is missing."""
    findings = list(diagnose(find_root(options.project or Path.cwd())))
    for each in findings:
        print(each)
    missing = sum(each.is_missing for each in findings)
    print(f"notewright: {counted(missing, 'problem') if missing else 'no problems'} found")
    return 1 if missing else 0


def _list(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """List notes with what their sessions are."""
    notes = find_notes(vault, options.notes) or list(vault.notes.values())
    wrong = [problem for note in notes for problem in unread(note)]
    for problem in wrong:
        print(problem, file=sys.stderr)
    rows = {note.file: _row(engine, note) for note in notes}
    _ask_shared(engine, list(rows.values()))
    if options.stale:
        rows = {file: row for file, row in rows.items() if row.stale}
    if options.slowest:
        rows = dict(sorted(rows.items(), key=lambda each: -each[1].counts["longest"]))
    if options.json:
        print(json.dumps([{"note": file, **row.counts} for file, row in rows.items()], indent=2))
        return 1 if wrong else 0
    width = max(map(len, [*rows, "note"]))
    names = ["cells", "sessions", "fresh", "stale"]
    names += ["shared"] if engine.settings.shared_records else []
    names += ["missing_modules"] if any("lacking" in row.counts for row in rows.values()) else []
    names += ["seconds", "longest"] if options.slowest else []
    print("  ".join([f"{'note':{width}}", *names]))
    for file, row in rows.items():
        print(
            "  ".join(
                [f"{file:{width}}", *(f"{row.counts.get(name, 0):>{len(name)}}" for name in names)]
            )
        )
    stale, shared = (int(sum(row.counts[n] for row in rows.values())) for n in ("stale", "shared"))
    taken = f"; {shared} would come from the shared records" if shared else ""
    would_run = counted(stale - shared, "session")
    print(f"notewright: {counted(len(rows), 'note')}, {would_run} would run{taken}")
    return 1 if wrong else 0


@dataclass(frozen=True)
class _Row:
    """A note of the list.

    Attributes:
        counts: Its numbers, by the names of their columns.
        stale: The sessions that have no fresh record here.
    """

    counts: dict[str, float]
    stale: list[Session]


def _row(engine: Engine, note: Note) -> _Row:
    """How many sessions a note has, how many are fresh, and how long they took the last time."""
    sessions = list(group(note.cells))
    root = engine.settings.root
    lacking = sum(bool(unmet(each, root)) for each in sessions)
    # A malformed session is told as stale, whatever a cell of it needs.
    there = [each if each.problem else able(each, root) for each in sessions]
    there = [each for each in there if each.cells]
    found = [engine.records.find(each) for each in there]
    stale = [each for each, (_, why) in zip(there, found, strict=True) if each.problem or why]
    took = [record.seconds for record, _ in found if record is not None]
    counts = {
        "cells": len(note.cells),
        "sessions": len(sessions),
        "fresh": len(there) - len(stale),
        "stale": len(stale),
        "shared": 0,
        "seconds": round(sum(took), 2),
        "longest": round(max(took, default=0.0), 2),
        # `lacking` is the name before 1.0, until 2.0.
        **({"missing_modules": lacking, "lacking": lacking} if lacking else {}),
    }
    return _Row(counts, stale)


def _ask_shared(engine: Engine, rows: Sequence[_Row]) -> None:
    """Count the stale sessions whose records are shared: these are taken, and do not run."""
    there = engine.shared.have(each for row in rows for each in row.stale if not each.problem)
    for row in rows:
        row.counts["shared"] = sum(each.key in there for each in row.stale)
    for notice in engine.shared.notices():
        print(notice, file=sys.stderr)


def _lsp(options: argparse.Namespace) -> int:
    """Serve an editor until it ends."""
    with needs("lsp", "the language server"):
        from notewright.hosts.language_server.server import serve
    serve()
    return 0


def _clean(options: argparse.Namespace) -> int:
    """Remove the state directory, or what is ours in another place for records."""
    settings = Settings.load(find_root(options.project or Path.cwd()))
    place = kept_in.folder(options, settings)
    state = place or settings.state_dir
    if not state.exists() and not (settings.root / CONFIG_FILE).is_file():
        raise EngineError(f"no {state} found. Change to the project folder")
    refuse_links(state)
    if place and state.is_dir() and not (state / "records").is_dir():
        raise EngineError(f"{state} does not contain records. Specify a state folder")
    files = list(kept_in.own_files(state) if place else filter(Path.is_file, state.rglob("*")))
    size = sum(path.stat().st_size for path in files) / 1e6
    if not options.dry_run and state.is_dir():
        try:
            (kept_in.remove if place else shutil.rmtree)(state)
        except OSError as error:
            raise EngineError(f"cannot remove {state}: {error.strerror}") from None
    done = "would delete" if options.dry_run else "deleted"
    print(f"notewright: {done} {len(files)} files ({size:.1f} MB) from {settings.relative(state)}/")
    return 0
