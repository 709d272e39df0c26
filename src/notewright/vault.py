"""The vault on disk: its notes, their properties, and which file a name stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath
from typing import Any

import yaml

from notewright import percent
from notewright.errors import Problem
from notewright.intake import FIGURES as FIGURES
from notewright.intake import LARGEST, find_files
from notewright.outline import Heading, find_block_ids, find_headings
from notewright.places import Places
from notewright.plain_yaml import load_yaml
from notewright.settings import Settings
from notewright.syntax import PROPERTIES

_EMPHASIS = re.compile(r"[*_`]+")


@dataclass(frozen=True)
class Note:
    """One Markdown file of the vault, or a percent notebook, which is read as one.

    Attributes:
        path: Path in the vault, with forward slashes: `models/k-means.md`.
        file: Path from the project's root, as messages name it: `docs/models/k-means.md`.
        text: The whole file; of a notebook, its Markdown with the same line numbers.
        properties: The YAML at its top.
        problems: What is wrong with the file or its properties.
    """

    path: str
    file: str
    text: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """File name without `.md`: what a wikilink names."""
        return PurePosixPath(self.path).stem

    @property
    def is_notebook(self) -> bool:
        """Whether it is written in Python, with Markdown in comments."""
        return self.path.endswith(percent.SUFFIX)

    @property
    def body_line(self) -> int:
        """Lines before the body: the length of the properties."""
        match = PROPERTIES.match(self.text)
        return match[0].count("\n") if match else 0

    @property
    def aliases(self) -> list[str]:
        """Other names by which wikilinks may call the note."""
        aliases = self.properties.get("aliases") or []
        names = aliases if isinstance(aliases, list) else [aliases]
        return [str(name) for name in names if name is not None]

    @cached_property
    def places(self) -> Places:
        """Where its links and comments stand."""
        return Places(self.text)

    @cached_property
    def outline(self) -> list[Heading]:
        """Its headings in order, as written."""
        return find_headings(self.text)

    @cached_property
    def block_ids(self) -> dict[str, int]:
        """Its block ids and the labels of its cells, with their lines."""
        return find_block_ids(self.text)

    def block_id(self, wanted: str) -> str | None:
        """A block id as the note writes it; case does not matter in a link."""
        return next((each for each in self.block_ids if each.lower() == wanted.lower()), None)

    @property
    def headings(self) -> list[str]:
        """Text of its headings in order, without emphasis marks."""
        return [_EMPHASIS.sub("", heading.text).strip() for heading in self.outline]


@dataclass(frozen=True, slots=True)
class Found:
    """The file that a link names.

    Attributes:
        path: Its path in the vault.
        others: Further files that the same words could mean.
        is_alias: Whether the words are an alias of the note, which Obsidian does not look up.
    """

    path: str
    others: tuple[str, ...] = ()
    is_alias: bool = False


@dataclass(frozen=True)
class Vault:
    """All notes and attachments below one directory."""

    settings: Settings
    notes: Mapping[str, Note]
    attachments: frozenset[str]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def scan(cls, settings: Settings) -> Vault:
        """Read every note. Hidden files, and `templates/` at the top, are no notes.

        Python is a note if it is a percent notebook, and else an attachment.
        """
        notes: dict[str, Note] = {}
        attachments: set[str] = set()
        files, problems = find_files(settings)
        for path in files:
            relative = path.relative_to(settings.docs_dir).as_posix()
            if path.suffix == ".md" or percent.is_notebook(path):
                notes[relative] = read_note(path, settings)
            else:
                attachments.add(relative)
        problems += _one_page(notes.values())
        return cls(settings, notes, frozenset(attachments), tuple(problems))

    def resolve(self, target: str, source: Note) -> str | None:
        """The path of the file that a link's words name; see `find`."""
        found = self.find(target, source)
        return found.path if found else None

    def find(self, target: str, source: Note) -> Found | None:
        """Find the file that a link's words name, as Obsidian does.

        A whole path from the vault's root wins. Of several files whose paths end in the
        words, those in the folder of the linking note and below it come first, then the one
        with the shortest path. Case and `.md` do not matter. `./` and `../` start at the
        linking note's folder, `/` at the root. A notebook is found without its `.py`, where
        no other note has the name. An alias is the last resort. No words are the note itself.
        """
        wanted = _key(target)
        if not wanted:
            return Found(source.path)
        if wanted.startswith(("./", "../")):
            return self._exact(normpath(join(dirname(_key(source.path)), wanted)))
        if wanted.startswith("/"):
            return self._exact(wanted.strip("/"))
        for name in _names(wanted):
            candidates = [
                path
                for key, path in self._by_name.get(name.rpartition("/")[2], ())
                if f"/{key}".endswith(f"/{name}") and (name == wanted or path in self.notes)
            ]
            if candidates:
                if len(candidates) > 1:
                    candidates.sort(key=partial(_rank, name, target, source))
                others = () if "/" in wanted else tuple(candidates[1:])
                return Found(candidates[0], others)
        note = self._aliases.get(wanted)
        return Found(note, is_alias=True) if note else None

    def _exact(self, wanted: str) -> Found | None:
        for name in _names(wanted):
            for key, path in self._by_name.get(name.rpartition("/")[2], ()):
                if key == name and (name == wanted or path in self.notes):
                    return Found(path)
        return None

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, str]]]:
        """All files by their names, each with its path as it is compared, in a fixed order."""
        named: dict[str, list[tuple[str, str]]] = {}
        for path in sorted((*self.notes, *self.attachments)):
            key = _key(path)
            named.setdefault(key.rpartition("/")[2], []).append((key, path))
        return named

    @cached_property
    def _aliases(self) -> dict[str, str]:
        aliases: dict[str, str] = {}
        for note in self.notes.values():
            for alias in note.aliases:
                aliases.setdefault(_key(alias), note.path)
        return aliases

    def link_name(self, path: str) -> str:
        """The path of a file as a wikilink names it: notes without their `.md` or `.py`."""
        return str(PurePosixPath(path).with_suffix("")) if path in self.notes else path

    def names(self) -> Iterable[str]:
        """Every name that a wikilink could use, for suggestions."""
        yield from (note.name for note in self.notes.values())
        yield from self.attachments
        yield from self._aliases


