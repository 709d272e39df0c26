"""Pytest plugin: every cell is a test, judged by the record that the site shows.

It feeds pytest-markdown-docs, which finds the notes: this module gives it our parse of
them and runs its tests through the engine. The notes of a project that names notewright in
its `mkdocs.yml` are found without `--markdown-docs`; what lies outside of them is not.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from pytest_markdown_docs._runners import DefaultRunner, _Runner, register_runner
from pytest_markdown_docs.plugin import (
    MarkdownInlinePythonItem,
    MarkdownTextFile,
    extract_fence_tests,
)

from notewright.cells import Cell, find_cells
from notewright.engine import Engine, Run
from notewright.errors import EngineError, Problem, VaultError
from notewright.intake import refusal
from notewright.links import check_links
from notewright.percent import is_notebook
from notewright.report import ci_lines
from notewright.settings import Settings, find_root, names_notewright
from notewright.strays import strays
from notewright.vault import Vault
from notewright.verdicts import CellResult


class CellFailedError(Exception):
    """A cell failed. Never a TypeError, after which pytest-markdown-docs would run it again."""


class Notes:
    """The notes of one test run, and what their cells showed.

    Attributes:
        settings: Settings of the project.
        wanted: Notes whose cells will be tested.
        problems: What was found wrong so far.
    """

    def __init__(self, root: Path) -> None:
        self.settings = Settings.load(find_root(root))
        self.wanted: dict[Path, None] = {}
        self.problems: list[Problem] = []
        self._engine: Engine | None = None
        self._runs: dict[str, Run] = {}

    def holds(self, path: Path) -> bool:
        """Whether a file is a note of the vault."""
        return self._key(path) in self.vault.notes

    def text(self, path: Path) -> str:
        """The text of a note."""
        return self.vault.notes[self._key(path)].text

    def unreadable(self, path: Path) -> list[Problem]:
        """Why a file in the vault's directory is no note that anything can read."""
        note = self.vault.notes.get(self._key(path))
        if note is not None:
            return list(note.problems) if not note.text else []
        file = self.settings.relative(path)
        return [problem for problem in self.vault.problems if problem.file == file]

    @cached_property
    def is_named(self) -> bool:
        """Whether the project's `mkdocs.yml` names notewright."""
        return names_notewright(self.settings.root)

    @cached_property
    def vault(self) -> Vault:
        """The vault, scanned once."""
        return Vault.scan(self.settings)

    @cached_property
    def _links(self) -> list[Problem]:
        labels = {
            cell.label
            for note in self.vault.notes.values()
            for cell in self.cells(note.text)
            if cell.label
        }
        return list(check_links(self.vault, labels))

    def cells(self, text: str, file: str = "") -> list[Cell]:
        """Find the cells of a note's text."""
        includes = self.settings.root / self.settings.snippets
        return find_cells(text, file, includes=includes, root=self.settings.root)

    def result(self, path: Path, line: int) -> CellResult | None:
        """What the cell whose fence opens at a line showed; runs what is stale first."""
        key = self._key(path)
        if key not in self._runs:
            self._run([path, *self.wanted])
        results = self._runs[key].cells[key]
        return next((result for result in results if result.cell.line == line), None)

    def beside_cells(self, path: Path) -> list[Problem]:
        """What is wrong with a note, but with none of its cells."""
        unreadable = self.unreadable(path)
        if unreadable:
            self.problems += unreadable
            return unreadable
        note = self.vault.notes[self._key(path)]
        stray = strays(note.text, note.file, self.cells(note.text, note.file))
        links = [problem for problem in self._links if problem.file == note.file]
        found = [*note.problems, *stray, *links]
        self.problems += found
        return found

    def _run(self, paths: Iterable[Path]) -> None:
        if self._engine is None:
            self._engine = Engine(self.settings)
        keys = [key for key in dict.fromkeys(map(self._key, paths)) if key not in self._runs]
        run = self._engine.run(self.vault, [self.vault.notes[key] for key in keys])
        self._runs.update(dict.fromkeys(keys, run))
        self.problems += [
            problem for key in keys for cell in run.cells[key] for problem in cell.problems
        ]

    def _key(self, path: Path) -> str:
        directory = self.settings.docs_dir
        return path.relative_to(directory).as_posix() if path.is_relative_to(directory) else ""

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
    try:
        _notes = Notes(config.rootpath)
    except VaultError as error:
        raise pytest.UsageError(str(error)) from None


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
        if hasattr(item, "test_definition") and _current().holds(item.path):
            _current().wanted[item.path] = None


