"""What properties say of a note's page: `publish: false` and `cssclasses`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from notewright.errors import Problem
from notewright.links import find_links, find_markdown_links
from notewright.vault import Note, Vault

_NOT_A_NAME = re.compile(r"[^\w-]+")
_NO = ("false", "no", "off")


def is_published(note: Note) -> bool:
    """Whether a note gets a page: unless it says `publish: false`, as text or not."""
    value = note.properties.get("publish")
    return value is not False and str(value).strip().lower() not in _NO


def published(vault: Vault) -> Vault:
    """The vault that readers see: nothing can show or list what is not in it."""
    notes = {path: note for path, note in vault.notes.items() if is_published(note)}
    return vault if len(notes) == len(vault.notes) else replace(vault, notes=notes)


def check_published(vault: Vault) -> Iterator[Problem]:
    """Yield the links of published notes that lead to notes without a page."""
    if len(published(vault).notes) == len(vault.notes):
        return
    for note in published(vault).notes.values():
        for link in (*find_links(note), *find_markdown_links(note)):
            target = vault.notes.get(vault.resolve(link.path, note) or "")
            if target is not None and not is_published(target):
                message = f"`{link.path}` leads to a note that says `publish: false`"
                remedy = f"Publish `{target.file}`, or take the link away"
                yield Problem(note.file, link.line, message, remedy)


def css_classes(note: Note) -> list[str]:
    """The classes that the note wants for its page, without what is no name of a class."""
    found: list[str] = []
    for name in ("cssclasses", "cssclass"):
        value = note.properties.get(name)
        for each in value if isinstance(value, list) else re.split(r"[,\s]+", str(value or "")):
            found += str(each if each is not None else "").split()
    return [name for name in (_NOT_A_NAME.sub("-", each).strip("-") for each in found) if name]


def with_classes(html: str, note: Note) -> str:
    """The page's HTML in an element that has the note's classes, whatever the theme."""
    names = css_classes(note)
    return f'<div class="nw-note {escape(" ".join(names))}">\n{html}\n</div>' if names else html
