"""Checking by hand: `notewright check`, all of a vault or what concerns some of its notes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from notewright.configuration import CONFIG_FILE
from notewright.errors import EngineError, Problem, counted
from notewright.files import replace_file
from notewright.hosts.costs import cost_notices, cost_table, costs
from notewright.hosts.finding import find
from notewright.hosts.judgement import judge
from notewright.hosts.other_shells import shell_notices
from notewright.hosts.parsers import NOTES, Parser
from notewright.hosts.progress import Bar
from notewright.hosts.report import as_json, tell
from notewright.hosts.sarif import as_sarif
from notewright.render.figure_files import write_figures
from notewright.run.alone import run_alone, run_twice
from notewright.run.engine import Engine, Run
from notewright.run.supported_digits import FEWEST, SEEDS, digit_notices, keep_spreads, scatters
from notewright.run.typed_properties import typed_notices
from notewright.run.unbacked_numbers import unbacked_notices
from notewright.settings import Settings
from notewright.vault.backlinks import Web
from notewright.vault.base_checks import base_notices
from notewright.vault.bibliography import citation_notices
from notewright.vault.dataview import dataview_notices
from notewright.vault.file_names import name_notices
from notewright.vault.link_fixes import plan_fixes
from notewright.vault.links import link_notices
from notewright.vault.mentions import mention_notices
from notewright.vault.old_names import note_notices, plan_new_names, with_new_options
from notewright.vault.published import published
from notewright.vault.rename import write_edits
from notewright.vault.vault import Vault


def add_command(parser: Parser) -> None:
    """Add `check` to the command line."""
    check = parser.add_command(
        "check",
        "run changed cells and check every link and number",
        "notewright check",
        "notewright check k-means docs/pca.md",
        "notewright check --json > problems.json",
        "notewright check --sarif > problems.sarif",
        "notewright check --fix",
    )
    check.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the result as JSON")
    form.add_argument(
        "--sarif", action="store_true", help="print the problems as SARIF, for code scanning"
    )
    check.names += ["--json", "--sarif"]
    check.add_argument(
        "--unlinked-mentions",
        action="store_true",
        help="list notes that are mentioned without a link",
    )
    check.add_argument(
        "--unchecked-numbers",
        action="store_true",
        help="list numbers in the text that no cell checks",
    )
    add_digits(check, "list digits that depend on the seed")
    check.add_argument(
        "--save-ranges",
        action="store_true",
        help="save the range of each number across seeds, and show it on the page",
    )
    check.add_argument(
        "--fix",
        action="store_true",
        help="fix links that do not work in Obsidian, and replace old names",
    )
    check.add_argument(
        "--isolated",
        action="store_true",
        help="also run each note in isolation and compare (slow)",
    )
    check.add_argument(
        "--repeat", action="store_true", help="run stale cells a second time and compare"
    )
    check.add_argument(
        "--costs", action="store_true", help="list the cells that take the most processor time"
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
    said = f"run the notes with up to SEEDS other seeds (default: {SEEDS}) and {purpose}"
    parser.add_argument(
        "--digits", nargs="?", type=_seeds, const=SEEDS, default=0, metavar="SEEDS", help=said
    )


def _seeds(text: str) -> int:
    if not text.isdecimal():
        said = (
            f"`{text}` is not a valid number of seeds. "
            f"Put note names before the option: `{text} --digits`"
        )
        raise argparse.ArgumentTypeError(said)
    if int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"use at least {FEWEST} seeds")
    return int(text)


def _check(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Run the stale cells and check every link; of some notes, if they are named."""
    named = [find(vault, name).path for name in options.notes]
    if named and options.save_ranges:
        raise EngineError(
            "ranges across seeds can only be saved for all notes. "
            "Remove `--save-ranges` or the note names"
        )
    if options.fix:
        vault = _fix(vault, named)
    part = replace(vault, notes={path: vault.notes[path] for path in named}) if named else vault
    run = _run(engine, vault, part, options.state_dir)
    own = _of_notes(run, part)
    problems = [each for each in judge(vault, run).problems if part is vault or _is_in(part, each)]
    if options.isolated:
        problems += run_alone(part, own)
    if options.repeat:
        problems += run_twice(part, own)
    own.notices += _notices(vault, run, part, listed=options.unlinked_mentions)
    own.notices += unbacked_notices(part, own) if options.unchecked_numbers else ()
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
    found += [*dataview_notices(vault), *base_notices(published(vault)), *note_notices(vault)]
    notices = [*map(str, found), *mention_notices(vault, Web.of(vault, run.makers), listed)]
    if part is vault:
        yield from [*notices, *typed_notices(vault, run), *citation_notices(vault)]
    else:
        starts = tuple(f"{note.file}:" for note in part.notes.values())
        yield from (each for each in notices if each.startswith(starts))


def _digits(vault: Vault, run: Run, options: argparse.Namespace) -> Iterator[str]:
    """Try other seeds, if they are asked for; yield the numbers whose last digit is luck."""
    seeds = options.digits or (SEEDS if options.save_ranges else 0)
    found = scatters(vault, run, seeds) if seeds else []
    if options.save_ranges:
        keep_spreads(vault, run, found)
    yield from digit_notices(vault, found)


def _fix(vault: Vault, named: Sequence[str]) -> Vault:
    """Rewrite links that do not work in Obsidian, and old names; returns the changed vault."""
    if not named:
        vault = _fix_options(vault)
    for plan, name in ((plan_fixes, "link"), (plan_new_names, "old name")):
        fixes = {path: found for path, found in plan(vault).items() if not named or path in named}
        write_edits(vault, fixes)
        for path, edits in fixes.items():
            count = sum(edit.start < edit.end for edit in edits)
            print(f"{vault.notes[path].file}: {counted(count, name)} rewritten")
        vault = Vault.scan(vault.settings) if fixes else vault
    return vault


def _fix_options(vault: Vault) -> Vault:
    """Write the new names of options into `mkdocs.yml`; returns the vault with these settings."""
    if not vault.settings.old_names:
        return vault
    file = vault.settings.root / CONFIG_FILE
    text, count = with_new_options(file)
    replace_file(file, text.encode(), is_safe=True)
    print(f"{CONFIG_FILE}: {counted(count, 'old name')} rewritten")
    return Vault.scan(Settings.load(vault.settings.root))
