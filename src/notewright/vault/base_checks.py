"""Bases in notes: what their fences ask the vault for, and what is wrong with them.

The page asks here, and so does every command that checks: what one tells, all tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from notewright.bases.document import Base, read_base
from notewright.bases.query import Result, run_view
from notewright.bases.scope import World
from notewright.bases.yaml_nodes import BaseError
from notewright.errors import Problem
from notewright.note.note import Note
from notewright.vault.base_files import VaultFiles
from notewright.vault.base_notes import LANGUAGE, SHIFT
from notewright.vault.vault import Vault


def ask(files: VaultFiles, text: str, path: str, view: str = "") -> tuple[Base, Sequence[Result]]:
    """A base, and what its views show.

    Args:
        files: The files that it may see.
        text: Its YAML.
        path: The file that shows it.
        view: The name of the view that is asked for; all if there is none of this name.

    Raises:
        BaseError: If it is no YAML, or too much of it.
    """
    base = read_base(text)
    world = World(files, files.at(path), declared_moment())
    named = [each for each in base.views if view and each.name == view][:1]
    return base, [run_view(base, each, world) for each in named or base.views]


def declared_moment() -> datetime | None:
    """The moment that a build declares, for bases that ask for one; None if it declares none."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() else None


def is_base(info: str) -> bool:
    """Whether a fence holds a base, by the words behind its backticks."""
    return info.strip().split(maxsplit=1)[:1] == [LANGUAGE]


def faults_of(base: Base, results: Iterable[Result]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a base, each once, with its line in the YAML."""
    found = [*base.faults, *(fault for result in results for fault in result.faults)]
    for fault in dict.fromkeys(found):
        yield fault.line, f"{fault.key}: {fault.message}"


def problem_of(note: Note, text: str, line: int, message: str) -> Problem:
    """What is wrong with a base of a note, at the line of the note.

    Args:
        note: The note.
        text: The base's YAML.
        line: Its line.
        message: What is wrong.
    """
    first = next((at for at, found in fences(note) if found == text), 1)
    first -= SHIFT if note.is_base else 0
    said = f"the base cannot be shown as it stands: {message}"
    return Problem(note.file, first + line - 1, said)


def check_bases(vault: Vault) -> Iterator[Problem]:
    """Yield what is wrong with the bases of a vault.

    Args:
        vault: The notes and files that are published.
    """
    files = VaultFiles(vault)
    for path, note in vault.notes.items():
        if LANGUAGE not in note.text:
            continue
        for _, text in fences(note):
            try:
                faults = list(faults_of(*ask(files, text, path)))
            except BaseError as error:
                faults = [(error.line, error.message)]
            yield from (problem_of(note, text, *fault) for fault in faults)


def fences(note: Note) -> Iterator[tuple[int, str]]:
    """Yield the bases of a note, each with the line at which its YAML begins."""
    for token in note.parse.blocks:
        if token.type == "fence" and token.map is not None and is_base(token.info):
            yield token.map[0] + 2, token.content
