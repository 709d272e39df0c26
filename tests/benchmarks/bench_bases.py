"""How long bases take: a thousand light notes, without a base and with ten that list them all.

    python tests/benchmarks/bench_bases.py [--notes 1000] [--bases 10] [--rounds 5] [--saves 20]

Both projects take turns in each round, so that what else the machine does hits them alike; a
difference is the median of those of the rounds. Each base has two views of all notes, a table with
a formula, sorted and summed up, and a list in groups. "Saved" is the time from a save of a note,
whose text no base can see, until `mkdocs serve` has it in its page.
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

from bench_processes import Server
from light_vault import path_of, write

ADDRESS = f"{path_of(1).removesuffix('.md')}/"

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


def saved(roots: tuple[Path, Path], saves: int) -> tuple[list[float], list[float]]:
    """Save a note some times while both projects are served, in turns; returns the seconds."""
    taken: tuple[list[float], list[float]] = ([], [])
    with Server(roots[0]) as without, Server(roots[1]) as having:
        for server in (without, having):
            server.wait_for_page(ADDRESS, ["</html>"])
        for number in range(saves + 1):
            for root, server, seconds in zip(roots, (without, having), taken, strict=True):
                time.sleep(1)
                said = f"Said in save {number}."
                started = time.perf_counter()
                with (root / "docs" / path_of(1)).open("a", encoding="utf-8") as note:
                    note.write(f"\n{said}\n")
                server.wait_for_page(ADDRESS, [said])
                seconds.append(time.perf_counter() - started)
    return taken[0][1:], taken[1][1:]  # the first save of a server costs more


def main() -> None:
    """Measure, and print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--bases", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--saves", type=int, default=20)
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
        taken |= {"saved": saved(roots, options.saves)} if options.saves else {}
    for name, (without, having) in taken.items():
        more = statistics.median(b - a for a, b in zip(without, having, strict=True))
        ratio = statistics.median(b / a for a, b in zip(without, having, strict=True))
        medians = [statistics.median(each) for each in (without, having)]
        print(
            f"{name}: {medians[0]:.3f} s, {medians[1]:.3f} s with {options.bases} bases: ", end=""
        )
        print(f"{more:+.3f} s, {ratio:.2f} times")


if __name__ == "__main__":
    main()
