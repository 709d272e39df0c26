"""Processes and what the operating system does for us: groups, orphans, limits, certain ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import threading
from collections.abc import Iterator
from typing import NamedTuple

from notewright.run.worker.platforms import IS_LINUX, PROC

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


def children(parent: int = 0) -> list[int]:
    """Processes whose parent this one is, or another; none where that cannot be known."""
    try:
        return [*_children(parent or os.getpid())]
    except OSError:
        return []


def has_had_children() -> bool:
    """Whether this process started others, in whatever way."""
    if not IS_LINUX:
        return False
    import resource

    if resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss:
        return True
    return bool(children())


def processor_time(leader: int) -> float | None:
    """Seconds of processor time that a process and all below it have used; None where unknown.

    Those that it waited for count; so do those that went on in groups of their own.
    """
    family = _family(leader)
    return sum(status.worked for status in family.values()) if family else None


def is_active(leader: int) -> bool:
    """Whether a process, or one below it, works or would: it may wait for a processor or a disk.

    Each thread counts. One that only waits for a time, a lock or a message is not active.
    """
    return any(state in "RD" for pid in _family(leader) for state in _thread_states(pid))


def _family(leader: int) -> dict[int, _Status]:
    """A process and all below it; empty where they are unknown."""
    mine = _status(leader)
    if mine is None:
        return {}
    family = {leader: mine}
    try:
        if not any(_children(leader)):  # as a rule: then there is no need to look at all processes
            return family
        found = {int(name): _status(int(name)) for name in os.listdir(PROC) if name.isdigit()}
    except OSError:
        return family
    known = {pid: status for pid, status in found.items() if status is not None}
    while young := [pid for pid in known if pid not in family and known[pid].parent in family]:
        family.update((pid, known[pid]) for pid in young)
    return family


def _thread_states(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):  # it has ended in the meantime
        for thread in os.listdir(f"{PROC}/{pid}/task"):
            status = _status(pid, thread)
            if status is not None:
                yield status.state


def is_stopped(pid: int) -> bool:
    """Whether a process was stopped, so that it will do nothing until somebody continues it.

    One that is traced is not: a profiler lets it go on within milliseconds, a debugger in the end.
    """
    status = _status(pid)
    return status is not None and status.state == "T"


def _children(pid: int) -> Iterator[int]:
    """Each thread of a process has children of its own."""
    for thread in os.listdir(f"{PROC}/{pid}/task"):
        with (
            contextlib.suppress(FileNotFoundError),  # it has ended in the meantime
            open(f"{PROC}/{pid}/task/{thread}/children", encoding="ascii") as file,
        ):
            yield from map(int, file.read().split())


class _Status(NamedTuple):
    """A process or thread as the kernel lists it: state, parent, and seconds of its work."""

    state: str
    parent: int
    worked: float


def _status(pid: int, thread: str = "") -> _Status | None:
    place = f"{PROC}/{pid}/task/{thread}/stat" if thread else f"{PROC}/{pid}/stat"
    try:
        with open(place, encoding="latin-1") as file:
            fields = file.read().rpartition(")")[2].split()  # its name may hold blanks
    except OSError:
        return None
    # See proc(5): these are its fields 3, 4, and 14 to 17.
    ticks = sum(map(int, fields[11:15]))
    return _Status(fields[0], int(fields[1]), ticks / os.sysconf("SC_CLK_TCK"))


def become_subreaper() -> None:
    """Become the parent of orphans below this process, so that they can be ended."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent(parent: int) -> None:
    """Have this process killed when the one that started it ends, even by force."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)


@contextlib.contextmanager
def ends_when_closed(connection: socket.socket) -> Iterator[None]:
    """End this process, whatever it is at, as soon as the other side of a socket is gone."""
    if not IS_LINUX:
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
    """Whether this process has one thread; without `/proc`, only threads of Python count."""
    try:
        return len(os.listdir(f"{PROC}/self/task")) == 1
    except OSError:
        return threading.active_count() == 1


def address_space() -> int:
    """Size of this process's address space in bytes; 0 where it cannot be known."""
    try:
        with open(f"{PROC}/self/statm", encoding="ascii") as file:
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
