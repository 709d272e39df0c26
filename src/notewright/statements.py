"""Statements of a cell: the lines they stand on in their file, and mistakes that hide them."""

from __future__ import annotations

import ast
from typing import Any


class UnparsableError(Exception):
    """A cell that is not Python, with the place in the file that holds the mistake."""

    def __init__(self, error: SyntaxError, origins: list[list[Any]]) -> None:
        super().__init__(error.msg)
        self.error = error
        index = min(max((error.lineno or 1) - 1, 0), max(len(origins) - 1, 0))
        file, line, note_line = origins[index] if origins else ("", 0, 0)
        frames = []
        if line != note_line:
            text = (error.text or "").strip()
            frames.append({"file": file, "line": line, "name": "<module>", "text": text})
        message = f"{type(error).__name__}: {error.msg}"
        self.problem = {"message": message, "line": note_line, "frames": frames}


def is_silenced(statement: ast.stmt, code: str) -> bool:
    """Whether a `;` ends the statement."""
    assert statement.end_lineno is not None and statement.end_col_offset is not None
    line = code.split("\n")[statement.end_lineno - 1].encode()
    return line[statement.end_col_offset :].lstrip().startswith(b";")


def relocate(statement: ast.stmt, origins: list[list[Any]], note: str) -> str:
    """Give a statement the line numbers of the file it was written in; returns that file."""
    first = min(
        [statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))]
    )
    spanned = origins[first - 1 : statement.end_lineno]
    files = {origin[0] for origin in spanned}
    column = 1 if len(files) == 1 else 2  # a statement of two files is told by the note's lines
    for node in ast.walk(statement):
        for name in ("lineno", "end_lineno"):
            line = getattr(node, name, None)
            if line is not None:
                setattr(node, name, origins[line - 1][column])
    return files.pop() if len(files) == 1 else note
