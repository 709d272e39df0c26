"""Record the processor time of each test, as a multiple of a fixed piece of work.

Seconds differ between machines and between moments; the ratio hardly does. `NOTEWRIGHT_TIMES`
names the file to write: a row for each test. `tests/benchmarks/test_times.py` reads it.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import tiers

from notewright.run.worker.processes import processor_time

LOOP_EVERY = 200
"""Tests between two measurements of the fixed piece of work."""


def used() -> float:
    """Seconds of processor time, of this process and of all that it started."""
    found = processor_time(os.getpid())
    return time.process_time() if found is None else found


def loop() -> float:
    """Seconds of processor time for the fixed piece of work: a million steps of a loop."""
    started = time.process_time()
    sum(number * number for number in range(1_000_000))
    return time.process_time() - started


class Recorder:
    """Measures the tests of one process; with `-n`, of one worker."""

    def __init__(self) -> None:
        self._at = 0.0
        self._loop = 0.0
        self._left = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        """Begin to measure; now and then, what the fixed piece of work takes."""
        if not self._left:
            self._loop, self._left = min(loop() for _ in range(3)), LOOP_EVERY
        self._left -= 1
        self._at = used()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add to the report of each phase how much work it was."""
        report = yield
        now = used()
        report.user_properties.append((f"work of {report.when}", (now - self._at) / self._loop))
        if report.when == "setup":
            report.user_properties.append(("tier", tiers.tier(item)))
        self._at = used()
        return report


class Table:
    """Collects what the recorders measured, and writes it at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the work of a phase. A report holds the properties of the phases before, too."""
        row = self._rows.setdefault(report.nodeid, {"test": report.nodeid})
        row |= dict(report.user_properties)

    def pytest_sessionfinish(self) -> None:
        """Write a row for each test: its tier, and the work of its call and of its fixtures."""
        with self._path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["test", "tier", "call", "fixtures"])
            for name, row in sorted(self._rows.items()):
                work = {phase: row.get(f"work of {phase}", 0.0) for phase in ("call", "setup")}
                fixtures = work["setup"] + row.get("work of teardown", 0.0)
                tier = row.get("tier", "quick")
                writer.writerow([name, tier, f"{work['call']:.2f}", f"{fixtures:.2f}"])


def register(config: pytest.Config) -> None:
    """Measure if `NOTEWRIGHT_TIMES` names a file; with `-n`, each worker does."""
    path = os.environ.get("NOTEWRIGHT_TIMES")
    if not path:
        return
    is_worker = hasattr(config, "workerinput")
    if is_worker or not config.getoption("numprocesses", None):
        config.pluginmanager.register(Recorder(), "processor-times")
    if not is_worker:
        config.pluginmanager.register(Table(Path(path)), "processor-times-table")
