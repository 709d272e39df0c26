"""Finding a note or an attachment by what somebody typed: a path, or a name as links have it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from notewright.errors import EngineError, Problem, did_you_mean
from notewright.note.note import Note
from notewright.vault.vault import Vault


def find_file(vault: Vault, name: str) -> str:
    """Find a note or an attachment, as `find` finds a note."""
    path = Path(name).resolve()
    if path.is_relative_to(vault.settings.docs_dir):
        relative = path.relative_to(vault.settings.docs_dir).as_posix()
        if relative in vault.attachments:
            return relative
    target = vault.resolve(name, Note("", "", ""))
    return target if target in vault.attachments else find(vault, name).path


def find_file_or_folder(vault: Vault, name: str) -> str:
    """The same, or a folder that holds some, if no file is called so or a slash ends the name."""
    path, docs_dir = Path(name).resolve(), vault.settings.docs_dir
    if not path.is_dir() or not path.is_relative_to(docs_dir):
        path = (docs_dir / name).resolve()
    folder = path.relative_to(docs_dir).as_posix() if path.is_relative_to(docs_dir) else ""
    is_folder = any(each.startswith(f"{folder}/") for each in (*vault.notes, *vault.attachments))
    is_file = not name.endswith("/") and vault.resolve(name, Note("", "", "")) is not None
    return folder if is_folder and not is_file else find_file(vault, name)


def new_path(vault: Vault, old: str, new: str) -> str:
    """A new path in the vault, which may begin as the old one does, where the shell completed it.

    Args:
        vault: The vault.
        old: The name of a file, as `find_file` takes it.
        new: Another, or its path in the vault or from here.
    """
    docs_dir = vault.settings.docs_dir
    here = f"{os.path.relpath(docs_dir)}/".removeprefix("./")
    if here and old.startswith(here) and new.startswith(here) and Path(old).exists():
        return f"/{new.removeprefix(here)}"
    return new


def find_notes(vault: Vault, names: Iterable[str]) -> list[Note]:
    """The notes that are named, each once, whatever it is called.

    Raises:
        EngineError: If there is one of no note.
    """
    return list({note.path: note for note in (find(vault, name) for name in names)}.values())


def find_readable(vault: Vault, name: str) -> Note:
    """Find a note that can be read: of another nothing is known, and it is no empty one.

    Raises:
        EngineError: If there is none.
    """
    note = find(vault, name)
    for problem in unread(note):
        raise EngineError(str(problem))
    return note


def unread(note: Note) -> Sequence[Problem]:
    """Why a note could not be read, if it could not."""
    return [] if note.text else note.problems


def find(vault: Vault, name: str) -> Note:
    """Find a note by path, as the shell completes it, or by name, as a wikilink names it.

    Raises:
        EngineError: If there is none.
    """
    settings = vault.settings
    path = Path(name).resolve()
    if path.is_relative_to(settings.docs_dir):
        found = vault.notes.get(path.relative_to(settings.docs_dir).as_posix())
        if found is not None:
            return found
    top = Note("", "", "")
    target = vault.resolve(name.removesuffix(".md").removesuffix(".py"), top)
    if target is None or target not in vault.notes:
        remedy = did_you_mean(name, (note.name for note in vault.notes.values()))
        raise EngineError(f"no note called `{name}`. {remedy}".rstrip(". "))
    return vault.notes[target]
