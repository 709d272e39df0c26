"""Commands for records: `records export` and `records import` carry them between machines."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from notewright.hosts.parsers import Parser
from notewright.note.sessions import Session, group
from notewright.run import record_archive
from notewright.run.engine import Engine
from notewright.vault.vault import Vault

FILE = "notewright-records.zip"


def add_command(parser: Parser) -> None:
    """Add `records` to the command line."""
    records = parser.add_command(
        "records",
        "carry records to another machine, or from one",
        f"notewright records export {FILE}",
        f"notewright records import {FILE}",
    )
    exporting = records.add_command(
        "export",
        "write the records of the notes, as their code is now, to one file",
        "notewright records export",
    )
    importing = records.add_command(
        "import",
        "keep the records of such a file; those that are here stay",
        "notewright records import",
    )
    for each, command in ((exporting, _export), (importing, _import)):
        said = f"the archive (default: {FILE})"
        each.add_argument("file", nargs="?", type=Path, default=Path(FILE), help=said)
        each.set_defaults(command=command)


def _export(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Write records to a file; nothing runs."""
    sessions = _sessions(vault)
    count = record_archive.export(engine.records, sessions, options.file)
    size = options.file.stat().st_size / 1e6
    print(f"{options.file}: {count} records, {size:.1f} MB")
    print(f"notewright: {_fresh(engine, sessions)} by them")
    return 0


def _import(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Keep the records of a file."""
    new, here = record_archive.take(engine.records, options.file)
    engine.records.forget_digests()
    print(f"{options.file}: {new} records are new, {here} were here")
    print(f"notewright: {_fresh(engine, _sessions(vault))}")
    return 0


def _sessions(vault: Vault) -> list[Session]:
    return [each for note in vault.notes.values() for each in group(note.cells)]


def _fresh(engine: Engine, sessions: Sequence[Session]) -> str:
    fresh = sum(not engine.records.find(each)[1] for each in sessions if not each.problem)
    return f"{fresh} of {len(sessions)} sessions are fresh"
