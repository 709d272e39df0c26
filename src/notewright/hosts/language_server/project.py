"""A project as an editor sees it: the vault on disk, with the texts that are not saved yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from notewright.errors import EngineError
from notewright.note import percent
from notewright.note.cells import Cell
from notewright.note.drawings import without_data
from notewright.note.grammar import KEY
from notewright.note.links import Link
from notewright.note.note import Note
from notewright.note.properties import read_properties
from notewright.run.engine import Engine
from notewright.run.note_plans import NotePlan
from notewright.settings import Settings
from notewright.vault.bibliography import Bibliography
from notewright.vault.reading import null_byte
from notewright.vault.vault import Vault


@dataclass(frozen=True)
class Span:
    """A part of a file.

    Attributes:
        file: The file.
        line: Its line, counted from 0.
        start: Column of its first character, counted from 0.
        end: Column behind its last one, in the same line.
    """

    file: Path
    line: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Named:
    """A link in a line, and where it stands there."""

    link: Link
    start: int
    end: int


class _Reader(Engine):
    """Shows what records say and runs nothing: what is stale is told elsewhere, and no mistake.

    Of a session of which a part cannot run here, the rest has a record: as where it ran.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(replace(settings, execute=False), runs=False)
        self._has_run = settings.execute

    def plans(self, notes: Iterable[Note]) -> Iterator[NotePlan]:
        """Plan notes as where their cells ran."""
        for note in notes:
            yield NotePlan(note, self.settings.root if self._has_run else None)


class Project:
    """One project.

    Args:
        root: The folder of its `mkdocs.yml`.

    Attributes:
        texts: What stands in the editor, by the note's path in the vault.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.settings = Settings.load(root)
        self.texts: dict[str, str] = {}
        self._disk = Vault.scan(self.settings)
        self._vault: Vault | None = None
        self.engine: Engine = _Reader(self.settings)

    def path(self, file: Path) -> str | None:
        """The path of a note in the vault; None if the file is none."""
        docs = self.settings.docs_dir
        if not file.is_relative_to(docs) or file.suffix not in (".md", percent.SUFFIX):
            return None
        path = file.relative_to(docs).as_posix()
        hidden = any(part.startswith(".") for part in path.split("/"))
        return None if hidden or path in self._disk.excluded else path

    def edit(self, path: str, text: str | None) -> None:
        """Take the text of a note from the editor; None if it shows the note no more."""
        before = self.texts.get(path)
        if text is None:
            self.texts.pop(path, None)
        else:
            plain = text.removeprefix("\ufeff")
            self.texts[path] = plain.replace("\r\n", "\n").replace("\r", "\n")
        if self.texts.get(path) != before:
            self._vault = None

    def refresh(self) -> None:
        """Look at the files again: something was saved, or came or went.

        Raises:
            NotewrightError: If the configuration cannot be read; what it was counts until it can.
        """
        settings = Settings.load(self._root)
        if settings != self.settings:
            self._disk = Vault.scan(settings)
            self.settings, self.engine = settings, _Reader(settings)
        else:
            self._disk = Vault.scan(settings, known=self._disk)
        self._vault = None

    @property
    def vault(self) -> Vault:
        """The vault as it would be if all were saved."""
        if self._vault is None:
            notes = dict(self._disk.notes)
            for path, text in self.texts.items():
                kept = notes.get(path)
                same = kept is not None and self._is_text_of(kept, text)
                notes[path] = kept if kept is not None and same else self._read(path, text)
            ordered = {path: notes[path] for path in sorted(notes)}
            self._vault = replace(self._disk, notes=ordered)
            if self._vault.names_digest == self._disk.names_digest:
                vars(self._vault)["_found"] = self._disk._found
        return self._vault

    @property
    def bibliography(self) -> Bibliography:
        """The works that its notes may cite; none where what reads them is not installed."""
        try:
            return Bibliography.of(self.vault)
        except EngineError:  # told with what is wrong with the notes
            return Bibliography()

    def note(self, path: str) -> Note | None:
        """A note as it stands in the editor, or on disk."""
        return self.vault.notes.get(path)

    def is_saved(self, path: str) -> bool:
        """Whether a note on disk is what stands in the editor."""
        kept, text = self._disk.notes.get(path), self.texts.get(path)
        return kept is not None and (text is None or self._is_text_of(kept, text))

    def file(self, path: str) -> Path:
        """The file of a note or an attachment."""
        return self.settings.docs_dir / path

    def _read(self, path: str, text: str) -> Note:
        file = self.settings.relative(self.file(path))
        notebook = percent.read(text, file) if path.endswith(percent.SUFFIX) else None
        shown = notebook.text if notebook else text
        properties, wrong = read_properties(shown, file)
        problems = (*null_byte(text, file), *(notebook.problems if notebook else ()), *wrong)
        how = self.settings.reads_as_mkdocs, self.settings.must_ask(path)
        note = Note(path, file, shown, properties, problems, self._disk.includes, *how)
        if note.is_drawing:
            note = replace(note, text=without_data(text))
            note.memory["file"] = text, None
        if notebook is not None:
            vars(note)["parse"] = notebook.parse
            note.memory["file"] = text, None
        return note

    @staticmethod
    def _is_text_of(note: Note, text: str) -> bool:
        return written(note) == text


def written(note: Note) -> str:
    """The text of a note's file: that of a notebook is Python."""
    text: str = note.memory.get("file", (note.text, None))[0]
    return text


def link_at(note: Note, line: int, column: int) -> Named | None:
    """The wikilink of a note at a place."""
    for link in note.wikilinks:
        if link.line - 1 == line and link.column:
            text = written(note).split("\n")[line]
            start = characters(text, link.column - 1)
            end = text.find("]]", start)
            if start <= column <= end + 2:
                return Named(link, start, end + 2)
    return None


_KEY = re.compile(rf"@{KEY}")


def work_at(note: Note, line: int, column: int) -> str:
    """The key of the work that a note cites at a place; empty if it cites none there."""
    cited = {
        work.key
        for each in note.citations
        if each.line - 1 <= line <= each.line - 1 + each.text.count("\n")
        for work in each.works
    }
    for match in _KEY.finditer(written(note).split("\n")[line]) if cited else ():
        key = match["key"].strip("{}")
        if match.start() <= column <= match.end() and key in cited:
            return key
    return ""


def characters(text: str, units: int, codec: str = "utf-16-le", size: int = 2) -> int:
    """How many characters of a line stand before a column that is counted in units.

    Args:
        text: The line.
        units: The column, counted from 0; of links and problems, in those of UTF-16.
        codec: What has these units.
        size: The bytes of one.
    """
    cut = text.encode(codec, "surrogatepass")[: units * size]
    return len(cut.decode(codec, "ignore"))


def cell_at(note: Note, line: int) -> Cell | None:
    """The cell of a note at a line, counted from 0."""
    return next((cell for cell in note.cells if cell.line - 1 <= line < cell.last_line), None)
