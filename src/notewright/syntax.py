"""The one Markdown parse behind cells and links.

markdown-it-py decides what is a fence, for the site and for the tests alike. What no
reader shows is blanked before, keeping every line number: the properties and `%%` comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

PROPERTIES = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)
WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<path>[^\[\]|#\n]*)(?P<fragment>#[^\[\]|\n]*)?"
    r"(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()"
)
COMMENT = re.compile(r"%%.*?%%", re.S)
_COMMENT_OR_CODE = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$\$.*?\$\$|%%", re.S
)

# What pymdownx.arithmatex takes for mathematics, and not for money.
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$", re.S)


def parse(text: str) -> list[Token]:
    """Parse the text of a note into tokens whose maps are lines of that text."""
    return _parser().parse(hide_comments(hide_properties(text)))


def parse_blocks(text: str) -> list[Token]:
    """Parse only the block structure, which is all that fences need."""
    return _blocks(hide_comments(hide_properties(text)))


def hide_properties(text: str) -> str:
    """Blank the properties at the top of a note, character for character."""
    return PROPERTIES.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text, count=1)


def hide_comments(text: str) -> str:
    """Take away every `%%` comment that is not in code or mathematics, keeping line numbers.

    A comment may span blocks and hold whole fences; one that is never closed runs to the end.
    """
    return Visible(text).text


class Visible:
    """A text without its comments, that knows where each of its places is in the whole.

    Attributes:
        text: What readers see, with the line breaks of the comments.
    """

    def __init__(self, whole: str) -> None:
        self._cuts: list[tuple[int, int]] = []  # offset in the visible text, characters left out
        text, start = whole, 0
        while "%%" in text[start:]:
            opening = _first_comment(text, start)
            if opening is None:
                break
            closing = text.find("%%", opening + 2)
            end = len(text) if closing < 0 else closing + 2
            # Blanks in its place would indent what follows into code, or end a line as a break.
            lines = "\n" * text.count("\n", opening, end)
            text = text[:opening] + lines + text[end:]
            start = opening + len(lines)
            self._cuts.append((start, end - start))
        self.text = text

    def whole_offset(self, offset: int) -> int:
        """Where a place of the visible text stands in the whole text."""
        return offset + sum(length for start, length in self._cuts if start <= offset)


def prose(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text that hold inline Markdown: no fences, no properties."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    reached = 0
    for token in _blocks(text):
        if token.type == "inline" and token.map is not None:
            start = max(offsets[token.map[0]], reached)
            reached = max(reached, min(offsets[token.map[1]], len(text)))
            if start < reached:  # the cells of one row share their line
                yield start, reached


def _first_comment(text: str, start: int) -> int | None:
    """Offset of the first `%%` at or after `start` that opens a comment."""
    for first, last in prose(text):
        if last <= start:
            continue
        for match in _COMMENT_OR_CODE.finditer(text, max(first, start), last):
            if match[0] == "%%":
                return match.start()
    return None


def tokens_of(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Parse a text whose comments are gone: block tokens of its own, and reference definitions."""
    env: dict[str, Any] = {}
    tokens = _block_parser().parse(text, env)
    return tokens, env.get("references", {})


@lru_cache(maxsize=64)  # cells, values and headings of a note are found one after the other
def _blocks(text: str) -> list[Token]:
    return _block_parser().parse(text)


@cache
def _block_parser() -> MarkdownIt:
    return _commonmark().disable("inline")


def _commonmark() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    stoppers: Any = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", _math_block, stoppers)
    return parser


def _math_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A formula on lines of its own, which elsewhere could be lists or headings."""
    opening = state.getLines(first, first + 1, state.blkIndent, False).strip()
    if not opening.startswith("$$") or "$$" in opening[2:] or state.is_code_block(first):
        return False
    for line in range(first + 1, last):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False  # the list item or quote ends before the formula
        if state.getLines(line, line + 1, state.blkIndent, False).rstrip().endswith("$$"):
            break
    else:
        return False
    if not silent:
        content = state.getLines(first, line + 1, state.blkIndent, False)
        token = state.push("math_block", "math", 0)
        token.content = content.strip().removeprefix("$$").removesuffix("$$").strip()
        token.map = [first, line + 1]
        state.line = line + 1
    return True


@cache
def _parser() -> MarkdownIt:
    parser = _commonmark()
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("wikilink", "formula", _formula)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = WIKILINK.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = match[0]
        token.meta = {**match.groupdict(), "line": state.src.count("\n", 0, state.pos)}
    state.pos = match.end()
    return True
