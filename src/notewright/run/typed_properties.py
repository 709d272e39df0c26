"""Typed properties: those that runs hold in some notes, and that nobody holds in others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from notewright.errors import LISTED
from notewright.note.property_checks import line_of
from notewright.run.engine import Run
from notewright.vault.vault import Vault


def typed_notices(vault: Vault, run: Run) -> Iterator[str]:
    """Yield each property that a run holds in some notes, with the notes in which it is typed.

    Args:
        vault: The vault.
        run: What its cells gave.
    """
    holders: dict[str, set[str]] = {}
    for path, results in run.cells.items():
        for result in results:
            for value, got in zip(result.cell.values, result.values, strict=True):
                for name in json.loads(got) if value.held is not None and got is not None else ():
                    holders.setdefault(name, set()).add(path)
    for name, paths in sorted(holders.items()):
        typed = [
            f"{note.file}:{line_of(note, name)}"
            for path, note in vault.notes.items()
            if path not in paths and note.properties.get(name) is not None
        ]
        if typed:
            notes = "1 note" if len(paths) == 1 else f"{len(paths)} notes"
            more = f" and {len(typed) - LISTED} more" if len(typed) > LISTED else ""
            places = ", ".join(typed[:LISTED])
            yield f"`{name}` is computed by a cell in {notes}, but typed by hand at {places}{more}"
