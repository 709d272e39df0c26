"""What the operating system does for us: groups, orphans, limits, ends that cannot be missed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Iterator

WORKER_FAILED = 70
"""Exit status of a worker that failed itself, whatever its cells did."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def kill_group(pid: int) -> None:
    """Kill a process group, if it is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def kill_leader(pid: int) -> None:
    """Kill a child that was not reaped, and its group: it may not lead one yet."""
    kill_group(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_child(pid: int) -> None:
    """Kill a child of this process and reap it, if it is still there."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def children() -> list[int]:
    """Processes whose parent this one is; none where that cannot be known."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def become_subreaper() -> None:
    """Become the parent of orphans below this process, so that they can be ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent(parent: int) -> None:
    """Have this process killed when the one that started it ends, even by force."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)


@contextlib.contextmanager
def ends_when_closed(connection: socket.socket) -> Iterator[None]:
    """End this process, whatever it is at, as soon as the other side of a socket is gone."""
    if sys.platform != "linux":
        yield
        return
    import fcntl

    flags = fcntl.fcntl(connection, fcntl.F_GETFL)
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())  # SIGIO comes to us, and ends us
    fcntl.fcntl(connection, fcntl.F_SETFL, flags | os.O_ASYNC)
    try:
        yield
    finally:
        fcntl.fcntl(connection, fcntl.F_SETFL, flags)


def is_single_threaded() -> bool:
    """Whether this process has one thread; False where that cannot be known."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False  # a fork is not worth the risk


def address_space() -> int:
    """Size of this process's address space in bytes; 0 where it cannot be known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def limit(memory: int, inherited: int) -> None:
    """Leave no core file, and take no more memory than is allowed.

    Args:
        memory: MiB of address space; 0 for no limit.
        inherited: Bytes that the process began with, and that are not its own; 0 if unknown.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory and inherited:
        most = inherited + memory * (1 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
