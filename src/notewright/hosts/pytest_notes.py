"""Tests of notes in pytest: every cell is one, judged by the record that the site shows.

It feeds pytest-markdown-docs, which finds the notes: this module gives it our parse of
them and runs its tests through the engine. The notes are found without `--markdown-docs`;
what lies outside of them is not. `pytest_plugin` loads it where it is wanted.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from notewright.configuration import find_root
from notewright.errors import EngineError, Problem, VaultError
from notewright.hosts import interrupts
from notewright.hosts.judgement import check_between, check_outputs
from notewright.hosts.markdown_docs_private import (
    DefaultRunner,
    MarkdownInlinePythonItem,
    MarkdownTextFile,
    Runner,
    extract_fence_tests,
    register_runner,
)
from notewright.hosts.pytest_frames import NO_RECORD, PlainItem, beside_frames, frame_items
from notewright.hosts.pytest_frames import CellFailedError as CellFailedError
from notewright.hosts.pytest_refused import Refused
from notewright.hosts.pytest_telling import Telling
from notewright.note.cells import Cell
from notewright.note.checks import check_note
from notewright.note.links import figure_label
from notewright.note.note import Note
from notewright.note.percent import is_notebook
from notewright.render.note_checks import check_shown
from notewright.render.result_checks import check_results, sources
from notewright.run.engine import Engine, Run
from notewright.run.notices import unasked_notices
from notewright.run.unmet_needs import in_words, missing
from notewright.run.verdicts import CellResult
from notewright.settings import Settings
from notewright.vault.published import published
from notewright.vault.vault import Vault


class Notes:
    """The notes of one test run, and what their cells showed.

    Attributes:
        settings: Settings of the project.
        wanted: Notes whose cells will be tested, and run together.
        expected: Notes of which this process may test cells, if it is one of several: each runs
            when one of its tests does.
        telling: What was found wrong so far, and what a run noticed.
    """

    def __init__(self, root: Path) -> None:
        self.settings = Settings.load(find_root(root))
        self.wanted: dict[Path, None] = {}
        self.expected: dict[Path, None] = {}
        self.telling = Telling()
        self._engine: Engine | None = None
        self._refusal: EngineError | None = None
        self._runs: dict[str, Run] = {}

    def holds(self, path: Path) -> bool:
        """Whether a file is a note of the vault."""
        return self._key(path) in self.vault.notes

    def sets_aside(self, path: Path) -> bool:
        """Whether a file of the vault's directory is excluded by `mkdocs.yml`."""
        return self._key(path) in self.vault.excluded

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
    def vault(self) -> Vault:
        """The vault, scanned once."""
        found = Vault.scan(self.settings)
        self.telling.notice(list(unasked_notices(found.notes.values())))
        return found

    @cached_property
    def _published(self) -> Vault:
        return published(self.vault)

    @cached_property
    def makers(self) -> dict[str, Note]:
        """By label, a note whose cell it names."""
        notes = self.vault.notes.values()
        return {cell.label: note for note in notes for cell in note.cells if cell.label}

    @cached_property
    def _between(self) -> list[Problem]:
        return list(check_between(self.vault, self.makers))

    @cached_property
    def _by_text(self) -> dict[str, Note]:
        return {note.text: note for note in self.vault.notes.values()}

    def cells(self, text: str) -> Sequence[Cell]:
        """The cells of the note that has a text."""
        must_ask = self.vault.settings.only_asked
        other = Note("", "", text, includes=self.vault.includes, must_ask=must_ask)
        return self._by_text.get(text, other).cells

    def cells_of(self, path: Path) -> Sequence[Cell]:
        """The cells of a note that run, and can."""
        note = self.vault.notes.get(self._key(path))
        return [cell for cell in note.cells if cell.runs and not cell.problem] if note else []

    def result(self, path: Path, line: int) -> CellResult | None:
        """What the cell whose fence opens at a line showed; runs what is stale first."""
        results = self.results(self._key(path))
        return next((result for result in results if result.cell.line == line), None)

    def results(self, key: str) -> Sequence[CellResult]:
        """What the cells of a note showed, by its path in the vault; runs what is stale first."""
        if key not in self._runs:
            self._run([self.settings.docs_dir / key, *self.wanted])
        return self._runs[key].cells[key]

    def lacks(self, path: Path, line: int) -> Sequence[str]:
        """Modules that the cell whose fence opens at a line needs, and that are not installed."""
        note = self.vault.notes.get(self._key(path))
        cells = [cell for cell in note.cells if cell.line == line] if note else []
        return [name for each in cells for name in missing(each.options.needs, self.settings.root)]

    def beside_cells(self, path: Path) -> list[Problem]:
        """What is wrong with a note, but with none of its cells."""
        unreadable = self.unreadable(path)
        if unreadable:
            self.telling.problems += unreadable
            return unreadable
        note = self.vault.notes[self._key(path)]
        found = [*note.problems, *(each for each in self.vault.problems if each.file == note.file)]
        run = self._run_of(note)
        found += [problem for problem in self._between if problem.file == note.file]
        with note.reading():
            found += check_note(note)
            found += check_outputs(self.vault, note, run)
            found += check_shown(self.vault, note, run.cells.get(note.path, ()))
            found += check_results(self._published, run.cells, [note])
        found += note.faults
        self.telling.problems += found
        return found

    def _run_of(self, note: Note) -> Run:
        """What the cells of a note showed, and those whose figures or results it shows."""
        labels = {figure_label(link) for link in note.wikilinks if link.is_embed}
        makers = [maker for label, maker in self.makers.items() if label in labels]
        makers += [self.vault.notes[path] for path in sources(self._published, note)]
        wanted = [each for each in (note, *makers) if each.cells]
        new = [each for each in wanted if each.path not in self._runs]
        if new:
            directory = self.settings.docs_dir
            try:
                self._run([*(directory / each.path for each in new), *self.wanted])
            except EngineError:  # the tests of the cells tell it
                return Run()
        return Run({each.path: self._runs[each.path].cells[each.path] for each in wanted})

    def _run(self, paths: Iterable[Path]) -> None:
        if self._engine is None:
            self._engine = Engine(self.settings)
        keys = [key for key in dict.fromkeys(map(self._key, paths)) if key not in self._runs]
        expected = [key for key in map(self._key, self.expected) if key not in keys]
        if self._refusal is not None:
            raise self._refusal  # nothing runs twice to meet the same full disk
        try:
            notes, later = ([self.vault.notes[key] for key in each] for each in (keys, expected))
            with interrupts.heard():
                run = self._engine.run(self.vault, notes, later=later)
        except EngineError as error:
            self._refusal = error
            raise
        self._runs.update(dict.fromkeys(keys, run))
        self.telling.notice(run.notices)
        self.telling.problems += [
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


def current() -> Notes:
    """The notes of this test run."""
    assert _notes is not None, "pytest_configure has run"
    return _notes


def pytest_configure(config: pytest.Config) -> None:
    """Read the project's settings."""
    global _notes
    try:
        _notes = Notes(config.rootpath)
    except VaultError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(_notes.telling, "notewright-telling")
    refused = Refused(_notes, lambda parent, path: NoteFile.from_parent(parent, path=path))
    config.pluginmanager.register(refused, "notewright-refused")


def pytest_unconfigure() -> None:
    """End what was started."""
    if _notes is not None:
        _notes.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """End where the notes are to be tested, and there are none: that is no success."""
    docs_dir = current().settings.docs_dir
    asked = [Path(session.config.invocation_params.dir, each) for each in session.config.args]
    is_narrowed = session.config.args_source is pytest.Config.ArgsSource.ARGS
    if is_narrowed and not any(docs_dir.is_relative_to(each.resolve()) for each in asked):
        return
    try:
        current().vault.require_notes()
    except VaultError as error:
        pytest.exit(str(error), returncode=1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which notes will be tested, so that their stale sessions run in parallel.

    Under pytest-xdist each worker runs the sessions of its own tests only, and cannot know which
    of all tests those are.
    """
    notes = current()
    found = notes.expected if hasattr(config, "workerinput") else notes.wanted
    for item in items:
        if hasattr(item, "test_definition") and notes.holds(item.path):
            found[item.path] = None


class NoteFile(pytest.File):
    """A note of the vault, beside its cells: properties, links, values."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one test of the note as a whole, and one for each frame of its cells."""
        yield NoteItem.from_parent(self, name="[note]")
        for cell in current().cells_of(self.path):
            yield from frame_items(self, cell, partial(current().result, self.path, cell.line))


class NotebookFile(pytest.File):
    """The cells of a percent notebook, as pytest-markdown-docs tests those of a note."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each cell."""
        parser = self.config.hook.pytest_markdown_docs_markdown_it()
        found = extract_fence_tests(parser, current().text(self.path), 0, source_path=self.path)
        for number, test in enumerate(found, start=1):
            name = f"[CodeFence#{number}][line:{test.start_line}]"
            yield MarkdownInlinePythonItem.from_parent(self, name=name, test_definition=test)


class NoteItem(PlainItem):
    """Passes if the note's properties, links and values are right."""

    def runtest(self) -> None:
        """Look for problems that belong to no cell."""
        problems = current().beside_cells(self.path)
        if problems:
            raise CellFailedError("\n".join(map(str, problems)))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the note."""
        return self.path, 0, f"{self.path.name} [note]"


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
    if is_asked is None:
        return collectors
    if file_path.suffix == ".py" and _notes.holds(file_path):
        # Others would import the notebook to look for tests in it.
        return [each.from_parent(parent, path=file_path) for each in (NotebookFile, NoteFile)]
    if file_path.suffix == ".py":
        return [] if is_notebook(file_path) else collectors  # such as a template
    if file_path.suffix != ".md":
        return collectors
    if _notes.sets_aside(file_path):
        return []
    unreadable = _notes.unreadable(file_path)
    if not unreadable and not _notes.holds(file_path):
        return collectors
    whole: pytest.Collector = NoteFile.from_parent(parent, path=file_path)
    if unreadable:
        return [whole]
    if not is_asked:
        collectors = [*collectors, MarkdownTextFile.from_parent(parent, path=file_path)]
    return [*collectors, whole]


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_markdown_docs_markdown_it() -> MarkdownIt:
    """Give pytest-markdown-docs a parser that finds just the cells that the site shows."""
    return _parser()


@cache  # one for all: it is asked for with each docstring of each module
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.core.ruler.push("notewright_cells", _only_cells)
    parser.core.ruler.enableOnly(["normalize", "notewright_cells"])
    return parser


def _only_cells(state: StateCore) -> None:
    text = state.src.removeprefix("\ufeff")  # as the vault reads a note that begins with a BOM
    has_fence = "```" in text or "~~~" in text
    state.tokens = list(_tokens(current().cells(text))) if has_fence else []


def _tokens(cells: Sequence[Cell]) -> Iterator[Token]:
    for cell in cells:
        info = " ".join(["python", *sorted(cell.info.words - {"#"})])
        token = Token("fence", "code", 0, info=info, content=cell.code, block=True)
        token.map = [cell.line - 1, cell.last_line]
        yield token


@register_runner(default=True)
class NotewrightRunner(Runner):
    """Judges a test by the record of its session, which it makes if there is none."""

    def runtest(self, test: Any, args: dict[str, Any], *, asyncio_runner: Any = None) -> None:
        """Pass, skip or fail one cell."""
        path = Path(test.source_path)
        notes = current()
        if test.fixture_names and not notes.settings.execute:
            pytest.skip("execution is off")
        if test.fixture_names and notes.lacks(path, test.start_line):
            pytest.skip(f"needs {in_words(notes.lacks(path, test.start_line))}")
        if test.fixture_names or not notes.holds(path):
            DefaultRunner().runtest(test, args, asyncio_runner=asyncio_runner)
            return
        try:
            result = notes.result(path, test.start_line)
        except EngineError as error:
            raise CellFailedError(str(error)) from None
        if result is None or not test.source.endswith(result.cell.code):
            raise CellFailedError(
                f"{path.name}:{test.start_line}: the site and the tests read this cell differently"
            )
        problems = beside_frames(result)
        if problems:
            raise CellFailedError("\n".join(map(str, problems)))
        if result.record is None:
            pytest.skip(result.unmet or NO_RECORD)

    def repr_failure(
        self, test: Any, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        """Say what the site says."""
        if isinstance(excinfo.value, CellFailedError):
            return str(excinfo.value)
        return str(DefaultRunner().repr_failure(test, excinfo, style))
