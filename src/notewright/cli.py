"""The command line: `notewright run | check | accept | new | index | rename | why`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from notewright import __version__, new
from notewright.accept import accept
from notewright.engine import Engine, Run
from notewright.errors import EngineError, NotewrightError, Problem, did_you_mean
from notewright.figure_files import check_figures, write_figures
from notewright.fixes import plan_fixes
from notewright.index import write_index
from notewright.links import check_links, check_markdown_links, link_notices
from notewright.names import check_names, name_notices
from notewright.progress import Bar
from notewright.redirects import find_redirects
from notewright.rename import plan_rename, rename, write_edits
from notewright.report import as_json, ci_lines, profile
from notewright.settings import Settings, find_root
from notewright.vault import Note, Vault
from notewright.web import Web, mention_notices


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 if all is well, 1 if a note has a problem."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.load(find_root(options.project or Path.cwd()))
        vault = Vault.scan(settings)
        with Engine(settings) as engine:
            status: int = options.command(engine, vault, options)
            return status
    except NotewrightError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("notewright: stopped; what had finished is recorded", file=sys.stderr)
        return 130


def _run(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells."""
    notes = [_find(vault, name) for name in options.notes] or None
    run = engine.run(vault, notes, Bar())
    if notes is None:
        write_figures(vault, run)
    if options.json:
        print(as_json(run))
        return 1 if run.problems else 0
    if options.profile:
        print(profile(run))
    return _tell(run, run.problems)


