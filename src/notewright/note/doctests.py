"""Doctests: sessions of the interpreter as a note writes them down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doctest import Example

BLANK = "<BLANKLINE>"


def examples(code: str) -> list[Example]:
    """Split a session into examples; `lineno` of each counts lines of `code` from 0.

    Raises:
        ValueError: If prompts or indentation are inconsistent.
    """
    from doctest import DocTestParser  # takes a while, and few notes have doctests

    return DocTestParser().get_examples(code)


def as_note(answer: str) -> str:
    """An answer as a note can hold it: an empty line would end it, and doctest expands tabs."""
    return re.sub(r"^[ \t]*$(?=\n)", BLANK, answer.expandtabs().rstrip() + "\n", flags=re.M)
