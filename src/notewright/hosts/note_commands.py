"""Commands about notes: what is known of them is said, and what they hold is written."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

from notewright.errors import EngineError, counted
from notewright.hosts.checking import add_digits
from notewright.hosts.finding import find_file_or_folder, find_notes, find_readable, new_path
from notewright.hosts.parsers import NOTES, Parser
from notewright.hosts.progress import Bar
from notewright.hosts.report import tell
from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.run.accept import accept
from notewright.run.engine import Engine, Run
from notewright.run.fewer_digits import write_fewer
from notewright.run.machines import in_words, is_elsewhere
from notewright.run.only_read import mark_failing
from notewright.run.supported_digits import scatters
from notewright.run.unmet_needs import able, unmet
from notewright.vault import templates
from notewright.vault.obsidian_index import write_index
from notewright.vault.rename import plan_rename, rename
from notewright.vault.vault import Vault


def add_saying(parser: Parser) -> None:
    """Add the commands that say something and change nothing."""
    why = parser.add_command(
        "why",
        "explain why a note's cells would run again",
        "notewright why k-means",
    )
    why.add_argument("note", metavar="NOTE", help="path or name of a note")
    why.set_defaults(command=_why)
    index = parser.add_command(
        "index",
        "print the vault's links, tags and properties as JSON",
        "notewright index > vault.json",
    )
    index.add_argument("--json", action="store_true", help="print JSON, which is the default")
    index.set_defaults(command=_index)


def add_writing(parser: Parser) -> None:
    """Add the commands that write notes."""
    making = parser.add_command(
        "new",
        "create a note from a template",
        'notewright new note "Early stopping"',
        "notewright new model K-medoids",
    )
    kinds = "`note`, or the name of a template, for example `project` or `lesson`"
    making.add_argument("kind", metavar="KIND", help=kinds)
    making.add_argument("name", metavar="NAME", help="title or file name of the note")
    making.add_argument("--template", default="", help="with `note`: a file in docs/templates/")
    making.add_argument("--folder", help="folder in the vault (default: set by the template)")
    making.set_defaults(command=_new, needs_notes=False, needs_project=True)
    accepting = parser.add_command(
        "accept",
        "update a note with the current outputs",
        "notewright accept k-means",
        "notewright accept --notest",
    )
    accepting.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    way = accepting.add_mutually_exclusive_group()
    add_digits(way, "round numbers to the digits that all seeds agree on")
    said = "mark failing cells as `notest` (shown, never run), and change nothing else"
    way.add_argument("--notest", action="store_true", help=said)
    accepting.set_defaults(command=_accept)
    renaming = parser.add_command(
        "rename",
        "rename a note or folder and update links to it",
        "notewright rename --dry-run k-means lloyd",
        "notewright rename models/trees models/forests",
    )
    renaming.add_argument(
        "old", metavar="OLD", help="path or name of a note, an attachment or a folder"
    )
    renaming.add_argument("new", metavar="NEW", help="new name, or path in the vault")
    renaming.add_argument(
        "--dry-run", action="store_true", help="print what would change, without changing it"
    )
    renaming.set_defaults(command=_rename)


def _index(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Print the vault as data: all of it, or nothing."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as whole:
        write_index(vault, whole.write)
        if vault.faults:
            return _tell_faults(vault)
        whole.seek(0)
        shutil.copyfileobj(whole, sys.stdout)
    return 0


def _tell_faults(vault: Vault) -> int:
    """Print the notes that could not be read; returns the exit status."""
    for problem in vault.faults:
        print(problem, file=sys.stderr)
    return 1 if vault.faults else 0


def _rename(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Give a note, an attachment or a folder another name, and rewrite the links to it."""
    new = new_path(vault, options.old, options.new)
    plan = plan_rename(vault, find_file_or_folder(vault, options.old), new)
    status = _tell_faults(vault)
    if status and not options.dry_run:
        raise EngineError(
            "nothing was renamed, because the notes above cannot be read and may contain links"
        )
    for path, edits in plan.edits.items():
        for edit in edits if options.dry_run else ():
            note = plan.text_of(vault, path)
            line = note.text.count("\n", 0, edit.start) + 1
            print(f"{note.file}:{line}: {edit.text.strip()}")
    if not options.dry_run:
        rename(vault, plan)
    notes = sum(path not in plan.moves for path in plan.edits)
    links = f"{counted(plan.links, 'link')} in {counted(notes, 'other note')}"
    done = "would become" if options.dry_run else "is now"
    files = "" if plan.old in plan.moves else f", with {counted(len(plan.moves), 'file')}"
    print(f"notewright: {plan.old} {done} {plan.new}{files}; {links}")
    return status


