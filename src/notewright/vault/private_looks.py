"""Published notes that look private: keys and tokens in the text, and tags such as `#private`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from notewright.errors import Problem
from notewright.libraries import needs
from notewright.note.note import Note
from notewright.note.properties import line_of
from notewright.vault.published import published
from notewright.vault.vault import Vault

TAGS = frozenset({"private", "privat", "secret", "draft"})
"""Tags, in lower case, with which writers mark what is not for readers."""

_GUESSES = frozenset({"IPPublicDetector", "KeywordDetector"})
"""Detectors that also find what notes on machine learning are full of."""

HIDE = "To exclude the note, add `publish: false` to its properties"


def private_looks(vault: Vault) -> Iterator[Problem]:
    """Yield the notes that readers would see and that look as if they should not, with a remedy.

    Args:
        vault: The vault, with notes that are hidden; these are not looked at.

    Raises:
        EngineError: If the library with the patterns of keys is not installed.
    """
    for _, note in sorted(published(vault).notes.items()):
        for tag in note.tags:
            if tag.lower() in TAGS:
                line = line_of(note.text, "tags", note.body_line)
                yield Problem(note.file, line, f"the tag `#{tag}` is on a public note", HIDE)
        yield from _keys(note)


def _keys(note: Note) -> Iterator[Problem]:
    """Yield the lines that hold what looks like a key, each once."""
    found: dict[int, str] = {}
    for detector in _detectors():
        if not any(pattern.search(note.text) for pattern in detector.denylist):
            continue
        for number, line in enumerate(note.text.split("\n"), 1):
            if any(detector.analyze_string(line)):
                found.setdefault(number, detector.secret_type)
    for number, kind in sorted(found.items()):
        remedy = f"Remove it, and replace the key where it is used. {HIDE}"
        yield Problem(note.file, number, f"this looks like a secret ({kind})", remedy)


@cache
def _detectors() -> Sequence[Any]:
    """The detectors of detect-secrets that know a key by its form."""
    with needs("site", "looking for keys in notes"):
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
