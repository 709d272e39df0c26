"""How long bases take: a thousand light notes, without a base and with ten that list them all.

    python tests/benchmarks/bench_bases.py [--notes 1000] [--bases 10] [--rounds 5]

Both projects take turns in each round, so that what else the machine does hits them alike; a
difference is the median of those of the rounds. Each base has two views of all notes, a table with
a formula, sorted and summed up, and a list in groups.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from light_vault import path_of, write

BASE = """\
filters: file.ext == "md"
formulas:
  links: file.links.length + {number}
  age: if(file.hasTag("fold"), "old", "new")
views:
  - type: table
    name: All
    order: [file.name, file.folder, formula.links, file.tags, formula.age]
    sort: [{{property: formula.links, direction: DESC}}]
    summaries: {{formula.links: Sum}}
  - type: list
    name: By folder
    order: [file.name]
    groupBy: file.folder
"""


def build(root: Path) -> float:
    """Build a site as a process of its own; returns the seconds that it took."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=root, check=True)
    return time.perf_counter() - started


def cold(root: Path) -> float:
    """Build a site of which nothing is there."""
    for name in (".notewright", "site"):
        shutil.rmtree(root / name, ignore_errors=True)
    return build(root)


def edited(root: Path) -> float:
    """Build a site after an edit of the prose of one note, which no base can see."""
    with (root / "docs" / path_of(1)).open("a", encoding="utf-8") as note:
        note.write("\nOne more sentence.\n")
    return build(root)


def main() -> None:
    """Measure, and print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--bases", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        roots = Path(folder, "without"), Path(folder, "with")
        for root in roots:
            write(root, options.notes, ["notewright"])
        for number in range(options.bases):
            (roots[1] / f"docs/base-{number}.base").write_text(BASE.format(number=number), "utf-8")
        cases = {"cold build": cold, "one edit": edited}
        taken = {name: ([], []) for name in cases}  # type: dict[str, tuple[list[float], ...]]
        for _ in range(options.rounds):
            for name, measure in cases.items():
                for root, seconds in zip(roots, taken[name], strict=True):
                    seconds.append(measure(root))
    for name, (without, having) in taken.items():
        more = statistics.median(b - a for a, b in zip(without, having, strict=True))
        ratio = statistics.median(b / a for a, b in zip(without, having, strict=True))
        medians = [statistics.median(each) for each in (without, having)]
        print(
            f"{name}: {medians[0]:.2f} s, {medians[1]:.2f} s with {options.bases} bases: ", end=""
        )
        print(f"{more:+.2f} s, {ratio:.2f} times")


if __name__ == "__main__":
    main()
