"""The bibliography of a vault: the works that its notes may cite, from BibTeX or CSL's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from notewright.configuration import PLUGIN, place_of
from notewright.errors import EngineError, Problem
from notewright.settings import Settings
from notewright.vault.bibtex import Entry, as_csl, read_bibtex
from notewright.vault.nearest import Nearest
from notewright.vault.vault import Vault

_CROSS_REFERENCE = re.compile(r"(fig|tbl|eq|sec|lst|thm)-")
"""How names of figures, tables and the like begin in Quarto, which writes `@fig-name` for them."""

LARGEST = 64 << 20
"""Bytes of the largest file that is read."""


@dataclass(frozen=True)
class Work:
    """A work of the bibliography.

    Attributes:
        key: By which it is cited.
        file: The file that has it, from the project's root.
        line: Its line there.
        entry: What that says of it, in the terms of BibTeX or of CSL.
        parent: The entry that its `crossref` names.
        is_csl: Whether these are CSL's.
    """

    key: str
    file: str
    line: int
    entry: Entry = field(repr=False)
    parent: Entry | None = field(default=None, repr=False)
    is_csl: bool = False

    @cached_property
    def csl(self) -> Mapping[str, Any]:
        """What is known of it, as CSL's JSON has it."""
        found = dict(self.entry) if self.is_csl else as_csl(self.entry, self.parent)
        return found | {"id": self.key}

    @cached_property
    def digest(self) -> str:
        """Digest of what is known of it."""
        known = json.dumps([self.entry, self.parent], sort_keys=True, default=repr)
        return sha256(known.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True)
