"""Definition: the note behind a link, the entry of a cited work, the code behind a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from notewright.hosts.language_server.hover import target_line
from notewright.hosts.language_server.project import Project, Span, cell_at, link_at, work_at
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import group

_INCLUDE = re.compile(r"-+8<-+[ \t]+[\"'](?P<file>[^\"':]+)(?::(?P<part>[\w-]+))?")
_NAME = re.compile(r"[^\W\d]\w*")


def define(project: Project, path: str, line: int, column: int) -> Span | None:
    """Where what stands at a place is defined.

    Args:
        project: The project.
        path: The note.
        line: The line, counted from 0.
        column: The column, counted from 0.
    """
    note = project.note(path)
    if note is None:
        return None
    named = link_at(note, line, column)
    if named is not None:
        target = project.vault.resolve(named.link.path, note)
        found = project.vault.notes.get(target or "")
        if found is not None:
            return Span(project.file(found.path), target_line(found, named.link))
        return Span(project.file(target), 0) if target else None
    work = project.bibliography.works.get(work_at(note, line, column))
    if work is not None:
        return Span(project.settings.root / work.file, work.line - 1)
    cell = cell_at(note, line)
    return _in_cell(project, note, cell, line, column) if cell else None


def _in_cell(project: Project, note: Note, cell: Cell, line: int, column: int) -> Span | None:
    text = note.text.split("\n")[line]
    include = _INCLUDE.search(text)
    if include is not None:
        return _included(project, include)
    word = next(
        (each for each in _NAME.finditer(text) if each.start() <= column <= each.end()), None
    )
    if word is None:
        return None
    session = next((each.cells for each in group(note.cells) if cell in each.cells), (cell,))
    above = session[: session.index(cell) + 1] if cell in session else (cell,)
    for each in reversed(above):
        for name, number in _defined(each.code):
            if name == word[0]:
                origin = each.source[number - 1].origin
                return Span(project.settings.root / origin.file, origin.line - 1)
        for module, original, known in _imported(each.code):
            if known == word[0] and (found := _in_module(project, module, original)):
                return found
    return None


def _included(project: Project, include: re.Match[str]) -> Span | None:
    file = project.settings.root / project.settings.snippets / include["file"]
    lines = _text(project, file).split("\n")
    mark = re.compile(rf"8<-+[ \t]+\[[ \t]*start[ \t]*:[ \t]*{include['part']}[ \t]*\]")
    marked = (number for number, text in enumerate(lines) if include["part"] and mark.search(text))
    return Span(file, next(marked, -1) + 1) if lines != [""] else None


def _defined(code: str) -> Iterator[tuple[str, int]]:
    """Yield the names that code defines, with their lines; the last definition first."""
    for node in reversed(_tree(code).body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, (ast.AnnAssign, ast.For)):
            targets = [node.target]
        for target in targets:
            for each in ast.walk(target):
                if isinstance(each, ast.Name):
                    yield each.id, node.lineno


def _imported(code: str) -> Iterator[tuple[str, str, str]]:
    """Yield what code imports: module, name in it, and name here."""
    for node in ast.walk(_tree(code)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.module, alias.name, alias.asname or alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", alias.asname or alias.name.partition(".")[0]


def _in_module(project: Project, module: str, name: str) -> Span | None:
    """The place of a name in a module of the project; None of one that is installed."""
    parts = module.split(".")
    whole = [*parts, name] if name else parts
    for words in (parts, whole):
        for file in (
            project.settings.root.joinpath(*words).with_suffix(".py"),
            project.settings.root.joinpath(*words, "__init__.py"),
        ):
            for found, number in _defined(_text(project, file)):
                if found == name:
                    return Span(file, number - 1)
            if file.is_file() and words == whole:
                return Span(file, 0)
    return None


def _tree(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _text(project: Project, file: Path) -> str:
    """The text of a file of the project."""
    try:
        resolved = file.resolve()
        return resolved.read_text("utf-8") if resolved.is_relative_to(project.settings.root) else ""
    except (OSError, ValueError):
        return ""
