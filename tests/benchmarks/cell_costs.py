"""Costs of the cells of this vault, compared with a kept table: which grew, and how much in all.

    python tests/benchmarks/cell_costs.py            # compares
    python tests/benchmarks/cell_costs.py --cold     # runs all cells first, as --write does
    python tests/benchmarks/cell_costs.py --write    # runs all cells, and writes the table

A cost is processor time in runs of a fixed piece of work, which is measured in turns while the
cells run: machines differ, and one that others use is slower for both. Without `--cold` the
records count, so run it soon after the cells, on the same machine. The exit status is 1 only
if all cells together cost more than twice what they did.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from notewright.hosts.costs import Cost, costs
from notewright.run.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "data" / "benchmarks" / "cell-costs.csv"

ALL = ("all notes", "all cells")
"""The row of the sum."""

LEAST = 0.1
"""Runs of the reference below which a cell has no row: there are a thousand such cells."""

DEAR = 1.0
"""Seconds below which a cell is not named, however much it grew."""

CELL, TOTAL, MOST = 1.5, 1.1, 2.0
"""By how much a cell and the sum may grow before they are named, and the sum before it fails."""

TIMES = 5
"""Measurements of the reference at least, of which the median counts."""

PAUSE = 15.0
"""Seconds between two measurements while cells run: they cost the run a few percent."""

_REFERENCE = """\
from lesson_runs import reference
from statistics import median
reference()  # what is loaded once is in no measurement
print(median(reference() for _ in range(9)))
"""

Table = Mapping[tuple[str, str], float]


def by_cell(found: list[Cost], unit: float) -> Table:
    """Costs in runs of the reference, by note and by the label or number of the cell.

    Args:
        found: The costs of all cells.
        unit: Seconds of one run of the reference.
    """
    numbers: dict[str, int] = {}
    table = {ALL: sum(cost.seconds for cost in found) / unit}
    for cost in sorted(found, key=lambda each: (each.note, each.cell.line)):
        numbers[cost.note] = number = numbers.get(cost.note, 0) + 1
        table[cost.note, cost.cell.label or f"cell {number}"] = cost.seconds / unit
    return table


def grown(before: Table, now: Table, unit: float) -> Iterator[str]:
    """Yield a line for each cell that costs much more than before, the dearest first.

    Args:
        before: The kept table.
        now: The costs now.
        unit: Seconds of one run of the reference.
    """
    if now[ALL] > TOTAL * before[ALL]:
        yield f"all cells: {before[ALL]:.1f} runs of the reference became {now[ALL]:.1f}"
    for row in sorted(now, key=lambda row: (-now[row], row)):
        if row == ALL or now[row] * unit < DEAR:
            continue
        # One that had no row cost less than the rows do, or is new.
        kept = before.get(row, 0.0)
        if now[row] > CELL * max(kept, LEAST):
            was = f"{kept:.1f}" if row in before else f"new, or below {LEAST:g}"
            yield f"{row[0]}, {row[1]}: {was} became {now[row]:.1f} runs of the reference"


def read(path: Path) -> Table:
    """The kept table."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["note"], row["cell"]): float(row["runs"]) for row in csv.DictReader(file)}


def write(path: Path, table: Table) -> None:
    """Keep a table: the sum, and each cell that costs something, by note."""
    rows = [(*row, f"{runs:.2f}") for row, runs in table.items() if row == ALL or runs >= LEAST]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("note", "cell", "runs"), *rows])


def measure() -> float:
    """Seconds of processor time of one run of the reference, in a process of its own."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    words = [sys.executable, "-c", _REFERENCE]
    return float(subprocess.check_output(words, cwd=ROOT / "tests", env=os.environ | threads))


@contextmanager
def measured() -> Iterator[list[float]]:
    """Measure the reference again and again meanwhile; in the end there are enough times."""

    def keep_measuring() -> None:
        while not is_over.is_set():
            times.append(measure())
            is_over.wait(PAUSE)

    times, is_over = list[float](), threading.Event()
    thread = threading.Thread(target=keep_measuring)
    thread.start()
    try:
        yield times
    finally:
        is_over.set()
        thread.join()
    while len(times) < TIMES:
        times.append(measure())


def run(kept_in: Path | None) -> tuple[Run, float]:
    """Run what is stale; returns the run, and the seconds of one run of the reference."""
    settings = Settings.load(ROOT)
    with measured() as times, Engine(settings, kept_in=kept_in) as engine:
        done = engine.run(Vault.scan(settings))
    return done, statistics.median(times)


def main() -> int:
    """Run, and write the table or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="run all cells and keep their costs")
    parser.add_argument("--cold", action="store_true", help="run all cells, whatever is recorded")
    options = parser.parse_args()
    if not options.write and not TABLE.exists():
        raise SystemExit(
            f"cell_costs.py: {TABLE.relative_to(ROOT)} is missing. Use `--write` first"
        )
    with tempfile.TemporaryDirectory() as directory:
        done, unit = run(Path(directory) if options.write or options.cold else None)
    if done.problems:
        print(*done.problems[:10], sep="\n", file=sys.stderr)
        raise SystemExit("cell_costs.py: some cells fail. Correct them first: `notewright run`")
    now = by_cell(costs(done), unit)
    print(f"{len(now) - 1} cells, {now[ALL]:.1f} runs of the reference of {unit:.2f} s each")
    if options.write:
        write(TABLE, now)
        return 0
    before = read(TABLE)
    for line in grown(before, now, unit):
        print(line)
    return 1 if now[ALL] > MOST * before[ALL] else 0


if __name__ == "__main__":
    raise SystemExit(main())
