"""Renaming a note from the editor: its file, and every link that would miss it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from notewright.errors import EngineError
from notewright.hosts.language_server.project import Project, Span, link_at, written
from notewright.note import percent
from notewright.note.note import Note
from notewright.vault.edits import Edit
from notewright.vault.rename import plan_rename


@dataclass(frozen=True)
class Change:
    """One part of a file that gets another text.

    Attributes:
        first: Line and column of its first character, counted from 0.
        last: Line and column behind it.
        text: The new text.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    text: str


@dataclass(frozen=True)
class Renaming:
    """A rename, for an editor to do.

    Attributes:
        old: The file.
        new: Its new place.
        changes: What changes in which file, before it is renamed.
    """

    old: Path
    new: Path
    changes: dict[Path, list[Change]]


def renamed(project: Project, path: str, line: int, column: int) -> tuple[str, Span]:
    """What a rename at a place would rename: the note behind a link, else the note itself.

    Raises:
        EngineError: If the link leads to no note.
    """
    note = project.vault.notes[path]
    named = link_at(note, line, column)
    if named is None:
        lines = written(note).split("\n")
        return path, Span(project.file(path), line, 0, len(lines[line]) if line < len(lines) else 0)
    target = project.vault.resolve(named.link.path, note)
    if target is None:
        raise EngineError(f"`{named.link.path}` names no file")
    return target, Span(project.file(path), line, named.start, named.end)


def rename(project: Project, old: str, new: str) -> Renaming:
    """Say what changes when a file gets another name.

    Args:
        project: The project.
        old: Its path in the vault.
        new: The new name, or path.

    Raises:
        EngineError: If the name cannot be had.
    """
    plan = plan_rename(project.vault, old, new)
    changes: dict[Path, list[Change]] = {}
    for path, edits in plan.edits.items():
        note = plan.text_of(project.vault, path)
        text, placed = _placed(note, edits)
        changes[project.file(path)] = [
            Change(_place(text, each.start), _place(text, each.end), each.text) for each in placed
        ]
    return Renaming(project.file(plan.old), project.file(plan.new), changes)


def _placed(note: Note, edits: list[Edit]) -> tuple[str, list[Edit]]:
    """The text of a note's file, and its edits there: a notebook is no Markdown on disk."""
    if not note.is_notebook:
        return note.text, edits
    text = note.memory["file"][0]
    notebook = percent.read(text, note.file)
    assert notebook is not None
    try:
        return text, [Edit(*notebook.edit(each.start, each.end, each.text)) for each in edits]
    except percent.NotWritable:
        raise EngineError(f"a link in {note.file} is no text. Rename it by hand") from None


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
