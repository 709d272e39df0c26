"""Checks the names of a vault's files: what some disk, or Obsidian, cannot tell apart or link."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from notewright.configuration import CONFIG_FILE
from notewright.errors import Problem
from notewright.vault.links import IMAGES, find_address
from notewright.vault.occurrences import find_references
from notewright.vault.vault import Vault

_UNLINKABLE = re.compile(r"[#^\[\]|]")
_UNPORTABLE = re.compile(r"[\\:*?\"<>]|[. ]$")
_WORD = re.compile(r"[^\s/\\()\[\]<>\"'|#]+")
_SUFFIX = re.compile(r"(?<=.)\.[A-Za-z0-9]{2,5}\b")
_MEDIA = IMAGES | frozenset(
    [
        ".3gp",
        ".flac",
        ".m4a",
        ".mkv",
        ".mov",
        ".mp3",
        ".mp4",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".pdf",
        ".wav",
        ".webm",
    ]
)


def check_names(vault: Vault) -> Iterator[Problem]:
    """Yield names that clash where case does not count, and names that no link can hold."""
    alike: dict[str, str] = {}
    for path in sorted((*vault.notes, *vault.attachments)):
        key = unicodedata.normalize("NFC", path).casefold()
        first = alike.setdefault(key, path)
        if first != path:
            message = f"`{path}` and `{first}` are the same file on a case-insensitive file system"
            yield Problem(_file(vault, path), 1, message, "Rename one with `notewright rename`")
        sign = _UNLINKABLE.search(path)
        if sign is not None:
            message = f"`{path}` contains `{sign[0]}`, which Obsidian links cannot contain"
            yield Problem(_file(vault, path), 1, message, "Rename it with `notewright rename`")


def name_notices(vault: Vault) -> Iterator[Problem]:
    """Yield names that Windows refuses, and images, films and PDFs that nobody shows."""
    for path in sorted((*vault.notes, *vault.attachments)):
        sign = _UNPORTABLE.search(vault.link_name(path)) or _UNPORTABLE.search(path)
        if sign is not None:
            verb = "ends with" if sign[0] in ". " else "contains"
            message = f"`{path}` {verb} `{sign[0]}`, which Windows and some phones do not allow"
            yield Problem(_file(vault, path), 1, message, "Rename it with `notewright rename`")
    for path in unused_attachments(vault):
        yield Problem(
            _file(vault, path), 1, "no note uses this file", ("Remove it if you do not need it")
        )


def unused_attachments(vault: Vault) -> list[str]:
    """Media files that no link leads to, and whose names no text and no setting holds."""
    media = {path for path in vault.attachments if PurePosixPath(path).suffix.lower() in _MEDIA}
    if not media:
        return []
    for note in vault.notes.values():
        with note.reading():
            for reference in find_references(note):
                find = vault.find if reference.is_wikilink else partial(find_address, vault)
                found = find(reference.path, note)
                media.discard(found.path if found else "")
    named = {name for text in _texts(vault) for name in _file_names(unquote(text))}
    return sorted(path for path in media if PurePosixPath(path).name not in named)


def _file_names(text: str) -> Iterator[str]:
    """Words of a text, up to the last suffix in each: looked for from its end, once."""
    for word in _WORD.findall(text):
        for last in deque(_SUFFIX.finditer(word), maxlen=1):
            yield word[: last.end()]


def _texts(vault: Vault) -> Iterator[str]:
    """Text that may name a file: notes, settings, styles, scripts, and the project's README."""
    yield from (note.text for note in vault.notes.values())
    styles = [
        vault.settings.docs_dir / path
        for path in sorted(vault.attachments)
        if path.endswith((".css", ".js", ".html", ".yml", ".canvas", ".svg"))
    ]
    root = vault.settings.root
    for path in [root / CONFIG_FILE, *sorted(root.glob("*.md")), *styles]:
        try:
            yield path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # what cannot be read names nothing


def _file(vault: Vault, path: str) -> str:
    return vault.settings.relative(vault.settings.docs_dir / path)
