"""What a cluster costs a session: the same short sessions here, and on a cluster of this machine.

    python tests/benchmarks/bench_cluster.py [--sessions 500] [--workers 2] [--rounds 3]

Both run as many at a time, in turns, each with an empty store of records. What is told is the time
by the clock that a session takes of the whole, times the workers: the median of the rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from distributed import LocalCluster

from notewright.run.engine import Engine
from notewright.settings import Settings
from notewright.vault.vault import Vault


def project(root: Path, count: int) -> Settings:
    """A project of so many notes, each of one short session that imports a module of its own."""
    (root / "docs").mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: Short\n", "utf-8")
    (root / "helper.py").write_text("def twice(n):\n    return 2 * n\n", "utf-8")
    for number in range(count):
        code = f"from helper import twice\n\nprint(twice({number}))"
        text = f"# Note {number}\n\n```python\n{code}\n```\n"
        (root / f"docs/n{number}.md").write_text(text, "utf-8")
    return Settings.load(root)


def seconds(settings: Settings, vault: Vault, kept_in: Path) -> float:
    """How long all sessions take, from the first that is handed out."""
    with Engine(settings, kept_in=kept_in) as engine:
        first = engine.run(vault, [vault.notes["n0.md"]])  # everything has started then
        assert first.ran == 1 and not first.problems
        started = time.perf_counter()
        done = engine.run(vault)
        took = time.perf_counter() - started
    assert done.ran == len(vault.notes) - 1 and not done.problems, done.problems[:1]
    return took


def main() -> None:
    """Measure, and tell what a session costs more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    each: dict[str, list[float]] = {"here": [], "there": []}
    with (
        tempfile.TemporaryDirectory() as name,
        LocalCluster(
            n_workers=options.workers, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
    ):
        settings = replace(
            project(Path(name, "project"), options.sessions), workers=options.workers
        )
        vault = Vault.scan(settings)
        for turn in range(options.rounds):
            for where, scheduler in (("here", ""), ("there", cluster.scheduler_address)):
                kept_in = Path(name, f"{where}-{turn}")
                took = seconds(replace(settings, scheduler=scheduler), vault, kept_in)
                each[where].append(1000 * took * options.workers / (options.sessions - 1))
    here, there = (statistics.median(found) for found in each.values())
    print(f"{options.sessions} sessions, {options.workers} workers, {options.rounds} rounds")
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"here {here:.1f} ms a session, there {there:.1f} ms: {there - here:+.1f} ms")


if __name__ == "__main__":
    main()
