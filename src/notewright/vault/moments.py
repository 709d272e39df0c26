"""The moment of a build: a site that is the same each time asks no clock."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime

from notewright.settings import Settings

VARIABLE = "SOURCE_DATE_EPOCH"
"""Declares the moment of a build, for this and many other tools, in seconds since 1970."""

_LAST_COMMIT = ("-c", "core.fsmonitor=", "-c", "log.showSignature=false", "log", "-1")
"""Without what a configuration may have Git start."""


def is_declared() -> bool:
    """Whether the environment declares a moment."""
    return os.environ.get(VARIABLE, "").isdecimal()


def moment_of(settings: Settings) -> datetime | None:
    """The moment for which notes stand: the declared one, or that of their last commit.

    None where there is neither, and for a directory that may be a stranger's: nothing of it runs.

    Args:
        settings: Where the project is.
    """
    if is_declared():
        return datetime.fromtimestamp(int(os.environ[VARIABLE]), UTC)
    if not settings.execute:
        return None
    command = ["git", *_LAST_COMMIT, "--format=%ct"]
    try:
        done = subprocess.run(command, cwd=settings.root, capture_output=True, check=False)
    except OSError:  # there is no Git
        return None
    said = done.stdout.strip()
    return datetime.fromtimestamp(int(said), UTC) if said.isdigit() else None