def _check(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and check every link."""
    if options.fix:
        vault = _fix(vault)
    run = engine.run(vault, progress=Bar())
    write_figures(vault, run)
    links = [*check_links(vault, run.labels), *check_figures(vault, run)]
    links += check_markdown_links(vault)
    links += find_redirects(vault)[1]
    links += check_names(vault)
    run.notices += map(str, [*link_notices(vault), *name_notices(vault)])
    run.notices += mention_notices(vault, Web.of(vault, run.makers), options.mentions)
    return _tell(run, sorted([*run.problems, *links]))


def _fix(vault: Vault) -> Vault:
    """Rewrite links that work here but not in Obsidian; returns the vault as it is then."""
    fixes = plan_fixes(vault)
    write_edits(vault, fixes)
    for path, edits in fixes.items():
        places = sum(edit.start < edit.end for edit in edits)
        print(f"{vault.notes[path].file}: {places} link{'s' if places > 1 else ''} rewritten")
    return Vault.scan(vault.settings) if fixes else vault


def _index(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Print the vault as data."""
    write_index(vault, sys.stdout.write)
    return 0


def _rename(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Give a note or an attachment another name, and rewrite the links to it."""
    plan = plan_rename(vault, _find_file(vault, options.old), options.new)
    for path, edits in plan.edits.items():
        for edit in edits if options.dry_run else ():
            line = vault.notes[path].text.count("\n", 0, edit.start) + 1
            print(f"{vault.notes[path].file}:{line}: {edit.text.strip()}")
    if not options.dry_run:
        rename(vault, plan)
    notes = sum(path != plan.old for path in plan.edits)
    done = "would be" if options.dry_run else "is now"
    print(f"notewright: {plan.old} {done} {plan.new}; {plan.links} links in {notes} other notes")
    return 0


def _new(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Make a note from a template."""
    template = options.template or ("" if options.kind == new.PLAIN else options.kind)
    made = new.plan(vault, options.name, template, options.folder)
    file = vault.settings.relative(new.write(vault, made))
    print(f"{file}: made{f' from {made.template}' if made.template else ''}")
    print(f"Write in it; see it: `mkdocs serve`; run it: `notewright run {file}`;")
    print(f"test it: `pytest {file}`; link to it: `[[{Path(file).stem}]]`")
    return 0


def _accept(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and write into the notes what they gave."""
    notes = [_find(vault, name) for name in options.notes] or list(vault.notes.values())
    run = engine.run(vault, notes, Bar())
    for note in notes:
        path = vault.settings.docs_dir / note.path
        count = accept(note, run.cells[note.path], path)
        if count:
            print(f"{note.file}: {count} place{'s' if count > 1 else ''} rewritten")
    again = Vault.scan(vault.settings)
    run = engine.run(again, [again.notes[note.path] for note in notes])
    return _tell(run, run.problems)


def _why(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Say of each session of a note why it would run, or that it is fresh."""
    note = _find(vault, options.note)
    for session in engine.plan(note).sessions:
        if session.problem is not None:
            print(f"{session.where}: cannot run: {session.problem.headline}")
            continue
        reasons = engine.why(session)
        print(f"{session.where}: {'stale' if reasons else 'fresh'}")
        for reason in reasons:
            print(f"    {reason}")
    return 0


def _find_file(vault: Vault, name: str) -> str:
    """Find a note or an attachment, as `_find` finds a note."""
    path = Path(name).resolve()
    if path.is_relative_to(vault.settings.docs_dir):
        relative = path.relative_to(vault.settings.docs_dir).as_posix()
        if relative in vault.attachments:
            return relative
    target = vault.resolve(name, Note("", "", ""))
    return target if target in vault.attachments else _find(vault, name).path


def _find(vault: Vault, name: str) -> Note:
    """Find a note by path, as the shell completes it, or by name, as a wikilink names it."""
    settings = vault.settings
    path = Path(name).resolve()
    if path.is_relative_to(settings.docs_dir):
        found = vault.notes.get(path.relative_to(settings.docs_dir).as_posix())
        if found is not None:
            return found
    top = Note("", "", "")
    target = vault.resolve(name.removesuffix(".md").removesuffix(".py"), top)
    if target is None or target not in vault.notes:
        remedy = did_you_mean(name, (note.name for note in vault.notes.values()))
        raise EngineError(f"there is no note `{name}`. {remedy}")
    return vault.notes[target]


def _tell(run: Run, problems: Sequence[Problem]) -> int:
    """Print what was found; returns the exit status."""
    for notice in run.notices:
        print(notice)
    for problem in problems:
        print(problem, file=sys.stderr)
    for annotation in ci_lines(problems):
        print(annotation)
    print(run.summary)
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="notewright", description="Runs the Python in a vault of notes."
    )
    parser.add_argument("--version", action="version", version=f"notewright {__version__}")
    parser.add_argument(
        "-C", "--project", type=Path, help="directory of mkdocs.yml (default: found upwards)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the stale cells of all notes, or of some")
    run.add_argument("notes", nargs="*", metavar="NOTE", help="path or name of a note")
    run.add_argument("--json", action="store_true", help="print the result for machines")
    run.add_argument("--profile", action="store_true", help="list the slowest cells")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", help="run the stale cells and check every link")
    check.add_argument("--mentions", action="store_true", help="list notes named without a link")
    check.add_argument("--fix", action="store_true", help="rewrite links that Obsidian misses")
    check.set_defaults(command=_check)
    index = commands.add_parser("index", help="print the vault as data, like Obsidian's cache")
    index.add_argument("--json", action="store_true", help="as JSON, which is the only form")
    index.set_defaults(command=_index)
    renaming = commands.add_parser("rename", help="rename a file, and rewrite the links to it")
    renaming.add_argument("old", metavar="OLD", help="path or name of a note or an attachment")
    renaming.add_argument("new", metavar="NEW", help="new name, or path in the vault")
    renaming.add_argument("--dry-run", action="store_true", help="only say what would change")
    renaming.set_defaults(command=_rename)
    making = commands.add_parser("new", help="make a note from a template of the vault")
    kinds = "`note`, or the name of a template, such as `project` or `lesson`"
    making.add_argument("kind", metavar="KIND", help=kinds)
    making.add_argument("name", metavar="NAME", help="its title, or the name of its file")
    making.add_argument("--template", default="", help="for `note`: a file of docs/templates/")
    making.add_argument("--folder", help="folder in the vault (default: by the template)")
    making.set_defaults(command=_new)
    accepting = commands.add_parser("accept", help="write into notes what their cells gave")
    accepting.add_argument("notes", nargs="*", metavar="NOTE", help="path or name of a note")
    accepting.set_defaults(command=_accept)
    why = commands.add_parser(
        "why", help="say why a note's cells would run, or that they are fresh"
    )
    why.add_argument("note", metavar="NOTE", help="path or name of a note")
    why.set_defaults(command=_why)
    return parser


if __name__ == "__main__":
    sys.exit(main())
