"""Dependents of a cell: those below it that use a name that it may have changed."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_ANY = "*"


def dependents(codes: Sequence[str], number: int, before: str) -> list[int]:
    """The cells below one that may show something else now, by their places.

    A value can be changed without its name being set again, so each name that the cell mentions
    counts, and each that a cell mentions which depends on it. What cells only import does not,
    as long as the cell imports what it did.

    Args:
        codes: The code of the cells of a session.
        number: The place of the one that ran.
        before: Its code before it was edited.
    """
    imported = set().union(*map(_imports, codes))
    changed = (_names(codes[number]) | _names(before)) - imported
    changed |= _imports(codes[number]) ^ _imports(before)
    found = []
    for place in range(number + 1, len(codes)):
        names = _names(codes[place])
        if names & changed or _ANY in names | changed:
            found.append(place)
            changed |= names - imported
    return found


def _names(code: str) -> set[str]:
    """The names that code mentions; any if they cannot be told."""
    tree = _tree(code)
    if tree is None:
        return {_ANY}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    made = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return names | {node.name for node in ast.walk(tree) if isinstance(node, made)}


def _imports(code: str) -> set[str]:
    """The names that code imports."""
    tree = _tree(code)
    statements = (
        node
        for node in (ast.walk(tree) if tree is not None else ())
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )
    return {
        (each.asname or each.name).partition(".")[0]
        for statement in statements
        for each in statement.names
    }


def _tree(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
