"""The command line (CLI): `notewright run | check | why`, and what else a writer does."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from notewright import __version__
from notewright.configuration import find_root
from notewright.errors import EngineError, NotewrightError
from notewright.hosts import (
    cell_format,
    cell_lint,
    comparing,
    completion,
    exporting,
    project_commands,
    record_commands,
    running,
    shell_commands,
    showing,
)
from notewright.hosts.finding import find, find_file
from notewright.hosts.judgement import judge
from notewright.hosts.other_shells import shell_notices
from notewright.hosts.parsers import EXIT_STATUS, Parser
from notewright.hosts.progress import Bar
from notewright.hosts.report import as_json, tell
from notewright.hosts.sarif import as_sarif
from notewright.note.sessions import group
from notewright.render.figure_files import write_figures
from notewright.run.accept import accept
from notewright.run.alone import run_alone, run_twice
from notewright.run.engine import Engine, Run
from notewright.run.fewer_digits import write_fewer
from notewright.run.machines import in_words, is_elsewhere
from notewright.run.supported_digits import FEWEST, SEEDS, digit_notices, keep_spreads, scatters
from notewright.run.typed_properties import typed_notices
from notewright.run.unbacked_numbers import unbacked_notices
from notewright.run.unmet_needs import able, unmet
from notewright.settings import SCHEDULER, STATE_DIR, Settings
from notewright.vault import templates
from notewright.vault.backlinks import Web
from notewright.vault.base_checks import base_notices
from notewright.vault.bibliography import citation_notices
from notewright.vault.dataview import dataview_notices
from notewright.vault.file_names import name_notices
from notewright.vault.link_fixes import plan_fixes
from notewright.vault.links import link_notices
from notewright.vault.mentions import mention_notices
from notewright.vault.obsidian_index import write_index
from notewright.vault.published import published
from notewright.vault.rename import plan_rename, rename, write_edits
from notewright.vault.vault import Vault


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 if all is well, 1 if a note has a problem."""
    try:
        status = _command(_parser().parse(arguments))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads, such as `head`, has seen enough. Python would try to write the rest at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _command(options: argparse.Namespace) -> int:
    if options.scheduler is not None:  # for whatever reads a configuration, that of a commit too
        os.environ[SCHEDULER] = options.scheduler
    try:
        if options.standalone:  # it needs no project
            told: int = options.standalone(options)
            return told
        settings = Settings.load(find_root(options.project or Path.cwd()))
        vault = Vault.scan(settings)
        if options.needs_notes:
            vault.require_notes()
        kept_in = options.kept_in.resolve() if options.kept_in else None
        with Engine(settings, kept_in=kept_in) as engine:
            status: int = options.command(engine, vault, options)
            return status
    except NotewrightError as error:
        print(error, file=sys.stderr)
        return int(options.cannot)
    except KeyboardInterrupt:
        print("notewright: stopped; what had finished is recorded", file=sys.stderr)
        return 130


