"""Code is as wide as the page shows it: one number, for the formatter and for the column."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import note_records
import pytest
from cell_format import ROOT, rewritten, width

CSS = ROOT / "src" / "notewright" / "render" / "assets" / "cells.css"
SHOWN = sorted(path for name in ("snippets", "data") for path in (ROOT / name).rglob("*.py"))


@pytest.mark.gate
def test_cells_are_formatted() -> None:
    """`nox -s format` has nothing to do."""
    assert [path.relative_to(ROOT).as_posix() for path in rewritten()] == []


@pytest.mark.gate
def test_no_line_is_longer_than_the_column() -> None:
    """Comments and texts too, which no formatter breaks; and lines of included files."""
    notes = note_records.vault().notes.values()
    found = {
        f"{line.origin.file}:{line.origin.line}"
        for note in notes
        for cell in note.cells
        for line in cell.source
        if len(line.text) > width()
    }
    for path in SHOWN:
        lines = enumerate(path.read_text("utf-8").split("\n"), start=1)
        found |= {f"{path.relative_to(ROOT)}:{n}" for n, line in lines if len(line) > width()}
    assert sorted(found) == []


def test_the_column_has_the_same_number() -> None:
    """The style sheet says how many characters stand in a line of code."""
    assert re.findall(r"--nw-code-columns: (\d+)", CSS.read_text("utf-8")) == [str(width())]


@pytest.mark.gate
def test_summaries_have_two_lines_at_most() -> None:
    """And a blank line below them: what D205 holds where lines are longer."""
    found = [
        f"{path.relative_to(ROOT)}:{node.body[0].lineno}"
        for path in SHOWN
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and _summary(ast.get_docstring(node) or "").count("\n") > 1
    ]
    assert found == []


def _summary(text: str) -> str:
    return text.partition("\n\n")[0]


def test_both_folders_take_the_number_from_one_file() -> None:
    """Data sets extend the settings of the snippets, and say no number of their own."""
    assert "line-length" not in Path(ROOT / "data" / "ruff.toml").read_text("utf-8")
