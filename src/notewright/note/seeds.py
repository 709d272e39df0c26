"""Finds the seeds that code names, so that a page can say with which a result was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from notewright.note.syntax_trees import parse_code

_KEYWORDS = frozenset({"seed", "seeds", "random_state", "random_seed"})
_CALLS = frozenset({"default_rng", "seed", "RandomState", "manual_seed"})
_MOST = 10_000


def seeds_of(code: str) -> frozenset[int]:
    """The seeds that stand in code as numbers; those that it computes are not known."""
    try:
        tree = parse_code(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(seed for node in ast.walk(tree) for seed in _named(node))


def _named(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in _KEYWORDS:
                yield from _numbers(keyword.value)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)
        if name in _CALLS and node.args:
            yield from _numbers(node.args[0])
    elif isinstance(node, (ast.For, ast.comprehension)):
        if _name(node.target) in _KEYWORDS:
            yield from _numbers(node.iter)
    elif isinstance(node, ast.Assign) and _KEYWORDS & {
        _name(each).lower() for each in node.targets
    }:
        yield from _numbers(node.value)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _numbers(node: ast.expr) -> Iterator[int]:
    """Numbers that are written out: one, several, or `range(10)`."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node.value
    elif isinstance(node, (ast.List, ast.Tuple)):
        for each in node.elts:
            yield from _numbers(each)
    elif isinstance(node, ast.Call) and _name(node.func) == "range" and not node.keywords:
        ends = [list(_numbers(each)) for each in node.args]
        if 1 <= len(ends) <= 3 and all(len(each) == 1 for each in ends):
            numbers = [each[0] for each in ends]
            if len(numbers) < 3 or numbers[2]:
                yield from range(*numbers)[:_MOST]


def in_words(seeds: frozenset[int]) -> str:
    """Seeds as a page says them: "seed 1", "seeds 0–9", "seeds 0, 3, 7–9"; empty for none."""
    parts: list[list[int]] = []
    for seed in sorted(seeds):
        if parts and parts[-1][-1] == seed - 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    told = [
        f"{part[0]}–{part[-1]}" if len(part) > 2 else ", ".join(map(str, part)) for part in parts
    ]
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(told)}" if told else ""
