"""How long sites of many light notes take: notewright, stock MkDocs with Material, Zensical.

    python tests/benchmarks/bench_notes.py [--notes 100,1000] [--scenarios cold,serve] [--keep]

All three make a site of the same notes (`light_vault.py`), each a whole process, in turns: what
else the machine does hits them alike. A ratio is the median of the ratios of the rounds. `--keep`
writes the medians to `data/benchmarks/builds.csv`, from which the documentation draws its chart;
what is not measured again stays there.

`TMPDIR=/dev/shm` keeps the disk out of it. On ext4 without a journal a new file waits while the
disk passes over each place of a file that was removed in the last minutes: up to a quarter of a
build that follows the removal of another one's site.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import light_vault
from bench_processes import Server, peak_memory, run

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "data" / "benchmarks" / "builds.csv"

OURS, STOCK, ZENSICAL = "notewright", "MkDocs", "Zensical"
TOOLS = (OURS, STOCK, ZENSICAL)
SCENARIOS = ("cold", "nothing changed", "one edit", "serve", "search", "memory")
COLUMNS = ("notes", "tool", "scenario", "value", "processor", "rounds", "load")
STATE = (".notewright", ".cache", "site")
EDITED = 7
"""The note that is edited."""

Key = tuple[int, str, str]
"""Notes, tool and scenario."""


@dataclass
class Entrant:
    """One tool with its copy of the notes.

    Attributes:
        tool: Its name.
        root: Its project.
        notes: How many notes it has.
        edits: How often its note was edited.
    """

    tool: str
    root: Path
    notes: int
    edits: int = 0

    def write(self) -> None:
        """Write its project."""
        plugins = [{"notewright": {"workers": 2}}] if self.tool == OURS else []
        light_vault.write(self.root, self.notes, plugins)

    @property
    def command(self) -> tuple[str, ...]:
        """What builds its site."""
        return ("-m", "zensical" if self.tool == ZENSICAL else "mkdocs", "build")

    def serve(self, port: int) -> tuple[str, ...]:
        """What serves its site, with the default options of each."""
        where = ("-a", f"127.0.0.1:{port}")
        if self.tool == ZENSICAL:
            return ("-m", "zensical", "serve", *where)
        return ("-m", "mkdocs", "serve", "--livereload", *where)

    def forget(self) -> None:
        """Move what earlier builds left out of the way.

        It is removed at the end: ext4 takes no place of a file that was removed lately, and to look
        for another took a tenth of a build.
        """
        for each in STATE:
            if (self.root / each).exists():
                (self.root / each).rename(tempfile.mkdtemp(prefix="left-", dir=self.root.parent))

    def edit(self) -> str:
        """Edit a word of one note; returns what its page must say now."""
        self.edits += 1
        text = light_vault.note(EDITED, self.notes, self.edits)
        (self.root / "docs" / light_vault.path_of(EDITED)).write_text(text, "utf-8")
        return f"edited {self.edits} times"

    @property
    def index(self) -> str:
        """Where its search index is."""
        return "search.json" if self.tool == ZENSICAL else "search/search_index.json"

    @property
    def address(self) -> str:
        """Where the page of that note is."""
        return light_vault.path_of(EDITED).removesuffix(".md") + "/"

    def shows(self) -> bool:
        """Whether the site is there, with the note as it is now."""
        page = self.root / "site" / self.address / "index.html"
        return page.exists() and f"edited {self.edits} times" in page.read_text("utf-8")


@dataclass
class Results:
    """Wall and processor seconds, or MiB, of all rounds, and the machine's load after each."""

    wall: dict[Key, list[float]] = field(default_factory=dict)
    cpu: dict[Key, list[float]] = field(default_factory=dict)
    load: dict[Key, list[float]] = field(default_factory=dict)

    def add(self, key: Key, wall: float, cpu: float = float("nan")) -> None:
        """Add one round."""
        self.wall.setdefault(key, []).append(wall)
        self.cpu.setdefault(key, []).append(cpu)
        self.load.setdefault(key, []).append(os.getloadavg()[0])

    def ratio(self, one: Key, other: Key, *, cpu: bool = False) -> float:
        """Median over the rounds of one value divided by another of the same round."""
        found = self.cpu if cpu else self.wall
        pairs = zip(found.get(one, ()), found.get(other, ()), strict=False)
        return statistics.median([a / b for a, b in pairs] or [float("nan")])


def build(entrants: list[Entrant], results: Results, rounds: int, scenarios: Sequence[str]) -> None:
    """Cold, with nothing changed, and after an edit, in turns."""
    for turn in range(rounds):
        for scenario in (each for each in SCENARIOS[:3] if each in scenarios):
            for each in entrants if turn % 2 else reversed(entrants):
                if scenario == "cold":
                    each.forget()
                elif scenario == "one edit":
                    each.edit()
                ended = run(each.root, each.command)
                if not each.shows():
                    raise RuntimeError(f"{each.tool}, {scenario}: the page is not what was saved")
                results.add((each.notes, each.tool, scenario), ended.seconds, ended.cpu)
                _say(f"{each.notes} notes, {scenario}, {each.tool}: {ended.seconds:.2f} s")


