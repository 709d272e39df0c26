"""Commits: a project as it was at one, unpacked where nothing of the repository is touched."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notewright.errors import EngineError

FOLLOWED = "@{upstream}"
"""The branch, mostly of a code host, that the current one follows: what was pushed."""


def is_commit(root: Path, name: str) -> bool:
    """Whether a repository knows a commit by a name.

    Args:
        root: A folder in the repository.
        name: A commit, branch or tag.
    """
    return _found(root, name) is not None


@contextmanager
def unpacked(root: Path, commit: str) -> Iterator[Path]:
    """A scratch folder with the files of a project as they were at a commit.

    It is no worktree: a process that is killed leaves a folder among temporary files, and the
    repository as it was. Files that Git does not know are not in it.

    Args:
        root: The project's root, in its repository.
        commit: A commit, branch or tag.

    Raises:
        EngineError: If there is no such commit.
    """
    found = _found(root, commit)
    if found is None:
        raise EngineError(
            f"`{commit}` is not a commit, a manifest or a folder. Specify a branch, tag or commit, "
            "a file written by `notewright manifest`, or a state folder"
        )
    archive = _git(root, "archive", "--format=tar", found.decode().strip())
    if not archive:
        raise EngineError(f"the commit {commit} has no files in this folder")
    with tempfile.TemporaryDirectory(prefix="notewright-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(scratch, filter="data")
        yield Path(scratch)


def _found(root: Path, name: str) -> bytes | None:
    """The digest of a commit; None if there is none of this name."""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    return _git(root, *words, f"{name}^{{commit}}")


def _git(root: Path, *arguments: str) -> bytes | None:
    """What Git prints; None if it fails.

    Raises:
        EngineError: If there is no Git.
    """
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError:
        raise EngineError("comparing with a commit needs `git`, which is not installed") from None
    return done.stdout if done.returncode == 0 else None
