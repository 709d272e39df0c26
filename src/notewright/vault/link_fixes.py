"""Rewrite links that work here but not in Obsidian, for `notewright check --fix`."""

from __future__ import annotations

from collections.abc import Iterator

from notewright.note.note import Note
from notewright.vault.edits import Edit
from notewright.vault.links import find_address, shortest_name
from notewright.vault.occurrences import Reference, find_references
from notewright.vault.rename import path_forms
from notewright.vault.vault import Vault


def plan_fixes(vault: Vault) -> dict[str, list[Edit]]:
    """The edits by note that make links mean the same here and in Obsidian.

    `[[Alias]]` becomes `[[Note|Alias]]`, which reads the same. A Markdown link that leads to one
    file from its note's folder and to another from the vault's root, where Obsidian starts, gets
    `./` in front.
    """
    found: dict[str, list[Edit]] = {}
    for path, note in vault.notes.items():
        with note.reading():
            found[path] = list(_fixes(vault, note))
    return {path: edits for path, edits in found.items() if edits}


def _fixes(vault: Vault, note: Note) -> Iterator[Edit]:
    for reference in find_references(note):
        if reference.is_wikilink:
            yield from _without_alias(vault, note, reference)
        else:
            yield from _from_folder(vault, note, reference)


def _without_alias(vault: Vault, note: Note, reference: Reference) -> Iterator[Edit]:
    found = vault.find(reference.path, note)
    if found is None or not found.is_alias:
        return
    short = shortest_name(vault, found.path, note)
    yield Edit(reference.start, reference.end, reference.write(short))
    if not reference.text and not reference.is_embed:
        parts = [reference.path, *filter(None, map(str.strip, reference.fragment.split("#")))]
        shown = reference.bar + reference.write(" > ".join(parts))
        yield Edit(reference.close, reference.close, shown)


def _from_folder(vault: Vault, note: Note, reference: Reference) -> Iterator[Edit]:
    here, obsidian = find_address(vault, reference.path, note), vault.find(reference.path, note)
    if here is None or obsidian is None or here.path == obsidian.path:
        return
    for path in path_forms(reference, here.path, note):
        for form in (f"./{path}", path):
            there = vault.find(form, note)
            again = find_address(vault, form, note)
            if there and again and there.path == again.path == here.path:
                yield Edit(reference.start, reference.end, reference.write(form))
                return
