"""Pytest plugin: every cell is a test, judged by the record that the site shows.

It feeds pytest-markdown-docs, which finds the notes: this module gives it our parse of
them and runs its tests through the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from pytest_markdown_docs._runners import DefaultRunner, _Runner, register_runner

from notewright.cells import Cell, find_cells
from notewright.engine import Engine
from notewright.errors import EngineError
from notewright.settings import Settings, find_root
from notewright.vault import Vault, read_note
from notewright.verdicts import CellResult


class CellFailedError(Exception):
    """A cell failed. Never a TypeError, after which pytest-markdown-docs would run it again."""


class Notes:
    """The notes of one test run, and what their cells showed."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings.load(find_root(root))
        self.wanted: dict[Path, None] = {}
        self._engine: Engine | None = None
        self._results: dict[Path, dict[int, CellResult]] = {}

    def cells(self, text: str, file: str = "") -> list[Cell]:
        """Find the cells of a note's text."""
        includes = self.settings.root / self.settings.snippets
        return find_cells(text, file, includes=includes, root=self.settings.root)

    def result(self, path: Path, line: int) -> CellResult | None:
        """What the cell whose fence opens at a line showed; runs what is stale first."""
        if path not in self._results:
            self._run([path, *(each for each in self.wanted if each not in self._results)])
        return self._results[path].get(line)

    def _run(self, paths: list[Path]) -> None:
        if self._engine is None:
            self._engine = Engine(self.settings)
        notes = {path: read_note(path, self.settings) for path in dict.fromkeys(paths)}
        vault = Vault(self.settings, {note.path: note for note in notes.values()}, frozenset())
        run = self._engine.run(vault)
        for path, note in notes.items():
            results = run.cells[note.path]
            self._results[path] = {result.cell.line: result for result in results}

    def close(self) -> None:
        """End the engine's processes."""
        if self._engine is not None:
            self._engine.close()


_notes: Notes | None = None


def _current() -> Notes:
    assert _notes is not None, "pytest_configure has run"
    return _notes


def pytest_configure(config: pytest.Config) -> None:
    """Read the project's settings."""
    global _notes
    _notes = Notes(config.rootpath)


def pytest_unconfigure() -> None:
    """End what was started."""
    if _notes is not None:
        _notes.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which notes will be tested, so that their stale sessions run in parallel.

    Under pytest-xdist each worker meets the sessions of its own tests only.
    """
    if hasattr(config, "workerinput"):
        return
    for item in items:
        if hasattr(item, "test_definition") and item.path.suffix == ".md":
            _current().wanted[item.path] = None


@pytest.hookimpl(tryfirst=True)
def pytest_markdown_docs_markdown_it() -> MarkdownIt:
    """Give pytest-markdown-docs a parser that finds just the cells that the site shows."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.push("notewright_cells", _only_cells)
    return parser


def _only_cells(state: StateCore) -> None:
    state.tokens = list(_tokens(_current().cells(state.src)))


def _tokens(cells: list[Cell]) -> Iterator[Token]:
    for cell in cells:
        info = " ".join(["python", *sorted(cell.info.words - {"#"})])
        token = Token("fence", "code", 0, info=info, content=cell.code, block=True)
        token.map = [cell.line - 1, cell.last_line]
        yield token


@register_runner(default=True)
class NotewrightRunner(_Runner):
    """Judges a test by the record of its session, which it makes if there is none."""

    def runtest(self, test: Any, args: dict[str, Any], *, asyncio_runner: Any = None) -> None:
        """Pass, skip or fail one cell."""
        path = Path(test.source_path)
        notes = _current()
        inside = path.is_relative_to(notes.settings.docs_dir)
        if test.fixture_names or path.suffix != ".md" or not inside:
            DefaultRunner().runtest(test, args, asyncio_runner=asyncio_runner)
            return
        try:
            result = notes.result(path, test.start_line)
        except EngineError as error:
            raise CellFailedError(str(error)) from None
        if result is None or not test.source.endswith(result.cell.code):
            raise CellFailedError(
                f"{path.name}:{test.start_line}: site and tests disagree about this cell"
            )
        if result.problem is not None:
            raise CellFailedError(str(result.problem))
        if not result.has_run:
            pytest.skip("cells are not executed here, and there is no record of this one")

    def repr_failure(
        self, test: Any, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        """Say what the site says."""
        if isinstance(excinfo.value, CellFailedError):
            return str(excinfo.value)
        return str(DefaultRunner().repr_failure(test, excinfo, style))
