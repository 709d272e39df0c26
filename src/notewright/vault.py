"""The vault on disk: its notes, their properties, and which file a name stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from notewright.errors import Problem
from notewright.settings import Settings
from notewright.syntax import PROPERTIES, parse_blocks

_EMPHASIS = re.compile(r"[*_`]+")


@dataclass(frozen=True)
class Note:
    """One Markdown file of the vault.

    Attributes:
        path: Path in the vault, with forward slashes: `models/k-means.md`.
        file: Path from the project's root, as messages name it: `docs/models/k-means.md`.
        text: The whole file.
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
    def headings(self) -> list[str]:
        """Text of its headings in order, without emphasis marks."""
        tokens = parse_blocks(self.text)
        return [
            _EMPHASIS.sub("", tokens[index + 1].content).strip()
            for index, token in enumerate(tokens)
            if token.type == "heading_open"
        ]


@dataclass(frozen=True)
class Vault:
    """All notes and attachments below one directory."""

    settings: Settings
    notes: Mapping[str, Note]
    attachments: frozenset[str]

    @classmethod
    def scan(cls, settings: Settings) -> Vault:
        """Read every note. Hidden files, and `templates/` at the top, are no notes."""
        notes: dict[str, Note] = {}
        attachments: set[str] = set()
        for path in sorted(_visible_files(settings.docs_dir)):
            relative = path.relative_to(settings.docs_dir).as_posix()
            if path.suffix == ".md":
                notes[relative] = read_note(path, settings)
            else:
                attachments.add(relative)
        return cls(settings, notes, frozenset(attachments))

    def resolve(self, target: str, source: Note) -> str | None:
        """Find the file that a wikilink names, as Obsidian does.

        A path from the vault's root wins, then the ending of a path, then an alias. Of
        several files with one name, the one nearest to the vault's root is meant. Case
        and `.md` do not matter. An empty target is the note itself.
        """
        if not target.strip():
            return source.path
        wanted = target.strip().lower().lstrip("/")
        for name in (f"{wanted}.md", wanted):
            found = self._endings.get(name)
            if found is not None:
                return found
        return self._aliases.get(wanted)

    @cached_property
    def _endings(self) -> dict[str, str]:
        """Each ending of each path, such as `models/k-means.md` and `k-means.md`."""
        endings: dict[str, str] = {}
        for path in sorted(
            (*self.notes, *self.attachments), key=lambda path: (path.count("/"), path)
        ):
            endings[path.lower()] = path  # a whole path is never shadowed by an ending
        for path in list(endings.values()):
            parts = path.lower().split("/")
            for start in range(1, len(parts)):
                endings.setdefault("/".join(parts[start:]), path)
        return endings

    @cached_property
    def _aliases(self) -> dict[str, str]:
        aliases: dict[str, str] = {}
        for note in self.notes.values():
            for alias in note.aliases:
                aliases.setdefault(alias.lower(), note.path)
        return aliases

    def names(self) -> Iterable[str]:
        """Every name that a wikilink could use, for suggestions."""
        yield from (note.name for note in self.notes.values())
        yield from self.attachments
        yield from self._aliases


def read_note(path: Path, settings: Settings) -> Note:
    """Read one note; what is wrong with it becomes its problems."""
    relative = path.relative_to(settings.docs_dir).as_posix()
    file = settings.relative(path)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(file, line, "not valid UTF-8", "Save the note as UTF-8")
        return Note(relative, file, "", problems=(problem,))
    properties, problems = _read_properties(text, file)
    return Note(relative, file, text, properties, tuple(problems))


def _read_properties(text: str, file: str) -> tuple[Mapping[str, Any], list[Problem]]:
    match = PROPERTIES.match(text)
    if match is None:
        return {}, []
    remedy = "Correct the YAML between the `---` lines; quote text that holds `: ` or `#`"
    try:
        properties = yaml.safe_load(match["yaml"])
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


FIGURES = "assets/figures"
"""Where the figures that notes embed are written, for Obsidian; they are no files of the vault."""


def _visible_files(directory: Path) -> Iterable[Path]:
    for path in directory.rglob("*"):
        parts = path.relative_to(directory).parts
        if any(part.startswith(".") for part in parts) or parts[0] == "templates":
            continue
        if "/".join(parts).startswith(f"{FIGURES}/"):
            continue
        if path.is_file():
            yield path
