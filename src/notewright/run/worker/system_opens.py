"""Opens of files as the system sees them, in whatever language, by a session and its children.

A session asks the kernel to tell its warm parent of each `open` (seccomp's user notification);
the parent notes the path and lets the call go on. Python's own hooks see no reader in C, C++ or
Rust. Where the kernel does not allow it, nothing is told, and `install` says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import platform
import signal
import socket
import struct
from collections.abc import Iterator

from notewright.run.worker.platforms import IS_LINUX
from notewright.run.worker.wire import receive, send

Opened = tuple[str, int, int, int, bool]
"""A path that was opened, the flags, time and size of what stood there (-1 for nothing), and
whether the session itself opened it, not a process that it started."""

# Numbers of the kernel, by machine: its name in a filter, and those of its calls.
_MACHINES = {
    "x86_64": (0xC000003E, {"seccomp": 317, "open": 2, "openat": 257, "openat2": 437}),
    "aarch64": (0xC00000B7, {"seccomp": 277, "openat": 56, "openat2": 437}),
}
_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _NEW_LISTENER = 1, 1 << 3
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_RECEIVE, _ANSWER, _CONTINUE = 0xC0502100, 0xC0182101, 1
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NOTICE = struct.Struct("=QIIiIQ6Q")
_REPLY = struct.Struct("=QqiI")
_AT_FDCWD = -100
_WAIT = 0.02
"""Seconds after which a wait for what does not come is broken off."""
_PATIENCE = 10.0
"""Seconds that a session may take to read an answer: one that never does must not hold others."""
_LONGEST = 4096


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def install(control: socket.socket) -> bool:
    """Have this process and its children watched from now on; returns whether that can be.

    Args:
        control: The other end of the socket that the warm parent watches.
    """
    if not IS_LINUX or platform.machine() not in _MACHINES:
        return False
    _, calls = _MACHINES[platform.machine()]
    code = _filter()
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    listener = libc.syscall(
        calls["seccomp"], _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(program)
    )
    if listener < 0:
        return False
    socket.send_fds(control, [b"l"], [listener])
    os.close(listener)
    return True


def told(control: socket.socket) -> list[Opened]:
    """What was opened so far, by the warm parent's word."""
    control.sendall(b"?")
    answer = receive(control) or {"opened": []}
    return [(path, *rest) for path, *rest in answer["opened"]]


def _filter() -> bytes:
    """The program of the kernel: calls that open are told, all others go on."""
    name, calls = _MACHINES[platform.machine()]
    opens = [number for call, number in calls.items() if call.startswith("open")]
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(opens) + 1, name), (_LOAD, 0, 0, 0)]
    lines += [(_EQUAL, len(opens) - at, 0, number) for at, number in enumerate(opens)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


class Watched:
    """What the processes of one session opened, in its warm parent.

    Attributes:
        control: The socket to the session.
        listener: Where the kernel tells; None until the session has sent it.
    """

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.control.settimeout(_PATIENCE)
        self._pid = pid
        self.listener: int | None = None
        self._opened: dict[tuple[str, int], Opened] = {}

    def fds(self) -> Iterator[int]:
        """What is to be polled."""
        yield self.control.fileno()
        if self.listener is not None:
            yield self.listener

    def close(self) -> None:
        """Watch no more."""
        self.control.close()
        if self.listener is not None:
            os.close(self.listener)
            self.listener = None

    def serve_control(self) -> bool:
        """Read what the session says; returns whether it is still there."""
        try:
            words, fds, _, _ = socket.recv_fds(self.control, 1, 1)
            if words == b"?":
                send(self.control, {"opened": list(self._opened.values())})
        except OSError:
            return False
        if fds:
            self.listener = fds[0]
            os.set_inheritable(self.listener, False)
        return bool(words)

    def serve_listener(self) -> None:
        """Note one call, and let it go on."""
        assert self.listener is not None
        notice = _received(self.listener)
        if notice is None:
            return  # whoever called is gone
        number, pid, _, call, _, _, *arguments = _NOTICE.unpack(notice)
        with contextlib.suppress(OSError, ValueError):
            self._note(pid, call, arguments)
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.listener, _ANSWER, _REPLY.pack(number, 0, 0, _CONTINUE))

    def _note(self, pid: int, call: int, arguments: list[int]) -> None:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            calls = _MACHINES[platform.machine()][1]
            if call == calls.get("open"):
                place, address, flags = _AT_FDCWD, arguments[0], arguments[1]
            else:
                place, address, flags = _signed(arguments[0]), arguments[1], arguments[2]
            if call == calls["openat2"]:
                flags = struct.unpack("=Q", os.pread(memory.fileno(), 8, flags))[0]
            path = os.pread(memory.fileno(), _LONGEST, address).partition(b"\0")[0]
        if not path.startswith(b"/"):
            at = "cwd" if place == _AT_FDCWD else f"fd/{place}"
            path = os.path.join(os.readlink(f"/proc/{pid}/{at}").encode(), path)
        name = os.path.normpath(os.fsdecode(path))
        if (name, flags) not in self._opened:
            try:
                status = os.stat(name)
                stamp = status.st_mtime_ns, status.st_size
            except OSError:
                stamp = -1, -1
            is_own = os.path.exists(f"/proc/{self._pid}/task/{pid}")
            self._opened[name, flags] = name, flags, *stamp, is_own


def _received(listener: int) -> bytes | None:
    """What the kernel tells next; None if it has nothing to tell.

    Who called may have been killed since, and then the kernel would wait for the next call, and
    with it all sessions of the build: so a timer breaks into the wait.
    """
    notice = ctypes.create_string_buffer(_NOTICE.size)
    call = ctypes.CDLL(None).ioctl
    call.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p)
    before = signal.signal(signal.SIGALRM, _go_on)
    signal.setitimer(signal.ITIMER_REAL, _WAIT, _WAIT)
    try:
        return notice.raw if call(listener, _RECEIVE, notice) == 0 else None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _go_on(number: int, frame: object) -> None:
    """A signal that does nothing but break into what waits."""


def _signed(number: int) -> int:
    return ctypes.c_int(number & 0xFFFFFFFF).value
