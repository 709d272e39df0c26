"""What a process and all below it have worked, as the limit of a cell counts it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from hanging import LIMIT

from notewright.run.worker.processes import (
    children,
    is_active,
    is_stopped,
    kill_child,
    processor_time,
)

T = TypeVar("T")

BUSY = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
BESIDE = f"import threading; threading.Thread(target=exec, args=({BUSY!r},)).start()"
LOOP = "import threading; threading.Thread(target=exec, args=('while True: pass',)).start()"

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
"""What a profiler asks of the kernel; see `man ptrace`."""


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
    with started(code) as process:
        (worker,) = _wait_until(lambda: children(process.pid))
        work = _wait_until(lambda: (used := processor_time(worker) or 0.0) >= 0.2 and used)
        assert (processor_time(process.pid) or 0.0) >= work


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
@pytest.mark.parametrize("code", [BUSY, BESIDE, LOOP], ids=["child", "of a thread", "thread"])
def test_a_process_is_active_if_anything_of_it_is(code: str) -> None:
    """Though its first thread waits for the others, or for a child."""
    with started(code) as process:
        _wait_until(lambda: (processor_time(process.pid) or 0.0) >= 0.5)  # it has begun
        assert is_active(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
def test_a_process_that_waits_is_not_active() -> None:
    """For a time, here; it and its child."""
    wait = "import time; time.sleep(1000)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {wait!r}])"
    with started(code) as process:
        _wait_until(lambda: children(process.pid) and not is_active(process.pid))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
def test_a_process_that_a_profiler_looks_at_is_not_stopped() -> None:
    """A profiler holds it for the time of a look; a signal, until somebody lets it go on."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    try:
        os.kill(process.pid, signal.SIGSTOP)
        _wait_for(process.pid, "T")
        assert is_stopped(process.pid)
        os.kill(process.pid, signal.SIGCONT)
        for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
            assert ctypes.CDLL(None).ptrace(request, process.pid, None, None) == 0
        _wait_for(process.pid, "t")
        assert not is_stopped(process.pid)
    finally:
        os.kill(process.pid, signal.SIGKILL)  # it stands still; `subprocess` takes this for an end
        while not _has_ended(process.pid):
            pass


def _wait_until(found: Callable[[], T]) -> T:
    """What is found once there is something."""
    end = time.monotonic() + LIMIT
    while not (value := found()):
        assert time.monotonic() < end, "nothing was found"
        time.sleep(0.01)
    return value


def _has_ended(pid: int) -> bool:
    """Wait for what happens next to a process; returns whether it was its end."""
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) or os.WIFEXITED(status)


def _wait_for(pid: int, state: str) -> None:
    end = time.monotonic() + LIMIT
    status = Path(f"/proc/{pid}/stat")
    while (found := status.read_text("ascii").rpartition(")")[2].split()[0]) != state:
        assert time.monotonic() < end, f"its state is {found}"
        time.sleep(0.01)
