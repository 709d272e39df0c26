"""What a cluster costs a session: the same short sessions here, and on a cluster of this machine.

    python tests/benchmarks/bench_cluster.py [--sessions 500] [--workers 2] [--rounds 3] [--keep]

Both run as many at a time, in turns, each with an empty store of records. What is told is the time
by the clock that a session takes of the whole, times the workers: the median of the rounds.

`--keep` measures instead what a session costs each part of a cluster in processor time, scheduler
and workers as processes of their own, and a put to shared records in a folder. It writes that to
`data/benchmarks/cluster.csv`, and to `sessions.csv` how long the sessions of this vault took when
they ran last: [[scaling-out]] draws from both what many machines would do.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from distributed import Client, LocalCluster

from notewright.note.sessions import group
from notewright.run.engine import Engine
from notewright.run.shared.shared_records import SharedRecords
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "data" / "benchmarks"


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


@contextmanager
def process(*words: str) -> Iterator[psutil.Process]:
    """A process of Dask, until its end."""
    command = [sys.executable, "-m", "dask", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            yield psutil.Process(started.pid)
        finally:
            started.terminate()


def worked(processes: Iterable[psutil.Process]) -> float:
    """Seconds of processor time of processes, and of those that they started and that are over."""
    found = [each for one in processes for each in (one, *one.children(recursive=True))]
    return sum(sum(each.cpu_times()[:4]) for each in found)


def costs(root: Path, count: int, workers: int) -> dict[str, float]:
    """Seconds of processor time that a short session costs each part of a cluster.

    Args:
        root: An empty folder.
        count: Sessions.
        workers: Processes that run them.
    """
    settings = project(root / "project", count)
    vault = Vault.scan(settings)
    with ExitStack() as stack:
        told = str(root / "scheduler.json")
        by = ("--scheduler-file", told, "--no-dashboard")
        scheduler = stack.enter_context(process("scheduler", "--port", "0", *by))
        while not Path(told).is_file():
            time.sleep(0.1)
        runs = ("worker", *by, "--nthreads", "1", "--no-nanny", "--local-directory", str(root))
        others = [stack.enter_context(process(*runs)) for _ in range(workers)]
        client = stack.enter_context(Client(scheduler_file=told, set_as_default=False))
        client.wait_for_workers(workers)
        address = str(client.scheduler.address)
        engine = stack.enter_context(
            Engine(replace(settings, scheduler=address), kept_in=root / "there")
        )
        engine.run(vault, [vault.notes["n0.md"]])
        before = time.process_time(), worked([scheduler]), worked(others)
        done = engine.run(vault)
        after = time.process_time(), worked([scheduler]), worked(others)
        assert done.ran == count - 1 and not done.problems, done.problems[:1]
    here, between, there = (
        (late - early) / done.ran for early, late in zip(before, after, strict=True)
    )
    return {
        "builder": here,
        "scheduler": between,
        "worker": there,
        "store": store(settings, root / "there", root / "shared"),
    }


def store(settings: Settings, kept_in: Path, place: Path) -> float:
    """Seconds that a record takes to a folder of shared records."""
    vault = Vault.scan(settings)
    sessions = [each for note in vault.notes.values() for each in group(note.cells)]
    named = replace(settings, shared_records=str(place))
    with Engine(settings, kept_in=kept_in) as engine:
        shared = SharedRecords(named, engine.records)  # an engine that is told where asks nobody
        records = [(each, engine.records.load(each.key)) for each in sessions]
        started = time.perf_counter()
        for session, record in records:
            assert record is not None
            shared.offer(session, record)
        shared.send()
        assert len(list(place.iterdir())) == len(records), shared.notices()
        return (time.perf_counter() - started) / len(records)


def keep(count: int, workers: int, rounds: int) -> None:
    """Measure the costs, and write the tables of the documentation."""
    found: list[dict[str, float]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            found.append(costs(Path(name), count, workers))
    rows = [(part, statistics.median(each[part] for each in found)) for part in found[0]]
    write("cluster.csv", ["part", "milliseconds"], [(part, f"{1e3 * s:.2f}") for part, s in rows])
    settings = Settings.load(ROOT)
    with Engine(settings) as engine:
        notes = Vault.scan(settings).notes.values()
        kept = [engine.records.load(each.key) for note in notes for each in group(note.cells)]
    took = sorted((record.seconds for record in kept if record is not None), reverse=True)
    write("sessions.csv", ["seconds"], [(f"{seconds:.3f}",) for seconds in took])


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table, and show its beginning."""
    made = [head, *rows]
    with (KEPT / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(made)
    print(name, *made[:6], sep="\n")


def main() -> None:
    """Measure, and tell what a session costs more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="write the tables")
    options = parser.parse_args()
    if options.keep:
        keep(options.sessions, options.workers, options.rounds)
        return
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
