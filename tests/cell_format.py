"""The width of code in notes, and the cells that `notewright format` would rewrite.

Widths come from `snippets/ruff.toml`, the one place where the number stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import note_records

from notewright.hosts import cell_format

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "snippets" / "ruff.toml"


def width() -> int:
    """The number of characters in a line of code."""
    found = re.search(r"(?m)^line-length = (\d+)$", CONFIG.read_text("utf-8"))
    assert found is not None
    return int(found[1])


def rewritten() -> Iterator[Path]:
    """Files of notes in which a cell is not formatted."""
    vault = note_records.vault()
    return (path for path, _ in cell_format.rewritten(vault, list(vault.notes.values()), CONFIG))
