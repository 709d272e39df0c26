"""Checking by hand: `notewright check`, all of a vault or what concerns some of its notes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from notewright.errors import EngineError, Problem
from notewright.hosts.costs import cost_notices, cost_table, costs
from notewright.hosts.finding import find
from notewright.hosts.judgement import judge
from notewright.hosts.other_shells import shell_notices
from notewright.hosts.parsers import Parser
from notewright.hosts.progress import Bar
from notewright.hosts.report import as_json, tell
from notewright.hosts.sarif import as_sarif
from notewright.render.figure_files import write_figures
from notewright.run.alone import run_alone, run_twice
from notewright.run.engine import Engine, Run
from notewright.run.supported_digits import FEWEST, SEEDS, digit_notices, keep_spreads, scatters
from notewright.run.typed_properties import typed_notices
from notewright.run.unbacked_numbers import unbacked_notices
from notewright.vault.backlinks import Web
from notewright.vault.base_checks import base_notices
from notewright.vault.bibliography import citation_notices
from notewright.vault.dataview import dataview_notices
from notewright.vault.file_names import name_notices
from notewright.vault.link_fixes import plan_fixes
from notewright.vault.links import link_notices
from notewright.vault.mentions import mention_notices
from notewright.vault.published import published
from notewright.vault.rename import write_edits
from notewright.vault.vault import Vault


def add_command(parser: Parser) -> None:
    """Add `check` to the command line."""
    check = parser.add_command(
        "check",
        "run the stale cells and check every link, of all notes or of some",
        "notewright check",
        "notewright check k-means docs/pca.md",
        "notewright check --json > problems.json",
        "notewright check --sarif > problems.sarif",
        "notewright check --fix",
    )
    check.add_argument("notes", nargs="*", metavar="NOTE", help="path or name of a note")
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result for machines")
    form.add_argument("--sarif", action="store_true", help="the same in SARIF, for code hosts")
    check.names += ["--json", "--sarif"]
    check.add_argument("--mentions", action="store_true", help="list notes named without a link")
    check.add_argument("--unbacked", action="store_true", help="list numbers that no run holds")
    add_digits(check, "list digits that are luck")
    check.add_argument(
        "--keep",
        action="store_true",
        help="keep what other seeds gave, as by `--digits`: pages tell it",
    )
    check.add_argument("--fix", action="store_true", help="rewrite links that Obsidian misses")
    check.add_argument(
        "--alone", action="store_true", help="run each note alone too, and compare; takes long"
    )
    check.add_argument(
        "--twice", action="store_true", help="run what is stale a second time, and compare"
    )
    check.add_argument(
        "--costs", action="store_true", help="list the cells that take most processor time"
    )
    check.set_defaults(command=_check)


def add_digits(
    parser: argparse.ArgumentParser | argparse._MutuallyExclusiveGroup, purpose: str
) -> None:
    """Add the option that tries other seeds.

    Args:
        parser: Of a command, or some of its options.
        purpose: What the command does with what they gave.
    """
    said = f"run the notes again under SEEDS other seeds ({SEEDS} at most), and {purpose}"
    parser.add_argument(
        "--digits", nargs="?", type=_seeds, const=SEEDS, default=0, metavar="SEEDS", help=said
    )


def _seeds(text: str) -> int:
    if not text.isdecimal():
        said = f"`{text}` is no number of seeds. Name notes before it: `{text} --digits`"
        raise argparse.ArgumentTypeError(said)
    if int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"give {FEWEST} seeds or more")
    return int(text)


def _check(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and check every link; of some notes, if they are named."""
    named = [find(vault, name).path for name in options.notes]
    if named and options.keep:
        raise EngineError(
            "what other seeds gave is kept for all notes at once: "
            "leave out `--keep`, or the names of notes"
        )
    if options.fix:
        vault = _fix(vault, named)
    part = replace(vault, notes={path: vault.notes[path] for path in named}) if named else vault
    run = _run(engine, vault, part, options.kept_in)
    own = _of_notes(run, part)
    problems = [each for each in judge(vault, run).problems if part is vault or _is_in(part, each)]
    if options.alone:
        problems += run_alone(part, own)
    if options.twice:
        problems += run_twice(part, own)
    own.notices += _notices(vault, run, part, listed=options.mentions)
    own.notices += unbacked_notices(part, own) if options.unbacked else ()
    own.notices += _digits(part, own, options)
    found = costs(own) if options.costs else []
    own.notices += cost_notices(found)
    if options.json or options.sarif:
        print(as_sarif(problems, own.notices) if options.sarif else as_json(own, problems))
        return 1 if problems else 0
    if options.costs:
        print(cost_table(found))
    return tell(own, problems)


def _run(engine: Engine, vault: Vault, part: Vault, kept_in: Path | None) -> Run:
    """Run a part of a vault; of the rest, the records say what links may lead to."""
    if part is vault:
        run = engine.run(vault, progress=Bar())
        write_figures(vault, run)
        return run
    run = engine.run(vault, part.notes.values(), Bar())
    run.problems += vault.problems
    rest = [note for path, note in vault.notes.items() if path not in part.notes]
    if rest:
        with Engine(engine.settings, runs=False, kept_in=kept_in) as reader:
            run.cells |= reader.run(vault, rest).cells
    return run


def _of_notes(run: Run, part: Vault) -> Run:
    """What a run tells of a part of its vault."""
    return replace(run, cells={path: run.cells[path] for path in part.notes})


def _is_in(part: Vault, problem: Problem) -> bool:
    """Whether a problem is one of a part of a vault."""
    return any(note.file == problem.file for note in part.notes.values())


def _notices(vault: Vault, run: Run, part: Vault, *, listed: bool) -> Iterator[str]:
    """What is worth a word; of a part of a vault, what names a line of it."""
    found = [*link_notices(vault), *name_notices(vault), *shell_notices(vault)]
    found += [*dataview_notices(vault), *base_notices(published(vault))]
    notices = [*map(str, found), *mention_notices(vault, Web.of(vault, run.makers), listed)]
    if part is vault:
        yield from [*notices, *typed_notices(vault, run), *citation_notices(vault)]
    else:
        starts = tuple(f"{note.file}:" for note in part.notes.values())
        yield from (each for each in notices if each.startswith(starts))


def _digits(vault: Vault, run: Run, options: argparse.Namespace) -> Iterator[str]:
    """Try other seeds, if they are asked for; yield the numbers whose last digit is luck."""
    seeds = options.digits or (SEEDS if options.keep else 0)
    found = scatters(vault, run, seeds) if seeds else []
    if options.keep:
        keep_spreads(vault, run, found)
    yield from digit_notices(vault, found)


def _fix(vault: Vault, named: Sequence[str]) -> Vault:
    """Rewrite links that work here but not in Obsidian; returns the vault as it is then."""
    fixes = plan_fixes(vault)
    fixes = {path: edits for path, edits in fixes.items() if not named or path in named}
    write_edits(vault, fixes)
    for path, edits in fixes.items():
        places = sum(edit.start < edit.end for edit in edits)
        print(f"{vault.notes[path].file}: {places} link{'s' if places > 1 else ''} rewritten")
    return Vault.scan(vault.settings) if fixes else vault
