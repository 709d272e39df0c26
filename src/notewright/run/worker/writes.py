"""What a session writes, and what it was not allowed to write."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable

from notewright.run.worker.confinement import Places
from notewright.run.worker.digests import BYTECODE

_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV)
_SAID = re.compile(r"permission denied|errno\s*=?\s*1[38]\b|read-?only|unable to open", re.I)
"""How libraries in other languages say that a file could not be written."""


class Writes:
    """What one session wrote so far.

    Attributes:
        done: Files and folders that it made, replaced or removed.
    """

    def __init__(self, places: Places) -> None:
        self.done: set[str] = set()
        self._places = places
        self._tried: set[str] = set()  # and may not
        self._missed: set[str] = set()  # of these, what would be another file now

    def opens(self, path: str, flags: int, *, is_there: bool, is_own: bool = True) -> bool:
        """Note that a file is opened; returns whether it is made or replaced by that.

        Args:
            path: Its path.
            flags: How it is opened.
            is_there: Whether it was there before.
            is_own: Whether the session itself opens it, not a process that it started.
        """
        replaces = bool(flags & os.O_TRUNC or (flags & os.O_CREAT and not is_there))
        mode = flags & os.O_ACCMODE
        if (replaces or mode != os.O_RDONLY) and not self._places.allow(path):
            self._tried.add(path)
            if replaces or mode == os.O_WRONLY:
                self._missed.add(path)
            return False
        if replaces and is_own:
            self.done.add(path)
        return replaces

    def changes(self, paths: Iterable[str]) -> None:
        """Note that files or folders are made, removed or renamed."""
        for path in paths:
            (self.done if self._places.allow(path) else self._tried).add(path)

    @property
    def missed(self) -> set[str]:
        """Files that it would have written, had it been allowed to."""
        return {path for path in self._missed if BYTECODE not in path.split(os.sep)}

    def refused(self, error: BaseException | None) -> str | None:
        """The path whose writing was refused, if that is what an exception tells."""
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if isinstance(error, OSError) and error.errno in _REFUSED:
                for name in (error.filename, error.filename2):
                    path = os.path.abspath(os.fsdecode(name)) if _is_name(name) else ""
                    if path in self._tried:
                        return path
            try:
                said = str(error)
            except Exception:  # one that cannot even say what it is
                said = ""
            for path in sorted(self._tried):
                if os.path.basename(path) in said and _SAID.search(said):
                    return path
            if type(error).__module__ == "sqlite3" and _SAID.search(said):
                return min(self._tried, default=None)
            error = error.__cause__ or error.__context__
        return None


def _is_name(name: object) -> bool:
    return isinstance(name, (str, bytes, os.PathLike))