class NoteFile(pytest.File):
    """A note of the vault, beside its cells: properties, links, values."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one test of the note as a whole."""
        yield NoteItem.from_parent(self, name="[note]")


class NotebookFile(pytest.File):
    """The cells of a percent notebook, as pytest-markdown-docs tests those of a note."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each cell."""
        parser = self.config.hook.pytest_markdown_docs_markdown_it()
        found = extract_fence_tests(parser, _current().text(self.path), 0, source_path=self.path)
        for number, test in enumerate(found, start=1):
            name = f"[CodeFence#{number}][line:{test.start_line}]"
            yield MarkdownInlinePythonItem.from_parent(self, name=name, test_definition=test)


class NoteItem(pytest.Item):
    """Passes if the note's properties, links and values are right."""

    def runtest(self) -> None:
        """Look for problems that belong to no cell."""
        problems = _current().beside_cells(self.path)
        if problems:
            raise CellFailedError("\n".join(map(str, problems)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Say what the site says."""
        if isinstance(excinfo.value, CellFailedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the note."""
        return self.path, 0, f"{self.path.name} [note]"


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep away from Python of a vault that is not trusted, and from links out of the vault."""
    if _notes is not None and collection_path.is_symlink():
        docs_dir = _notes.settings.docs_dir
        is_note = collection_path.suffix in (".md", ".py") and not collection_path.is_dir()
        if collection_path.is_relative_to(docs_dir) and not is_note:
            return bool(refusal(collection_path, docs_dir)) or None
    if _notes is None or _notes.settings.execute or collection_path.suffix != ".py":
        return None
    if is_notebook(collection_path):
        return None  # it is read, and not imported
    return collection_path.is_relative_to(_notes.settings.docs_dir) or None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Test each note of the vault as a whole, where its cells are tested.

    What is no readable text fails as a note, and is given to no other collector: to read it
    would end the whole collection.
    """
    collectors = yield
    if _notes is None or not file_path.is_relative_to(_notes.settings.docs_dir):
        return collectors
    is_asked = parent.config.getoption("markdowndocs", None)  # without its plugin, nothing is
    if is_asked is None or not (is_asked or _notes.is_named):
        return collectors
    if file_path.suffix == ".py" and _notes.holds(file_path):
        # Others would import the notebook to look for tests in it.
        return [each.from_parent(parent, path=file_path) for each in (NotebookFile, NoteFile)]
    if file_path.suffix == ".py":
        return [] if is_notebook(file_path) else collectors  # such as a template
    if file_path.suffix != ".md":
        return collectors
    unreadable = _notes.unreadable(file_path)
    if not unreadable and not _notes.holds(file_path):
        return collectors
    whole: pytest.Collector = NoteFile.from_parent(parent, path=file_path)
    if unreadable:
        return [whole]
    if not is_asked:
        collectors = [*collectors, MarkdownTextFile.from_parent(parent, path=file_path)]
    return [*collectors, whole]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Annotate the lines of failed cells, where a code host runs the tests."""
    for annotation in dict.fromkeys([*_told_by_workers, *_annotations()]):
        terminalreporter.write_line(annotation)


_told_by_workers: list[str] = []


def _annotations() -> list[str]:
    return ci_lines(_notes.problems) if _notes is not None else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist tell the process that has the terminal."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["notewright"] = _annotations()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what a worker of pytest-xdist found."""
    _told_by_workers.extend(getattr(node, "workeroutput", {}).get("notewright", []))


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
        if test.fixture_names and not notes.settings.execute:
            pytest.skip("cells are not executed here")
        if test.fixture_names or not notes.holds(path):
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
        if result.problems:
            raise CellFailedError("\n".join(map(str, result.problems)))
        if result.record is None:
            pytest.skip("cells are not executed here, and there is no record of this one")

    def repr_failure(
        self, test: Any, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        """Say what the site says."""
        if isinstance(excinfo.value, CellFailedError):
            return str(excinfo.value)
        return str(DefaultRunner().repr_failure(test, excinfo, style))
