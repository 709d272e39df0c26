r"""Positions of the parsed parts of a note in its file: line, column and offset, from zero.

markdown-it-py tells the lines of blocks, and of inline text only what it says. This module
finds each character of that text again: behind the marks of quotes and lists, in the cells of
tables with their `\|`, and between the comments that no reader sees.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from notewright.note.lines import line_offsets
from notewright.note.parse import Parse

_PIPE = re.compile(r"(?<!\\)\|")
_HEADING = re.compile(r"[\s>\-*+\d.)]*#{1,6}(?=[ \t])")
_ROW_PREFIX = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One place in a file, counted from zero, in UTF-16 code units as Obsidian counts."""

    line: int
    col: int
    offset: int


@dataclass(frozen=True, slots=True)
class Inline:
    """The inline text of one block, and where it stands.

    Attributes:
        token: Its token.
        parse: The parse that it is of.
        starts: Offsets in the text at which it goes on elsewhere.
        places: The offsets of these in the note's text.
        is_cell: Whether it is a cell of a table.
    """

    token: Token
    parse: Parse
    starts: Sequence[int]
    places: Sequence[int]
    is_cell: bool = False

    @property
    def children(self) -> Sequence[Token]:
        """Its inline tokens; those that take marks have a `span` in their `meta`."""
        return self.parse.children(self.token)

    def find(self, offset: int) -> int:
        """Where a character of the inline text stands in the note's visible text."""
        part = max(bisect_right(self.starts, offset) - 1, 0)
        return self.places[part] + offset - self.starts[part]


class Places:
    """The places of the parts of a note's text.

    Attributes:
        text: The note's text.
    """

    def __init__(self, parse: Parse, returns: Sequence[int] = ()) -> None:
        """Take a parse.

        Args:
            parse: That of the note's text, with plain line ends.
            returns: Offsets in it of the line ends that are two characters in the file.
        """
        self.text = parse.text
        self.parse = parse
        self._returns = returns
        self._visible = parse.visible
        self._shown = parse.lines
        self._shown_starts = line_offsets(self._visible.text)
        self.lines = self.text.split("\n")
        self._starts = line_offsets(self.text)

    @property
    def tokens(self) -> Sequence[Token]:
        """The blocks that the parse finds."""
        return self.parse.blocks

    @property
    def comments(self) -> list[tuple[int, int]]:
        """Where each `%%` comment starts and ends in the text."""
        return self._visible.comments

    @cached_property
    def _wide(self) -> list[int]:
        """Offsets of the characters that are two code units."""
        if self.text.isascii() or max(self.text) <= "\uffff":
            return []
        return [index for index, char in enumerate(self.text) if char > "\uffff"]

    def place(self, offset: int) -> Place:
        """The place of an offset of the note's text."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        before = bisect_left(self._wide, offset)
        col = offset - start + before - bisect_left(self._wide, start)
        return Place(line, col, offset + before + bisect_left(self._returns, offset))

    def span(self, inline: Inline, start: int, end: int) -> tuple[int, int]:
        """Start and end, in the note's text, of a part of an inline text."""
        last = self._visible.whole_offset(inline.find(max(end - 1, start)))
        return self._visible.whole_offset(inline.find(start)), last + 1

    def block(self, first: int, end: int) -> tuple[int, int]:
        """Start and end, in the note's text, of the lines of a block, without blanks around.

        The lines of comments are blank, as they are for readers.
        """
        while end - 1 > first and not self._shown[end - 1].strip(" \t>"):
            end -= 1
        line = self.lines[first]
        start = self._starts[first] + len(line) - len(line.lstrip())
        return start, max(start, self._starts[end - 1] + len(self.lines[end - 1].rstrip()))

    def line_start(self, line: int) -> int:
        """The offset at which a line starts."""
        return self._starts[line]

    def inlines(self) -> Iterator[Inline]:
        """Yield the inline texts of all blocks in order."""
        column, before = 0, ""
        bounds: list[int] = []
        for token in self.tokens:
            if token.type == "tr_open":
                column, bounds = 0, []
            elif token.type == "inline" and token.map is not None:
                is_cell = before in ("th", "td")
                if is_cell:
                    bounds = bounds or self._bounds(token.map[0])  # a row may have many cells
                    parts = self._cell(token.map[0], bounds, column)
                    yield Inline(token, self.parse, *parts, is_cell=True)
                    column += 1
                else:
                    yield Inline(token, self.parse, *self._text(token, before))
            before = token.tag

    def _text(self, token: Token, tag: str) -> tuple[list[int], list[int]]:
        """Parts of a paragraph or heading: the line ends are the same, the indents are not."""
        assert token.map is not None
        starts, places, reached = [], [], 0
        for number, line in enumerate(token.content.split("\n"), start=token.map[0]):
            shown, core = self._shown[number], line.strip()
            at = len(shown.rstrip()) - len(core)
            heading = _HEADING.match(shown) if tag.startswith("h") else None
            if heading is not None:
                at = max(shown.find(core, heading.end()), 0)
            elif not shown.rstrip().endswith(core):
                at = max(shown.find(core), 0)
            indent = len(line) - len(line.lstrip())
            starts.append(reached + indent)
            places.append(self._shown_starts[number] + at)
            reached += len(line) + 1
        return starts, places

    def _bounds(self, line: int) -> list[int]:
        """Where the cells of a row start, and where the last one ends."""
        row = self._shown[line]
        prefix = _ROW_PREFIX.match(row)
        start = prefix.end() if prefix else 0
        start += len(row[start:]) - len(row[start:].lstrip())
        bounds = [start, *(match.end() for match in _PIPE.finditer(row, start)), len(row) + 1]
        if row[start : start + 1] == "|":
            bounds.pop(0)
        return bounds

    def _cell(self, line: int, bounds: list[int], column: int) -> tuple[list[int], list[int]]:
        r"""Parts of a cell: behind each `|` that its row writes as `\|`, one goes on later."""
        row = self._shown[line]
        # A row may have fewer cells than its head: those that are missing are empty, at its end.
        bounds += [len(row) + 1] * (column + 2 - len(bounds))
        at, end = min(bounds[column], len(row)), bounds[column + 1] - 1
        at += len(row[at:end]) - len(row[at:end].lstrip())
        base = self._shown_starts[line]
        starts, places = [0], [base + at]
        for number, match in enumerate(re.finditer(r"\\\|", row[at:end])):
            starts.append(match.start() - number)
            places.append(base + at + match.end() - 1)
        return starts, places
