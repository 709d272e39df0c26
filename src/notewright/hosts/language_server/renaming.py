"""Renaming files from the editor: a note behind a link, or what its list of files moves.

Every link that would miss them is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from notewright.errors import EngineError
from notewright.hosts.language_server.project import Project, Span, link_at, written
from notewright.note import percent
from notewright.note.note import Note
from notewright.vault.edits import Edit
from notewright.vault.rename import Plan, plan_moves, plan_rename


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
        raise EngineError(f"no file called `{named.link.path}`")
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
    return Renaming(project.file(plan.old), project.file(plan.new), _changes(project, plan))


def moved(project: Project, files: Iterable[tuple[Path, Path]]) -> dict[Path, list[Change]]:
    """Say what changes in which file when an editor moves files or folders of the vault itself.

    Args:
        project: The project.
        files: The old and the new place of each.

    Raises:
        EngineError: If links may be where nobody sees.
    """
    docs_dir, vault = project.settings.docs_dir, project.vault
    moves: dict[str, str] = {}
    for old, new in files:
        if old.is_relative_to(docs_dir) and new.is_relative_to(docs_dir):
            was, will = (each.relative_to(docs_dir).as_posix() for each in (old, new))
            for path in (*vault.notes, *vault.attachments):
                if f"{path}/".startswith(f"{was}/"):
                    moves[path] = will + path.removeprefix(was)
    return _changes(project, plan_moves(vault, moves)) if moves else {}


def _changes(project: Project, plan: Plan) -> dict[Path, list[Change]]:
    changes: dict[Path, list[Change]] = {}
    for path, edits in plan.edits.items():
        note = plan.text_of(project.vault, path)
        text, placed = _placed(note, edits)
        changes[project.file(path)] = [
            Change(_place(text, each.start), _place(text, each.end), each.text) for each in placed
        ]
    return changes


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
        raise EngineError(
            f"a link in {note.file} is outside Markdown text. Update it by hand"
        ) from None


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)
