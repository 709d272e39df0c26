"""The folder for records that `--state-dir` names, and our own files in it."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

from notewright.errors import EngineError
from notewright.files import is_key
from notewright.settings import Settings

_OURS = {"records": ".json", "failures": ".json", "locks": ".lock"}


def folder(options: argparse.Namespace, settings: Settings) -> Path | None:
    """The folder that the command line names for records; None if it names none.

    Args:
        options: The options of the command line.
        settings: Those of the project.

    Raises:
        EngineError: If the notes lie in it, or it among them.
    """
    if options.state_dir is None:
        return None
    place: Path = options.state_dir.resolve()
    if settings.docs_dir.is_relative_to(place) or place.is_relative_to(settings.docs_dir):
        raise EngineError(
            f"{options.state_dir} contains the notes folder, or is inside it. "
            "Choose a separate folder for `--state-dir`"
        )
    return place


def refuse(options: argparse.Namespace) -> None:
    """Refuse the folder for a command that keeps nothing there.

    Raises:
        EngineError: If the command line names one.
    """
    if options.state_dir is not None:
        raise EngineError("this command does not support `--state-dir`. Remove the option")


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
