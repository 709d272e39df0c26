"""Files: written whole or not at all, and stored under keys by several processes at once.

A store holds records, pages, downloads or diagrams. All of it may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
import time
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zlib import crc32

from notewright.errors import EngineError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_HIDDEN = ".notewright-"
"""Starts the names of unfinished files: neither Obsidian nor MkDocs reads hidden ones."""

_UNFINISHED = ".tmp"


_RACY, _COARSE = 0.1, 2.0
"""Seconds within which a file may change twice and keep its time; where times are coarse, more."""

_KINDS = (b"<!doctype html", b"%pdf-", b"pk", b"\x1f\x8b", b'{\n "format"')
"""How the files begin that commands write where their user says."""

_KEY = re.compile(r"[0-9a-f]{16,64}(?:[-.][0-9a-f]{8,64})*")
"""What we name files after: digests. No other file is ours to read or to remove."""


def is_key(name: str) -> bool:
    """Whether a file of ours may have this name, but for its suffix."""
    return _KEY.fullmatch(name) is not None


def is_settled(last: int, now: int) -> bool:
    """Whether a file changed long enough ago to be told from a later change by its time.

    Args:
        last: When it changed, in nanoseconds.
        now: When it is looked at.
    """
    seconds = _RACY if last % 1_000_000 else _COARSE
    return now - last > seconds * 1e9


def replace_file(
    path: Path, content: bytes, *, follows: bool = True, is_safe: bool = False
) -> None:
    """Put a file in place in one step: a reader sees the old content or the new, never a part.

    Args:
        path: Its path.
        content: What it will hold.
        follows: Whether a link stays one, and what it leads to is replaced.
        is_safe: Whether the content is on the disk before it takes the place of the old one: a
            machine that loses its power then has one of the two. For what users wrote, beside
            which nothing unfinished is to stay either.

    Raises:
        OSError: If it cannot be written; the file is then as it was.
    """
    path = path.resolve() if follows else path
    mode = _mode(path)
    if is_safe:
        remove_unfinished(path.parent)
    prefix = f"{_HIDDEN}{_processes()}-{os.getpid()}-"
    opened, name = tempfile.mkstemp(_UNFINISHED, prefix, path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            if is_safe:
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(mode)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    if is_safe:
        _sync_folder(path.parent)


def _mode(path: Path) -> int:
    """The rights of a file, or those that a new one gets."""
    try:
        found = os.lstat(path).st_mode
    except OSError:
        return 0o644
    return found & 0o777 if stat.S_ISREG(found) else 0o644


def write_named(path: Path, content: bytes) -> None:
    """Write what a command makes to the file that its user names; its folder is made, too.

    Raises:
        EngineError: If it cannot be written, or what is there is another kind of file: a note,
            perhaps, whose name was given by mistake.
    """
    there = read_own(path.resolve(), 20)
    if there and _kind(there) != _kind(content):
        raise EngineError(
            f"{path} already exists and is a different kind of file. Choose another name"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    except OSError as error:
        raise EngineError(f"cannot write {path}: {error.strerror}. Choose another file") from None


def _kind(content: bytes) -> bytes:
    """How such a file begins; empty if no command writes such files."""
    return next((each for each in _KINDS if content[:20].lower().startswith(each)), b"")


def _sync_folder(folder: Path) -> None:
    """Bring the new name of a file to the disk, too, where the system can."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def read_own(path: Path, most: int = -1) -> bytes | None:
    """The content of a file of ours; None if there is none, or what is there cannot be ours.

    A link would lead to somebody else's file; a pipe would never end.

    Args:
        path: Its path.
        most: How many bytes of it are read; all, if that is below 0.
    """
    try:
        with open_own(path) as file:
            return file.read(most)
    except (OSError, ValueError):
        return None


def open_own(path: Path, mode: Literal["rb", "r+b"] = "rb") -> FileIO:
    """Open a file of ours that is there.

    Raises:
        OSError: If there is none, or what is there cannot be ours.
    """
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = FileIO(path, mode, opener=lambda name, asked: os.open(name, asked | flags))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.ENOENT, "not a regular file")
    return file


def is_elsewhere(directory: Path) -> bool:
    """Whether what is written to a directory of ours would be in somebody else's."""
    return directory.is_symlink() or directory.parent.is_symlink()


def folder_of(address: str, root: Path) -> Path | None:
    """The folder that an address of shared records names; None if it names none.

    Args:
        address: A folder, from the root or `~/…`, or a URL.
        root: The project's root.
    """
    name = re.sub(r"^(?:file|local)://", "", address)
    if not name or "://" in name or "::" in name:
        return None
    return root / os.path.expanduser(name)  # noqa: PTH111


def refuse_links(directory: Path) -> None:
    """Refuse a directory of ours that is a link, or has one, or a pipe, in the place of a folder.

    It may have come with a stranger's vault: what is written or removed would be elsewhere.

    Raises:
        EngineError: If it is refused.
    """
    try:
        entries = [directory, *directory.iterdir()] if directory.is_dir() else [directory]
    except OSError:
        return  # whoever reads or writes there says why not
    for path in entries:
        name = path.relative_to(directory.parent).as_posix()
        if path.is_symlink():
            raise EngineError(
                f"{name} is a symbolic link, but notewright writes its own files only to "
                "real folders. Remove the link"
            )
        if path.exists() and not path.is_dir() and not path.is_file():
            raise EngineError(f"{name} is neither a file nor a folder. Remove it")


