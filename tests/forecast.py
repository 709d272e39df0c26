"""Say at the start of a run how many tests it has and how long it takes.

The figures come from `data/benchmarks/test-times.csv`, so that they are there before anything is
collected. `tests/benchmarks/test_times.py --write` brings that table up to date.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import processor_times
import pytest

TABLE = Path(__file__).parents[1] / "data" / "benchmarks" / "test-times.csv"


@dataclass(frozen=True)
class Row:
    """The tests of one file and tier.

    Attributes:
        file: Where the tests are, from the project's root.
        tier: Quick, gate or nightly.
        tests: How many tests there are.
        sessions: How many sessions of cells the note has.
        work: Processor time of all of them, in loops of `processor_times.loop`.
    """

    file: str
    tier: str
    tests: int
    sessions: int
    work: float


def read(path: Path = TABLE) -> list[Row]:
    """Read the table."""
    with path.open(encoding="utf-8", newline="") as lines:
        next(lines)
        return [
            Row(name, tier, int(tests), int(sessions), float(work))
            for name, tier, tests, sessions, work in csv.reader(lines)
        ]


def line(config: pytest.Config) -> str | None:
    """The first line of a run of all quick tests; None for other runs."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if not is_whole or config.option.markexpr or config.option.keyword:
        return None
    rows = [row for row in read() if row.tier == "quick"]
    if not rows:
        return None
    processes = int(config.getoption("numprocesses", None) or 1)
    cores = min(processes, os.cpu_count() or 1)
    seconds = sum(row.work for row in rows) * min(processor_times.loop() for _ in range(3)) / cores
    tests, sessions = sum(row.tests for row in rows), sum(row.sessions for row in rows)
    minutes = max(1, round(seconds / 60))
    on = f"{cores} cores" if cores > 1 else "1 core; `-n auto` uses all"
    return f"{sessions:,} sessions and {tests:,} tests; about {minutes} minutes on {on}"
