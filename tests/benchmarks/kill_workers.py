"""Kills workers of a cluster at random while it runs many sessions, and looks at each record.

    python tests/benchmarks/kill_workers.py [--sessions 1000] [--kills 20] [--workers 4] [--seed 0]

A record that is not that of a run at home, but for the seconds, or a session without one, ends it
with status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_cluster import project
from distributed import LocalCluster

from notewright.run.engine import Engine
from notewright.settings import Settings
from notewright.vault.vault import Vault


def records(settings: Settings, vault: Vault, kept_in: Path) -> Mapping[str, Any]:
    """What each session left, by its key, without the seconds that it took."""
    with Engine(settings, kept_in=kept_in) as engine:
        done = engine.run(vault)
    assert not done.problems, done.problems[:3]
    print(*done.notices, done.summary(len(done.problems)), sep="\n")
    found = {}
    for path in sorted((kept_in / "records").glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        del content["digest"]  # of the seconds, too
        for cell in content["cells"]:
            cell["seconds"] = cell["processor"] = 0
        found[path.name] = content
    return found


def killer(cluster: LocalCluster, kills: int, rng: random.Random) -> Callable[[], None]:
    """What kills so many workers, one after the other, at moments that differ."""

    def kill() -> None:
        for _ in range(kills):
            is_over.wait(rng.uniform(0.1, 0.8))
            live = [each.pid for each in cluster.workers.values() if getattr(each, "pid", 0)]
            if live and not is_over.is_set():
                os.kill(rng.choice(live), signal.SIGKILL)
                killed.append(1)

    is_over, killed = threading.Event(), list[int]()
    thread = threading.Thread(target=kill)
    thread.start()

    def end() -> None:
        is_over.set()
        thread.join()
        print(f"killed {len(killed)} workers")

    return end


def main() -> int:
    """Run with kills, and without; returns 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = project(Path(name, "project"), options.sessions)
        vault = Vault.scan(settings)
        with LocalCluster(
            n_workers=options.workers, threads_per_worker=1, dashboard_address=":0"
        ) as cluster:
            end = killer(cluster, options.kills, random.Random(options.seed))
            there = replace(settings, scheduler=cluster.scheduler_address)
            try:
                found = records(there, vault, Path(name, "there"))
            finally:
                end()
        right = records(settings, vault, Path(name, "here"))
    wrong = [key for key in right if found.get(key) != right[key]]
    print(f"{len(right)} sessions, {len(found)} records, {len(wrong)} wrong")
    return int(bool(wrong) or len(found) != options.sessions)


if __name__ == "__main__":
    sys.exit(main())
