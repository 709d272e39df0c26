"""Digests of inputs: of files and of what else a session may read, by content and never by time."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import PathFinder

ABSENT = "absent"
DIRECTORY = "directory"
INSTALLED = "installed"
SPECIAL = "special"
BYTECODE = "__pycache__"
"""What Python keeps beside modules: it comes with whoever imports them first, and holds nothing
that their sources do not say. So its coming is no change of a folder's names."""


def digest_bytes(content: bytes) -> str:
    """Digest of a file's content."""
    return hashlib.sha256(content).hexdigest()[:32]


def digest_path(path: str) -> str:
    """Digest of what stands at a path now: a file's content, a directory, or nothing."""
    try:
        # A pipe or a device is not read: it may have no end.
        with open(path, "rb", opener=_without_waiting) as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return digest_bytes(file.read()) if is_file else SPECIAL
    except IsADirectoryError:
        return DIRECTORY
    except (OSError, ValueError):  # also a name that no file can have
        return ABSENT


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def digest_listing(path: str) -> str:
    """Digest of the names in a directory."""
    return digest_names(names(path))


def names(path: str) -> list[str] | None:
    """The names in a directory but for `__pycache__`; None if there is none."""
    try:
        return sorted(name for name in os.listdir(path) if name != BYTECODE)
    except OSError:
        return None


def digest_names(names: Sequence[str] | None) -> str:
    """Digest of names, in their order; of None if there are none to be had."""
    if names is None:
        return ABSENT
    return digest_bytes("\0".join(names).encode("utf-8", "surrogateescape"))


def digest_glob(root: str, pattern: str) -> str:
    """Digest of the names and contents of the files that match a pattern below the root."""
    return digest_files(matching(root, pattern))


def matching(root: str, pattern: str) -> dict[str, str]:
    """The files below the root that match a pattern, with the digests of their contents."""
    found = sorted(glob.glob(pattern, root_dir=root, recursive=True))
    kept = (name for name in found if BYTECODE not in name.split(os.sep))
    return {name: digest_path(os.path.join(root, name)) for name in kept}


def digest_files(files: Mapping[str, str]) -> str:
    """Digest of files by their names and the digests of their contents."""
    parts = [f"{name}\0{digest}" for name, digest in files.items()]
    return digest_bytes("\0".join(parts).encode()) if files else ABSENT


def digest_sizes(path: str) -> str:
    """Digest of the names in a directory, and the sizes of its files."""
    try:
        with os.scandir(path) as entries:
            there = (entry for entry in entries if entry.name != BYTECODE)
            found = sorted((entry.name, _size(entry)) for entry in there)
    except OSError:
        return ABSENT
    return digest_names([f"{name}\0{size}" for name, size in found])


def _size(entry: os.DirEntry[str]) -> int:
    try:
        status = entry.stat()
    except OSError:
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else -2


def digest_link(path: str) -> str:
    """Digest of where a link leads."""
    try:
        return digest_names([os.readlink(path)])
    except OSError:
        return ABSENT


def digest_module(name: str) -> str:
    """Whether a module or package is there to be imported, beside those of the project."""
    try:
        return INSTALLED if PathFinder.find_spec(name, sys.path) else ABSENT
    except (ImportError, ValueError):
        return ABSENT


def digest_variable(name: str, value: str | None) -> str:
    """Digest of an environment variable; None if there is none of its name."""
    return ABSENT if value is None else digest_bytes(os.fsencode(f"{name}={value}"))


OF_PATHS: Mapping[str, Callable[[str], str]] = {
    "file": digest_path,
    "listing": digest_listing,
    "sizes": digest_sizes,
    "link": digest_link,
}
"""By kind of input, the digest of what stands at a path."""
