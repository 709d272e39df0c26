"""Syntax trees of code that is only looked at.

Python's warnings about it are for its run, which shows them in the cell: here they would reach
the terminal, without the name of a note.
"""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator

_ALONE = threading.RLock()
"""Python 3.11 counts the depth of a tree once for all threads, and fails if two parse at a time."""


def parse_code(code: str) -> ast.Module:
    """The tree of some statements; raises what `ast.parse` does."""
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements below some code, however deep, and what holds them; no expressions.

    Nine nodes of ten are expressions, of which none holds a statement.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, ())
            if isinstance(inner, list):  # of a lambda or a conditional expression it is none
                waiting += inner


def parse_expression(code: str) -> ast.expr:
    """The tree of one expression; raises what `ast.parse` does."""
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code, mode="eval").body
