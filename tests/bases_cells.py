"""Computes expressions in a small library of two books and their author, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bases_files import Note, Vault

from notewright.bases.evaluate import Evaluator
from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.parser import parse
from notewright.bases.scope import World
from notewright.bases.values import Value
from notewright.bases.written import text_of

DUNE = Note(
    "Books/SF/Dune.md",
    {
        "price": 12,
        "due date": date(2024, 3, 1),
        "author": "[[Herbert|Frank Herbert]]",
        "genres": ["epic", "desert"],
        "tags": "#sf, classic",
        "read": True,
        "site": "https://example.org/dune",
        "empty": None,
        "quoted": "2024-03-01",
        "deep": {"a": {"b": 1}},
        "nowhere": "[[Nobody]]",
    },
    tags=["sf/classic", "Book"],
    links=["Herbert|Frank Herbert", "Nobody", "cover.png"],
    embeds=["cover.png"],
)
HERBERT = Note("Herbert.md", {"topic": "sand", "name": "Frank", "file": "x"}, backlinks=[DUNE])
COVER = Note("Attachments/cover.png")
VAULT = Vault(DUNE, HERBERT, COVER)
NOW = datetime(2024, 3, 1, 12, 30, 15, 250_999)
WORLD = World(VAULT, HERBERT, NOW)


def read(expression: str) -> Any:
    """The tree of an expression, or its mistake."""
    try:
        return parse(expression)
    except ExpressionError as error:
        return error.mistake


def compute(
    expression: str, formulas: Mapping[str, str] | None = None, world: World = WORLD
) -> Value | Mistake:
    """What an expression gives for Dune, in a base that the note of its author shows."""
    known = {name: read(text) for name, text in (formulas or {}).items()}
    return Evaluator(world, DUNE, known).value(read(expression))


def shown(expression: str, formulas: Mapping[str, str] | None = None) -> str:
    """The text of what an expression gives, or what is wrong with it behind an exclamation."""
    value = compute(expression, formulas)
    return f"! {value.advice}" if isinstance(value, Mistake) else text_of(value)
