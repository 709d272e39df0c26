"""The provenance of a result: the quiet line that says where a figure or an output comes from.

It holds what is the same in each build of one commit: the cell's number and line, the seeds that
its code names, and the versions of the packages that it imports. A run's time is not: it is
another in each build, and is told by `notewright run --profile` instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

from notewright.note.cells import Cell
from notewright.note.seeds import in_words, seeds_of
from notewright.note.syntax_trees import parse_code
from notewright.run.module_owners import owners
from notewright.run.verdicts import CellResult

_DRAW = frozenset({"matplotlib", "ipython"})
"""Packages that only show what others gave."""
_MOST = 3
"""Packages that are named; the pages of code name all."""


def anchor_of(cell: Cell, number: int) -> str:
    """The id at which a cell is found: its label, which stays, else its place among the cells."""
    return cell.label or f"nw-cell-{number}"


def tick(cell: Cell, number: int) -> str:
    """The mark of a cell that ran, which leads to the cell's own address."""
    anchor = anchor_of(cell, number)
    own = "" if cell.label else f' id="{anchor}"'
    href = escape(f"#{anchor}")
    return f'<a class="nw-tick"{own} href="{href}" aria-label="Cell {number}">{number}</a>'


def lines_of(cell: Cell) -> int:
    """How many lines of code are shown."""
    return len(cell.code.strip("\n").split("\n"))


def bar(cell: Cell, mark: str) -> str:
    """What stands above the code of a cell: how long it is. A script adds its copies."""
    count = lines_of(cell)
    told = f"Python, {count} {'line' if count == 1 else 'lines'}"
    return f'<div class="nw-bar" data-search-exclude>{mark}<span>{told}</span></div>'


def line(result: CellResult, mark: str, *links: str) -> str:
    """The line below a result: what made it, and where that leads.

    Args:
        result: The cell, and what it showed.
        mark: The tick of the cell, or nothing where it stands already.
        links: Links, as HTML.
    """
    told = "".join(f"<span>{escape(fact)}</span>" for fact in facts(result))
    return f'<p class="nw-origin" data-search-exclude>{mark}{told}{"".join(links)}</p>'


def facts(result: CellResult) -> Iterator[str]:
    """What is known of how a result was made, in a few words each."""
    yield f"line {result.cell.line}"
    seeds = in_words(_seeds(result))
    if seeds:
        yield seeds
    yield from _packages(result)


def _seeds(result: CellResult) -> frozenset[int]:
    """Those of the cell's own code; if it names none, of the cells whose names it shares."""
    own = seeds_of(result.cell.code)
    return own or frozenset().union(*(seeds_of(cell.code) for cell in result.earlier))


def _packages(result: CellResult) -> Iterator[str]:
    """Packages with their versions, as far as the cell and those before it import them."""
    modules: dict[str, None] = {}
    for cell in (result.cell, *result.earlier):
        modules |= dict.fromkeys(_imported(cell.code))
    names = (name for module in modules for name in owners().get(module, ()))
    known = [
        name
        for name in dict.fromkeys(names)
        if name in result.packages and name.lower() not in _DRAW
    ]
    for name in known[:_MOST]:
        yield f"{name} {result.packages[name]}"


@cache
def _imported(code: str) -> Sequence[str]:
    """The top-level modules that code imports, in order."""
    try:
        tree = parse_code(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module.partition(".")[0]] = None
    return tuple(found)
