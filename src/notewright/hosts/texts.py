"""Texts that a host gives, held against those of the notes that it says they are."""

from __future__ import annotations

from notewright.errors import Problem
from notewright.note.drawings import without_data
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES


def body(note: Note) -> str:
    """A note without its properties."""
    return PROPERTIES.sub("", note.text)


def has_text(note: Note, text: str) -> bool:
    """Whether a text is that of a note, with its properties or without."""
    text = without_data(text) if note.is_drawing else text
    return _plain(text) in (_plain(note.text), _plain(body(note)))


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()


def changed_text(note: Note) -> Problem:
    """The problem of a text that another program has changed: nobody has judged what it holds."""
    message = "the text to convert differs from the note"
    return Problem(note.file, 1, message, "Remove the extension or plugin that changes the text")
