"""References: the links that lead to a note, a heading or a block; and the outline of a note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from notewright.hosts.language_server.hover import target_line
from notewright.hosts.language_server.project import Project, Span, characters, link_at, written
from notewright.note.links import Link
from notewright.note.note import Note
from notewright.vault.links import find_address


def references(project: Project, path: str, line: int, column: int) -> Iterator[Span]:
    """Yield the links that lead where the link at a place does, or else to the place itself.

    On a heading or a block with an id, these are the links to it. Elsewhere, and on the title, they
    are the links to the note.

    Args:
        project: The project.
        path: The note.
        line: The line, counted from 0.
        column: The column, counted from 0.
    """
    note = project.note(path)
    if note is None:
        return
    named = link_at(note, line, column)
    if named is not None:
        target = project.vault.resolve(named.link.path, note) if named.link.path else path
        anchor = _anchor(project, target, named.link)
    else:
        target = path
        starts = {heading.line - 1 for heading in note.outline if heading.level > 1}
        starts |= {number - 1 for number in note.block_ids.values()}
        anchor = line if line in starts else None
    for each in project.vault.notes.values():
        for link, leads_to in _links(project, each):
            if leads_to != target or (
                anchor is not None and _anchor(project, target, link) != anchor
            ):
                continue
            yield _span(project, each, link)


def _links(project: Project, note: Note) -> Iterator[tuple[Link, str | None]]:
    """Yield the links of a note with the paths of their targets."""
    for link in note.wikilinks:
        yield link, project.vault.resolve(link.path, note) if link.path else note.path
    for link in note.markdown_links:
        found = find_address(project.vault, link.path, note)
        yield link, found.path if found is not None else None


def _anchor(project: Project, target: str | None, link: Link) -> int | None:
    """The line of a note to which a link leads, counted from 0; None for the whole note."""
    found = project.vault.notes.get(target or "")
    return target_line(found, link) if found is not None and link.fragment else None


def _span(project: Project, note: Note, link: Link) -> Span:
    lines = written(note).split("\n")
    text = lines[link.line - 1] if link.line <= len(lines) else ""
    start = characters(text, max(link.column - 1, 0))
    ends = [text.find(mark, start) + len(mark) for mark in ("]]", ")") if mark in text[start:]]
    return Span(project.file(note.path), link.line - 1, start, min(ends, default=len(text)))


@dataclass
class Symbol:
    """A heading, or a cell with a label.

    Attributes:
        name: Its text or label.
        is_cell: Whether it is a cell.
        first: Its line, counted from 0.
        last: The last line of its section, counted from 0.
        children: The parts of its section.
    """

    name: str
    is_cell: bool
    first: int
    last: int
    children: list[Symbol] = field(default_factory=list)


def outline(note: Note) -> list[Symbol]:
    """The headings of a note and its labelled cells, nested as they stand."""
    last = len(written(note).split("\n")) - 1
    starts = [(each.line - 1, each.level, each.text, False, last) for each in note.outline]
    starts += [
        (cell.line - 1, 7, cell.label, True, cell.last_line - 1)
        for cell in note.cells
        if cell.label
    ]
    found: list[Symbol] = []
    opened: list[tuple[int, Symbol]] = []
    for line, level, name, is_cell, end in sorted(starts):
        while opened and opened[-1][0] >= level:
            _, done = opened.pop()
            done.last = done.last if done.is_cell else line - 1
        symbol = Symbol(name or "(empty heading)", is_cell, line, end)
        (opened[-1][1].children if opened else found).append(symbol)
        opened.append((level, symbol))
    return found
