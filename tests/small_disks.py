"""Small disks, mounted where a test wants one that is full or read-only."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

AS_ROOT = "on Linux: sudo .venv/bin/pytest tests/whole"


@contextlib.contextmanager
def small_disk(path: Path, options: str) -> Iterator[Callable[[str], None]]:
    """Mount a small disk at a path; yields what changes its options."""
    path.mkdir(parents=True, exist_ok=True)

    def mount(options: str) -> subprocess.CompletedProcess[str]:
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def change(options: str) -> None:
        done = mount(f"remount,{options}")
        assert done.returncode == 0, done.stderr

    try:
        done = mount(options)
        reason = done.stderr.strip()
    except FileNotFoundError as error:
        pytest.skip(f"a small disk cannot be mounted: {error}; {AS_ROOT}")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {reason}; {AS_ROOT}")
    try:
        yield change
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def fill(directory: Path) -> Path:
    """Write a file until a disk is full."""
    path = directory / "filler"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        directory.joinpath("more").write_bytes(b"x" * 4096)
    directory.joinpath("more").unlink(missing_ok=True)
    return path