def serve(entrants: list[Entrant], results: Results, edits: int) -> None:
    """One edit under `serve`, from the save to the page, and to the search index that has it."""
    for each in entrants:
        with Server(each.root, each.serve) as server:
            server.wait_for_page(each.address, [f"edited {each.edits} times"])
            for turn in range(edits + 1):
                time.sleep(1.0 + random.random() / 2)  # at any moment of what a tool polls
                text = each.edit()
                page = server.wait_for_page(each.address, [text])
                index = page + server.wait_for_page(each.index, [text])
                if turn:  # the first one imports what later ones find
                    results.add((each.notes, each.tool, "serve"), page)
                    results.add((each.notes, each.tool, "search"), index)
                    said = f"{page:.2f} s, with the search {index:.2f} s"
                    _say(f"{each.notes} notes, serve, {each.tool}: {said}")


def memory(entrants: list[Entrant], results: Results) -> None:
    """The most that a cold build needs, in MiB."""
    for each in entrants:
        each.forget()
        proportional, _ = peak_memory(each.root, each.command)
        results.add((each.notes, each.tool, "memory"), proportional)
        _say(f"{each.notes} notes, memory, {each.tool}: {proportional:.0f} MiB")


def report(results: Results, sizes: list[int]) -> Iterator[str]:
    """Lines of a table of medians and ratios."""
    yield f"| notes | what | {' | '.join(TOOLS)} | / {STOCK} | / {ZENSICAL} |"
    yield "|---" * (len(TOOLS) + 4) + "|"
    for notes in sizes:
        for scenario in SCENARIOS:
            found = [results.wall.get((notes, tool, scenario), ()) for tool in TOOLS]
            shown = " | ".join(f"{statistics.median(each):.2f}" if each else "" for each in found)
            ratios = " | ".join(_ratio(results, notes, scenario, tool) for tool in TOOLS[1:])
            yield f"| {notes} | {scenario} | {shown} | {ratios} |"
    for small, large in pairwise(sizes):
        for tool in TOOLS:
            grown = results.ratio((large, tool, "cold"), (small, tool, "cold"))
            yield f"\n{tool}: {large} notes take {grown:.2f} times as long as {small}."


def _ratio(results: Results, notes: int, scenario: str, tool: str) -> str:
    one, other = (notes, OURS, scenario), (notes, tool, scenario)
    wall, work = results.ratio(one, other), results.ratio(one, other, cpu=True)
    if wall != wall:
        return ""
    return f"{wall:.2f}" + (f" (processor time {work:.2f})" if work == work else "")


def keep(results: Results) -> None:
    """Write the medians to the table that the documentation draws.

    What was measured in the same scenario on as many notes is replaced as a whole, so that tools
    are always compared in one run.
    """
    KEPT.parent.mkdir(exist_ok=True)
    measured = {(str(notes), scenario) for notes, _, scenario in results.wall}
    rows = list(csv.DictReader(KEPT.open(encoding="utf-8"))) if KEPT.exists() else []
    rows = [row for row in rows if (row["notes"], row["scenario"]) not in measured]
    for key, values in results.wall.items():
        work = statistics.median(results.cpu[key])
        rows.append(
            dict(zip(("notes", "tool", "scenario"), map(str, key), strict=True))
            | {
                "value": f"{statistics.median(values):.2f}",
                "processor": f"{work:.2f}" if work == work else "",
                "rounds": str(len(values)),
                "load": f"{statistics.median(results.load[key]):.1f}",
            }
        )
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (int(row["notes"]), *row.values())))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", default="100,1000,5000", help="sizes of vaults, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=5, help="edits under serve")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help="which, with commas")
    parser.add_argument(
        "--others-to", type=int, default=1000, metavar="N", help="largest vault of the other tools"
    )
    parser.add_argument("--keep", action="store_true", help=f"write {KEPT.relative_to(ROOT)}")
    options = parser.parse_args()
    sizes = [int(each) for each in options.notes.split(",")]
    scenarios = options.scenarios.split(",")
    results = Results()
    with tempfile.TemporaryDirectory(prefix="notewright-bench-") as directory:
        for notes in sizes:
            # What draws all notes into each page takes half an hour for 5,000 of them.
            tools = TOOLS if notes <= options.others_to else TOOLS[:1]
            roots = {tool: Path(directory, f"{tool}-{notes}".lower()) for tool in tools}
            entrants = [Entrant(tool, root, notes) for tool, root in roots.items()]
            for each in entrants:
                each.write()
            build(entrants, results, options.rounds, scenarios)
            if "serve" in scenarios:
                serve(entrants, results, options.edits)
            if "memory" in scenarios:
                memory(entrants, results)
            if options.keep:
                keep(results)
            for each in entrants:
                shutil.rmtree(each.root)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{len(os.sched_getaffinity(0))} cores, load {load}; seconds, and MiB of memory.\n")
    print("\n".join(report(results, sizes)))


if __name__ == "__main__":
    main()
