"""Orders cells into sessions: cells that share their names, and run in one process."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from notewright.errors import Problem
from notewright.note.cells import Cell

SCHEMA = 4
"""Raised when the form of a job or a record changes."""


@dataclass(frozen=True)
class Session:
    """Cells of one note that share their names, in the order in which they run."""

    file: str
    cells: tuple[Cell, ...]

    @cached_property
    def key(self) -> str:
        """Digest of all that decides what runs, wherever in the vault it stands."""
        steps = [step_of(cell) for cell in self.cells]
        return hashlib.sha256(json.dumps([SCHEMA, steps]).encode()).hexdigest()[:32]

    @property
    def line(self) -> int:
        """Line of its first cell."""
        return self.cells[0].line

    @property
    def where(self) -> str:
        """The session's place, for messages."""
        return f"{self.file}:{self.line}"

    @property
    def problem(self) -> Problem | None:
        """Why the session cannot run to its end: a malformed cell in it."""
        return next((cell.problem for cell in self.cells if cell.problem), None)

    @property
    def runnable(self) -> Session:
        """The session up to its first malformed cell."""
        sound = itertools.takewhile(lambda cell: cell.problem is None, self.cells)
        return replace(self, cells=tuple(sound))


def step_of(cell: Cell) -> Any:
    """All of a cell that decides what runs."""
    return [
        cell.is_doctest,
        cell.code,
        cell.options.error,
        cell.options.deps,
        [value.expression for value in cell.values if value.held is None],
        _frames(cell),
        *([cell.options.properties] if cell.options.properties else ()),
    ]


def _frames(cell: Cell) -> Any:
    """What decides the frames of a cell: their values in order, and what is said of each."""
    if not cell.options.has_frames:
        return None
    vary = cell.options.vary
    return [
        [vary.names, vary.values, vary.default] if vary else None,
        cell.options.templates,
        [value.follows for value in cell.values],
    ]


def group(cells: Iterable[Cell]) -> list[Session]:
    """Group the cells of one note; those that never run belong to no session."""
    groups: list[list[Cell]] = []
    for cell in cells:
        if not cell.runs:
            continue
        if cell.continues and groups:
            groups[-1].append(cell)
        else:
            groups.append([_checked_start(cell)])
    return [Session(group[0].file, tuple(group)) for group in groups]


def _checked_start(cell: Cell) -> Cell:
    if not cell.continues or cell.problem:
        return cell
    message = "there is no cell above to continue"
    return replace(
        cell, problem=Problem(cell.file, cell.line, message, "Remove `continuation` from its fence")
    )
