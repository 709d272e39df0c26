"""Statements of a cell: the lines they stand on in their file, and mistakes that hide them."""

from __future__ import annotations

import ast
import symtable
import textwrap
from collections.abc import Sequence

from notewright.run.worker.protocol import Failure, Frame, Origin


class UnparsableError(Exception):
    """A cell that is not Python, with the place in the file that holds the mistake."""

    def __init__(self, error: SyntaxError, origins: Sequence[Origin]) -> None:
        super().__init__(error.msg)
        self.error = error
        index = min(max((error.lineno or 1) - 1, 0), max(len(origins) - 1, 0))
        file, line, note_line = origins[index] if origins else ("", 0, 0)
        frames: list[Frame] = []
        if line != note_line:
            text = (error.text or "").strip()
            frames.append({"file": file, "line": line, "name": "<module>", "text": text})
        message = f"{type(error).__name__}: {error.msg}"
        self.problem: Failure = {
            "message": message,
            "line": note_line,
            "frames": frames,
            "refused": "",
        }


GENERATOR = "__notewright_states__"
"""The name of the function that a cell with `yield` becomes."""


def as_generator(code: str, file: str, origins: Sequence[Origin]) -> ast.Module:
    """A cell that yields its states, as a function whose names are those of the session.

    Raises:
        SyntaxError: If the cell is no Python.
    """
    body = ast.parse(code, file).body
    names = _own_names(code)
    for statement in body:
        for node in ast.walk(statement):
            for name in ("lineno", "end_lineno"):
                line = getattr(node, name, None)
                if line is not None:
                    setattr(node, name, origins[line - 1][2])
    if names:
        body.insert(0, ast.Global(names))
    wrapped = ast.parse(f"def {GENERATOR}(): pass")
    function = wrapped.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    return ast.fix_missing_locations(wrapped)


def _own_names(code: str) -> list[str]:
    """The names that the code of a cell sets, were it the body of a function."""
    table = symtable.symtable(f"def {GENERATOR}():\n{textwrap.indent(code, ' ')}", "", "exec")
    # Since Python 3.14 there is a table of the annotations, too.
    (function,) = (each for each in table.get_children() if isinstance(each, symtable.Function))
    return sorted(function.get_locals())


def is_silenced(statement: ast.stmt, code: str) -> bool:
    """Whether a `;` ends the statement."""
    assert statement.end_lineno is not None and statement.end_col_offset is not None
    line = code.split("\n")[statement.end_lineno - 1].encode()
    return line[statement.end_col_offset :].lstrip().startswith(b";")


def relocate(statement: ast.stmt, origins: Sequence[Origin], note: str) -> str:
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


def class_lines(statement: ast.stmt) -> dict[str, int]:
    """Where each class that a statement makes begins, decorators included, by its full name."""
    found: dict[str, int] = {}
    waiting: list[tuple[ast.AST, str]] = [(statement, "")]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found[f"{within}{node.name}"] = first
            within = f"{within}{node.name}."
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            within = f"{within}{node.name}.<locals>."
        waiting += [(child, within) for child in ast.iter_child_nodes(node)]
    return found
