"""The stopwatch of cells: what counts as processor time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from notewright.run.worker import stopwatch
from notewright.run.worker.stopwatch import Stopwatch

SPIN = "import time\nwhile time.process_time() < 0.1: pass"


def test_sleep_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on while a cell waits, and its processor time does not."""
    monkeypatch.setattr(stopwatch, "perf_counter", iter([1.0, 4.0]).__next__)
    monkeypatch.setattr(stopwatch, "process_time", iter([2.0, 2.5]).__next__)
    # Child processes of earlier tests count in ticks of 10 ms, which would round the sum.
    children = SimpleNamespace(children_user=0.25, children_system=0.0)
    monkeypatch.setattr(stopwatch, "times", lambda: children)
    watch = Stopwatch()
    assert (watch.seconds, watch.processor) == (3.0, 0.5)


def test_work_of_a_child_process_counts_once_it_has_ended() -> None:
    """It is no work of the process itself, and the cell waited for it all the same."""
    watch = Stopwatch()
    started = time.process_time()
    subprocess.run([sys.executable, "-c", SPIN], check=True)
    own = time.process_time() - started
    assert watch.processor - own >= 0.08  # a tick or two are lost


def test_work_of_a_thread_counts() -> None:
    """Linear algebra works in threads, and so may a cell."""

    def spin() -> None:
        while time.thread_time() < 0.05:
            pass

    watch = Stopwatch()
    thread = threading.Thread(target=spin)
    thread.start()
    thread.join()
    assert watch.processor >= 0.04


def test_a_cell_that_patches_the_clock_is_measured_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Libraries that freeze time for a test put their own functions into the module."""
    monkeypatch.setattr(time, "perf_counter", None)
    monkeypatch.setattr(time, "process_time", None)
    watch = Stopwatch()
    assert watch.seconds >= 0 and watch.processor >= 0
