"""Commands for comparing what notes show: `manifest`, `verify` and `diff`.

Their exit status is that of `diff`: 0 if all is the same, 1 if something differs, 2 if that
cannot be said.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from notewright.configuration import CONFIG_FILE
from notewright.errors import EngineError, Problem, counted
from notewright.files import write_named
from notewright.hosts.before_publishing import SAME, State, told, told_first
from notewright.hosts.commits import FOLLOWED, is_commit, unpacked
from notewright.hosts.parsers import Parser
from notewright.hosts.progress import Bar
from notewright.hosts.site_texts import of_site
from notewright.note.compare import difference
from notewright.note.note import Note
from notewright.render.difference_html import page
from notewright.run.comparison import LAST_DIGIT, CellChange, Comparison, PartChange, compare
from notewright.run.engine import Engine, Run
from notewright.run.manifest import Manifest, of_records
from notewright.settings import Settings
from notewright.vault.vault import Vault

CANNOT = 2
"""The exit status where nothing can be said."""

_LONGEST = 40
"""Lines of a difference that a terminal shows; the page of `--html` shows all."""

FILE = "notewright-manifest.json"


def add_commands(parser: Parser) -> None:
    """Add the three commands to those of the command line."""
    making = parser.add_command(
        "manifest", "save all outputs to a file", "notewright manifest results.json"
    )
    making.add_argument(
        "file", nargs="?", default=FILE, help=f"file to write, `-` to print (default: {FILE})"
    )
    said = "read outputs from a built site instead of the records"
    making.add_argument("--site", type=Path, metavar="DIR", help=said)
    making.add_argument(
        "--no-figures", action="store_true", help="save only a digest of each figure"
    )
    making.set_defaults(command=_manifest, needs_notes=False)
    verifying = parser.add_command(
        "verify", "compare outputs with a saved manifest", "notewright verify results.json"
    )
    verifying.add_argument(
        "manifest", type=Path, metavar="MANIFEST", help="file written by `manifest`"
    )
    said = "compare a built site instead of the records"
    verifying.add_argument("--site", type=Path, metavar="DIR", help=said)
    verifying.set_defaults(command=_verify, needs_notes=False, cannot=CANNOT)
    differing = parser.add_command(
        "diff",
        "compare note outputs with an earlier commit",
        "notewright diff main",
        "notewright diff main --html changes.html",
        "notewright diff --published origin/main",
    )
    state = "commit, branch, tag, manifest file, project folder or state folder"
    differing.add_argument("old", nargs="?", metavar="OLD", help=f"{state} (default: HEAD)")
    differing.add_argument(
        "new",
        nargs="?",
        metavar="NEW",
        help="accepts the same values as OLD (default: the current state)",
    )
    said = "show what would change for readers, and which notes are private (default for OLD: "
    differing.add_argument(
        "--published", action="store_true", help=f"{said}the upstream branch, or HEAD)"
    )
    differing.set_defaults(command=_diff, needs_notes=False, cannot=CANNOT)
    for command in (verifying, differing):
        command.add_argument(
            "--html", type=Path, metavar="FILE", help="also write the comparison as one HTML page"
        )


def _manifest(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Write a manifest."""
    problems: list[Problem] = []
    if not Path(options.file).suffix and vault.resolve(options.file, Note("", "", "")):
        file = shlex.quote(f"{options.file}.json")
        raise EngineError(
            f"`{options.file}` is a note, but a manifest covers all notes. Use {file}"
        )
    if options.site is not None:
        found = of_site(options.site)
    else:
        run = _run(engine, vault)
        found, problems = of_records(run.cells), run.problems
    for problem in problems:
        print(problem, file=sys.stderr)
    if options.file == "-":
        sys.stdout.write(found.to_bytes(with_figures=not options.no_figures).decode())
        return 1 if problems else 0
    found.write(Path(options.file), with_figures=not options.no_figures)
    cells = sum(map(len, found.notes.values()))
    print(f"{options.file}: {counted(cells, 'cell')} of {counted(len(found.notes), 'note')}")
    return 1 if problems else 0


