"""What a process and all below it have worked, as the limit of a cell counts it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hanging import LIMIT

from notewright.run.worker.processes import children, kill_child, processor_time

BUSY = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
BESIDE = f"import threading; threading.Thread(target=exec, args=({BUSY!r},)).start()"


@contextmanager
def started(code: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that starts one which works without end."""
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield process
    finally:
        for child in children(process.pid):
            kill_child(child)
        process.kill()
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
@pytest.mark.parametrize("code", [BUSY, BESIDE], ids=["it", "a thread of it"])
def test_work_below_a_process_counts_whoever_began_it(code: str) -> None:
    """Libraries start processes in threads, to hand on their output meanwhile."""
    until = time.monotonic() + LIMIT
    with started(code) as process:
        while (processor_time(process.pid) or 0.0) < 1.0 and time.monotonic() < until:
            time.sleep(0.05)
        assert (processor_time(process.pid) or 0.0) >= 1.0
        assert len(children(process.pid)) == 1
