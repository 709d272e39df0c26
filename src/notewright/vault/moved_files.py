"""Moved files: how they get to their new places, and leave the old ones, without being lost."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from notewright.files import replace_file


def copy(source: Path, target: Path, content: bytes | None) -> None:
    """Write a file in its new place, too.

    Args:
        source: The old place.
        target: The new place.
        content: What it holds from now on; None for what it holds.

    Raises:
        OSError: If that cannot be done.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_same(source, target):
        return
    if source.is_symlink():
        _copy_link(source, target)
    else:
        replace_file(target, source.read_bytes() if content is None else content, is_safe=True)


def leave(source: Path, target: Path, content: bytes | None) -> None:
    """Take a file that was copied away from its old place; raises OSError if that fails."""
    if not is_same(source, target):
        source.unlink()
        return
    if content is not None:
        replace_file(source, content, is_safe=True)
    source.rename(target)


def leave_folder(source: Path, target: Path, copied: Collection[str]) -> None:
    """Take a folder away whose files were copied, with what else it holds: a list of pages.

    All of them leave in one step: a rename that is killed finds none of them, or all.

    Args:
        source: The old folder.
        target: The new one.
        copied: The paths of the files that were copied, from the folder.

    Raises:
        OSError: If something cannot be moved.
    """
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and inner.as_posix() not in copied:
            place = target / inner
            if os.path.lexists(place):
                raise FileExistsError(
                    errno.EEXIST, ("another file already has this name"), str(place)
                )
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
    gone = Path(tempfile.mkdtemp(prefix=".notewright-moved-", dir=source.parent))
    source.rename(gone / source.name)
    shutil.rmtree(gone)


def is_same(source: Path, target: Path) -> bool:
    """Whether two paths are one file, as those of another case are on some disks."""
    return os.path.lexists(target) and os.path.samestat(target.lstat(), source.lstat())


def _copy_link(source: Path, target: Path) -> None:
    """Make a symbolic link that leads to where another one does."""
    leads_to = source.readlink()
    if not leads_to.is_absolute():
        leads_to = Path(os.path.relpath(source.parent / leads_to, target.parent))
    with contextlib.suppress(FileExistsError):  # a rename that was interrupted made it
        target.symlink_to(leads_to)