def _new(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Make a note from a template."""
    template = options.template or ("" if options.kind == templates.PLAIN else options.kind)
    made = templates.plan(vault, options.name, template, options.folder)
    file = vault.settings.relative(templates.write(vault, made))
    print(f"{file}: created{f' from {made.template}' if made.template else ''}")
    if made.steps:
        print(made.steps)
        return 0
    typed = shlex.quote(file)
    print(f"Preview it with `mkdocs serve`, run it with `notewright run {typed}`,")
    print(f"test it with `pytest {typed}`, and link to it with `[[{Path(file).stem}]]`.")
    return 0


def _accept(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and write into the notes what they gave."""
    notes = find_notes(vault, options.notes) or list(vault.notes.values())
    run = engine.run(vault, notes, Bar())
    if options.notest:
        return _mark_failing(engine, vault, notes, run)
    tried = scatters(vault, run, options.digits) if options.digits else []
    lucky = [each for each in tried if each.is_luck]
    by_hand = write_fewer(vault, run, lucky)
    if lucky:
        vault = Vault.scan(vault.settings)
        notes = [vault.notes[note.path] for note in notes]
        run = engine.run(vault, notes)
    for note in notes:
        path = vault.settings.docs_dir / note.path
        count = accept(note, run.cells[note.path], path)
        if count:
            print(f"{note.file}: updated {count} place{'s' if count > 1 else ''}")
    run = _run_again(engine, vault, notes)
    return tell(run, [*run.problems, *by_hand])


def _mark_failing(engine: Engine, vault: Vault, notes: Sequence[Note], run: Run) -> int:
    """Mark the cells that failed as code that is only read, and tell what is still wrong."""
    for note in notes:
        path = vault.settings.docs_dir / note.path
        count = mark_failing(note, run.cells[note.path], path)
        if count:
            print(f"{note.file}: marked {counted(count, 'cell')} `notest`")
    run = _run_again(engine, vault, notes)
    return tell(run, run.problems)


def _run_again(engine: Engine, vault: Vault, notes: Sequence[Note]) -> Run:
    """Run some notes as they are now."""
    again = Vault.scan(vault.settings)
    return engine.run(again, [again.notes[note.path] for note in notes])


def _why(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Say of each session of a note why it would run, or that it is fresh."""
    note = find_readable(vault, options.note)
    if not any(cell.runs for cell in note.cells):
        print(f"{note.file}: no cells that run")
    for session in group(note.cells):
        if session.problem is not None:
            print(f"{session.where}: cannot run: {session.problem.headline}")
            continue
        for line, said in unmet(session, engine.settings.root).items():
            print(f"{session.file}:{line}: {said}")
        session = able(session, engine.settings.root)
        if not session.cells:
            continue
        record, reasons = engine.records.find(session)
        failures = engine.failed_runs.find(session) if reasons else []
        state = "failed" if failures else "stale" if reasons else "fresh"
        print(f"{session.where}: {state}")
        for said in [str(problem) for _, problem in failures] or reasons:
            print(indent(said, "    "))
        if reasons and engine.shared.where:
            is_there = engine.shared.look(session) is not None
            kind = (
                ("a fresh record is available, so it will not run")
                if is_there
                else "no fresh record"
            )
            print(f"    {engine.shared.where}: {kind}")
        for cell in session.cells:
            for values in cell.options.vary.comments if cell.options.vary else ():
                print(f"    frames of line {cell.line}: {values}")
        if record is not None:
            there = " (another machine)" if is_elsewhere(record.machine) else ""
            print(f"    made on {in_words(record.machine)}{there}")
    for notice in engine.shared.notices():
        print(notice)
    return 0
