"""Notes kept for the next process: what was read out of each, so that it is read only once.

To parse a vault takes longer than to look whether a site is up to date. What is kept of a note
holds as long as its text is the same, and the code that reads notes.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from notewright.files import read_own, replace_file
from notewright.note.note import Note
from notewright.vault.pickles import WRONG, OwnUnpickler

NAME = "notes.pickle"

_LARGE = ("parse", "places", "elements")
"""What a note makes of its text again when it is asked."""

_MODULES = {
    *("notewright.note", "notewright.errors", "notewright.vault", "pathlib"),
    *("collections", "datetime", "decimal"),
}
_DIGEST = 32  # bytes of SHA-256


class KeptNotes:
    """The notes of a vault as another process read them.

    Args:
        place: The state directory.
        given: Digest of the code that reads notes.
    """

    def __init__(self, place: Path, given: str) -> None:
        self._file = place / NAME
        self._given = given
        self._told: object = None

    @property
    def is_there(self) -> bool:
        """Whether an earlier process has kept something."""
        return self._file.exists()

    @cached_property
    def notes(self) -> Mapping[str, Note]:
        """The notes by their paths; none if nothing is kept that this process could have made."""
        stored = read_own(self._file) or b""
        digest, content = stored[:_DIGEST], stored[_DIGEST:]
        if not content or digest != self._digest(content):
            return {}
        try:
            notes = OwnUnpickler(io.BytesIO(content), _MODULES).load()
        except WRONG:
            return {}
        if not isinstance(notes, dict) or not all(
            isinstance(each, Note) for each in notes.values()
        ):
            return {}
        self._told = _told(notes)
        return notes

    def keep(self, notes: Mapping[str, Note]) -> None:
        """Keep notes, unless nothing was read since; those that cannot be kept are read again."""
        told = _told(notes)
        if told == self._told:
            return
        file = io.BytesIO()
        try:
            _Pickler(file).dump({path: note for path, note in notes.items() if not note.faults})
            content = file.getvalue()
            self._file.parent.mkdir(exist_ok=True)  # nothing ran yet, and no page was made
            replace_file(self._file, self._digest(content) + content, follows=False)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError, OSError):
            return
        self._told = told

    def _digest(self, content: bytes) -> bytes:
        return hashlib.sha256(self._given.encode() + content).digest()


class _Pickler(pickle.Pickler):
    """Writes notes without their parse."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.dispatch_table = copyreg.dispatch_table | {Note: reduced}


def reduced(note: Note) -> Any:
    """A note as it is pickled: without what is large, and made again when it is asked for."""
    state = {name: each for name, each in vars(note).items() if name not in _LARGE}
    return copyreg.__newobj__, (Note,), state | {"elements": {}}  # type: ignore[attr-defined]


def _told(notes: Mapping[str, Note]) -> object:
    """What is known of which text."""
    return {
        path: (hash(note.text), frozenset(vars(note)) - set(_LARGE), frozenset(note.memory))
        for path, note in notes.items()
        if not note.faults
    }
