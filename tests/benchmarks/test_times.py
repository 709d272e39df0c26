"""Compare what tests cost with the kept table, and name the tests above their budget.

    NOTEWRIGHT_TIMES=times.csv pytest -n auto
    python tests/benchmarks/test_times.py times.csv            # compare
    python tests/benchmarks/test_times.py times.csv --write    # keep as the new table

All figures are multiples of a fixed piece of work (`tests/processor_times.py`), so that they
hold on other machines. A file that costs half as much again is named, and so is each test above
the budget of its tier. Nothing fails: the work of a process that a test kills is counted only if
its parent still waited for it, so a figure can differ from run to run.
"""

from __future__ import annotations

import argparse
import collections
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from forecast import TABLE, Row, read  # noqa: E402

BUDGETS = {"quick": 10.0, "gate": 100.0}
"""Work of one test: half a second and five seconds on a machine whose loop takes 0.05 s."""

EXEMPT = ("docs/", "tests/snippets/test_harness.py", "tests/whole/test_one_walk.py")
"""Cells of notes, which run for the tests of lessons where those come first, and the walk through
all commands have budgets of their own."""

GROWN = 1.5
LEAST = 20.0
"""A file of less work than this may grow as it likes: a second."""

Test = tuple[str, str, float, float]


def measured(paths: Iterable[Path]) -> list[Test]:
    """Each test with its tier, the work of its call and that of its fixtures."""
    found = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.append((row["test"], row["tier"], float(row["call"]), float(row["fixtures"])))
    return found


def by_file(tests: Sequence[Test]) -> list[Row]:
    """The table: a row for each file and tier."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    work: collections.Counter[tuple[str, str]] = collections.Counter()
    for test, tier, call, fixtures in tests:
        key = (test.partition("::")[0], tier)
        counts[key] += 1
        work[key] += call + fixtures  # type: ignore[assignment]
    sessions = sessions_of_notes()
    return [
        Row(file, tier, counts[file, tier], sessions.get(file, 0), round(work[file, tier], 1))
        for file, tier in sorted(counts)
    ]


def sessions_of_notes() -> dict[str, int]:
    """How many sessions each note has."""
    from notewright.run.note_plans import NotePlan
    from notewright.settings import Settings
    from notewright.vault.vault import Vault

    vault = Vault.scan(Settings.load(ROOT))
    plans = {note.file: NotePlan(note, ROOT) for note in vault.notes.values()}
    return {file: len(plan.sessions) for file, plan in plans.items() if plan.sessions}


def write(rows: Sequence[Row]) -> None:
    """Keep the table."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "tier", "tests", "sessions", "work"])
        table.writerows((r.file, r.tier, r.tests, r.sessions, f"{r.work:.1f}") for r in rows)


def grown(now: Sequence[Row], kept: Sequence[Row]) -> list[str]:
    """Files that cost half as much again as in the kept table."""
    before = {(row.file, row.tier): row.work for row in kept}
    return [
        f"{row.file} ({row.tier}): {before[row.file, row.tier]:.0f}, now {row.work:.0f}"
        for row in now
        if (row.file, row.tier) in before
        and row.work > max(LEAST, GROWN * before[row.file, row.tier])
    ]


def above(tests: Sequence[Test]) -> list[str]:
    """Tests above the budget of their tier, the dearest first."""
    found = [
        (call / BUDGETS[tier], test)
        for test, tier, call, _ in tests
        if tier in BUDGETS and not test.startswith(EXEMPT) and call > BUDGETS[tier]
    ]
    return [test for _, test in sorted(found, reverse=True)]


def main() -> int:
    """Compare, or keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("times", nargs="+", type=Path, help="what NOTEWRIGHT_TIMES named")
    parser.add_argument("--write", action="store_true", help="keep the figures as the new table")
    options = parser.parse_args()
    tests = measured(options.times)
    rows = by_file(tests)
    if options.write:
        write(rows)
        return 0
    for line in grown(rows, read()):
        print(f"costs half as much again: {line}")
    for name in above(tests):
        print(f"above the budget of its tier: {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
