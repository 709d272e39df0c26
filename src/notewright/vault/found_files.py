"""Found files: what stands in the folder of a vault, how it looks, and why some is not read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from notewright.errors import Problem
from notewright.files import is_settled
from notewright.settings import Settings
from notewright.vault.exclusions import Exclusions

FIGURES = "assets/figures"
"""Where the figures that notes embed are written, for Obsidian; they are no files of the vault."""


class Stamp(NamedTuple):
    """How a file looks from outside.

    Attributes:
        modified: When it was last written, in nanoseconds.
        size: Its size in bytes.
        changed: When anything of it changed last, in nanoseconds: writers cannot set that time.
    """

    modified: int
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp | None:
        """That of a file; None if it is gone."""
        try:
            return cls._of(path.stat())
        except OSError:
            return None

    @classmethod
    def _of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_mtime_ns, status.st_size, status.st_ctime_ns)

    def is_settled(self, now: int) -> bool:
        """Whether any later change shows in it; see `notewright.files.is_settled`."""
        return is_settled(max(self.modified, self.changed), now)


def find_files(
    settings: Settings, exclusions: Exclusions
) -> tuple[dict[str, Stamp], list[Problem]]:
    """Find the files of a vault.

    Args:
        settings: Where it is.
        exclusions: What is set aside; of this, nothing is told that cannot be read.

    Returns:
        How each file looks, by its path in the vault, in order; and what stands in its folder but
        is not read.
    """
    directory = settings.docs_dir
    found: dict[str, Stamp] = {}
    problems: list[Problem] = []
    unread: list[OSError] = []
    is_known = cache(is_plain)
    is_usual = is_plain(directory)
    entries = dict(_visible(directory, unread.append))
    for name in sorted(entries, key=lambda each: each.split("/")):
        status = _usual(entries[name]) if is_usual else None
        if status is not None and stat.S_ISREG(status.st_mode):
            found[name] = Stamp._of(status)
        elif status is None or name.endswith(".md"):
            path = directory / name
            reason = refusal(path, directory, is_known)
            if reason and not exclusions.excluded(name):
                message = f"{reason}, so it is neither read nor published"
                problems.append(Problem(settings.relative(path), 1, message, "Remove it"))
            elif not reason and path.is_file() and (stamp := Stamp.of(path)) is not None:
                found[name] = stamp
    for error in unread:
        path = Path(error.filename)
        if not exclusions.excluded(f"{path.relative_to(directory).as_posix()}/"):
            message = f"cannot read the folder: {error.strerror}"
            problems.append(Problem(settings.relative(path), 1, message, "Change its permissions"))
    return found, problems


def _usual(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What is known of a file or a folder; None of anything else, which is looked at closely."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) else None


def _visible(
    directory: Path, tell: Callable[[OSError], object]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what is in the vault and not hidden; folders that cannot be read are told."""
    waiting = [""]
    while waiting:
        within = waiting.pop()
        folder = directory / within
        try:
            with os.scandir(folder) as listed:
                entries = [each for each in listed if not each.name.startswith(".")]
            if not os.access(folder, os.X_OK):  # names can be listed, and nothing behind them read
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        except (FileNotFoundError, NotADirectoryError):  # it is gone
            continue
        except OSError as error:
            tell(error)
            continue
        for entry in entries:
            name = f"{within}{entry.name}"
            yield name, entry
            if name != FIGURES and entry.is_dir(follow_symlinks=False):
                waiting.append(f"{name}/")


def is_closed(folder: Path) -> bool:
    """Whether a folder is there whose files cannot be listed, or not be read."""
    is_there = os.path.isdir(folder)  # noqa: PTH112 -- `Path.is_dir` fails below one
    return is_there and not os.access(folder, os.R_OK | os.X_OK)


def linked_folders(settings: Settings, *, hidden: bool = False) -> Iterator[Problem]:
    """Yield links to folders, into which site generators go, and perhaps round for ever.

    Args:
        settings: Where the vault is.
        hidden: Whether those in hidden folders count, where no note is.
    """
    for directory, folders, _ in os.walk(settings.docs_dir):
        # Where a vault holds its own project, an environment may lie in it, with such a link.
        # One that cannot be read is told with the vault.
        folders[:] = [
            name
            for name in folders
            if not is_closed(Path(directory, name))
            and (hidden or not name.startswith("."))
            and not Path(directory, name, "pyvenv.cfg").exists()
        ]
        for name in sorted(folders):
            path = Path(directory, name)
            if not name.startswith(".") and path.is_symlink():
                message = f"{refusal(path, settings.docs_dir)}, so it is not published"
                yield Problem(settings.relative(path), 1, message, "Remove it")


def is_plain(folder: Path) -> bool:
    """Whether no link leads to a folder."""
    return folder.resolve() == folder


def refusal(path: Path, directory: Path, is_plain: Callable[[Path], bool] = is_plain) -> str:
    """Why a path below the vault's directory is not read; empty if it may be."""
    try:
        if path.is_symlink() or not is_plain(path.parent):
            if not path.resolve(strict=True).is_relative_to(directory):
                return "a symbolic link to a file outside the vault"
            if path.is_dir() or not is_plain(path.parent):
                return "a symbolic link to a folder"
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        return "a broken symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder with a note's name" if path.suffix == ".md" else ""
    return "" if stat.S_ISREG(mode) else "neither a file nor a folder"
