"""The sixteen tools that the second source lists;
`docs/data/tools-data.md` describes them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the table; the fields are its columns.

    Attributes:
        id: Number of the row, such as "S1-T04".
        name: Name as the project writes it.
        written: Name as the source writes it.
        purpose: What it is for.
        need: When these notes would need it.
        status: Whether these notes run it, or show its idea, and where.
        link: Its repository.
    """

    id: str
    name: str
    written: str
    purpose: str
    need: str
    status: str
    link: str


def load() -> list[Tool]:
    """Read all rows, in the order of the source."""
    path = Path(__file__).with_name("tools.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [Tool(**row) for row in csv.DictReader(file)]
