"""Places of shared records: a folder here, or an address that fsspec reads.

A place has a folder for each key, and in it a file for each record of that key. What stands there
may be a stranger's: names are looked at before they are used, and links are not followed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from notewright.files import folder_of, read_own, remove_unfinished, replace_file
from notewright.run.shared.entries import NEVER, Entry

KEY = re.compile(r"[0-9a-f]{32}")
"""The name of a folder: the digest of a session's code."""

NAME = re.compile(r"(?P<made>[0-9a-f]{32})-(?P<digest>[0-9a-f]{64})\.json")
"""The name of a file: with what the record was made, and the digest of its bytes."""


class Place(Protocol):
    """Where shared records are. Each may raise what it likes if it cannot be reached."""

    def folders(self) -> Iterable[str]:
        """The names of all folders."""
        ...

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; nothing, if there is none."""
        ...

    def read(self, folder: str, name: str, most: int) -> bytes | None:
        """The bytes of a file, up to so many; None if it is gone, or no plain file."""
        ...

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file: whole, or not at all."""
        ...

    def refresh(self, folder: str, name: str) -> None:
        """Count a file as just used."""
        ...

    def remove(self, folder: str, name: str) -> None:
        """Remove a file, if it is there."""
        ...

    def tidy(self, folder: str) -> None:
        """Remove what killed processes left in a folder, and the folder if it is empty."""
        ...


def place_of(address: str, root: Path) -> Place:
    """The place that an address names.

    Args:
        address: A folder, from the root or `~/…`, or a URL.
        root: The project's root.

    Raises:
        ImportError: If the library for the address is not installed.
        ValueError: If the address is none.
    """
    folder = folder_of(address, root)
    if folder is not None:
        return Folder(folder)
    try:
        from notewright.run.shared.fsspec_place import FsspecPlace
    except ModuleNotFoundError as error:
        if error.name != "fsspec":
            raise
        raise ImportError(
            "fsspec is not installed. Run `pip install 'notewright[store]'`"
        ) from None
    return FsspecPlace(address)


def shown(address: str) -> str:
    """An address as messages show it: without the password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", address)


class Folder:
    """A folder as a place: one of this machine, or of a disk that several have in common."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def folders(self) -> Iterable[str]:
        """The names of all folders."""
        self._require()
        if not self._path.is_dir():
            return []
        return sorted(each.name for each in self._path.iterdir())

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; nothing, if there is none."""
        path = self._path / folder
        found: list[Entry] = []
        try:
            if not stat.S_ISDIR(path.lstat().st_mode):  # whatever a link leads to is not ours
                return [Entry(".", 0, NEVER, is_plain=False)]
            with os.scandir(path) as entries:
                for each in entries:
                    with contextlib.suppress(FileNotFoundError):  # it was removed just now
                        status = each.stat(follow_symlinks=False)
                        is_plain = stat.S_ISREG(status.st_mode)
                        found.append(Entry(each.name, status.st_size, status.st_mtime, is_plain))
        except FileNotFoundError:
            self._require()
            return []
        return [each for each in found if not each.name.startswith(".notewright-")]

    def read(self, folder: str, name: str, most: int) -> bytes | None:
        """The bytes of a file, up to so many; None if it is gone, or no plain file."""
        return read_own(self._path / folder / name, most)

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file: whole, or not at all."""
        path = self._path / folder
        for tries_left in (2, 1, 0):
            self._make(path)
            try:
                return replace_file(path / name, content, follows=False)
            except FileNotFoundError:  # the folder was empty, and was removed just now
                if not tries_left:
                    raise
        return None

    def refresh(self, folder: str, name: str) -> None:
        """Count a file as just used."""
        path = self._path / folder / name
        try:
            os.utime(path, follow_symlinks=False)
        except PermissionError:  # it is another user's: who may, puts one of his own in its place
            content = read_own(path)
            if content is not None:
                self.write(folder, name, content)

    def remove(self, folder: str, name: str) -> None:
        """Remove a file, if it is there."""
        (self._path / folder / name).unlink(missing_ok=True)

    def tidy(self, folder: str) -> None:
        """Remove what killed processes left in a folder, and the folder if it is empty."""
        path = self._path / folder
        if not path.is_symlink():
            remove_unfinished(path)
            with contextlib.suppress(OSError):
                path.rmdir()

    def _require(self) -> None:
        """Refuse a folder in a folder that is not there: of a disk that is not mounted, say."""
        if not self._path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _make(self, path: Path) -> None:
        """Make the folder of a key, which whoever may write into the place may write, too."""
        self._path.mkdir(exist_ok=True)
        if path.is_symlink():
            raise OSError(errno.ELOOP, "a folder in the path is a symbolic link")
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            path.chmod(stat.S_IMODE(self._path.stat().st_mode))
