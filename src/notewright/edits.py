"""Changes characters of a note's file, and no others: line ends and byte order mark stay."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notewright.errors import EngineError
from notewright.vault import Note

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text to put in the place of a part of a note.

    Attributes:
        start: Offset in the note's text.
        end: Offset behind the part.
        text: What to write.
    """

    start: int
    end: int
    text: str


def edited(path: Path, note: Note, edits: Sequence[Edit]) -> bytes:
    """The content of a note's file with some edits, none of which overlap.

    Raises:
        EngineError: If the file cannot be read, or is not what the note was read from.
    """
    try:
        whole = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"cannot read {note.file}: {error}") from None
    mark = _MARK if whole.startswith(_MARK) else ""
    whole = whole.removeprefix(_MARK)
    if whole.replace("\r\n", "\n").replace("\r", "\n") != note.text:
        raise EngineError(f"{note.file} has changed in the meantime. Try again.")
    returns = [match.start() - n for n, match in enumerate(re.finditer("\r\n", whole))]
    newline = "\r\n" if returns else "\n"
    parts, reached = [mark], 0
    for edit in sorted(edits):
        start = edit.start + bisect_left(returns, edit.start)
        parts += [whole[reached:start], edit.text.replace("\n", newline)]
        reached = edit.end + bisect_left(returns, edit.end)
    return "".join([*parts, whole[reached:]]).encode("utf-8")