def _check(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and check every link."""
    if options.fix:
        vault = _fix(vault)
    run = engine.run(vault, progress=Bar())
    write_figures(vault, run)
    run.notices += map(str, [*link_notices(vault), *name_notices(vault), *shell_notices(vault)])
    run.notices += map(str, [*dataview_notices(vault), *base_notices(published(vault))])
    run.notices += [*typed_notices(vault, run), *citation_notices(vault)]
    run.notices += mention_notices(vault, Web.of(vault, run.makers), options.mentions)
    run.notices += unbacked_notices(vault, run) if options.unbacked else ()
    run.notices += _digits(vault, run, options)
    problems = list(judge(vault, run).problems)
    if options.alone:
        problems += run_alone(vault, run)
    if options.twice:
        problems += run_twice(vault, run)
    if options.json or options.sarif:
        print(as_sarif(problems, run.notices) if options.sarif else as_json(run, problems))
        return 1 if problems else 0
    return tell(run, problems)


def _digits(vault: Vault, run: Run, options: argparse.Namespace) -> Iterator[str]:
    """Try other seeds, if they are asked for; yield the numbers whose last digit is luck."""
    seeds = options.digits or (SEEDS if options.keep else 0)
    found = scatters(vault, run, seeds) if seeds else []
    if options.keep:
        keep_spreads(vault, run, found)
    yield from digit_notices(vault, found)


def _fix(vault: Vault) -> Vault:
    """Rewrite links that work here but not in Obsidian; returns the vault as it is then."""
    fixes = plan_fixes(vault)
    write_edits(vault, fixes)
    for path, edits in fixes.items():
        places = sum(edit.start < edit.end for edit in edits)
        print(f"{vault.notes[path].file}: {places} link{'s' if places > 1 else ''} rewritten")
    return Vault.scan(vault.settings) if fixes else vault


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
    """Give a note or an attachment another name, and rewrite the links to it."""
    plan = plan_rename(vault, find_file(vault, options.old), options.new)
    status = _tell_faults(vault)
    if status and not options.dry_run:
        raise EngineError("nothing is renamed: there may be links in the notes named above")
    for path, edits in plan.edits.items():
        for edit in edits if options.dry_run else ():
            line = vault.notes[path].text.count("\n", 0, edit.start) + 1
            print(f"{vault.notes[path].file}:{line}: {edit.text.strip()}")
    if not options.dry_run:
        rename(vault, plan)
    notes = sum(path != plan.old for path in plan.edits)
    done = "would be" if options.dry_run else "is now"
    print(f"notewright: {plan.old} {done} {plan.new}; {plan.links} links in {notes} other notes")
    return status


def _new(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Make a note from a template."""
    template = options.template or ("" if options.kind == templates.PLAIN else options.kind)
    made = templates.plan(vault, options.name, template, options.folder)
    file = vault.settings.relative(templates.write(vault, made))
    print(f"{file}: made{f' from {made.template}' if made.template else ''}")
    if made.steps:
        print(made.steps)
        return 0
    print(f"Write in it; see it: `mkdocs serve`; run it: `notewright run {file}`;")
    print(f"test it: `pytest {file}`; link to it: `[[{Path(file).stem}]]`")
    return 0


def _accept(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and write into the notes what they gave."""
    notes = [find(vault, name) for name in options.notes] or list(vault.notes.values())
    run = engine.run(vault, notes, Bar())
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
            print(f"{note.file}: {count} place{'s' if count > 1 else ''} rewritten")
    again = Vault.scan(vault.settings)
    run = engine.run(again, [again.notes[note.path] for note in notes])
    return tell(run, [*run.problems, *by_hand])


def _why(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Say of each session of a note why it would run, or that it is fresh."""
    note = find(vault, options.note)
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
        print(f"{session.where}: {'stale' if reasons else 'fresh'}")
        for reason in reasons:
            print(f"    {reason}")
        if reasons and engine.shared.where:
            is_there = engine.shared.look(session) is not None
            kind = "one is fresh, and is taken instead of a run" if is_there else "none is fresh"
            print(f"    {engine.shared.where}: {kind}")
        for cell in session.cells:
            for values in cell.options.vary.comments if cell.options.vary else ():
                print(f"    frames of line {cell.line}: {values}")
        if record is not None:
            there = ", not here" if is_elsewhere(record.machine) else ""
            print(f"    made on {in_words(record.machine)}{there}")
    for notice in engine.shared.notices():
        print(notice)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="notewright",
        description="Runs the Python in a vault of notes.",
        epilog=f"begin with:\n  notewright init\n  notewright COMMAND --help\n\n{EXIT_STATUS}",
    )
    parser.add_argument("--version", action="version", version=f"notewright {__version__}")
    parser.add_argument(
        "-C", "--project", type=Path, help="directory of mkdocs.yml (default: found upwards)"
    )
    parser.add_argument(
        "--kept-in", type=Path, metavar="DIR", help=f"keep records there, not in {STATE_DIR}/"
    )
    said = "a scheduler of Dask, on whose workers sessions run; `off` for here"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=said)
    parser.set_defaults(needs_notes=True, cannot=1, standalone=None)
    project_commands.add_commands(parser)
    running.add_command(parser)
    showing.add_command(parser)
    _add_checking(parser)
    _add_writing(parser)
    cell_format.add_command(parser)
    cell_lint.add_command(parser)
    comparing.add_commands(parser)
    record_commands.add_command(parser)
    shell_commands.add_commands(parser)
    exporting.add_command(parser)
    completion.add_command(parser)
    return parser


