"""Includes files in cells: `--8<-- "k_means.py:lloyd"`, as pymdownx.snippets does.

What is shown, run and tested is one expanded text; each of its lines remembers where it
comes from, so that an error names the file that the writer has to open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from notewright.errors import Problem, VaultError, did_you_mean
from notewright.note.compact import Compact

_INCLUDE = re.compile(r"^(?P<indent>[ \t]*)-+8<-+[ \t]+(?P<quote>[\"'])(?P<target>.+)(?P=quote)$")
_ESCAPED = re.compile(r"^([ \t]*);(?=;*-+8<-+[ \t])")
_SECTION = re.compile(
    r"-+8<-+[ \t]+\[[ \t]*(?P<kind>start|end)[ \t]*:[ \t]*(?P<name>[\w-]+)[ \t]*\]"
)
_SECTION_NAME = re.compile(r"[A-Za-z][\w-]*")
_RANGE = re.compile(r"(?P<first>\d*)(?::(?P<last>\d*))?")


class Origin(NamedTuple):  # a tuple is read from a file in a tenth of a dataclass's time
    """Where one line of a cell's code was written.

    Attributes:
        file: Path from the project's root: the note, or an included file.
        line: Line in that file, counted from 1.
        note_line: The note's line: the same, or that of the include.
    """

    file: str
    line: int
    note_line: int


class SourceLine(NamedTuple):
    """One line of a cell's code and its origin."""

    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Includes(Compact):
    """Where the included files of a vault are.

    Attributes:
        base: Directory in which they are found, and outside of which none is read.
        root: The project's root, for the names of files in messages.
        read: What was read, by file; None where that failed.
    """

    base: Path = Path("snippets")
    root: Path = Path()
    read: dict[Path, str | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def are_same(self) -> bool:
        """Whether all that was read could be read again, or not be read again, in the same way."""
        return all(_text(path) == text for path, text in self.read.items())

    def again(self) -> Includes:
        """The same, of which nothing was read yet."""
        return replace(self, read={})


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def expand(
    lines: Sequence[SourceLine], includes: Includes, inside: tuple[Path, ...] = ()
) -> list[SourceLine]:
    """Replace each include by the lines that it names, and so on in the included files.

    Args:
        lines: Lines of a cell as written.
        includes: Where included files are found.
        inside: Files whose lines these are, outermost first.

    Raises:
        VaultError: If a file or a section is missing, lies outside, or includes itself.
    """
    expanded: list[SourceLine] = []
    for line in lines:
        match = _INCLUDE.match(line.text)
        if match is None:
            # `;--8<--` is pymdownx's way to show an include instead of following it.
            expanded.append(line._replace(text=_ESCAPED.sub(r"\1", line.text)))
        else:
            expanded.extend(_included(line, match["indent"], match["target"], includes, inside))
    return expanded


def _included(
    line: SourceLine, indent: str, target: str, includes: Includes, inside: tuple[Path, ...]
) -> list[SourceLine]:
    base, root = includes.base, includes.root
    name, _, part = target.partition(":")
    path = (base / name).resolve()
    where = line.origin
    if not path.is_relative_to(base.resolve()):
        raise _problem(where, f"`{target}` is outside `{base.name}/`", "Use a file inside it")
    if path in inside:
        raise _problem(
            where, f"`{target}` includes itself", "Remove one of the includes from the cycle"
        )
    text = includes.read[path] = _text(path)
    if text is None:
        known = [each.relative_to(base).as_posix() for each in base.rglob("*.py")]
        remedy = did_you_mean(name, known) if known else f"`{base.name}/` has no Python files"
        raise _problem(where, f"no snippet called `{name}`", remedy)
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    chosen = _chosen(text.split("\n"), part, name, where)
    included = [
        SourceLine(indent + text if text else text, Origin(file, number, where.note_line))
        for number, text in chosen
    ]
    return expand(included, includes, (*inside, path))


def _chosen(lines: list[str], part: str, name: str, where: Origin) -> list[tuple[int, str]]:
    """Lines of an included file with their numbers: a section, a range, or all."""
    numbered = list(enumerate(lines, start=1))
    if lines and not lines[-1]:
        numbered.pop()  # what follows the last newline is not a line
    if _SECTION_NAME.fullmatch(part):
        return _section(numbered, part, name, where)
    span = _RANGE.fullmatch(part)
    if span is None:
        raise _problem(
            where,
            f"`:{part}` is neither a section nor a line range",
            "Write `:name` or `:first:last`",
        )
    first = int(span["first"] or 1)
    last = int(span["last"] or len(lines)) if part else len(lines)
    return [
        (number, text)
        for number, text in numbered
        if first <= number <= last and not _SECTION.search(text)
    ]


def _section(
    numbered: list[tuple[int, str]], part: str, name: str, where: Origin
) -> list[tuple[int, str]]:
    """Lines from the section's first start to the end that follows, without any marks."""
    inside = False
    found: list[tuple[int, str]] = []
    names: list[str] = []
    for number, text in numbered:
        mark = _SECTION.search(text)
        if mark is None:
            if inside:
                found.append((number, text))
        elif mark["kind"] == "start":
            names.append(mark["name"])
            inside = inside or mark["name"] == part
        elif mark["name"] == part:
            break
    if part not in names:
        remedy = did_you_mean(part, names) if names else "Mark one with `--8<-- [start:name]`"
        raise _problem(where, f"`{name}` has no section `{part}`", remedy)
    return found


def _problem(where: Origin, message: str, remedy: str) -> VaultError:
    return VaultError(Problem(where.file, where.line, message, remedy))
