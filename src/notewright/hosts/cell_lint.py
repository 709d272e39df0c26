"""Lints cells: `notewright lint` tells what ruff finds in them, with the lines of the note.

The cells of a session are looked at together, as those of one notebook, so that a name of one is
known in the next; what the prose checks counts as used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from notewright.errors import Problem, counted
from notewright.hosts.cell_format import as_notebook, ruff, unreadable
from notewright.hosts.finding import find_notes
from notewright.hosts.parsers import NOTES, Parser
from notewright.hosts.report import ci_lines
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.run.engine import Engine
from notewright.vault.vault import Vault

_CONFIGS = ("ruff.toml", ".ruff.toml", "pyproject.toml")


def add_command(parser: Parser) -> None:
    """Add `lint` to the command line."""
    linting = parser.add_command(
        "lint",
        "lint the code in cells with ruff",
        "notewright lint",
        "notewright lint --config ruff.toml k-means",
    )
    linting.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    linting.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="ruff configuration file (default: the project's)",
    )
    linting.set_defaults(command=_lint)


def _lint(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Lint cells; the status is 1 if something is found."""
    notes = find_notes(vault, options.notes) or list(vault.notes.values())
    found = sorted(set(lint(vault, notes, options.config)))
    for problem in found:
        print(problem, file=sys.stderr)
    for annotation in ci_lines(found):
        print(annotation)
    print(
        f"notewright: {counted(len(found), 'problem')} in the cells of "
        f"{counted(len(notes), 'note')}"
    )
    return 1 if found else 0


def lint(vault: Vault, notes: Sequence[Note], config: Path | None = None) -> Iterator[Problem]:
    """Yield what ruff finds in the cells of notes that run, but not in files that they include.

    Args:
        vault: The vault.
        notes: Those of its notes that are looked at.
        config: Settings for ruff, if not those of the project.

    Raises:
        EngineError: If there is no ruff, or it refuses.
    """
    root = vault.settings.root
    for note in notes:
        yield from unreadable(note)
    sessions = [(note, each) for note in notes for each in group(note.cells) if not each.problem]
    with tempfile.TemporaryDirectory() as name:
        parts: dict[str, tuple[Note, list[Cell | None]]] = {}
        for number, (note, session) in enumerate(sessions):
            codes, cells = _codes(session)
            file = Path(name).resolve() / f"{number}.ipynb"
            file.write_text(as_notebook(codes), "utf-8", "surrogatepass")
            parts[str(file)] = note, cells
        words = ["check", "--no-cache", "--exit-zero", "--output-format", "json"]
        words += _settings(root, config)
        told = json.loads(ruff([*words, name], root)) if parts else []
    for each in told:
        note, cells = parts[each["filename"]]
        cell = cells[int(each.get("cell") or 1) - 1]
        if cell is not None:
            yield from _problem(note, cell, each)


def _codes(session: Session) -> tuple[list[str], list[Cell | None]]:
    """The codes of a session, and the cell of each; None for what we put in."""
    codes: list[str] = []
    cells: list[Cell | None] = []
    for cell in session.cells:
        if cell.is_doctest:
            continue
        if cell.options.vary:
            codes.append("".join(f"{name} = None\n" for name in cell.options.vary.names))
            cells.append(None)
        codes.append(cell.code)
        # What is to fail is not told: it is what the note shows.
        cells.append(None if cell.options.error else cell)
    values = [value.expression for cell in session.cells for value in cell.values]
    return [*codes, "".join(f"({value})\n" for value in values)], [*cells, None]


def _settings(root: Path, config: Path | None) -> list[str]:
    """The words that name settings: the notebooks do not lie where ruff would find any."""
    if config is not None:
        return ["--config", str(config.resolve())]
    for name in _CONFIGS:
        file = root / name
        if file.is_file() and (name != _CONFIGS[-1] or "[tool.ruff" in file.read_text("utf-8")):
            return ["--config", str(file)]
    return ["--isolated"]


def _problem(note: Note, cell: Cell, told: dict[str, Any]) -> Iterator[Problem]:
    if told["code"] in (None, "invalid-syntax"):
        return  # see `unreadable`
    row, column = told["location"]["row"], told["location"]["column"]
    if row > len(cell.source) or (told["code"] == "F704" and cell.options.steps):
        return
    line = cell.source[row - 1]
    if line.origin.file != note.file:
        return
    written = note.text.split("\n")[line.origin.line - 1]
    shift = max(written.find(line.text), 0)
    fix = (told.get("fix") or {}).get("message") or ""
    yield Problem(
        note.file, line.origin.line, f"{told['code']}: {told['message']}", fix, "", column + shift
    )
