"""Compare what tests cost with the kept table, and name the tests above their budget.

    NOTEWRIGHT_TIMES=times.csv pytest -n auto
    python tests/benchmarks/test_times.py times.csv            # compare
    python tests/benchmarks/test_times.py times.csv --write    # keep as the new table

All figures are multiples of a fixed piece of work (`tests/processor_times.py`), so that they
hold on other machines. A file that costs half as much again is named. So is each test above the
budget of its tier; one above twice the budget runs once more, alone, and fails if it is again.
"""

from __future__ import annotations

import argparse
import collections
import csv
import os
import subprocess
import sys
import tempfile
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


def above(tests: Sequence[Test], times: float) -> list[str]:
    """Tests above so many times the budget of their tier, the dearest first."""
    found = [
        (call / BUDGETS[tier], test)
        for test, tier, call, _ in tests
        if tier in BUDGETS and not test.startswith(EXEMPT) and call > times * BUDGETS[tier]
    ]
    return [test for _, test in sorted(found, reverse=True)]


def again(names: Sequence[str]) -> list[Test]:
    """Measure some tests once more, alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "times.csv")
        environment = os.environ | {"NOTEWRIGHT_TIMES": str(path)}
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names]
        subprocess.run(words, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
        return measured([path]) if path.exists() else []


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
    for name in above(tests, 1):
        print(f"above the budget of its tier: {name}")
    suspects = above(tests, 2)
    failed = above(again(suspects), 2) if suspects else []
    for name in failed:
        print(f"above twice the budget of its tier, twice: {name}")
    if failed:
        print("Make it cheaper, or move it to a later tier: docs/engine/contributing.md says how.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
