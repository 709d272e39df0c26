"""The scores that searches for a setting read: all settings of lesson L08.

`python -m snippets.search_tables` runs the lesson and writes them to
`data/search_tables.json`. A test compares the file with the lesson.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from snippets.lessons import l08_random_search as l08
from snippets.lessons.l08_random_search import Table

FILE = Path(__file__).parents[1] / "data" / "search_tables.json"

_SHAPE = (len(l08.COSTS), len(l08.GAMMAS))


def tables() -> list[Table]:
    """Read the tables of lesson L08, one a draw of digits."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return [
        Table(
            np.reshape(row["validation"], _SHAPE) / l08.N_VALIDATION,
            np.reshape(row["new"], _SHAPE) / l08.N_NEW,
        )
        for row in rows
    ]


def counts(table: Table) -> dict[str, list[int]]:
    """Count the digits that each setting gets right, row by row of the
    table.
    """
    validation = np.rint(table.validation * l08.N_VALIDATION)
    new = np.rint(table.new * l08.N_NEW)
    return {
        "validation": validation.astype(int).ravel().tolist(),
        "new": new.astype(int).ravel().tolist(),
    }


def write(found: Sequence[Table]) -> None:
    """Write tables, each as a line of counts."""
    lines = [json.dumps(counts(each)) for each in found]
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(l08.run().tables)
