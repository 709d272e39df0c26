"""The scratch directory of a session: its own folder for temporary files, gone at its end."""

from __future__ import annotations

import os
import shutil
import tempfile

VARIABLES = ("TMPDIR", "TEMP", "TMP")
"""Variables by which programs find the folder for temporary files."""


def make(base: str, number: int) -> str:
    """Make the scratch directory of the session of some number; empty text if that fails."""
    path = os.path.join(base, str(number))
    try:
        remove(path)  # what began again has left one
        os.mkdir(path, 0o700)
    except OSError:
        return ""
    return path


def enter(path: str) -> None:
    """Let this process, and what it starts, keep temporary files in a scratch directory."""
    if path:
        os.environ.update(dict.fromkeys(VARIABLES, path))
        tempfile.tempdir = path


def remove(path: str) -> None:
    """Remove a scratch directory with all that a session left in it, whatever its modes."""
    if not path or not os.path.isdir(path):
        return
    shutil.rmtree(path, ignore_errors=True)
    for folder, _, _ in os.walk(path):
        try:
            os.chmod(folder, 0o700)
        except OSError:
            continue
    shutil.rmtree(path, ignore_errors=True)
