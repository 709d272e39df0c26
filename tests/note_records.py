"""Read what the cells of the notes of this repository returned, from the records of their runs.

A test that looks at the same result need not compute it again. The tests of the notes run the
same sessions: what one process has run is fresh for all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notewright.hosts import pytest_notes
from notewright.run.given_results import given
from notewright.vault.vault import Vault


def rows(label: str) -> list[Mapping[str, Any]]:
    """The results that the cell of a label returned.

    Raises:
        KeyError: If no cell of a note has the label.
        AssertionError: If the cell, or one above it, failed.
    """
    notes = pytest_notes.current()
    results = notes.results(notes.makers[label].path)
    cell = next(each for each in results if each.cell.label == label)
    assert cell.record is not None and not cell.problems, [*map(str, cell.problems)]
    return [row for output in cell.outputs for row in given(output)]


def vault() -> Vault:
    """The notes of this repository, read once."""
    return pytest_notes.current().vault
