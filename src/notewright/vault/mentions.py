"""Mentions of notes: where a note names another one in its text, and never links to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notewright.note.loose_text import loose_text
from notewright.vault.backlinks import Web
from notewright.vault.vault import Vault

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A note named in the text of another one that does not link to it.

    Attributes:
        file: File of the note that names it, from the project's root.
        line: Line of the name.
        text: The name as it is written.
        target: Path of the note that is named.
    """

    file: str
    line: int
    text: str
    target: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: `{self.text}` is mentioned without a link to {self.target}"
        )


def unlinked_mentions(vault: Vault, web: Web) -> Iterator[Mention]:
    """Yield where a note first names another one that it never links to.

    A name is a title, a file name or an alias of at least four letters, in any case. Code,
    formulas, headings and links are not looked at.
    """
    names = _names(vault, web)
    linked = {(each.source, each.target) for each in web.references}
    for path, note in vault.notes.items():
        told: set[str] = set()
        with note.reading():
            for each in loose_text(note):
                for found, target in _names_in(each.text, names):
                    if target != path and target not in told and (path, target) not in linked:
                        told.add(target)
                        yield Mention(note.file, each.line, found, target)


def mention_notices(vault: Vault, web: Web, listed: bool) -> Iterator[str]:
    """Yield every unlinked mention, or one line that says how many there are."""
    mentions = list(unlinked_mentions(vault, web))
    if listed:
        yield from map(str, mentions)
    elif mentions:
        count = f"{len(mentions)} note{'s are' if len(mentions) > 1 else ' is'}"
        yield f"{count} mentioned without a link. To list them, use `check --unlinked-mentions`"


_Names = dict[str, list[tuple[tuple[str, ...], str]]]


def _names(vault: Vault, web: Web) -> _Names:
    """Names of notes as words, by their first word, the longest first."""
    found: dict[tuple[str, ...], str] = {}
    for path, title in web.titles.items():
        note = vault.notes[path]
        for name in (title, note.name, *note.aliases) if not note.is_base else ():
            words = tuple(_WORD.findall(name.casefold()))
            if sum(map(len, words)) >= 4 and words not in (("index",), ("readme",)):
                found.setdefault(words, path)
    names: _Names = {}
    for words, path in found.items():
        names.setdefault(words[0], []).append((words, path))
    for entries in names.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    return names


def _names_in(text: str, names: _Names) -> Iterator[tuple[str, str]]:
    words = list(_WORD.finditer(text))
    folded = [match[0].casefold() for match in words]
    at = 0
    while at < len(words):
        for name, path in names.get(folded[at], ()):
            last = at + len(name) - 1
            if tuple(folded[at : last + 1]) == name:
                yield text[words[at].start() : words[last].end()], path
                at = last
                break
        at += 1
