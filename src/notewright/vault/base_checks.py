"""Bases in notes: what their fences ask the vault for, and what is wrong with them.

The page asks here, and so does every command that checks: what one tells, all tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from notewright.bases.yaml_nodes import BaseError
from notewright.errors import Problem
from notewright.note.note import Note
from notewright.vault.base_answers import Answers
from notewright.vault.base_notes import LANGUAGE, SHIFT
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from notewright.bases.document import Base
    from notewright.bases.query import Result


def is_base(info: str) -> bool:
    """Whether a fence holds a base, by the words behind its backticks."""
    return info.strip().split(maxsplit=1)[:1] == [LANGUAGE]


def faults_of(
    base: Base, results: Iterable[Result], *, of_data: bool = False
) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a base, each once, with its line in the YAML.

    Args:
        base: The base.
        results: What its views show.
        of_data: Whether what lies in the value of one file is meant, and not in the base itself.
    """
    found = [*base.faults, *(fault for result in results for fault in result.faults)]
    for fault in dict.fromkeys(found):
        if fault.is_of_data == of_data:
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
    said = f"cannot show the base: {message}"
    return Problem(note.file, first + line - 1, said)


def check_bases(vault: Vault) -> Iterator[Problem]:
    """Yield what is wrong with the bases of a vault.

    Args:
        vault: The notes and files that are published.
    """
    for note, text, faults in _told(vault, of_data=False):
        yield from (problem_of(note, text, *fault) for fault in faults)


def base_notices(vault: Vault) -> Iterator[Problem]:
    """Yield where the value of one file has a type that a filter cannot compare: it is left out.

    Args:
        vault: The notes and files that are published.
    """
    for note, text, faults in _told(vault, of_data=True):
        for line, message in faults:
            yield replace(
                problem_of(note, text, line, message), message=f"a file is not listed: {message}"
            )


def _told(vault: Vault, *, of_data: bool) -> Iterator[tuple[Note, str, Sequence[tuple[int, str]]]]:
    """Yield each base of a vault with what is to be told of it."""
    answers = Answers.of(vault)
    for note in vault.notes.values():
        for _, text in note.remembered("bases", "", partial(_fences, note)):
            look = partial(_faults, answers, note, text, of_data=of_data)
            yield note, text, note.remembered(f"{of_data} {text}", answers.key(text), look)


def _faults(answers: Answers, note: Note, text: str, *, of_data: bool) -> Sequence[tuple[int, str]]:
    try:
        return list(faults_of(*answers.ask(text, note.path), of_data=of_data))
    except BaseError as error:
        return [] if of_data else [(error.line, error.message)]


def _fences(note: Note) -> Sequence[tuple[int, str]]:
    is_read = note.is_base or not note.reads_as_mkdocs
    return list(fences(note)) if is_read and LANGUAGE in note.text else []


def fences(note: Note) -> Iterator[tuple[int, str]]:
    """Yield the bases of a note, each with the line at which its YAML begins."""
    for token in note.parse.blocks:
        if token.type == "fence" and token.map is not None and is_base(token.info):
            yield token.map[0] + 2, token.content
