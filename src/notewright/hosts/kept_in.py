"""Kept in another place: the folder that `--kept-in` names, and what of it is ours."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

from notewright.errors import EngineError
from notewright.files import is_key
from notewright.settings import Settings

_OURS = {"records": ".json", "locks": ".lock"}


def folder(options: argparse.Namespace, settings: Settings) -> Path | None:
    """The folder that the command line names for records; None if it names none.

    Args:
        options: The options of the command line.
        settings: Those of the project.

    Raises:
        EngineError: If the notes lie in it, or it among them.
    """
    if options.kept_in is None:
        return None
    place: Path = options.kept_in.resolve()
    if settings.docs_dir.is_relative_to(place) or place.is_relative_to(settings.docs_dir):
        raise EngineError(
            f"{options.kept_in} is no folder for records: it and the notes lie in one another. "
            "Name a folder beside them with `--kept-in`"
        )
    return place


def refuse(options: argparse.Namespace) -> None:
    """Refuse the folder for a command that keeps nothing there.

    Raises:
        EngineError: If the command line names one.
    """
    if options.kept_in is not None:
        raise EngineError("this command keeps nothing in another place. Leave `--kept-in` out")


def own_files(place: Path) -> Iterator[Path]:
    """Yield the files in such a folder that are ours; what else lies there is somebody else's."""
    for name, suffix in _OURS.items():
        found = sorted((place / name).glob(f"*{suffix}"))
        yield from (path for path in found if is_key(path.name.removesuffix(suffix)))


def remove(place: Path) -> None:
    """Remove what is ours, and the folders that are empty then.

    Raises:
        OSError: If it cannot be removed.
    """
    for path in own_files(place):
        path.unlink(missing_ok=True)
    for each in (*(place / name for name in _OURS), place):
        with contextlib.suppress(OSError):  # something else lies there
            each.rmdir()
