"""Doctests: sessions of the interpreter in a note, and what it answers to them now."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from notewright.accepted import matches

if TYPE_CHECKING:
    from doctest import Example

BLANK = "<BLANKLINE>"
_FAILED = "Traceback (most recent call last):\n    ...\n"


def examples(code: str) -> list[Example]:
    """Split a session into examples; `lineno` of each counts lines of `code` from 0.

    Raises:
        ValueError: If prompts or indentation are inconsistent.
    """
    from doctest import DocTestParser  # takes a while, and few notes have doctests

    return DocTestParser().get_examples(code)


def answers(code: str, file: str, lines: list[int], names: dict[str, Any]) -> Iterator[str]:
    """Run a session, yielding what the interpreter answers to each example.

    Args:
        code: The session, with prompts.
        file: The note, for tracebacks.
        lines: The note's line of each line of the session.
        names: The names of the notewright session.

    Raises:
        ValueError: If it is not a session.
    """
    for example in examples(code):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                tree = ast.parse(example.source, file, "single")
                ast.increment_lineno(tree, lines[example.lineno] - 1)
                exec(compile(tree, file, "single", dont_inherit=True), names)
            except Exception as error:
                said = traceback.format_exception_only(error)[-1]
                print(f"{_FAILED}{said}", end="", file=printed)
        yield printed.getvalue()


def agrees(example: Example, answer: str) -> bool:
    """Whether the interpreter answers what the note says; a traceback counts by its last line."""
    if example.exc_msg is not None:
        return answer.startswith(_FAILED) and matches(example.exc_msg, answer.removeprefix(_FAILED))
    return matches(as_note(example.want), as_note(answer))


def as_note(answer: str) -> str:
    """An answer as a note can hold it: an empty line would end it, and doctest expands tabs."""
    return re.sub(r"^[ \t]*$(?=\n)", BLANK, answer.expandtabs().rstrip() + "\n", flags=re.M)
