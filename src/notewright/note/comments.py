"""Comments of a note, `%% like this %%`: found where no code and no formula holds them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from markdown_it.token import Token

from notewright.note.block_rules import OPEN_FORMULA
from notewright.note.grammar import parse_blocks
from notewright.note.lines import line_offsets

COMMENT = re.compile(r"%%.*?%%", re.S)
_COMMENT_OR_CODE = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$\$.*?\$\$|%%", re.S
)
_COMMENT_OR_RAW = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>pre|script|style|textarea|code)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<[a-z/][^<>]*>|%%",
    re.S | re.I,
)
"""In a block of HTML, code is what stands in such elements."""
_BEGUN = re.compile(r"[\s>\-*+\d.)#]*(?:[^\W\d]|\|)")
"""What shows that a line's block has begun, as marks of quotes and lists alone do not."""
_BLANKS = re.compile(r"\n{3,}")
"""Blank lines, of which one says as much as many."""


def hide_comments(text: str) -> str:
    """Take away every `%%` comment that is not in code or mathematics, keeping line numbers.

    A comment may span blocks and hold whole fences; one that is never closed runs to the end.
    """
    return Visible(text).text


class Visible:
    """A text without its comments, that knows where each of its places is in the whole.

    Args:
        whole: The whole text.
        comments: Where its comments are; None to find text between `%%`.

    Attributes:
        text: What readers see, with the line breaks of the comments.
        comments: Where each comment starts and ends in the whole text.
    """

    def __init__(self, whole: str, comments: Sequence[tuple[int, int]] | None = None) -> None:
        self.comments = list(_comments(whole) if comments is None else comments)
        self._starts: list[int] = []  # offset in the visible text of each cut
        self._lost: list[int] = [0]  # characters left out before and at it
        shown, reached, length = [], 0, 0
        for start, end in self.comments:
            # Blanks in its place would indent what follows into code, or end a line as a break.
            lines = "\n" * whole.count("\n", start, end)
            shown += [whole[reached:start], lines]
            length += start - reached + len(lines)
            reached = end
            self._starts.append(length)
            self._lost.append(self._lost[-1] + end - start - len(lines))
        self.text = "".join([*shown, whole[reached:]])

    def whole_offset(self, offset: int) -> int:
        """Where a place of the visible text stands in the whole text."""
        return offset + self._lost[bisect_right(self._starts, offset)]


_WINDOW = 32
"""Characters parsed behind what could open a comment; more where a block is longer."""


def _comments(whole: str) -> Iterator[tuple[int, int]]:
    """Yield where each comment starts and ends.

    A comment that is taken away can change the blocks that follow, so they are parsed again:
    not the whole text, but from a block before the comment to some blocks behind it.
    """
    context, search, reached = "", 0, 0  # from a block's start; the place in it to go on; in all
    size, budget = _WINDOW, 2_000_000 + 30 * len(whole)  # a hostile text must not take for ever
    while (sign := whole.find("%%", reached - len(context) + search)) >= 0:
        shift = reached - len(context)
        end = whole.find("\n", max(reached, sign) + size) + 1 or len(whole)
        text = context + whole[reached:end]
        budget -= len(text)
        env: dict[str, Any] = {}
        tokens, offsets = parse_blocks(text, env), line_offsets(text)
        starts = [offsets[line] for line in _block_starts(tokens, env.get(OPEN_FORMULA))]
        settled = len(text) if end == len(whole) else max(starts, default=0)
        at = settled
        for opening, closing in _openings(text, tokens, offsets, search, budget > 0):
            if opening >= settled:
                break
            if closing is None:
                at = opening
                break
            yield opening + shift, closing + shift
            search = closing  # it moves no block, and can stay in the context
        before = starts[: bisect_right(starts, at)]
        restart = before[-2] if len(before) > 1 and budget > 0 else max(before, default=0)
        if at == settled:
            context, search = text[restart:], max(search, settled) - restart
            reached, size = end, 2 * size
            if end == len(whole):
                return
            continue
        closing = whole.find("%%", at + shift + 2)
        reached = len(whole) if closing < 0 else closing + 2
        yield at + shift, reached
        lines = "\n" * whole.count("\n", at + shift, reached)
        context = _BLANKS.sub("\n\n", text[restart:at] + lines)  # else it grows with each comment
        search, size = len(context), _WINDOW


def _openings(
    text: str, tokens: Sequence[Token], offsets: Sequence[int], start: int, exact: bool
) -> Iterator[tuple[int, int | None]]:
    """Yield where comments open, with the end of each whose absence would move no block."""
    for first, last, is_html in block_spans(tokens, offsets, len(text), ("inline", "html_block")):
        place = max(first, start)
        pattern = _COMMENT_OR_RAW if is_html else _COMMENT_OR_CODE
        while place < last:
            matches = pattern.finditer(text, place, last)
            opening = next((each.start() for each in matches if each[0] == "%%"), None)
            if opening is None:
                break
            line = bisect_right(offsets, opening) - 1
            closing = text.find("%%", opening + 2, offsets[line + 1])
            if closing < 0 or (exact and not _BEGUN.match(text, offsets[line], opening)):
                yield opening, None
                return
            yield opening, closing + 2
            place = closing + 2


def _block_starts(tokens: Sequence[Token], last: int | None) -> list[int]:
    """Lines up to `last` at which a parse may begin, and find the blocks of the whole parse."""
    lines: dict[int, None] = {}
    outer = ""
    for token in tokens:
        if token.map is None or token.nesting < 0:
            continue
        if token.level == 0:
            outer = token.type
            lines[token.map[0]] = None
        elif token.level == 1 and (token.type == "list_item_open" or outer == "blockquote_open"):
            lines[token.map[0]] = None
    return [line for line in lines if last is None or line <= last]


def block_spans(
    tokens: Sequence[Token], offsets: Sequence[int], length: int, kinds: Collection[str]
) -> Iterator[tuple[int, int, bool]]:
    """Yield where blocks of some kinds start and end, and whether they are HTML."""
    reached = 0
    for token in tokens:
        if token.type in kinds and token.map is not None:
            start = max(offsets[token.map[0]], reached)
            reached = max(reached, min(offsets[token.map[1]], length))
            if start < reached:  # the cells of one row share their line
                yield start, reached, token.type == "html_block"
