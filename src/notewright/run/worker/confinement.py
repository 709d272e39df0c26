"""Confinement: the kernel lets a session, and all that it starts, write in a few folders only.

Landlock does it, on Linux 5.19 and later, without any rights: a process gives up what it need not
do, for itself and its children, and cannot take it back. Reading and running stay as they are.
Where the kernel does not have it, nothing is confined, and `is_possible` says so.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from notewright.run.worker.platforms import IS_LINUX

# Numbers of the kernel; since Linux 5.0 new calls have the same on every machine.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_WHICH_VERSION, _BELOW_A_PATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38

# What is not allowed anywhere but where a rule says so, by the bits of the kernel.
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_REMOVE = 1 << 4 | 1 << 5  # folders, files
_MAKE = sum(1 << bit for bit in range(6, 13))  # devices, folders, files, sockets, pipes, links
_MOVE = 1 << 13  # to another folder

_OLDEST = 2
"""The first version in which what is moved from folder to folder can be allowed."""
_WITH_TRUNCATE = 3


@cache
def is_possible() -> bool:
    """Whether the kernel of this machine can confine a process."""
    return IS_LINUX and _version() >= _OLDEST


def confine(folders: Iterable[str]) -> bool:
    """Let this process and its children write only below some folders, from now on and for good.

    Args:
        folders: The folders, or files; what is not there is left out.

    Returns:
        Whether that could be done.
    """
    if not is_possible():
        return False
    writes = _WRITE_FILE | (_TRUNCATE if _version() >= _WITH_TRUNCATE else 0)
    all_of_it = writes | _REMOVE | _MAKE | _MOVE
    rules = _call(_CREATE, struct.pack("=Q", all_of_it), 8, 0)
    if rules < 0:
        return False
    try:
        for folder in folders:
            _allow(rules, folder, all_of_it, writes)
        _library().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return _call(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(rules: int, path: str, all_of_it: int, writes: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = struct.pack("=Qi", all_of_it if is_folder else writes, place)
        _call(_ADD, rules, _BELOW_A_PATH, rule, 0)
    finally:
        os.close(place)


@cache
def _version() -> int:
    return _call(_CREATE, None, 0, _WHICH_VERSION)


def _call(*words: int | bytes | None) -> int:
    try:
        return int(_library().syscall(*words))
    except (OSError, AttributeError):  # a C library without it
        return -1


@cache
def _library() -> Any:
    import ctypes  # a build in which all is fresh needs none

    return ctypes.CDLL(None)


class Places:
    """The places in which a session may write, as far as it is confined at all.

    Args:
        folders: The folders, or files; None for anywhere.
    """

    def __init__(self, folders: Iterable[str] | None) -> None:
        self._inside: tuple[str, ...] | None = None
        if folders is not None:
            found = (os.path.realpath(each).rstrip(os.sep) for each in folders)
            self._inside = tuple(each + os.sep for each in found)

    def allow(self, path: str) -> bool:
        """Whether a path may be written."""
        return self._inside is None or (os.path.realpath(path) + os.sep).startswith(self._inside)


def of_libraries(root: str) -> Iterator[str]:
    """Where libraries write that do not write for the cell: devices, and what they keep for later.

    Args:
        root: The project's root, which stays closed wherever it is.
    """
    yield "/dev"  # with /dev/shm, for the semaphores of `multiprocessing`
    home = os.path.expanduser("~")
    kept = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    # Matplotlib makes its folder when it is not there, and complains where it cannot.
    drawing = os.environ.get("MPLCONFIGDIR") or os.path.join(settings, "matplotlib")
    for folder in (kept, drawing):
        inside = os.path.realpath(folder) + os.sep
        if os.path.isabs(folder) and not (os.path.realpath(root) + os.sep).startswith(inside):
            try:
                os.makedirs(folder, exist_ok=True)
            except OSError:
                continue
            yield folder
