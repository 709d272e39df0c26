"""Bases in notes: what their fences ask the vault for, and what is wrong with them.

The page asks here, and so does every command that checks: what one tells, all tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from notewright.bases.document import Base
from notewright.bases.query import Result
from notewright.bases.yaml_nodes import BaseError
from notewright.errors import Problem
from notewright.note.note import Note
from notewright.vault.base_answers import Answers
from notewright.vault.base_notes import LANGUAGE, SHIFT
from notewright.vault.vault import Vault


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
    answers = Answers.of(vault)
    for note in vault.notes.values():
        for _, text in fences(note) if LANGUAGE in note.text else ():
            look = partial(_faults, answers, note, text)
            faults = note.remembered(f"base {text}", answers.key(text), look)
            yield from (problem_of(note, text, *fault) for fault in faults)


def _faults(answers: Answers, note: Note, text: str) -> Sequence[tuple[int, str]]:
    try:
        return list(faults_of(*answers.ask(text, note.path)))
    except BaseError as error:
        return [(error.line, error.message)]


def fences(note: Note) -> Iterator[tuple[int, str]]:
    """Yield the bases of a note, each with the line at which its YAML begins."""
    for token in note.parse.blocks:
        if token.type == "fence" and token.map is not None and is_base(token.info):
            yield token.map[0] + 2, token.content
