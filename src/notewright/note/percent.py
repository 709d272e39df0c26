"""Percent notebooks: Python files whose cells begin with `# %%`, read as notes.

The text of a notebook becomes Markdown with the same line numbers: cells become fences, and
the comments of Markdown cells lose their `# `. So all that reads notes reads notebooks, and
each message names the line of the file. Code is not changed by a character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from notewright.errors import Problem
from notewright.note.cells import LANGUAGES, WORD_PREFIXES, WORDS, parse_info
from notewright.note.lines import line_offsets
from notewright.note.parse import Parse

SUFFIX = ".py"

LARGEST = 4 << 20
"""Bytes of a note that are read. It is 40 times the longest chapter of a long book."""

_MARK = re.compile(r"^# ?%%(?:[ \t]+(?P<rest>.*?))?[ \t]*$", re.M)
_BORDER = re.compile(r"#[ \t]*---[ \t]*")
_KIND = re.compile(r"\[(?P<kind>\w+)\]")
# Metadata as jupytext writes it: `name="text"`, `tags=["a"]`, `{"name": 1}`.
_METADATA = re.compile(r"[\w.-]+=(?:\[[^\]]*\]|\"[^\"]*\"|'[^']*'|\S+)|\{.*\}")
_SHOWN = re.compile(r"(?:title|hl_lines|linenums)=(?:\"[^\"]*\"|'[^']*'|\S+)")

MADE, CODE = -1, -2
"""What stands for the characters cut in front of a line: it was made, or is code."""


def is_notebook(path: Path) -> bool:
    """Whether a file is a percent notebook: Python with a line `# %%`."""
    try:
        if path.suffix != SUFFIX or path.stat().st_size > LARGEST:
            return False
        return _MARK.search(path.read_text("utf-8-sig")) is not None
    except (OSError, UnicodeDecodeError):
        return False


class NotWritable(ValueError):  # noqa: N818  # told to the writer in words of the caller's
    """An edit would change what is no text of the notebook."""


@dataclass(frozen=True)
class Notebook:
    """A percent notebook as Markdown.

    Attributes:
        source: The file's text.
        parse: The parse of the Markdown.
        cuts: For each line of the file how many characters were cut in front of it; `MADE` for
            one that stands for a mark, `CODE` for one of code.
        problems: What is wrong with it.
    """

    source: str
    parse: Parse
    cuts: Sequence[int]
    problems: Sequence[Problem] = ()

    @property
    def text(self) -> str:
        """The Markdown."""
        return self.parse.text

    def edit(self, start: int, end: int, text: str) -> tuple[int, int, str]:
        """A change of the Markdown as one of the file; further lines of text become comments.

        Raises:
            NotWritable: If it changes code, or the marks between cells.
        """
        first, column = self._place(start)
        last, behind = self._place(end)
        is_text = self.cuts[first] >= 0
        ends_in_text = self.cuts[last] >= 0
        if (not ends_in_text and behind) or not (is_text or (column == 0 and start == end)):
            raise NotWritable
        head, *lines = text.split("\n")
        if not (is_text or text.endswith("\n")) or not (ends_in_text or lines):
            raise NotWritable
        stays = "" if lines else self._markdown[last][behind:]
        if (head or stays) and is_text and self.cuts[first] < 2 and not column:
            head = ("# ", " ")[self.cuts[first]] + head
        elif not is_text:
            head = f"# {head}" if head else ""
        blank = "#" if is_text else ""
        inner = [f"# {line}" if line else blank for line in lines[:-1]]
        tail = lines[-1:]
        if tail and ends_in_text:
            is_last = not self._markdown[last][behind:]
            tail = ["#" if is_last and not tail[0] else f"# {tail[0]}"]
        begin, until = self._offset(first, column), self._offset(last, behind)
        return begin, until, "\n".join([head, *inner, *tail])

    @cached_property
    def _markdown(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return line_offsets(self.text)

    @cached_property
    def _source_starts(self) -> list[int]:
        return line_offsets(self.source)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        if line >= len(self.cuts):
            raise NotWritable
        return line, offset - self._starts[line]

    def _offset(self, line: int, column: int) -> int:
        return self._source_starts[line] + max(self.cuts[line], 0) + column


def read(source: str, file: str) -> Notebook:
    """Read a percent notebook.

    Args:
        source: Its text.
        file: Its path from the project's root, for messages.
    """
    reader = _Reader(source, file)
    reader.read()
    return Notebook(source, reader.parse, reader.cuts, reader.problems)


class _Reader:
    """Turns the lines of a notebook into those of a note."""

    def __init__(self, source: str, file: str) -> None:
        self.lines = source.split("\n")
        self.shown = [""] * len(self.lines)
        self.cuts = [MADE] * len(self.lines)
        self.problems: list[Problem] = []
        self._file = file
        self._cells: dict[int, int] = {}  # the line of each opening fence, and of the closing one
        self._has_started = False

    def read(self) -> None:
        begin = self._header()
        marks = [n for n in range(begin, len(self.lines)) if _MARK.match(self.lines[n])]
        if not self.problems:
            self._before_cells(begin, marks[0] if marks else len(self.lines))
        for mark, end in zip(marks, [*marks[1:], len(self.lines)], strict=True):
            kind = self._kind(mark)
            if kind == "code":
                self._code(mark, end)
            elif kind in ("markdown", "md"):
                self._text(mark, end)
            else:
                message = f"unknown cell type `{kind}`"
                self._tell(mark, message, "Use `# %%` for code or `# %% [markdown]` for text")
        self.parse = Parse("\n".join(self.shown))
        self._check()

    def _tell(self, line: int, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._file, line + 1, message, remedy))

    def _header(self) -> int:
        """Read the properties; returns the line behind them."""
        if not _BORDER.fullmatch(self.lines[0]):
            return 0
        for end in range(1, len(self.lines)):
            if not self._cut(end):
                break
            if _BORDER.fullmatch(self.lines[end]):
                self._cut(0)
                return end + 1
        self.shown[:] = [""] * len(self.lines)
        self.cuts[:] = [MADE] * len(self.lines)
        self._tell(0, "the properties are never closed", "Add a line `# ---` after them")
        return 1

    def _before_cells(self, begin: int, end: int) -> None:
        """What stands above the first mark may only be comments, which nobody sees."""
        for number in range(begin, end):
            if self.lines[number].strip() and not self.lines[number].startswith("#"):
                message = "this line is outside any cell and would be ignored"
                self._tell(number, message, "Add a `# %%` line above it")
                return

    def _kind(self, mark: int) -> str:
        rest = _rest(self.lines[mark])
        match = _KIND.search(_METADATA.sub("", rest))
        return match["kind"].lower() if match else "code"

    def _text(self, mark: int, end: int) -> None:
        for number in range(mark + 1, end):
            if not self._cut(number):
                message = "every line of a Markdown cell must be a comment"
                self._tell(
                    number, message, "Start this line with `# `, or add a `# %%` line above it"
                )

    def _cut(self, number: int) -> bool:
        """Take the mark of a comment off a line; returns whether it has one, or is blank."""
        line = self.lines[number]
        if line.strip() and not line.startswith("#"):
            return False
        cut = 2 if line.startswith("# ") else line.startswith("#")
        self.shown[number] = line[cut:] if line.strip() else ""
        self.cuts[number] = int(cut)
        return True

    def _code(self, mark: int, end: int) -> None:
        body = self.lines[mark + 1 : end]
        if not any(line.strip() for line in body):
            return
        if not body[-1].strip():
            last = end - 1
        elif end == len(self.lines):
            last = end
            self.shown.append("")  # the file ends without a line break
        elif self._kind(end) != "code":
            last = end
        else:
            message = "a blank line is missing above this cell"
            self._tell(end, message, "Add a blank line above `# %%`")
            return
        for number in range(mark + 1, min(last, len(self.lines))):
            self.shown[number], self.cuts[number] = self.lines[number], CODE
        runs = re.findall("`+", "\n".join(body))
        fence = "`" * max(3, 1 + max(map(len, runs), default=0))
        self.shown[mark] = fence + self._info(mark)
        self.shown[last] = fence
        self._cells[mark] = last

    def _info(self, mark: int) -> str:
        """The words behind the fence: those of notes, and a title for all others."""
        rest = _rest(self.lines[mark])
        shown = _SHOWN.findall(rest)
        words = _KIND.sub("", _METADATA.sub("", rest)).split()
        known = [word for word in words if word in WORDS or word.startswith(WORD_PREFIXES)]
        title = " ".join(word for word in words if word not in known).replace('"', "'")
        if title and not any(each.startswith("title=") for each in shown):
            shown.append(f'title="{title}"')
        if self._has_started and "continuation" not in known:
            known.insert(0, "continuation")
        if "notest" not in known and not _is_fixture(known):
            self._has_started = True
        return " ".join(["python", *known, *shown])

    def _check(self) -> None:
        """Tell what is not seen as it was meant."""
        fences = {
            token.map[0]: token
            for token in self.parse.blocks
            if token.type == "fence" and token.map is not None
        }
        for mark, last in self._cells.items():
            token = fences.pop(mark, None)
            if token is None or token.map is None or token.map[1] != last + 1 or token.level:
                message = (
                    "this cell is ignored: a fence, comment or HTML tag above it is not closed"
                )
                self._tell(mark, message, "Close it")
                return
        for number, token in fences.items():
            info = parse_info(token.info)
            runs = not info.words & WORDS and not _is_fixture(info.words)
            if info.language in LANGUAGES and runs:
                message = "this fence in a Markdown cell would start a separate session"
                remedy = (
                    "Turn it into a `# %%` cell, or add `notest` or `continuation` to the fence"
                )
                self._tell(number, message, remedy)


def _rest(line: str) -> str:
    match = _MARK.match(line)
    return (match["rest"] or "") if match else ""


def _is_fixture(words: Iterable[str]) -> bool:
    return any(word.startswith("fixture:") for word in words)
