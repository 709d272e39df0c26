"""Mentions of symbols: where in the code of a cell a name stands for one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from notewright.note.cells import Cell

Names = frozenset[str]
"""Full names that one name may stand for: several after an `if` or a `try`, none if its own."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the code of a cell that names a symbol.

    Attributes:
        line: The line, counted from 1.
        start: Where the name begins in it, in characters.
        end: Where it ends.
        name: The full name that it stands for.
    """

    line: int
    start: int
    end: int
    name: str


@dataclass
class Uses:
    """What one cell uses, and where it is named.

    Attributes:
        names: Full names of the symbols.
        places: The one symbol that is meant at a line and two columns of the syntax tree.
    """

    names: set[str] = field(default_factory=set)
    places: dict[tuple[int, int, int], str] = field(default_factory=dict)
    _is_placeless: bool = False

    def count(self, node: ast.expr, word: str, names: Names) -> None:
        """Count an expression that ends with a word, and that stands for these names."""
        self.names |= names
        if node.end_lineno is not None and node.end_col_offset is not None:
            self._place(node.end_lineno, node.end_col_offset - len(word.encode()), word, names)

    def name(self, alias: ast.alias, names: Names) -> None:
        """Take note of a name that is imported: it is used only where it is read."""
        self._place(alias.lineno, alias.col_offset, alias.name, names)

    def _place(self, line: int, start: int, word: str, names: Names) -> None:
        if len(names) == 1 and not self._is_placeless:
            (self.places[line, start, start + len(word.encode())],) = names

    @contextmanager
    def without_places(self) -> Iterator[None]:
        """Read a tree whose places are not those of the cell."""
        before, self._is_placeless = self._is_placeless, True
        yield
        self._is_placeless = before

    def mentions(self, cell: Cell) -> list[Mention]:
        """The places in order; none in a doctest, whose examples are trees of their own."""
        lines = [] if cell.is_doctest else cell.code.split("\n")
        found = []
        for (line, *columns), name in sorted(self.places.items()):
            if line <= len(lines):
                start, end = (_characters(lines[line - 1], column) for column in columns)
                # In texts with fields, Python 3.11 counts columns from somewhere else.
                if lines[line - 1][start:end].isidentifier():
                    found.append(Mention(line, start, end, name))
        return found


def _characters(line: str, column: int) -> int:
    """A column of the syntax tree, which counts bytes, in characters."""
    return len(line.encode()[:column].decode(errors="ignore"))