def remove_unfinished(directory: Path) -> None:
    """Remove files that killed processes never put in place, but none that may still be."""
    oldest = time.time() - 3600
    for path in directory.glob(f"{_HIDDEN}*{_UNFINISHED}"):
        with contextlib.suppress(OSError):  # another process may do so too
            if _is_left(path.name) or path.lstat().st_mtime < oldest:
                path.unlink()


def _is_left(name: str) -> bool:
    """Whether the process that wrote an unfinished file, by its name, runs no more for sure."""
    processes, _, rest = name.removeprefix(_HIDDEN).partition("-")
    number = rest.partition("-")[0]
    if processes != _processes() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    return False


@cache
def _processes() -> str:
    """Stands for the processes that we can tell apart by their numbers: machine and container."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{crc32(f'{os.uname().nodename} {space}'.encode()):08x}"


class Store:
    """The files of one kind.

    Args:
        directory: Where they are; made when the first is written.
        suffix: What their names end with.
        limit: Bytes above which those that were longest out of use are removed.
    """

    def __init__(self, directory: Path, suffix: str, limit: int) -> None:
        self._directory = directory
        self._suffix = suffix
        self._limit = limit
        self._used: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stored yet."""
        return next(self._directory.glob(f"*{self._suffix}"), None) is None

    def variants(self) -> dict[str, list[str]]:
        """Keys of the form `KEY-OTHER`, by what stands before the dash; the newest first."""
        found: list[tuple[float, str]] = []
        if not is_elsewhere(self._directory):
            for path in self._directory.glob(f"*-*{self._suffix}"):
                with contextlib.suppress(OSError):  # another process may remove it
                    found.append((path.lstat().st_mtime, path.name.removesuffix(self._suffix)))
        grouped: dict[str, list[str]] = {}
        for _, name in sorted(found, reverse=True):
            grouped.setdefault(name.partition("-")[0], []).append(name)
        return grouped

    def load(self, key: str) -> bytes | None:
        """The content under a key, which counts as used; None if none can be read."""
        content = read_own(self._path(key)) if not is_elsewhere(self._directory) else None
        if content is not None:
            self._used.add(key)
        return content

    def save(self, key: str, content: bytes) -> None:
        """Write the content under a key.

        Raises:
            OSError: If it cannot be written; what was stored before is untouched.
        """
        if is_elsewhere(self._directory):
            raise OSError(errno.ELOOP, "its folder is a symbolic link")
        if not self._directory.is_dir():
            self._directory.mkdir(parents=True, exist_ok=True)
        replace_file(self._path(key), content, follows=False)
        self._used.add(key)

    def keep(self, key: str, content: bytes) -> None:
        """Write what can be made again: if there is no room for it, it is made next time."""
        with contextlib.suppress(OSError):
            self.save(key, content)

    def remove(self, key: str) -> None:
        """Remove the content under a key, if there is any."""
        if not is_elsewhere(self._directory):
            with contextlib.suppress(OSError):
                self._path(key).unlink()

    def prune(self) -> None:
        """Remove what was longest out of use, until the rest is below the limit.

        What was used since the last time counts as just used, and is never removed. Files that
        are not named after a key are somebody else's.
        """
        if is_elsewhere(self._directory):
            return
        remove_unfinished(self._directory)
        ages: list[tuple[float, int, str]] = []
        total = 0
        for entry in self._entries():
            with contextlib.suppress(OSError):  # another process may remove it first
                status = entry.stat(follow_symlinks=False)
                if not stat.S_ISREG(status.st_mode):
                    continue
                if self._key(entry.name) in self._used:
                    os.utime(entry)
                    status = os.lstat(entry)
                total += status.st_size
                ages.append((status.st_mtime, status.st_size, entry.name))
        for _, size, name in sorted(ages):
            if total <= self._limit:
                break
            if self._key(name) not in self._used:
                with contextlib.suppress(OSError):
                    (self._directory / name).unlink()
                total -= size
        self._used.clear()

    def _entries(self) -> list[os.DirEntry[str]]:
        """All that is named after a key. A site has thousands: paths would take twice as long."""
        try:
            with os.scandir(self._directory) as entries:
                return [
                    entry
                    for entry in entries
                    if entry.name.endswith(self._suffix) and _KEY.fullmatch(self._key(entry.name))
                ]
        except OSError:
            return []

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}{self._suffix}"

    def _key(self, name: str) -> str:
        return name.removesuffix(self._suffix)


class Locks:
    """A lock for each key, so that of several processes one works on it and the others wait.

    The file of a lock is there only while it is held, or if its process was killed.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def lock(self, key: str) -> BaseFileLock:
        """The lock of a key, not yet held.

        Raises:
            OSError: If its directory cannot be made.
        """
        from filelock import FileLock  # only what is stale needs it

        if not self._directory.is_dir():
            self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{key}.lock"
        if path.is_symlink():  # the file that it leads to would be emptied
            path.unlink(missing_ok=True)
        return FileLock(path)

    def release(self, lock: BaseFileLock) -> None:
        """Let go of a lock. Who waits for the file that is removed here opens a new one."""
        with contextlib.suppress(OSError):  # where open files cannot be removed, it stays
            Path(lock.lock_file).unlink()
        lock.release()

    def prune(self) -> None:
        """Remove the files that killed processes left."""
        from filelock import FileLock, Timeout

        for path in self._directory.glob("*.lock"):
            if path.is_symlink() or not path.is_file() or not _KEY.fullmatch(path.stem):
                continue
            lock = FileLock(path)
            with contextlib.suppress(Timeout, OSError):
                lock.acquire(timeout=0)
                self.release(lock)