def _seeds(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"give {FEWEST} seeds or more")
    return int(text)


def _add_checking(parser: Parser) -> None:
    """Add the commands that say something and change nothing."""
    check = parser.add_command(
        "check",
        "run the stale cells and check every link",
        "notewright check",
        "notewright check --json > problems.json",
        "notewright check --sarif > problems.sarif",
        "notewright check --fix",
    )
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result for machines")
    form.add_argument("--sarif", action="store_true", help="the same in SARIF, for code hosts")
    check.names += ["--json", "--sarif"]
    check.add_argument("--mentions", action="store_true", help="list notes named without a link")
    check.add_argument("--unbacked", action="store_true", help="list numbers that no run holds")
    _add_digits(check, "list digits that are luck")
    check.add_argument(
        "--keep", action="store_true", help="keep what other seeds gave: pages tell it"
    )
    check.add_argument("--fix", action="store_true", help="rewrite links that Obsidian misses")
    check.add_argument(
        "--alone", action="store_true", help="run each note alone too, and compare; takes long"
    )
    check.add_argument(
        "--twice", action="store_true", help="run what is stale a second time, and compare"
    )
    check.set_defaults(command=_check)
    why = parser.add_command(
        "why",
        "say why a note's cells would run, or that they are fresh",
        "notewright why k-means",
    )
    why.add_argument("note", metavar="NOTE", help="path or name of a note")
    why.set_defaults(command=_why)
    index = parser.add_command(
        "index", "print the vault as data, like Obsidian's cache", "notewright index > vault.json"
    )
    index.add_argument("--json", action="store_true", help="as JSON, which is the only form")
    index.set_defaults(command=_index)


def _add_digits(parser: argparse.ArgumentParser, purpose: str) -> None:
    said = f"run the notes again under SEEDS other seeds ({SEEDS} at most), and {purpose}"
    parser.add_argument(
        "--digits", nargs="?", type=_seeds, const=SEEDS, default=0, metavar="SEEDS", help=said
    )


def _add_writing(parser: Parser) -> None:
    """Add the commands that write notes."""
    making = parser.add_command(
        "new",
        "make a note from a template of the vault",
        'notewright new note "Early stopping"',
        "notewright new model K-medoids",
    )
    kinds = "`note`, or the name of a template, such as `project` or `lesson`"
    making.add_argument("kind", metavar="KIND", help=kinds)
    making.add_argument("name", metavar="NAME", help="its title, or the name of its file")
    making.add_argument("--template", default="", help="for `note`: a file of docs/templates/")
    making.add_argument("--folder", help="folder in the vault (default: by the template)")
    making.set_defaults(command=_new, needs_notes=False)
    accepting = parser.add_command(
        "accept", "write into notes what their cells gave", "notewright accept k-means"
    )
    accepting.add_argument("notes", nargs="*", metavar="NOTE", help="path or name of a note")
    _add_digits(accepting, "have numbers written with the digits that these support")
    accepting.set_defaults(command=_accept)
    renaming = parser.add_command(
        "rename",
        "rename a file, and rewrite the links to it",
        "notewright rename --dry-run k-means lloyd",
    )
    renaming.add_argument("old", metavar="OLD", help="path or name of a note or an attachment")
    renaming.add_argument("new", metavar="NEW", help="new name, or path in the vault")
    renaming.add_argument("--dry-run", action="store_true", help="only say what would change")
    renaming.set_defaults(command=_rename)


if __name__ == "__main__":
    sys.exit(main())
