"""Spools: what copies of a process tell it of the things that they made, in one file a copy.

A file for each thing would take longer to make than much of what is told.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO


class Spools:
    """Pairs of a number and what is told of it.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, BinaryIO] = {}
        self._told: dict[int, Any] = {}

    def tell(self, number: int, what: object) -> None:
        """Tell of a thing, in a copy.

        Raises:
            OSError: If there is no room.
        """
        process = os.getpid()
        if process not in self._open:
            self._open[process] = self._place(process).open("wb")
        self._open[process].write(pickle.dumps((number, what)))
        self._open[process].flush()

    def of(self, number: int, processes: Iterable[int]) -> Any:
        """What one of some copies told of a thing; None if none did so far."""
        if number not in self._told:
            for process in processes:
                self._told.update(self._new(process))
        return self._told.pop(number, None)

    def _new(self, process: int) -> Iterator[tuple[int, Any]]:
        """Yield what a copy has told since it was asked."""
        if process not in self._open:
            try:
                self._open[process] = self._place(process).open("rb")
            except FileNotFoundError:
                return
        file = self._open[process]
        while True:
            place = file.tell()
            try:
                yield pickle.load(file)
            except (EOFError, pickle.UnpicklingError):  # it is being written, or never will be
                file.seek(place)
                return

    def _place(self, process: int) -> Path:
        return self._folder / f"{process}.spool"

    def close(self) -> None:
        """Close all files."""
        for file in self._open.values():
            file.close()
        self._open.clear()
