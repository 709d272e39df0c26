"""Find options of a project by their old names, and write the new ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import yaml

from notewright.configuration import PLUGIN, PlainLoader, place_of
from notewright.errors import renamed_notice
from notewright.note import options, queries
from notewright.note.note import Note
from notewright.settings import RENAMED, RENAMED_RULES, Settings
from notewright.vault.edits import Edit
from notewright.vault.vault import Vault

_FIX = "Run `notewright check --fix` to rename it"
_OLD = "|".join((*options.RENAMED, *queries.RENAMED))
_MAY_BE = re.compile(rf"^[ \t>]*(?:#\|[ \t]*)?(?:{_OLD})[ \t]*:", re.M)


def setting_notices(settings: Settings) -> Iterator[str]:
    """Yield a notice for each option and rule that `mkdocs.yml` gives by its old name."""
    for old in settings.old_names:
        keys = ["rules", old] if old in RENAMED_RULES else [old]
        file, line = place_of(settings.root, ["plugins", PLUGIN, *keys])
        new = (RENAMED | RENAMED_RULES)[old]
        yield f"{file}:{line}: {renamed_notice(old, new)}. {_FIX}"


def note_notices(vault: Vault) -> Iterator[str]:
    """Yield a notice for each option that notes give by its old name: at the first place."""
    found = [each for note in vault.notes.values() for each in _uses(note)]
    by_name = sorted(found, key=lambda each: (each[0], each[2], each[3]))
    for old, uses in groupby(by_name, key=lambda each: each[0]):
        (_, new, file, line), *others = uses
        more = f" ({len(others)} more in the notes)" if others else ""
        yield f"{file}:{line}: {renamed_notice(old, new)}{more}. {_FIX}"


def plan_new_names(vault: Vault) -> dict[str, list[Edit]]:
    """The edits by note that replace old names by new ones."""
    found = {path: list(_edits(note)) for path, note in vault.notes.items()}
    return {path: edits for path, edits in found.items() if edits}


def with_new_options(file: Path) -> tuple[str, int]:
    """The text of `mkdocs.yml` with the new names of options, and how many were replaced.

    Args:
        file: The configuration.
    """
    text = file.read_bytes().decode()
    root = yaml.compose(text, PlainLoader)
    marks = []
    for key, value in _under(root, "plugins", PLUGIN):
        if key.value in RENAMED:
            marks.append((key, RENAMED[key.value]))
        if key.value == "rules" and isinstance(value, yaml.MappingNode):
            named = [rule for rule, _ in value.value if rule.value in RENAMED_RULES]
            marks += [(rule, RENAMED_RULES[rule.value]) for rule in named]
    for key, new in reversed(marks):
        text = f"{text[: key.start_mark.index]}{new}{text[key.end_mark.index :]}"
    return text, len(marks)


def _under(node: yaml.Node | None, *keys: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield the pairs of the mapping that is below some keys; lists in between are searched."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        for key, value in item.value if isinstance(item, yaml.MappingNode) else ():
            if not keys:
                yield key, value
            elif key.value == keys[0]:
                yield from _under(value, *keys[1:])


def _uses(note: Note) -> Iterator[tuple[str, str, str, int]]:
    """Yield the old names in a note: the old name, the new one, the file and the line."""
    for edit in _edits(note):
        old = note.text[edit.start : edit.end]
        yield old, edit.text, note.file, note.text.count("\n", 0, edit.start) + 1


def _edits(note: Note) -> Iterator[Edit]:
    if not _MAY_BE.search(note.text):  # to parse each note would slow every build
        return
    with note.reading():
        spans = [
            (cell.line, cell.last_line, r"#\|[ \t]*", options.RENAMED)
            for cell in note.cells
            if cell.options.old_names
        ]
        spans += [
            (line - 1, line + text.count("\n"), "", queries.RENAMED)
            for language, line, text in queries.fences(note)
            if language == queries.RESULTS
        ]
        lines = note.text.splitlines(keepends=True)
        for first, last, mark, renamed in spans:
            pattern = re.compile(rf"[ \t>]*{mark}({'|'.join(renamed)})[ \t]*:")
            at = sum(map(len, lines[:first]))
            for line in lines[first:last]:
                match = pattern.match(line)
                if match is not None:
                    yield Edit(at + match.start(1), at + match.end(1), renamed[match[1]])
                at += len(line)
