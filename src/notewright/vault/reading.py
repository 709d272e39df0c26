"""Reading of notes: Markdown, percent notebooks and bases, each as a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from notewright.errors import Problem
from notewright.note import drawings, percent
from notewright.note.includes import Includes
from notewright.note.note import BASE, Note
from notewright.note.properties import read_properties
from notewright.settings import Settings
from notewright.vault import base_notes


def is_note(path: Path, settings: Settings) -> bool:
    """Whether a file is a note, by its name; Python is if it is a percent notebook that may run."""
    if path.suffix in (".md", BASE):
        return True
    name = path.relative_to(settings.docs_dir).as_posix()
    return not settings.must_ask(name) and percent.is_notebook(path)


def read_note(path: Path, settings: Settings, known: Note | None = None) -> Note:
    """Read one note; what is wrong with it becomes its problems.

    Args:
        path: Its file.
        settings: Where the vault is.
        known: What was read there before.
    """
    relative = path.relative_to(settings.docs_dir).as_posix()
    file = settings.relative(path)
    unread = Note(relative, file, "")
    with unread.reading():
        return _read_note(path, relative, file, settings, known)
    return unread


def _read_note(
    path: Path, relative: str, file: str, settings: Settings, known: Note | None
) -> Note:
    raw, problems = _read_text(path, file)
    text = raw
    how = settings.reads_as_mkdocs, settings.must_ask(relative)
    was = known and (known.reads_as_mkdocs, known.must_ask, known.includes)
    if known is not None and was == (*how, includes_of(settings)) and _is_same(known, raw):
        return known.again()
    is_notebook = path.suffix == percent.SUFFIX and text
    notebook = percent.read(text, file) if is_notebook else None
    if notebook is not None:
        text, problems = notebook.text, [*problems, *notebook.problems]
    is_base = path.suffix == BASE and not problems
    if is_base:
        text = base_notes.as_markdown(raw)
    properties, wrong = read_properties(text, file)
    told = *problems, *wrong
    note = Note(relative, file, text, properties, told, includes_of(settings), *how)
    if note.is_drawing:
        text = drawings.without_data(raw)
        note = replace(note, text=text)
    if notebook is not None:
        vars(note)["parse"] = notebook.parse  # what found its cells is its one parse
    if is_base:
        vars(note)["outline"] = base_notes.headings(raw)
    if text != raw:
        note.memory["file"] = raw, None
    return note


def _is_same(known: Note, text: str) -> bool:
    """Whether what was read before is what would be read now; a fault may be fixed by now."""
    before, _ = known.memory.get("file", (known.text, None))
    return bool(text) and before == text and not known.faults


def includes_of(settings: Settings) -> Includes:
    """Where `--8<--` in cells finds files."""
    return Includes(settings.root / settings.snippets, settings.root)


def _read_text(path: Path, file: str) -> tuple[str, list[Problem]]:
    """The text of a note; empty, with the reason, if it is none that can be shown."""
    try:
        size = path.stat().st_size
        if size > percent.LARGEST:
            limit = percent.LARGEST >> 20
            message = f"the note is {size / (1 << 20):.1f} MiB, more than the limit of {limit} MiB"
            return "", [Problem(file, 1, message, "Split it, or move embedded data into a file")]
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return "", [Problem(file, line, "not valid UTF-8", "Save the note as UTF-8")]
    except OSError as error:
        return "", [
            Problem(file, 1, (f"cannot read the note: {error.strerror}"), "Change its permissions")
        ]
    return text, null_byte(text, file)


def null_byte(text: str, file: str) -> list[Problem]:
    """What is wrong with a text that holds a null byte; nothing if it holds none."""
    null = text.find("\0")
    if null < 0:
        return []
    line = text.count("\n", 0, null) + 1
    return [Problem(file, line, "the file contains a null byte, so it is not text", "Remove it")]