class Bibliography:
    """The works that the notes of a vault may cite.

    Attributes:
        works: By their keys.
        problems: What is wrong with the files.
        inputs: The files, from the project's root.
        style: Digest of the style in which they are cited.
    """

    works: Mapping[str, Work] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    inputs: tuple[str, ...] = ()
    style: str = ""

    @classmethod
    def of(cls, vault: Vault) -> Bibliography:
        """That of a vault, read once.

        Raises:
            EngineError: If the library that reads BibTeX is not installed.
        """
        found: Bibliography | None = vars(vault).get("_bibliography")
        if found is None:
            found = read_bibliography(vault.settings)
            vars(vault)["_bibliography"] = found
        return found

    def told(self, key: str) -> str:
        """What decides how a work is cited; empty if there is none of this key."""
        return f"{self.works[key].digest} {self.style}" if key in self.works else ""

    @cached_property
    def digest(self) -> str:
        """Digest of all works, and of the style."""
        told = [self.style, *(f"{key} {self.works[key].digest}" for key in sorted(self.works))]
        return sha256("\n".join(told).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def read_bibliography(settings: Settings) -> Bibliography:
    """Read the files that the option `bibliography` names; of two works of one key, the first.

    Raises:
        EngineError: If the library that reads BibTeX is not installed.
    """
    works: dict[str, Work] = {}
    problems: list[Problem] = []
    for name in settings.bibliography:
        try:
            content = _content(settings.root / name)
        except (OSError, ValueError) as error:
            place = place_of(settings.root, ["plugins", PLUGIN, "bibliography"])
            why = getattr(error, "strerror", None) or error
            message = f"cannot read the bibliography `{name}`: {why}"
            problems.append(Problem(*place, message, "Use a file inside the project"))
            continue
        found, faults = _read(content, name)
        problems += [Problem(name, line, message) for line, message in faults]
        for key, work in found.items():
            if key in works:
                message = f"duplicate key `{key}`: the entry in {works[key].file} is used"
                problems.append(Problem(name, work.line, message, "Remove one of them"))
            works.setdefault(key, work)
    style = settings.citation_style
    files = [*settings.bibliography, *([style] if style.endswith(".csl") else [])]
    return Bibliography(works, tuple(problems), tuple(files), _digest_of(settings.root, style))


def _digest_of(root: Path, style: str) -> str:
    """Digest of a style: of its file, or of its name alone where a package brings it."""
    try:
        content = (root / style).read_bytes() if style.endswith(".csl") else b""
    except OSError:
        content = b""
    return sha256(style.encode() + b"\0" + content).hexdigest()[:16]


def _content(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    return path.read_text("utf-8-sig")


@lru_cache(maxsize=4)  # under `serve` it is asked for after each save
def _read(content: str, file: str) -> tuple[dict[str, Work], list[tuple[int, str]]]:
    if file.endswith(".json"):
        return _read_json(content, file)
    try:
        entries, faults = read_bibtex(content)
    except RecursionError:
        return {}, [(1, "it is nested too deeply")]
    return {
        key: Work(key, file, line, entry, entries.get(entry.get("crossref", ""), (0, None))[1])
        for key, (line, entry) in entries.items()
    }, faults


def _read_json(content: str, file: str) -> tuple[dict[str, Work], list[tuple[int, str]]]:
    """Read CSL's JSON: a list of works, as Zotero and Pandoc write it."""
    try:
        items = json.loads(content)
    except (ValueError, RecursionError) as error:
        return {}, [(getattr(error, "lineno", 1), f"not valid JSON: {error}")]
    if not isinstance(items, list):
        return {}, [(1, "not a list of works in CSL JSON format")]
    works: dict[str, Work] = {}
    faults = []
    lines = dict(_lines_of_ids(content))
    for item in items:
        key = str(item.get("id", "")) if isinstance(item, dict) else ""
        line = lines.get(key, 1)
        if not key or not isinstance(item.get("type"), str):
            faults.append((line, "a work without `id` or `type` is ignored"))
        elif key in works:
            faults.append((line, f"duplicate key `{key}`: the first entry is used"))
        else:
            works[key] = Work(key, file, line, item, is_csl=True)
    return works, faults


def _lines_of_ids(content: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(content.split("\n"), start=1):
        for match in re.finditer(r'"id"\s*:\s*"?([^",}]+)', line):
            yield match[1].strip(), number


def check_citations(vault: Vault) -> Iterator[Problem]:
    """Yield the citations of a vault that name no work, and what is wrong with its bibliography."""
    if not vault.settings.bibliography:
        return
    try:
        known = Bibliography.of(vault)
    except EngineError as error:  # what reads it is not installed
        place = place_of(vault.settings.root, ["plugins", PLUGIN, "bibliography"])
        yield Problem(*place, str(error))
        return
    yield from known.problems
    nearest, files = Nearest(known.works), ", ".join(vault.settings.bibliography)
    for note in vault.notes.values():
        for citation in note.citations if "@" in note.text else ():
            for work in citation.works if not citation.is_narrative else ():
                if work.key not in known.works and not _CROSS_REFERENCE.match(work.key):
                    message = f"no work called `@{work.key}` in {files}"
                    remedy = nearest.remedy(work.key)
                    column = citation.column
                    yield Problem(note.file, citation.line, message, remedy, column=column)


def citation_notices(vault: Vault) -> Iterator[str]:
    """Say that notes refer to figures as Quarto does, or cite works without a bibliography."""
    works: Mapping[str, Work] = {}
    with suppress(EngineError):  # `check_citations` says it
        works = Bibliography.of(vault).works if vault.settings.bibliography else {}
    cited: list[str] = []
    references: list[tuple[str, str]] = []
    for note in vault.notes.values():
        for citation in note.citations if "@" in note.text else ():
            place = f"{note.file}:{citation.line}"
            keys = [work.key for work in citation.works if work.key not in works]
            if named := [key for key in keys if _CROSS_REFERENCE.match(key)]:
                references.append((place, named[0]))
            elif not citation.is_narrative:
                cited.append(place)
    if references:
        place, key = references[0]
        more = f" ({len(references)} such references; this is the first)" if references[1:] else ""
        yield (
            f"{place}: `@{key}` is printed unchanged{more}. To refer to a figure, a table or an "
            f"equation, write `[[#^{key}]]`"
        )
    if cited and not vault.settings.bibliography:
        more = f" ({len(cited)} citations; this is the first)" if len(cited) > 1 else ""
        yield (
            f"{cited[0]}: a citation needs a bibliography, but none is configured{more}. Add "
            "`bibliography: [references.bib]` to the notewright options in mkdocs.yml"
        )
