"""Edits characters of a note's file, and no others: line ends and byte order mark stay."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notewright.errors import EngineError
from notewright.files import replace_file
from notewright.note import percent
from notewright.note.drawings import without_data
from notewright.note.note import Note
from notewright.vault import base_notes

MEANTIME = "has changed in the meantime"

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


def write_note(path: Path, note: Note, edits: Sequence[Edit], moment: str = MEANTIME) -> None:
    """Write edits into a note, in one step.

    Raises:
        EngineError: If the note is not what it was read as, or cannot be written.
    """
    content = edited(path, note, edits, moment)
    try:
        replace_file(path, content, is_safe=True)
    except OSError as error:
        raise EngineError(f"cannot write {note.file}: {error.strerror}. It is unchanged.") from None


def edited(path: Path, note: Note, edits: Sequence[Edit], moment: str = MEANTIME) -> bytes:
    """The content of a note's file with some edits, none of which overlap.

    Args:
        path: The file.
        note: The note as it was read from it.
        edits: What to change.
        moment: What to say of a file that changed since, and when.

    Raises:
        EngineError: If the file cannot be read, or is not what the note was read from.
    """
    try:
        whole = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"cannot read {note.file}: {error}") from None
    mark = _MARK if whole.startswith(_MARK) else ""
    whole = whole.removeprefix(_MARK)
    text = whole.replace("\r\n", "\n").replace("\r", "\n")
    notebook = percent.read(text, note.file) if note.is_notebook else None
    read = notebook.text if notebook else base_notes.as_markdown(text) if note.is_base else text
    if note.is_drawing:
        read = without_data(text)
    if read != note.text:
        raise EngineError(f"{note.file} {moment}. Try again.")
    if notebook is not None:
        edits = [_in_notebook(notebook, note, edit) for edit in edits]
    returns = [match.start() - n for n, match in enumerate(re.finditer("\r\n", whole))]
    newline = "\r\n" if returns else "\n"
    parts, reached = [mark], 0
    for edit in sorted(edits):
        start = edit.start + bisect_left(returns, edit.start)
        parts += [whole[reached:start], edit.text.replace("\n", newline)]
        reached = edit.end + bisect_left(returns, edit.end)
    return "".join([*parts, whole[reached:]]).encode("utf-8")


def _in_notebook(notebook: percent.Notebook, note: Note, edit: Edit) -> Edit:
    """An edit of a notebook's Markdown as one of its file."""
    try:
        return Edit(*notebook.edit(edit.start, edit.end, edit.text))
    except percent.NotWritable:
        line = note.text.count("\n", 0, edit.start) + 1
        raise EngineError(
            f"{note.file}:{line} is not Markdown text, so it cannot be rewritten."
        ) from None
