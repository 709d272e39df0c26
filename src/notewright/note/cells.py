"""Finds the cells of a note: fences of Python, with the words and options that steer them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from markdown_it.token import Token

from notewright.errors import Problem, VaultError, did_you_mean
from notewright.note import doctests
from notewright.note.container_fences import find_container_fences
from notewright.note.held_properties import Held
from notewright.note.includes import Includes, Origin, SourceLine, expand
from notewright.note.options import OPTION as OPTION
from notewright.note.options import Options as Options
from notewright.note.options import parse_options as parse_options
from notewright.note.parse import Parse
from notewright.note.properties import PROPERTIES
from notewright.note.values import Value
from notewright.note.variations import assigned, has_yield, plain

DOCTEST = "pycon"
OUTPUT = "output"
LANGUAGES = frozenset({"python", "py", "python3", DOCTEST})
RUN = "run"
"""The keyword that runs a fence under `execute: asked`."""
WORDS = frozenset({"continuation", "notest", RUN})
WORD_PREFIXES = ("fixture:", "retry:", "runner:")  # pytest-markdown-docs reads these

_PROPERTIES = re.compile(r"#\|[ \t]*(?:properties|holds)[ \t]*:")
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
        classes: Words with a dot that are none of ours, such as `.no-copy`.
    """

    language: str = ""
    words: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    classes: tuple[str, ...] = ()


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
        values: Values in the prose that follows, up to the next cell; and what it says of
            properties, if it does.
        block_id: Its label as Obsidian writes one, `^id` on a line below.
        block_id_line: The line of that label, or 0.
        problem: Why it cannot run, if it is malformed.
    """

    file: str
    line: int
    last_line: int
    info: Info = Info()
    options: Options = field(default_factory=Options)
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
    def plain_code(self) -> str:
        """Python that runs anywhere and ends as the cell does, which may vary values or yield."""
        return plain(self.code, self.options.vary, steps=self.options.steps)

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


def is_cell(info: Info, *, only_asked: bool) -> bool:
    """Whether a fence is a cell, by its info string. One with `exec` belongs to markdown-exec."""
    if "exec" in info.attributes:
        return False
    return info.language in LANGUAGES and (RUN in info.words or not only_asked)


def has_asked(parse: Parse, *, in_containers: bool) -> bool:
    """Whether any Python fence of a note is marked to run."""
    infos = (parse_info(token.info) for token, _ in _fences(parse, in_containers=in_containers))
    return any(is_cell(info, only_asked=True) for info in infos)


def count_unasked(parse: Parse, *, in_containers: bool) -> int:
    """The number of Python fences that are marked neither `run` nor `notest`."""
    infos = (parse_info(token.info) for token, _ in _fences(parse, in_containers=in_containers))
    return sum(each.language in LANGUAGES and not each.words & {RUN, "notest"} for each in infos)


def _fences(parse: Parse, *, in_containers: bool) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Yield the fences of a note in order, each with the blocks that follow it."""
    others = list(find_container_fences(parse)) if in_containers else []
    for index, token in enumerate(parse.blocks):
        if token.type == "fence" and token.map is not None:
            while others and others[0].map is not None and others[0].map[0] < token.map[0]:
                yield others.pop(0), ()
            yield token, parse.blocks[index + 1 : index + 2]
    for other in others:
        yield other, ()


def find_cells(
    parse: Parse,
    values: Sequence[Value],
    file: str,
    includes: Includes,
    *,
    only_asked: bool = False,
    in_containers: bool = False,
) -> Sequence[Cell]:
    """Find every fence of Python in a note, in order.

    Args:
        parse: The parse of the whole note.
        values: The values in its prose.
        file: The note's path from the project's root, for messages.
        includes: Where `--8<--` finds its files.
        only_asked: Whether fences without the keyword `run` are plain code.
        in_containers: Whether to look in admonitions, tabs and HTML with Markdown, too.

    Returns:
        The cells. A malformed one carries its problem and is never run.
    """
    lines = parse.text.split("\n")
    cells = []
    for token, following in _fences(parse, in_containers=in_containers):
        info = parse_info(token.info)
        if is_cell(info, only_asked=only_asked):
            cell = _cell(token, info, lines, file, includes)
            cells.append(_with_neighbours(cell, following, lines))
    return [_with_held(cell, parse.text, lines) for cell in _with_values(cells, values)]


def parse_info(text: str) -> Info:
    """Read an info string: `python continuation`, or in braces `{.python .continuation}`."""
    words: list[str] = []
    classes: list[str] = []
    attributes: dict[str, str] = {}
    for match in _INFO.finditer(text):
        if match["key"]:
            attributes[match["key"]] = match["double"] or match["single"] or match["bare"] or ""
        elif words and _is_class(match["word"]):
            classes.append(match["word"].lstrip("."))
        else:
            words.append(match["word"].lstrip("."))
    if not words:
        return Info(attributes=attributes)
    known = words[0].lower()
    language = known if known in LANGUAGES or known == OUTPUT else words[0]
    return Info(language, frozenset(words[1:]), attributes, tuple(classes))


def _is_class(word: str) -> bool:
    """Whether a word is a class of the theme's, and neither ours nor meant to be."""
    name = word.lstrip(".")
    is_ours = get_close_matches(name, WORDS, 1, 0.8) or name.startswith(WORD_PREFIXES)
    return word.startswith(".") and not is_ours