def _key(name: str) -> str:
    """A name or path as it is compared: case, and how accents and blanks are encoded, don't matter.

    macOS takes letters and accents apart in the names of files; writers type them as one.
    """
    return unicodedata.normalize("NFC", re.sub(r"[\xa0\u202f]", " ", name)).strip().lower()


def _one_page(notes: Iterable[Note]) -> Iterator[Problem]:
    """Yield notebooks beside which a note has the same name: both would have one page."""
    pages = {_key(note.path) for note in notes if not note.is_notebook}
    for note in notes:
        other = f"{_key(note.path).removesuffix(percent.SUFFIX)}.md"
        if note.is_notebook and other in pages:
            message = f"`{other}` has the same name, and so the same page"
            yield Problem(note.file, 1, message, "Rename one: `notewright rename`")


def _names(wanted: str) -> tuple[str, ...]:
    """The names of files that words may stand for: a note comes first."""
    return f"{wanted}.md", f"{wanted}{percent.SUFFIX}", wanted


def _rank(name: str, target: str, source: Note, path: str) -> tuple[bool, bool, int, bool, str]:
    """The order in which files are meant by words that fit several of them."""
    folder = _key(dirname(source.path))
    is_elsewhere = bool(folder) and not _key(path).startswith(f"{folder}/")
    words = target.strip().removesuffix(".md").removesuffix(percent.SUFFIX)
    other_case = not re.sub(r"\.(?:md|py)$", "", path).endswith(words)
    return _key(path) != name, is_elsewhere, len(path), other_case, path


def read_note(path: Path, settings: Settings) -> Note:
    """Read one note; what is wrong with it becomes its problems."""
    relative = path.relative_to(settings.docs_dir).as_posix()
    file = settings.relative(path)
    text, problems = _read_text(path, file)
    if path.suffix == percent.SUFFIX and text:
        notebook = percent.read(text, file)
        text, problems = notebook.text, [*problems, *notebook.problems]
    properties, wrong = _read_properties(text, file)
    return Note(relative, file, text, properties, (*problems, *wrong))


def _read_text(path: Path, file: str) -> tuple[str, list[Problem]]:
    """The text of a note; empty, with the reason, if it is none that can be shown."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            message = f"the note has {size / (1 << 20):.1f} MiB, more than {LARGEST >> 20}"
            return "", [Problem(file, 1, message, "Split it, or make a file of what is no text")]
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return "", [Problem(file, line, "not valid UTF-8", "Save the note as UTF-8")]
    except OSError as error:
        return "", [Problem(file, 1, f"cannot be read: {error.strerror}", "Change its rights")]
    null = text.find("\0")
    if null < 0:
        return text, []
    line = text.count("\n", 0, null) + 1
    return text, [Problem(file, line, "holds a null byte, which no text does", "Remove it")]


def _read_properties(text: str, file: str) -> tuple[Mapping[str, Any], list[Problem]]:
    match = PROPERTIES.match(text)
    if match is None:
        return {}, []
    remedy = "Correct the YAML between the `---` lines; quote text that holds `: ` or `#`"
    try:
        properties = load_yaml(match["yaml"])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        reason = error.problem or "not valid YAML"
        return {}, [Problem(file, line, f"the properties are not valid YAML: {reason}", remedy)]
    except (yaml.YAMLError, ValueError) as error:
        return {}, [Problem(file, 1, f"the properties are not valid YAML: {error}", remedy)]
    if properties is None:
        return {}, []
    if not isinstance(properties, dict):
        return {}, [Problem(file, 2, "the properties are not `name: value` lines", remedy)]
    return properties, []
