"""The one Markdown parse behind cells and links.

markdown-it-py decides what is a fence, for the site and for the tests alike. What no
reader shows is blanked before, keeping every line number: the properties and `%%` comments.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

PROPERTIES = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)
WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<path>[^\[\]|#\n]*)(?P<fragment>#[^\[\]|\n]*)?"
    r"(?:\|(?P<text>[^\[\]\n]*))?\]\](?!\()"
)
_COMMENT_OR_CODE = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$\$.*?\$\$|%%", re.S
)


def parse(text: str) -> list[Token]:
    """Parse the text of a note into tokens whose maps are lines of that text."""
    return _parser().parse(hide_comments(hide_properties(text)))


def parse_blocks(text: str) -> list[Token]:
    """Parse only the block structure, which is all that fences need."""
    return _block_parser().parse(hide_comments(hide_properties(text)))


def hide_properties(text: str) -> str:
    """Blank the properties at the top of a note, line for line."""
    return PROPERTIES.sub(lambda match: "\n" * match[0].count("\n"), text, count=1)


def hide_comments(text: str) -> str:
    """Blank every `%%` comment that is not in code or mathematics, line for line.

    A comment may span blocks and hold whole fences; one that is never closed runs to the end.
    """
    start = 0
    while "%%" in text[start:]:
        opening = _first_comment(text, start)
        if opening is None:
            return text
        closing = text.find("%%", opening + 2)
        end = len(text) if closing < 0 else closing + 2
        # Blanks in its place would indent what follows into code, or end a line as a break.
        lines = "\n" * text.count("\n", opening, end)
        text = text[:opening] + lines + text[end:]
        start = opening + len(lines)
    return text


def _first_comment(text: str, start: int) -> int | None:
    """Offset of the first `%%` at or after `start` that opens a comment."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    for token in _block_parser().parse(text):
        if token.type != "inline" or token.map is None:
            continue
        first, last = offsets[token.map[0]], offsets[min(token.map[1], len(offsets) - 1)]
        if last <= start:
            continue
        for match in _COMMENT_OR_CODE.finditer(text, max(first, start), last):
            if match[0] == "%%":
                return match.start()
    return None


@cache
def _block_parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").disable("inline")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    return parser


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = WIKILINK.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = match[0]
        token.meta = match.groupdict()
    state.pos = match.end()
    return True
