"""Finds the cells of a note: fences of Python, with the words and options that steer them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it.token import Token

from notewright import doctests
from notewright.errors import Problem, VaultError, did_you_mean
from notewright.includes import Origin, SourceLine, expand
from notewright.plain_yaml import load_yaml
from notewright.syntax import parse_blocks
from notewright.values import Value, find_values

DOCTEST = "pycon"
OUTPUT = "output"
LANGUAGES = frozenset({"python", "py", "python3", DOCTEST})
WORDS = frozenset({"continuation", "notest"})
WORD_PREFIXES = ("fixture:", "retry:", "runner:")  # pytest-markdown-docs reads these
OPTION = re.compile(r"^#\|[ \t]?(?P<yaml>.*)$")

_BLOCK_ID = re.compile(r"[ \t>]*\^(?P<id>[A-Za-z][\w-]*)[ \t]*")
_INFO = re.compile(
    r"(?P<key>[\w-]+)=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'{}]+))"
    r"|(?P<word>[^\s={}]+)"
)


@dataclass(frozen=True, slots=True)
class Info:
    """What stands behind the backticks of a fence.

    Attributes:
        language: First word, without the dot of the brace form; that of a cell or of its output
            in small letters, since code hosts take it in any case.
        words: The other words, such as `continuation`.
        attributes: `key=value` pairs, such as `title`; they keep their pymdownx meaning.
    """

    language: str = ""
    words: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """The `#| key: value` lines at the top of a cell.

    Attributes:
        label: Name of the cell, for links and embeds.
        code_fold: Whether the code is shown folded.
        fig_cap: A caption for each figure.
        fig_alt: What is seen in each figure, for those who don't see it.
        echo: Whether the code is shown.
        include: Whether anything is shown.
        error: The exception that the cell must raise, as `Type` or `Type: part of the message`.
        timeout: Time limit in seconds; None stands for the setting.
        deps: Files that it reads where nobody can follow, as paths or globs from the root.
    """

    label: str = ""
    code_fold: bool = False
    fig_cap: tuple[str, ...] = ()
    fig_alt: tuple[str, ...] = ()
    echo: bool = True
    include: bool = True
    error: str = ""
    timeout: float | None = None
    deps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The text output that a note accepts: a fence `output` directly under a cell.

    Attributes:
        line: Line of its opening fence, counted from 1.
        last_line: Line of its closing fence.
        text: What the cell must print.
    """

    line: int
    last_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One fence of Python.

    Attributes:
        file: The note, as a path from the project's root.
        line: Line of the opening fence, counted from 1.
        last_line: Line of the closing fence.
        info: The words and attributes of the fence.
        options: Its `#|` lines, read.
        source: Lines to run and to show: options left out, includes expanded.
        accepted: The output that the note accepts, if it says so.
        values: Values in the prose that follows, up to the next cell.
        block_id: Its label as Obsidian writes one, `^id` on a line below.
        block_id_line: The line of that label, or 0.
        problem: Why it cannot run, if it is malformed.
    """

    file: str
    line: int
    last_line: int
    info: Info = Info()
    options: Options = Options()
    source: tuple[SourceLine, ...] = ()
    accepted: Accepted | None = None
    values: tuple[Value, ...] = ()
    block_id: str = ""
    block_id_line: int = 0
    problem: Problem | None = None

    @property
    def code(self) -> str:
        """The Python to run."""
        return "".join(f"{line.text}\n" for line in self.source)

    @property
    def label(self) -> str:
        """The name by which links and embeds call it."""
        return self.options.label or self.block_id

    @property
    def is_doctest(self) -> bool:
        """Whether it is a session of the interpreter, `>>>` and what it answered."""
        return self.info.language == DOCTEST

    @property
    def runs(self) -> bool:
        """Whether the site and the tests share a run of it."""
        return "notest" not in self.info.words and not self.fixtures

    @property
    def continues(self) -> bool:
        """Whether it continues the session of the cell above."""
        return "continuation" in self.info.words

    @property
    def fixtures(self) -> tuple[str, ...]:
        """Pytest fixtures that it asks for: such a cell runs in the tests only."""
        prefix = "fixture:"
        return tuple(
            sorted(word.removeprefix(prefix) for word in self.info.words if word.startswith(prefix))
        )


def find_cells(text: str, file: str, *, includes: Path, root: Path) -> list[Cell]:
    """Find every fence of Python in a note, in order.

    Args:
        text: The whole note, properties included.
        file: The note's path from the project's root, for messages.
        includes: Directory in which `--8<--` finds its files.
        root: The project's root.

    Returns:
        The cells. A malformed one carries its problem and is never run.
    """
    lines = text.split("\n")
    tokens = parse_blocks(text)
    cells = []
    for index, token in enumerate(tokens):
        info = parse_info(token.info) if token.type == "fence" else Info()
        if info.language in LANGUAGES:
            cell = _cell(token, info, lines, file, includes, root)
            cells.append(_with_neighbours(cell, tokens[index + 1 :], lines))
    return _with_values(cells, text)


def parse_info(text: str) -> Info:
    """Read an info string: `python continuation`, or in braces `{.python .continuation}`."""
    words: list[str] = []
    attributes: dict[str, str] = {}
    for match in _INFO.finditer(text):
        if match["key"]:
            attributes[match["key"]] = match["double"] or match["single"] or match["bare"] or ""
        else:
            words.append(match["word"].lstrip("."))
    if not words:
        return Info(attributes=attributes)
    known = words[0].lower()
    language = known if known in LANGUAGES or known == OUTPUT else words[0]
    return Info(language, frozenset(words[1:]), attributes)


def parse_options(lines: list[str], file: str, line: int) -> Options:
    """Read the `#|` lines of a cell.

    Args:
        lines: The lines behind `#|`.
        file: The note's path from the project's root.
        line: The note's line of the first of them.

    Raises:
        VaultError: If they are not YAML, or a key or a value is unknown.
    """
    try:
        values = _yaml("\n".join(map(_quoted_error, lines))) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = line + (mark.line if mark else 0)
        remedy = "Write `#| key: value`; quote text that holds `: ` or `#`"
        raise _error(file, at, f"the option is not valid YAML: {error.problem}", remedy) from None
    except (yaml.YAMLError, ValueError) as error:  # control characters, or an impossible date
        reason = str(error).partition("\n")[0]
        raise _error(file, line, f"the option is not valid YAML: {reason}", "Quote it") from None
    if not isinstance(values, dict):
        raise _error(file, line, "an option is not `key: value`", "Write `#| key: value`")
    read: dict[str, Any] = {}
    for key, value in values.items():
        at = line + next((n for n, text in enumerate(lines) if text.startswith(f"{key}:")), 0)
        if key not in _OPTIONS:
            remedy = did_you_mean(str(key), _OPTIONS)
            raise _error(file, at, f"unknown option `{key}`", remedy)
        reader, wanted = _OPTIONS[key]
        try:
            read[key.replace("-", "_")] = reader(value)
        except ValueError:
            message = f"option `{key}` is {value!r}"
            raise _error(file, at, message, f"Give {wanted}") from None
    return Options(**read)


@lru_cache(maxsize=1024)  # YAML is slow, and each reader of a note asks for the same lines
def _yaml(text: str) -> Any:
    return load_yaml(text) if text else None


def _cell(
    token: Token, info: Info, lines: list[str], file: str, includes: Path, root: Path
) -> Cell:
    assert token.map is not None
    start, end = token.map
    body = token.content.split("\n")[:-1]
    count = next((n for n, text in enumerate(body) if not OPTION.match(text)), len(body))
    written = [
        SourceLine(text, Origin(file, start + 2 + number, start + 2 + number))
        for number, text in enumerate(body)
    ]
    try:
        if not _is_closed(token, lines):
            raise _error(file, start + 1, "the fence is never closed", "Add a closing fence below")
        _check_words(info, file, start + 1)
        options = parse_options(
            [OPTION.sub(r"\g<yaml>", each) for each in body[:count]], file, start + 2
        )
        source = tuple(expand(written[count:], includes, root))
        if info.language == DOCTEST:
            _check_session(source, file, start + 1)
    except VaultError as error:
        return Cell(file, start + 1, end, info, source=tuple(written), problem=error.problem)
    return Cell(file, start + 1, end, info, options, source)


def _check_session(source: tuple[SourceLine, ...], file: str, line: int) -> None:
    """Refuse a doctest in which nothing, or not what the writer sees, would be checked."""
    remedy = "Write `>>> ` before each statement, and `... ` before its further lines"
    try:
        found = doctests.examples("".join(f"{each.text}\n" for each in source))
    except ValueError as error:
        match = re.fullmatch(r"line (\d+) of the docstring for \S+ (.*)", str(error))
        at = source[int(match[1]) - 1].origin.note_line if match else line
        message = f"the doctest {match[2] if match else error}"
        raise _error(file, at, message, remedy) from None
    if not found:
        raise _error(file, line, "the doctest asks nothing", remedy)


def _with_neighbours(cell: Cell, following: list[Token], lines: list[str]) -> Cell:
    """Add what stands directly under a cell: the accepted output, and a label."""
    last_line = cell.last_line
    under = following[0] if following else None
    if under is not None and under.type == "fence" and parse_info(under.info).language == OUTPUT:
        assert under.map is not None
        last_line = under.map[1]
        cell = replace(cell, accepted=Accepted(under.map[0] + 1, last_line, under.content))
        if not _is_closed(under, lines) and cell.problem is None:
            message, remedy = "the fence is never closed", "Add a closing fence below"
            cell = replace(cell, problem=Problem(cell.file, under.map[0] + 1, message, remedy))
    for number, line in enumerate(lines[last_line : last_line + 2], start=last_line + 1):
        match = _BLOCK_ID.fullmatch(line)
        if match is not None:
            return replace(cell, block_id=match["id"], block_id_line=number)
        if line.strip(" \t>"):
            break
    return cell


def _with_values(cells: list[Cell], text: str) -> list[Cell]:
    """Give each value to the last running cell above it, in whose session it is evaluated."""
    values: dict[int, list[Value]] = {}
    for value in find_values(text):
        above = [n for n, cell in enumerate(cells) if cell.runs and cell.line < value.line]
        if above:
            values.setdefault(above[-1], []).append(value)
    return [replace(cell, values=tuple(values.get(n, ()))) for n, cell in enumerate(cells)]


def _is_closed(token: Token, lines: list[str]) -> bool:
    assert token.map is not None
    start, end = token.map
    last = lines[end - 1].lstrip(" \t>").rstrip() if end - 1 > start else ""
    return len(last) >= len(token.markup) and set(last) == {token.markup[0]}


def _check_words(info: Info, file: str, line: int) -> None:
    for word in sorted(info.words):
        if word not in WORDS and not word.startswith((*WORD_PREFIXES, "#")):
            remedy = did_you_mean(word, WORDS)
            raise _error(file, line, f"unknown word `{word}` behind `{info.language}`", remedy)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _label(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z][\w-]*", _text(value)):
        raise ValueError
    return _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _paths(value: Any) -> tuple[str, ...]:
    paths = _texts(value)
    if any(path.startswith("/") or ".." in path.split("/") for path in paths):
        raise ValueError
    return paths


def _quoted_error(line: str) -> str:
    """Quote `error: ValueError: text`, which YAML would take for a mapping in a mapping."""
    match = re.fullmatch(r"error:\s+(?P<value>[^\s\"'].*:\s.*)", line)
    return f"error: {json.dumps(match['value'].strip())}" if match else line


def _exception(value: Any) -> str:
    if not re.match(r"[A-Za-z_][\w.]*(?::|$)", _text(value)):
        raise ValueError
    return _text(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    if not 0 < value < math.inf:
        raise ValueError
    return float(value)


_OPTIONS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "label": (_label, "a name of letters, digits, `-` and `_`, such as `fig-roc`"),
    "fig-cap": (_texts, "text, or a list with one text a figure"),
    "fig-alt": (_texts, "text, or a list with one text a figure"),
    "echo": (_truth, "`true` or `false`"),
    "code-fold": (_truth, "`true` or `false`"),
    "deps": (_paths, "paths or globs inside the project, such as `data/*.h5`"),
    "include": (_truth, "`true` or `false`"),
    "error": (_exception, "the exception's name, such as `ValueError`"),
    "timeout": (_seconds, "a number of seconds above 0"),
}


def _error(file: str, line: int, message: str, remedy: str) -> VaultError:
    return VaultError(Problem(file, line, message, remedy))
