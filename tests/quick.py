"""Run the quick tests that a change can break, nearest first, as many as fit into a minute.

    python tests/quick.py                           # what differs from main
    python tests/quick.py src/notewright/files.py   # what these files may break

`tests/import_graph.py` finds the tests and notes, `data/benchmarks/test-times.csv` says what
they cost. What does not fit is counted, and left to `nox -s tests`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence

import processor_times
from forecast import read
from import_graph import ROOT, reached_by

SECONDS = 40.0
"""By the clock, for tests; the rest of the minute is lint, collection and imports."""


def changed() -> list[str]:
    """Files that differ from `main`: committed, not committed, and new."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    names = {*_git("diff", "--name-only", base[0]), *_git("ls-files", "-o", "--exclude-standard")}
    return sorted(names)


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def fitting(names: Iterable[str], costs: Mapping[str, float], budget: float) -> list[str]:
    """The first of some files, and those behind them that still fit.

    Args:
        names: Test files and notes, nearest first.
        costs: The work of the quick tests of each file. A file without any costs nothing.
        budget: The work that all of them may take.
    """
    found: list[str] = []
    for name in names:
        cost = costs.get(name, 0.0)
        if not found or cost <= max(budget, 0.0):
            found.append(name)
            budget -= cost
    return found


def main(arguments: Sequence[str]) -> int:
    """Say what is tested, and test it."""
    files = list(arguments) or changed()
    reached = reached_by(files)
    nearest = sorted((reached.tests | reached.notes).items(), key=lambda each: each[1])
    names = [name for name, _ in nearest if (ROOT / name).exists()]
    if not names:
        print("No test and no note imports what changed: `nox -s tests` runs all of them.")
        return 0
    cores = os.cpu_count() or 1
    costs = {row.file: row.work for row in read() if row.tier == "quick"}
    budget = SECONDS * cores / min(processor_times.loop() for _ in range(3))
    chosen = fitting(names, costs, budget)
    left = len(names) - len(chosen)
    rest = f"; {left} more would not fit: `nox -s tests` runs them" if left else ""
    print(
        f"{len(files)} changed files reach {len(names)} files of tests and notes{rest}", flush=True
    )
    words = ["-q", "-n", "auto", "-m", "not gate and not nightly", *chosen]
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False)
    return 0 if done.returncode == 5 else done.returncode  # 5: none of their tests is quick


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
