"""Runs doctests: what the interpreter answers now to the sessions that a note writes down."""

from __future__ import annotations

import ast
import contextlib
import io
import traceback
from collections.abc import Iterator
from typing import Any

FAILED = "Traceback (most recent call last):\n    ...\n"
"""What stands above an exception in an answer."""


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
    from doctest import DocTestParser  # takes a while, and few notes have doctests

    for example in DocTestParser().get_examples(code):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                tree = ast.parse(example.source, file, "single")
                ast.increment_lineno(tree, lines[example.lineno] - 1)
                exec(compile(tree, file, "single", dont_inherit=True), names)
            except Exception as error:
                said = traceback.format_exception_only(error)[-1]
                print(f"{FAILED}{said}", end="", file=printed)
        yield printed.getvalue()
