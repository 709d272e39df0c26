"""Completion: notes, headings and labels in a link, works, options and words of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from notewright.hosts.language_server.project import Project, cell_at, written
from notewright.note.cells import WORDS
from notewright.note.note import Note
from notewright.note.options import option_names
from notewright.vault.links import is_image

_LINK = re.compile(r"(?P<embed>!?)\[\[(?P<path>[^\[\]|#\n]*)(?P<fragment>#[^\[\]|\n]*)?$")
_OPTION = re.compile(r"^[ \t>]*#\|[ \t]?(?P<name>[\w-]*)$")
_WORDS = re.compile(
    r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?:python|py|python3)(?:[ \t]+\S+)*[ \t]+(?P<name>\w*)$"
)
_CITED = re.compile(r"(?:^|[\s\[(;-])@(?P<key>[\w:.#$%&+?~/-]*)$")
_TICKS = re.compile(r"(?<!\\)`+")


@dataclass(frozen=True)
class Offer:
    """What may be put in the place of what was typed.

    Attributes:
        text: What is put there.
        detail: What it is.
        kind: Its kind, as the protocol counts: 17 a file, 18 a reference, 10 an option, 14 a word.
        start: Column from which on it takes the place of the line.
        closing: Brackets after the cursor, which the editor has typed. They are replaced by
            themselves, which moves the cursor to their end.
    """

    text: str
    detail: str
    kind: int
    start: int
    closing: str = ""


def complete(project: Project, path: str, line: int, column: int) -> list[Offer]:
    """Say what may be typed at a place.

    Args:
        project: The project.
        path: The note.
        line: The line, counted from 0.
        column: The column, counted from 0.
    """
    note = project.note(path)
    lines = written(note).split("\n") if note else []
    if note is None or line >= len(lines):
        return []
    before = lines[line][:column]
    if cell_at(note, line) is None and not _is_code(before):
        if (found := _LINK.search(before)) is not None:
            closing = "]]" if lines[line][column:].startswith("]]") else ""
            return [replace(each, closing=closing) for each in _links(project, note, found)]
        if (found := _CITED.search(before)) is not None:
            return list(_works(project, found.start("key")))
    if (found := _OPTION.match(before)) is not None and cell_at(note, line):
        start = found.start("name")
        return [Offer(f"{name}: ", said, 10, start) for name, said in option_names().items()]
    if (found := _WORDS.match(before)) is not None:
        return [Offer(word, "cell keyword", 14, found.start("name")) for word in sorted(WORDS)]
    return []


def _is_code(before: str) -> bool:
    """Whether code begins in a line, such as `` `a``, that has not ended yet."""
    opened = ""
    for run in _TICKS.findall(before):
        opened = "" if run == opened else opened or run
    return bool(opened)


def _works(project: Project, start: int) -> Iterator[Offer]:
    for key, work in sorted(project.bibliography.works.items()):
        yield Offer(key, str(work.csl.get("title") or work.file), 18, start)


def _links(project: Project, note: Note, found: re.Match[str]) -> Iterator[Offer]:
    vault = project.vault
    if found["fragment"] is not None:
        target = vault.notes.get(vault.resolve(found["path"].strip(), note) or "")
        start = found.start("fragment") + 1
        if target is not None and found["fragment"].startswith("#^"):
            for name, line in target.block_ids.items():
                yield Offer(f"^{name}", f"line {line} of {target.title}", 18, start)
        elif target is not None:
            for heading, text in zip(target.outline, target.headings, strict=True):
                yield Offer(text, f"level {heading.level} heading", 18, start)
        return
    start = found.start("path")
    for path, other in vault.notes.items():
        is_unique = vault.resolve(other.name, note) == path
        yield Offer(other.name if is_unique else vault.link_name(path), other.title, 17, start)
    for path in sorted(vault.attachments):
        if found["embed"] or not is_image(path):
            name = path.rpartition("/")[2]
            is_unique = vault.resolve(name, note) == path
            yield Offer(name if is_unique else path, "attachment", 17, start)
    if found["embed"]:
        for path, other in vault.notes.items():
            for cell in other.cells:
                if cell.label.startswith("fig-"):
                    yield Offer(f"{cell.label}.svg", f"figure of {path}", 18, start)