def _cell(token: Token, info: Info, lines: list[str], file: str, includes: Includes) -> Cell:
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
            raise VaultError(_unclosed(file, start + 1, lines))
        _check_words(info, file, start + 1)
        options = parse_options(
            [OPTION.sub(r"\g<yaml>", each) for each in body[:count]], file, start + 2
        )
        source = tuple(expand(written[count:], includes))
        if info.language == DOCTEST:
            _check_session(source, file, start + 1)
        if options.has_frames:
            _check_frames(info, options, source, file, start + 1)
    except VaultError as error:
        return Cell(file, start + 1, end, info, source=tuple(written), problem=error.problem)
    return Cell(file, start + 1, end, info, options, source)


def _unclosed(file: str, line: int, lines: Sequence[str]) -> Problem:
    """A fence without an end; in a quote or callout, often a line below it lacks its mark."""
    is_quoted = lines[line - 1].lstrip().startswith(">")
    below = "Start every line of the cell with `>`, including the closing fence"
    remedy = below if is_quoted else "Add a closing fence below"
    return Problem(file, line, "the code fence is never closed", remedy)


def _check_session(source: tuple[SourceLine, ...], file: str, line: int) -> None:
    """Refuse a doctest in which nothing, or not what the writer sees, would be checked."""
    remedy = "Start each statement with `>>> ` and its continuation lines with `... `"
    try:
        found = doctests.examples("".join(f"{each.text}\n" for each in source))
    except ValueError as error:
        match = re.fullmatch(r"line (\d+) of the docstring for \S+ (.*)", str(error))
        at = source[int(match[1]) - 1].origin.note_line if match else line
        message = f"the doctest {match[2] if match else error}"
        raise _error(file, at, message, remedy) from None
    if not found:
        raise _error(file, line, "the doctest has no `>>>` lines", remedy)


def _check_frames(
    info: Info, options: Options, source: Sequence[SourceLine], file: str, line: int
) -> None:
    """Refuse frames of a doctest, and a cell that sets itself what is varied."""
    if info.language == DOCTEST:
        raise _error(file, line, "a doctest cannot have frames", "Use a Python cell instead")
    code = "".join(f"{each.text}\n" for each in source)
    found = assigned(code, options.vary.names) if options.vary else None
    if found is not None:
        name, number = found
        at = source[number - 1].origin.note_line
        message = f"the cell assigns `{name}`, but `vary` already sets it"
        raise _error(file, at, message, "Remove this line, or vary another name")
    if options.steps and not has_yield(code):
        message = "the cell has `steps`, but no `yield`"
        raise _error(file, line, message, 'Add `yield "caption"` after each step')


def _with_neighbours(cell: Cell, following: Sequence[Token], lines: list[str]) -> Cell:
    """Add what stands directly under a cell: the accepted output, and a label."""
    last_line = cell.last_line
    under = following[0] if following else None
    if under is not None and under.type == "fence" and parse_info(under.info).language == OUTPUT:
        assert under.map is not None
        last_line = under.map[1]
        cell = replace(cell, accepted=Accepted(under.map[0] + 1, last_line, under.content))
        if not _is_closed(under, lines) and cell.problem is None:
            cell = replace(cell, problem=_unclosed(cell.file, under.map[0] + 1, lines))
    for number, line in enumerate(lines[last_line : last_line + 2], start=last_line + 1):
        match = _BLOCK_ID.fullmatch(line)
        if match is not None:
            return replace(cell, block_id=match["id"], block_id_line=number)
        if line.strip(" \t>"):
            break
    return cell


def _with_values(cells: list[Cell], found: Sequence[Value]) -> Sequence[Cell]:
    """Give each value to the last running cell above it, in whose session it is evaluated."""
    values: dict[int, list[Value]] = {}
    for value in found:
        above = [n for n, cell in enumerate(cells) if cell.runs and cell.line < value.line]
        if above:
            values.setdefault(above[-1], []).append(value)
    return [replace(cell, values=tuple(values.get(n, ()))) for n, cell in enumerate(cells)]


def _with_held(cell: Cell, text: str, lines: Sequence[str]) -> Cell:
    """Add what a cell says of its note's properties, behind the values in the prose below it."""
    if not cell.options.properties or not cell.runs:
        return cell
    inside = enumerate(lines[cell.line : cell.last_line], start=cell.line + 1)
    line = next((number for number, each in inside if _PROPERTIES.search(each)), cell.line)
    match = PROPERTIES.match(text)
    held = Held(text[: match.end()] if match is not None else "")
    value = Value(line, cell.options.properties, None, -1, -1, -1, -1, held=held)
    return replace(cell, values=(*cell.values, value))


def _is_closed(token: Token, lines: list[str]) -> bool:
    assert token.map is not None
    start, end = token.map
    last = lines[end - 1].lstrip(" \t>").rstrip() if end - 1 > start else ""
    return len(last) >= len(token.markup) and set(last) == {token.markup[0]}


def _check_words(info: Info, file: str, line: int) -> None:
    for word in sorted(info.words):
        if word not in WORDS and not word.startswith((*WORD_PREFIXES, "#")):
            remedy = did_you_mean(word, WORDS)
            raise _error(file, line, f"unknown keyword `{word}` after `{info.language}`", remedy)


def _error(file: str, line: int, message: str, remedy: str) -> VaultError:
    return VaultError(Problem(file, line, message, remedy))
