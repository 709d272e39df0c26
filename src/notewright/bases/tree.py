"""The syntax tree of an expression, and how it is written back as text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TypeAlias

from notewright.bases.written import number_text

LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)
"""Operators between two values, those that bind weakest first."""

LEVEL = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
"""How strongly an operator binds."""

NAME = re.compile(r"(?:[^\W\d]|\$)(?:\w|\$)*")
"""What can be written as a name; all other names of properties need brackets and quotes."""

CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
"""Words that are values, and no names."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as such: a number, text, true, false or null."""

    value: float | str | bool | None
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, `/x/g`."""

    pattern: str
    flags: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, `[1, 2]`."""

    elements: tuple[Node, ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object, `{"a": 1}`."""

    entries: tuple[tuple[str, Node], ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands alone: a property, or one of `file`, `this`, `note`, `formula`."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a value, `.name`."""

    of: Node
    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """An element of a list or an object, `[key]`."""

    of: Node
    key: Node
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, `f(x)`, or of a method, `of.f(x)`."""

    of: Node | None
    name: str
    arguments: tuple[Node, ...]
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """An operator in front of a value, `!` or `-`."""

    operator: str
    of: Node
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """An operator of a chain, and the value on its right."""

    operator: str
    value: Node
    column: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Values joined by operators that bind equally, from left to right.

    One node, however long it is: so a sum of a thousand values is not a thousand levels deep.
    """

    first: Node
    steps: tuple[Step, ...]
    column: int = field(default=0, compare=False)

    @property
    def level(self) -> int:
        """How strongly its operators bind."""
        return LEVEL[self.steps[0].operator]


Node: TypeAlias = (
    Literal | Pattern | ListOf | ObjectOf | Name | Member | Index | Call | Unary | Chain
)

_UNARY, _POSTFIX = len(LEVELS), len(LEVELS) + 1


def print_tree(node: Node) -> str:
    """An expression that is read as this tree."""
    if isinstance(node, Literal):
        return _literal(node.value)
    if isinstance(node, Pattern):
        return f"/{node.pattern}/{node.flags}"
    if isinstance(node, ListOf):
        return f"[{', '.join(map(print_tree, node.elements))}]"
    if isinstance(node, ObjectOf):
        pairs = (f"{_quoted(name)}: {print_tree(each)}" for name, each in node.entries)
        return f"{{{', '.join(pairs)}}}"
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Unary):
        return f"{node.operator}{_inside(node.of, _UNARY)}"
    if isinstance(node, Chain):
        first = _inside(node.first, node.level + 1)
        return first + "".join(
            f" {step.operator} {_inside(step.value, node.level + 1)}" for step in node.steps
        )
    if isinstance(node, Call):
        arguments = f"({', '.join(map(print_tree, node.arguments))})"
        of = f"{_inside(node.of, _POSTFIX)}." if node.of is not None else ""
        return f"{of}{node.name}{arguments}"
    of = _inside(node.of, _POSTFIX)
    return f"{of}.{node.name}" if isinstance(node, Member) else f"{of}[{print_tree(node.key)}]"


def _inside(node: Node, level: int) -> str:
    """A part of an expression, in brackets if it binds more weakly than what is around it."""
    own = _POSTFIX
    if isinstance(node, Chain):
        own = node.level
    elif isinstance(node, Unary):
        own = _UNARY
    elif isinstance(node, Literal) and isinstance(node.value, float):
        own = _UNARY  # `(2.5).round()`: the app reads it only so
    return print_tree(node) if own >= level else f"({print_tree(node)})"


def _literal(value: float | str | bool | None) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return number_text(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
