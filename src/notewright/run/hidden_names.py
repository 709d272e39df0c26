"""Hidden names: what cells show of files that have no page, such as the name of a private note.

A cell that lists a folder sees its private notes, too, and what it shows is published. Only a
session that looked at such a file, or at its folder, can know it; so a word that a cell shows for
another reason is nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from notewright.errors import Problem
from notewright.run.cell_records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.vault.exclusions import template_folders
from notewright.vault.published import is_hidden, published
from notewright.vault.vault import Vault

RULE = "hidden-name"

SHORTEST = 3
"""Characters of a name that is looked for by itself; of a shorter one, the path."""

_SIGHTS = ("file", "link", "listing", "sizes")
"""Kinds of inputs that tell of a path: of a file itself, or of the folder that holds it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A file without a page; what it goes by is in small letters, and nothing published has it.

    Attributes:
        path: Its path in the vault.
        file: Its path from the project's root.
        files: Its path and its name as a file, which no word is by chance.
        names: What its note is called.
    """

    path: str
    file: str
    files: frozenset[str]
    names: frozenset[str]

    def known_to(self, result: CellResult) -> frozenset[str]:
        """What the session of a cell could show of it: it saw the file, or the folder that has it.

        What an opaque session looked at nobody knows: there, only names of files are told.
        """
        inputs = result.inputs
        places = (self.file, str(PurePosixPath(self.file).parent))
        is_seen = any(f"{kind}:{place}" in inputs for kind in _SIGHTS for place in places)
        if is_seen or any(name.startswith("glob:") for name in inputs):
            return self.files | self.names
        return self.files if result.is_opaque else frozenset()


def check_hidden_names(
    path: str, results: Sequence[CellResult], hidden: Sequence[Hidden]
) -> Iterator[Problem]:
    """Yield where cells of one note show names of files that have no page.

    Args:
        path: The note's path; what a note without a page shows, nobody sees.
        results: What its cells showed, in order.
        hidden: The files without a page.
    """
    if not any(each.path == path for each in hidden):
        for result in results if hidden else ():
            if result.record is not None and result.cell.options.include:
                yield from _told(result, result.record, hidden)


def _told(result: CellResult, record: CellRecord, hidden: Sequence[Hidden]) -> Iterator[Problem]:
    known = [(each, names) for each in hidden if (names := each.known_to(result))]
    text = "\n".join(_texts(record)) if known else ""
    plain = f"{text}\n{unquote(unescape(text))}".casefold()
    for each, names in known:
        shown = sorted(name for name in names if _says(plain, name))
        if shown:
            message = (
                f"the output contains `{shown[-1]}`, a name from the unpublished file `{each.file}`"
            )
            remedy = f"Remove it from the output, or set the rule `{RULE}` to `off`"
            yield Problem(result.cell.file, result.cell.line, message, remedy)


def _says(text: str, name: str) -> bool:
    """Whether a name is in a text, and in no longer word."""
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def hidden_files(vault: Vault) -> list[Hidden]:
    """The files of a vault without a page, with what gives them away."""
    known: list[Hidden] | None = vars(vault).get("_hidden_files")  # pytest asks for each note
    if known is None:
        shown = published(vault)
        is_whole = shown is vault and not vault.excluded
        known = vars(vault)["_hidden_files"] = [] if is_whole else list(_hidden(vault, shown))
    return known


def _hidden(vault: Vault, shown: Vault) -> Iterator[Hidden]:
    taken = {PurePosixPath(path).name for path in shown.attachments}
    for each in shown.notes.values():
        taken |= {each.name, each.title, *each.aliases, PurePosixPath(each.path).name}
    own = {name.casefold() for name in taken}
    templates = template_folders(vault.settings.docs_dir)
    for path in sorted({*vault.notes, *vault.attachments, *vault.excluded}):
        note = vault.notes.get(path)
        is_shown = path in shown.attachments or (note is not None and not is_hidden(vault, note))
        if is_shown or path.startswith(templates):
            continue
        file = PurePosixPath(path)
        names = {note.title, *note.aliases} if note is not None else set()
        names |= {file.stem} if file.suffix in (".md", ".py") else set()
        looked_for = {name.casefold() for name in names if len(name) >= SHORTEST}
        files = {path.casefold(), *({file.name.casefold()} - own)}
        place = vault.settings.relative(vault.settings.docs_dir / path)
        yield Hidden(path, place, frozenset(files), frozenset(looked_for - own))


def _texts(record: CellRecord) -> Iterator[str]:
    """Yield all words that a page, its tables and its drawings have of a cell."""
    yield from (value for value in record.values if value)
    for output in record.outputs:
        yield from _words(output)
    for frame in record.frames:
        yield from frame.values
        yield from (text for texts in frame.texts.values() for text in texts)
        for output in frame.outputs:
            yield from _words(output)


def _words(shown: Any, kind: str = "") -> Iterator[str]:
    """Yield the texts of an output; a picture of points has none."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            yield from _words(value, str(name))
    elif isinstance(shown, Collection) and not isinstance(shown, (str, bytes)):
        for value in shown:
            yield from _words(value, kind)
    elif isinstance(shown, str) and (not kind.startswith("image/") or kind == "image/svg+xml"):
        yield shown
