"""Which files of a directory belong to the vault: what a link leads out to does not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from notewright.errors import Problem
from notewright.settings import Settings

FIGURES = "assets/figures"
"""Where the figures that notes embed are written, for Obsidian; they are no files of the vault."""

LARGEST = 4 << 20
"""Bytes of a note that are read. It is 40 times the longest chapter of a long book."""


def find_files(settings: Settings) -> tuple[list[Path], list[Problem]]:
    """The files of the vault in order, and what stands in its directory but is not read."""
    found: list[Path] = []
    problems: list[Problem] = []
    for path in sorted(_visible(settings.docs_dir)):
        reason = refusal(path, settings.docs_dir)
        if reason:
            message = f"{reason}, so it is not read and not published"
            problems.append(Problem(settings.relative(path), 1, message, "Remove it"))
        elif path.is_file():
            found.append(path)
    return found, problems


def linked_folders(settings: Settings) -> Iterator[Problem]:
    """Yield links to folders, into which site generators go, and perhaps round for ever."""
    for directory, folders, _ in os.walk(settings.docs_dir):
        for name in sorted(folders):
            path = Path(directory, name)
            if not name.startswith(".") and path.is_symlink():
                message = f"{refusal(path, settings.docs_dir)}, so it is not published"
                yield Problem(settings.relative(path), 1, message, "Remove it")


def refusal(path: Path, directory: Path) -> str:
    """Why a path below the vault's directory is not read; empty if it may be."""
    try:
        if path.is_symlink() or path.parent.resolve() != path.parent:
            if not path.resolve(strict=True).is_relative_to(directory):
                return "a symbolic link that leads out of the vault"
            if path.is_dir() or path.parent.resolve() != path.parent:
                return "a symbolic link to a folder"
        mode = path.stat().st_mode
    except (OSError, RuntimeError):
        return "a symbolic link that leads nowhere"
    if stat.S_ISDIR(mode):
        return "a folder with a note's name" if path.suffix == ".md" else ""
    return "" if stat.S_ISREG(mode) else "neither a file nor a folder"


def _visible(directory: Path) -> Iterator[Path]:
    for path in directory.rglob("*"):
        parts = path.relative_to(directory).parts
        if any(part.startswith(".") for part in parts) or parts[0] == "templates":
            continue
        if not "/".join(parts).startswith(f"{FIGURES}/"):
            yield path
