"""The one Markdown parse behind cells and links.

markdown-it-py decides what is a fence, for the site and for the tests alike. What no
reader shows is blanked before, keeping every line number: the properties and `%%` comments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, islice
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

PROPERTIES = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)
# Brackets within a link stand in pairs, else the arrays of arrays in a sentence were links.
WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?!\[)(?P<path>(?:[^\[\]|#\n]|\[[^\[\]|#\n]*\])*)"
    r"(?P<fragment>#(?:[^\[\]|\n]|\[[^\[\]|\n]*\])*)?"
    r"(?:\|(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])*))?\]\](?!\()"
)
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

TAG = re.compile(
    r"(?<![^\s*_~=])#(?P<tag>(?!\d+(?:[\s\x02]|$))"
    r"[^\s\x02\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+)"
)
"""Obsidian's tags: letters, figures, `_`, `-`, `/` and signs such as emoji, not figures alone."""

# What pymdownx.arithmatex takes for mathematics, and not for money. As in Obsidian, a figure
# behind the closing dollar means a price.
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$(?!\d)", re.S)


def parse(text: str) -> list[Token]:
    """Parse the text of a note into tokens whose maps are lines of that text."""
    return parse_visible(hide_comments(hide_properties(text)))


def parse_visible(text: str) -> list[Token]:
    """Parse a text whose comments and properties are hidden already."""
    return _parser().parse(text)


def parse_blocks(text: str) -> list[Token]:
    """Parse only the block structure, which is all that fences need."""
    return _blocks(hide_comments(hide_properties(text)))[0]


def parse_references(text: str) -> tuple[list[Token], Mapping[str, Any]]:
    """Parse as `parse_blocks` does, and tell the reference definitions; the tokens are shared."""
    return _blocks(hide_comments(hide_properties(text)))


def parse_inline(text: str, references: Mapping[str, Any]) -> list[Token]:
    """Parse the text of one block, of which `tokens_of` tells."""
    return _parser().parseInline(text, {"references": references})[0].children or []


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
        comments: Where each comment starts and ends in the whole text.
    """

    def __init__(self, whole: str) -> None:
        self.comments = list(_comments(whole))
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


def prose(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text that hold inline Markdown: no fences, no properties."""
    spans = _spans(_blocks(text)[0], line_offsets(text), len(text), ("inline",))
    return ((start, end) for start, end, _ in spans)


def _spans(
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


def line_offsets(text: str) -> list[int]:
    """Where each line starts, and one place behind the last."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


_WINDOW = 128
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
        tokens, offsets = _block_parser().parse(text, env), line_offsets(text)
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
        context = text[restart:at] + "\n" * whole.count("\n", at + shift, reached)
        search, size = len(context), _WINDOW


def _openings(
    text: str, tokens: Sequence[Token], offsets: Sequence[int], start: int, exact: bool
) -> Iterator[tuple[int, int | None]]:
    """Yield where comments open, with the end of each whose absence would move no block."""
    for first, last, is_html in _spans(tokens, offsets, len(text), ("inline", "html_block")):
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


def tokens_of(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Parse a text whose comments are gone: block tokens of its own, and reference definitions."""
    env: dict[str, Any] = {}
    tokens = _block_parser().parse(text, env)
    return tokens, env.get("references", {})


@lru_cache(maxsize=512)  # cells, values, headings and links of a note are found one after another
def _blocks(text: str) -> tuple[list[Token], dict[str, Any]]:
    return tokens_of(text)


@cache
def _block_parser() -> MarkdownIt:
    return _commonmark().disable("inline")


def _commonmark() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    stoppers: Any = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", _math_block, stoppers)
    parser.block.ruler.at("reference", _reference)
    parser.block.ruler.before("fence", "container", _container, {"alt": ["paragraph"]})
    return parser


def _reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A link's definition, as CommonMark has it; `[^1]: …` is a footnote's."""
    start = state.bMarks[first] + state.tShift[first]
    return not state.src.startswith("[^", start) and reference(state, first, last, silent)


OPEN_FORMULA = "notewright_open_formula"
"""Where the environment of a parse notes the first line that more text could make a formula."""


_CONTAINER = re.compile(r"(?:!{3}|\?{3}\+?|={3}[!+]*)[ \t]+\S")


def _container(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """The first line of `!!! note` and its like: what is indented below it is no part of it."""
    start = state.bMarks[first] + state.tShift[first]
    indented = first + 1 < last and state.sCount[first + 1] - state.blkIndent >= 4
    is_container = _CONTAINER.match(state.src, start, state.eMarks[first]) is not None
    if not is_container or not indented or state.isEmpty(first + 1) or state.is_code_block(first):
        return False
    if not silent:
        state.line = first + 1
        state.push("paragraph_open", "p", 1).map = [first, state.line]
        text = state.push("inline", "", 0)
        text.content, text.children = state.src[start : state.eMarks[first]], []
        text.map = [first, state.line]
        state.push("paragraph_close", "p", -1)
    return True


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
        state.env.setdefault(OPEN_FORMULA, first)
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
    parser.inline.ruler.before("link", "inline_note", _inline_note)
    parser.inline.ruler.before("link", "hashtag", _hashtag)
    for rule in parser.inline.ruler.__rules__:
        if rule.name in _PLACED:
            rule.fn = _placed(rule.fn)
    return parser


_PLACED = frozenset(
    {
        "autolink",
        "backticks",
        "formula",
        "hashtag",
        "html_inline",
        "image",
        "inline_note",
        "link",
        "wikilink",
    }
)
"""Rules whose tokens say where they stand: `span` in their `meta`."""


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Let an inline rule note the start and the end of what it took, in the inline text."""

    def run(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        found = rule(state, silent)
        if found and not silent:
            made = (token for token in state.tokens[count:] if token.type != "text")
            for token in islice(made, 1):
                token.meta["span"] = (start, state.pos)
        return found

    return run


def _formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _inline_note(state: StateInline, silent: bool) -> bool:
    """A footnote in the text, `^[like this]`."""
    if not state.src.startswith("^[", state.pos):
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if end < 0 or not state.src[state.pos + 2 : end].strip():
        return False
    if not silent:
        state.push("inline_note", "", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 1
    return True


def _hashtag(state: StateInline, silent: bool) -> bool:
    """A tag in the text; what follows a letter, or holds figures only, is none."""
    match = TAG.match(state.src, state.pos)
    if match is None or state.linkLevel or in_braces(state.src, match.start(), match.end()):
        return False
    if not silent:
        state.push("hashtag", "", 0).content = match["tag"].rstrip("/")
    state.pos = match.end()
    return True


def in_braces(text: str, start: int, end: int) -> bool:
    """Whether a place is in braces, as ids in the attributes of a heading are: `{ #id }`."""
    opening = text.rfind("{", text.rfind("\n", 0, start) + 1, start)
    closing = text.find("}", end)
    if opening < 0 or closing < 0:
        return False
    return "}" not in text[opening:start] and not set("{\n") & set(text[end:closing])


def find_inline_notes(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each footnote in an inline text, `^[…]`, starts and ends."""
    for token in _parser().parseInline(text)[0].children or []:
        if token.type == "inline_note":
            yield token.meta["span"]


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
