"""Published notes that look private: keys and tokens in the text, tags, properties and folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from notewright.errors import EngineError, Problem
from notewright.libraries import needs
from notewright.note.note import Note
from notewright.note.properties import line_of
from notewright.vault.published import published
from notewright.vault.vault import Vault

NAMES = frozenset({"private", "privat", "secret", "secrets"})
"""Tags, folders and properties, in lower case, that mark what is not for readers."""

TAGS = NAMES | {"draft"}
"""The tags; some sites publish drafts on purpose, so a build does not warn about these."""

_WORD = re.compile(r"[A-Za-z0-9_+/-]{16,}")
_NAME = re.compile(r"[A-Za-z]*\d*(?:[-_+/]+[A-Za-z]*\d*)*")
"""Words and numbers joined by signs, as in names of files and functions; keys mix them."""
_SIGNS = re.compile(r"PRIVATE KEY|PuTTY-User-Key-File|AKIA|://[^\s/@]+:[^\s/@]+@")
"""Signs of keys that may be short, or may not contain a digit."""

_GUESSES = frozenset({"IPPublicDetector", "KeywordDetector"})
"""Detectors that also find what notes on machine learning are full of."""

HIDE = "To exclude the note, add `publish: false` to its properties; to publish it, `publish: true`"


def check_private(vault: Vault, among: Iterable[Note] | None = None) -> Iterator[Problem]:
    """Yield the public notes that look private; without its library, keys are not looked for.

    Args:
        vault: The vault.
        among: The notes to check; None for all.
    """
    public = published(vault).notes
    notes = public.values() if among is None else [n for n in among if n.path in public]
    for note in notes:
        yield from _marks(note, NAMES)
        with suppress(EngineError):  # `notewright doctor` names the missing package
            yield from _keys(note)


def private_looks(vault: Vault) -> Iterator[Problem]:
    """Yield the notes that readers would see and that look as if they should not, with a remedy.

    Args:
        vault: The vault, with notes that are hidden; these are not looked at.

    Raises:
        EngineError: If the library with the patterns of keys is not installed.
    """
    for _, note in sorted(published(vault).notes.items()):
        yield from _marks(note, TAGS)
        yield from _keys(note)


def _marks(note: Note, tags: frozenset[str]) -> Iterator[Problem]:
    """Yield the tags, the property and the folder by which a note looks private."""
    if note.properties.get("publish") is True:
        return
    for tag in note.tags:
        if tag.lower().partition("/")[0] in tags:
            line = line_of(note.text, "tags", note.body_line)
            yield Problem(note.file, line, f"it looks private because of the tag `#{tag}`", HIDE)
    for name, value in note.properties.items():
        if value is True and str(name).lower() in NAMES:
            line = line_of(note.text, str(name), note.body_line)
            yield Problem(note.file, line, f"it looks private because of `{name}: true`", HIDE)
    for folder in note.path.split("/")[:-1]:
        if folder.lower() in NAMES:
            yield Problem(
                note.file, 1, f"it looks private because it is in the folder `{folder}`", HIDE
            )


def _keys(note: Note) -> Iterator[Problem]:
    """Yield the lines that hold what looks like a key, each once."""
    if note.properties.get("publish") is True:
        return
    found: dict[int, str] = {}
    for number, line in _lines(note.text):
        for detector in _detectors():
            if any(detector.analyze_string(line)):
                found.setdefault(number, detector.secret_type)
    for number, kind in sorted(found.items()):
        remedy = f"Remove it, and replace the key where it is used. {HIDE}"
        yield Problem(note.file, number, f"this looks like a secret ({kind})", remedy)


def _lines(text: str) -> list[tuple[int, str]]:
    """Find the lines of a text that may contain a key. In most texts there is no such line.

    The detectors need 10 ms for a long note and 0.2 s to be imported, this needs 0.2 ms.
    """
    words = {word for word in text.split() if len(word) >= 16 and _may_be_key(word)}
    if not words and not _SIGNS.search(text):
        return []
    return [
        (number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if _SIGNS.search(line) or not words.isdisjoint(line.split())
    ]


def _may_be_key(word: str) -> bool:
    return any(not _NAME.fullmatch(found) for found in _WORD.findall(word))


@cache
def _detectors() -> Sequence[Any]:
    """The detectors of detect-secrets that know a key by its form."""
    with needs("site", "searching notes for secret keys"):
        from detect_secrets import plugins
        from detect_secrets.plugins.base import RegexBasedDetector
    modules = [
        import_module(f"{plugins.__name__}.{each.name}") for each in iter_modules(plugins.__path__)
    ]
    kinds = {
        name: each
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, RegexBasedDetector)
    }
    known = {
        name: each for name, each in kinds.items() if name not in {"RegexBasedDetector", *_GUESSES}
    }
    return [known[name]() for name in sorted(known)]