def _verify(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Compare the records, or a site, with a manifest."""
    old = Manifest.read(options.manifest)
    if options.site is not None:
        new, name = of_site(options.site), str(options.site)
    else:
        new, name = of_records(_run(engine, vault).cells), "the current notes"
    return _told(old, new, (str(options.manifest), name), options.html)


def _diff(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Compare two states of the notes."""
    if options.published:
        return _published(engine, vault, options)
    options.old = options.old or "HEAD"
    old = _state(engine, vault, options.old)
    if options.new is None:
        new, name = of_records(_run(engine, vault).cells), "the current notes"
    else:
        new, name = _state(engine, vault, options.new), options.new
    return _told(old, new, (options.old, name), options.html)


def _published(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Say what publishing the notes as they are would change."""
    if options.new is not None or options.html is not None:
        raise EngineError(
            "`--published` always compares OLD with the current notes. Remove `NEW` and `--html`"
        )
    lines = [*told_first(vault)]
    if (old := _published_before(engine, options.old)) is not None:
        lines = [*told(old, State(vault, _run(engine, vault)))]
    for line in lines:
        print(_printable(line))
    return 0 if lines[0] == SAME else 1


def _published_before(engine: Engine, named: str | None) -> State | None:
    """The state that is published; None if there is no commit, or none with a site yet."""
    root = engine.settings.root
    name = named or next((each for each in (FOLLOWED, "HEAD") if is_commit(root, each)), None)
    if name is None:
        return None
    if Path(name, CONFIG_FILE).is_file():
        with _project(engine, Path(name).resolve(), None) as (other, notes):
            return State(notes, _run(other, notes))
    with unpacked(root, name) as folder:
        if named is None and not (folder / CONFIG_FILE).is_file():
            return None
        with _project(engine, folder, engine.settings.state_dir) as (other, notes):
            return State(notes, _run(other, notes))


def _state(engine: Engine, vault: Vault, name: str) -> Manifest:
    """What the notes showed in a state: of a manifest, a folder or a commit."""
    path = Path(name)
    if path.is_file():
        return Manifest.read(path)
    if (path / CONFIG_FILE).is_file():
        with _project(engine, path.resolve(), None) as (other, notes):
            return of_records(_run(other, notes).cells)
    if (path / "records").is_dir():
        with Engine(engine.settings, kept_in=path.resolve()) as kept:
            return of_records(_run(kept, vault).cells)
    if path.is_dir():
        raise EngineError(
            f"{name} is neither a project nor a state folder: it has no {CONFIG_FILE} "
            "and no `records` folder"
        )
    with (
        unpacked(engine.settings.root, name) as root,
        _project(engine, root, engine.settings.state_dir) as (other, notes),
    ):
        return of_records(_run(other, notes).cells)


@contextmanager
def _project(own: Engine, root: Path, kept_in: Path | None) -> Iterator[tuple[Engine, Vault]]:
    """Another project, whose records may be kept beside our own: these are found by content.

    It cannot switch on what is off here.
    """
    settings = Settings.load(root)
    settings = replace(settings, execute=settings.execute and own.settings.execute)
    with Engine(settings, kept_in=kept_in) as engine:
        yield engine, Vault.scan(settings)


def _run(engine: Engine, vault: Vault) -> Run:
    vault.require_notes()
    return engine.run(vault, progress=Bar())


def _told(old: Manifest, new: Manifest, names: tuple[str, str], html: Path | None) -> int:
    """Tell how two manifests differ; returns the exit status."""
    if old.made_of != new.made_of:
        raise EngineError(
            f"{names[0]} was created from {_made_of(old)}, but {names[1]} from {_made_of(new)}. "
            "Both must be created from the same source. To compare a site, use `--site`"
        )
    found = compare(old, new)
    for line in report(found, names):
        print(line)
    if html is not None:
        write_named(html, page(found, names).encode("utf-8", "replace"))
        print(f"{html}: saved the comparison, with figures side by side")
    return 1 if found.notes else 0


def _made_of(manifest: Manifest) -> str:
    return f"a {manifest.made_of}" if manifest.made_of == "site" else manifest.made_of


def report(found: Comparison, names: tuple[str, str]) -> Iterator[str]:
    """Yield the lines that tell a difference to people."""
    for note in found.notes:
        cells = f"{len(note.cells)} of {note.total} cells differ" if not note.words else ""
        yield f"{note.note}: {cells or f'the note is {note.words}'}"
        for cell in note.cells if not note.words else ():
            yield from _of_cell(note.note, cell)
    yield f"notewright: {summary(found)}"
    for name, machines in zip(names, found.machines, strict=True):
        for machine in machines:
            yield _printable(f"    {name}: made on {machine}")


def summary(found: Comparison) -> str:
    """A comparison in one line."""
    total = len(found.notes) + found.same
    if not found.notes:
        return f"all {total} notes are identical"
    least = sum(note.kind == LAST_DIGIT for note in found.notes)
    only = f", {least} of them only in the last digit" if least else ""
    cells = f"{found.cells} cell{'s' if found.cells != 1 else ''}"
    return f"{len(found.notes)} of {total} notes differ, in {cells}{only}"


def _of_cell(note: str, cell: CellChange) -> Iterator[str]:
    shown = cell.new or cell.old
    assert shown is not None
    label = f" ({shown.label})" if shown.label else ""
    words = [cell.words] if cell.words else []
    yield _printable(f"  {note}:{shown.line}{label}: {'; '.join(words) or 'code unchanged'}")
    for part in cell.parts:
        yield from _of_part(part)


def _of_part(part: PartChange) -> Iterator[str]:
    shown = part.new or part.old
    assert shown is not None
    name = f"`{shown.name}`: " if shown.name else ""
    yield _printable(f"    {shown.kind}: {name}{part.amount.words}")
    if shown.kind == "figure":
        return
    old, new = part.old.text if part.old else "", part.new.text if part.new else ""
    lines = [line for line in difference(old, new).split("\n") if line[:1] in "+-"]
    for line in lines[:_LONGEST]:
        yield _printable(f"      {line}")
    if len(lines) > _LONGEST:
        yield f"      … {len(lines) - _LONGEST} more lines. Use `--html` to see all of them"


def _printable(text: str) -> str:
    """Text that moves no cursor: a manifest may be a stranger's."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
