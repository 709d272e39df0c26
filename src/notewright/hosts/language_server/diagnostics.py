"""Diagnostics: what is wrong with a note as it stands in the editor, and which cells are stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from notewright.errors import Problem
from notewright.hosts.judgement import check_between
from notewright.hosts.language_server.project import Project, Span, characters
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.unmet_needs import able, unmet
from notewright.vault.dataview import dataview_notices
from notewright.vault.links import link_notices

ERROR, WARNING, INFORMATION = 1, 2, 3
"""Severities, as the protocol counts them."""

_WORD = re.compile(r"!?\[\[.*?\]\]|!?\[[^\]]*\]\([^)]*\)|\[[^\]]*\]|\S+")


@dataclass(frozen=True)
class Diagnostic:
    """What an editor underlines.

    Attributes:
        span: Where.
        message: What is wrong, and what to do.
        severity: One of the three above.
    """

    span: Span
    message: str
    severity: int


def diagnose(project: Project, path: str) -> list[Diagnostic]:
    """Say what is wrong with a note: its cells, options, values and links.

    No cell runs. Fresh records are compared with the note. A session that failed when it last ran
    is an error; another one without a fresh record is only marked.

    Args:
        project: The project.
        path: The note.
    """
    vault = project.vault
    note = vault.notes.get(path)
    if note is None:
        return []
    run = project.engine.run(vault, [note])
    labels = {cell.label for each in vault.notes.values() for cell in each.cells if cell.label}
    found = [(problem, ERROR) for problem in run.problems]
    warnings = (check_between(vault, labels), link_notices(vault, [note]), dataview_notices(vault))
    found += [(problem, WARNING) for problem in chain(*warnings)]
    told = {
        Diagnostic(_span(project, note, problem), words(problem), severity)
        for problem, severity in found
        if problem.file == note.file
    }
    for session, message in stale(project, note):
        failures = project.engine.failed_runs.find(session)
        told |= {
            Diagnostic(_span(project, note, problem), words(problem), ERROR)
            for _, problem in failures
        } or {Diagnostic(_line(project, note, session.line - 1), message, INFORMATION)}
    return sorted(told, key=lambda each: (each.span.line, each.span.start, each.message))


def stale(project: Project, note: Note) -> Iterator[tuple[Session, str]]:
    """Yield the sessions of a note that have no fresh record, and why; or the rest of one."""
    root = project.engine.settings.root
    for session in group(note.cells):
        if session.problem is None:
            why, there = unmet(session, root), able(session, root)
            if why:
                rest = replace(session, cells=session.cells[len(there.cells) :])
                yield rest, why[rest.line]
            _, reasons = project.engine.records.find(there) if there.cells else (None, ())
            if reasons:
                yield there, f"Stale: {'; '.join(reasons)}. Run the cell to update its output"


def words(problem: Problem) -> str:
    """A problem as an editor shows it: what is wrong, what to do, and the code around the line."""
    return f"{problem.advice}\n{problem.detail}" if problem.detail else problem.advice


def _span(project: Project, note: Note, problem: Problem) -> Span:
    if not problem.column:
        return _line(project, note, problem.line - 1)
    lines = note.text.split("\n")
    text = lines[problem.line - 1] if problem.line <= len(lines) else ""
    start = characters(text, problem.column - 1)
    word = _WORD.match(text, start)
    return Span(project.file(note.path), problem.line - 1, start, word.end() if word else start)


def _line(project: Project, note: Note, line: int) -> Span:
    lines = note.text.split("\n")
    line = min(max(line, 0), len(lines) - 1)
    text = lines[line]
    return Span(project.file(note.path), line, len(text) - len(text.lstrip()), len(text.rstrip()))
