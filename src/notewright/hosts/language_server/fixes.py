"""Fixes that an editor offers at a line: the word that was meant, the mark of code to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from notewright.hosts.language_server.diagnostics import Diagnostic, diagnose
from notewright.hosts.language_server.project import Project, Span
from notewright.note.lines import line_offsets
from notewright.run.only_read import marked

_MEANT = re.compile(r"Did you mean `(?P<word>[^`]+)`\?")
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Fix:
    """One of them.

    Attributes:
        title: What it does, in words.
        span: What it writes over.
        text: What it writes.
        problem: The problem that it fixes, if any.
    """

    title: str
    span: Span
    text: str
    problem: Diagnostic | None = None


def fixes(project: Project, path: str, first: int, last: int) -> Iterator[Fix]:
    """Yield what can be offered at some lines of a note.

    Args:
        project: The project.
        path: The note.
        first: The first line, counted from 0.
        last: The last one.
    """
    note = project.note(path)
    if note is None or note.is_notebook or note.is_base:  # whose text is not that of the file
        return
    lines = note.text.split("\n")
    for each in diagnose(project, path):
        if first <= each.span.line <= last:
            yield from _meant(each, lines[each.span.line])
    for cell in note.cells:
        if cell.runs and first < cell.line <= last + 1:
            edit = marked(note.text, cell)
            column = edit.start - line_offsets(note.text)[cell.line - 1]
            span = Span(project.file(path), cell.line - 1, column, column)
            yield Fix("Mark this cell `notest` (shown, never run)", span, edit.text)


def _meant(wrong: Diagnostic, line: str) -> Iterator[Fix]:
    """Yield the fix that writes the word that a message asks for, where it is clear for which."""
    meant = _MEANT.search(wrong.message)
    if meant is None:
        return
    word, span = meant["word"], wrong.span
    there = line[span.start : span.end]
    quoted = _QUOTED.findall(wrong.message[: meant.start()])
    forms = {form for each in quoted for form in (each, each.replace(" ", "%20"))}
    named = sorted(form for form in forms if there.count(form) == 1)
    if named:
        nearest = max(named, key=lambda each: SequenceMatcher(None, each, word).ratio())
        start = span.start + there.index(nearest)
        is_address = line[:start].endswith("](")
        text = word.replace(" ", "%20") if is_address else word
        place = Span(span.file, span.line, start, start + len(nearest))
        yield Fix(f"Write `{text}`", place, text, wrong)
