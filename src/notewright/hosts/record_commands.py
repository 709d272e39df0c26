"""Commands for records: `export` and `import` carry them, `prune` sweeps those that are shared."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path

from notewright.configuration import find_root
from notewright.errors import EngineError
from notewright.hosts.parsers import Parser
from notewright.note.sessions import Session, group
from notewright.run import record_archive
from notewright.run.engine import Engine
from notewright.run.shared.places import place_of, shown
from notewright.run.shared.shared_records import said
from notewright.run.shared.sweep import sweep
from notewright.run.unmet_needs import able
from notewright.settings import SHARED_WRITE, Settings
from notewright.vault.vault import Vault

FILE = "notewright-records.zip"


def add_command(parser: Parser) -> None:
    """Add `records` to the command line."""
    records = parser.add_command(
        "records",
        "export, import or prune stored results",
        f"notewright records export {FILE}",
        f"notewright records import {FILE}",
    )
    exporting = records.add_command(
        "export",
        "write the current records of all notes to one file",
        "notewright records export",
    )
    importing = records.add_command(
        "import",
        "add the records from an exported file to this project",
        "notewright records import",
    )
    for each, command in ((exporting, _export), (importing, _import)):
        said = f"archive (default: {FILE})"
        each.add_argument("file", nargs="?", type=Path, default=Path(FILE), help=said)
        each.set_defaults(command=command)
    pruning = records.add_command(
        "prune",
        "delete shared records that have not been used recently",
        "notewright records prune --older-than 90 --dry-run",
        "notewright records prune --older-than 90 s3://bucket/records",
    )
    said = "folder or URL of the shared records (default: the project's)"
    pruning.add_argument("place", nargs="?", metavar="URL", help=said)
    pruning.add_argument(
        "--older-than",
        type=_days,
        default=90,
        metavar="DAYS",
        help="delete records not used for this many days (default: 90)",
    )
    pruning.add_argument(
        "--dry-run", action="store_true", help="print what would be deleted, without deleting it"
    )
    pruning.set_defaults(standalone=_prune)


def _export(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Write records to a file; nothing runs."""
    sessions = _sessions(vault)
    count = record_archive.export(engine.records, sessions, options.file)
    size = options.file.stat().st_size / 1e6
    print(f"{options.file}: {count} records, {size:.1f} MB")
    print(f"notewright: with these records, {_fresh(engine, sessions)}")
    return 0


def _import(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Keep the records of a file."""
    new, here = record_archive.take(engine.records, options.file)
    engine.records.forget_digests()
    print(f"{options.file}: added {new} records, {here} already existed")
    print(f"notewright: {_fresh(engine, _sessions(vault))}")
    return 0


def _days(text: str) -> int:
    """A number of days, as the command line gives it."""
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError(f"`{text}` is not a valid number of days. Example: 90")
    return int(text)


def _prune(options: argparse.Namespace) -> int:
    """Remove shared records that were long out of use."""
    settings = Settings.load(find_root(options.project or Path.cwd()))
    address, root = options.place or settings.shared_records, settings.root
    if options.place:
        root = Path.cwd()
    if not address:
        raise EngineError("no shared records are configured. Specify a folder or URL")
    if not settings.shared_records_write and not options.dry_run:
        raise EngineError(
            "writing to shared records is turned off, so they cannot be deleted. See "
            f"`shared_records_write` and {SHARED_WRITE}"
        )
    before = time.time() - options.older_than * 24 * 3600
    try:
        swept = sweep(place_of(address, root), before, is_real=not options.dry_run)
    except Exception as error:  # of a library that we do not know, whatever it is
        raise EngineError(f"cannot prune {shown(address)}: {said(error)}") from None
    done = "would delete" if options.dry_run else "deleted"
    print(f"{shown(address)}: {done} {swept.removed} records ({swept.size / 1e6:.1f} MB)")
    print(f"notewright: kept {swept.kept} records used within {options.older_than} days")
    return 0


def _sessions(vault: Vault) -> list[Session]:
    found = (each for note in vault.notes.values() for each in group(note.cells))
    # What needs something else than is installed has records of what stands above it.
    cut = (each if each.problem else able(each, vault.settings.root) for each in found)
    return [each for each in cut if each.cells]


def _fresh(engine: Engine, sessions: Sequence[Session]) -> str:
    fresh = sum(not engine.records.find(each)[1] for each in sessions if not each.problem)
    return f"{fresh} of {len(sessions)} sessions are fresh"
