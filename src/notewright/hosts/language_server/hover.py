"""Hover: the first lines of the note behind a link, a cited work, what a cell's record holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from notewright.errors import NotewrightError
from notewright.hosts.language_server.diagnostics import stale, words
from notewright.hosts.language_server.outputs import part_of
from notewright.hosts.language_server.project import Project, cell_at, link_at, work_at
from notewright.hosts.running import as_text
from notewright.note.citations import Citation, Cited
from notewright.note.links import Link
from notewright.note.note import Note
from notewright.render.references import style_of
from notewright.vault.links import find_heading

_LINES = 12
"""Most lines of a note, or of an output, that are shown."""
_LARGEST = 90_000
"""Characters of a picture: editors cut longer texts off."""


def hover(project: Project, path: str, line: int, column: int, *, pictures: bool = False) -> str:
    """What is shown over a place of a note, in Markdown; empty for nothing.

    Args:
        project: The project.
        path: The note.
        line: The line, counted from 0.
        column: The column, counted from 0.
        pictures: Whether the editor shows pictures.
    """
    note = project.note(path)
    if note is None:
        return ""
    named = link_at(note, line, column)
    if named is not None:
        target = project.vault.resolve(named.link.path, note)
        found = project.vault.notes.get(target or "")
        return _first_lines(found, named.link) if found else f"`{target}`" if target else ""
    key = work_at(note, line, column)
    return _work(project, key) if key else _record(project, note, line, pictures=pictures)


def _work(project: Project, key: str) -> str:
    """A work as the list of references has it, and where it stands."""
    known = project.bibliography
    work = known.works.get(key)
    if work is None:
        return ""
    try:
        style = style_of(project.settings, known.style)
        said = style.show([Citation("", [Cited(key)])], {key: work}).references[key]
    except NotewrightError:  # told with what is wrong with the notes
        said = escape(str(work.csl.get("title", key)))
    said = re.sub(r"<[^<>]*>", "", re.sub(r"</?i>", "*", said))
    return f"{said}\n\n`{work.file}:{work.line}`"


def target_line(note: Note, link: Link) -> int:
    """The line of a note to which a link leads, counted from 0."""
    if link.fragment.startswith("^"):
        name = note.block_id(link.fragment[1:])
        return note.block_ids[name] - 1 if name else 0
    index = find_heading(note, link.fragment) if link.fragment else None
    return note.outline[index].line - 1 if index is not None else 0


def _first_lines(note: Note, link: Link) -> str:
    start = target_line(note, link) or note.body_line
    lines = note.text.split("\n")[start:]
    while lines and not lines[0].strip():
        lines.pop(0)
    shown = lines[:_LINES]
    if sum(line.startswith("```") for line in shown) % 2:
        shown.append("```")
    title = "" if shown and shown[0].startswith("#") else f"**{note.title}**\n\n"
    return title + "\n".join(shown)


def _record(project: Project, note: Note, line: int, *, pictures: bool) -> str:
    """What a cell showed when it ran, and whether it still would."""
    cell = cell_at(note, line)
    if cell is None or not cell.runs:
        return ""
    for session, why in stale(project, note):
        lines = [each.line for each in session.cells]
        if cell.line not in lines:
            continue
        failures = project.engine.failed_runs.find(session)
        own = [each for number, each in failures if number == lines.index(cell.line)]
        if own:
            return "\n\n".join(["It failed when it last ran:", *map(_fenced, map(words, own))])
        return f"Its session failed at line {failures[0][1].line}" if failures else why
    run = project.engine.run(project.vault, [note])
    for result in run.cells[note.path]:
        if result.cell.line == cell.line and result.record is not None:
            return "\n\n".join(["Fresh. It showed:", *_shown(result.outputs, pictures=pictures)])
    return ""


def _shown(outputs: Sequence[dict[str, Any]], *, pictures: bool) -> Iterator[str]:
    for output in outputs:
        image = part_of(output).image if pictures else ""
        if image and len(image) < _LARGEST:
            yield f"![figure]({image})"
            continue
        lines = as_text(output).split("\n")
        more = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
        yield _fenced("\n".join([*lines[:_LINES], *more]))
    if not outputs:
        yield "(nothing)"


def _fenced(text: str) -> str:
    """A text that Markdown shows as it is."""
    return "```text\n{}\n```".format(text.replace("```", "` ` `"))
