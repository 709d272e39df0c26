"""Read what the cells of the notes of this repository returned, from the records of their runs.

A test that looks at the same result need not compute it again. A session that has no fresh record
runs once, for all processes of a test run.
"""

from __future__ import annotations

import atexit
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notewright.note.note import Note
from notewright.run.engine import Engine
from notewright.run.given_results import given
from notewright.run.verdicts import CellResult
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[1]


def rows(label: str) -> list[Mapping[str, Any]]:
    """The results that the cell of a label returned.

    Raises:
        KeyError: If no cell of a note has the label.
        AssertionError: If the cell, or one above it, failed.
    """
    note = _notes_by_label()[label]
    cell = next(each for each in _results(note.path) if each.cell.label == label)
    assert cell.record is not None and not cell.problems, [*map(str, cell.problems)]
    return [row for output in cell.outputs for row in given(output)]


@functools.cache
def vault() -> Vault:
    """The notes of this repository, read once."""
    return Vault.scan(Settings.load(ROOT))


@functools.cache
def _notes_by_label() -> dict[str, Note]:
    notes = vault().notes.values()
    return {cell.label: note for note in notes for cell in note.cells if cell.label}


@functools.cache
def _results(path: str) -> list[CellResult]:
    return _engine().run(vault(), [vault().notes[path]]).cells[path]


@functools.cache
def _engine() -> Engine:
    engine = Engine(vault().settings)
    atexit.register(engine.close)
    return engine
