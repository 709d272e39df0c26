"""The grammar of notes: CommonMark with tables, formulas, wikilinks, tags, footnotes, citations.

markdown-it-py decides what is a fence, for the site and for the tests alike. Its rules for
blocks and for inline text run apart: most readers need the blocks alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby, islice
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, entity, html_inline
from markdown_it.token import Token

from notewright.note import block_rules

# Brackets within a link stand in pairs, else the arrays of arrays in a sentence were links.
# One that names nothing is none: `[[]]`, `[[|text]]`.
WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?!\[)(?![ \t]*(?:\]\]|\\?\|))(?P<path>(?:[^\[\]|#\n]|\[[^\[\]|#\n]*\])*)"
    r"(?P<fragment>#(?:[^\[\]|\n]|\[[^\[\]|\n]*\])*)?"
    r"(?:\|(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])*))?\]\](?!\()"
)
_NO_TAG = r"\s\x02\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\"
TAG = re.compile(rf"(?<![^\s*_~=])#(?P<tag>(?!\d+/*(?:[{_NO_TAG}]|$))[^{_NO_TAG}]+)")
"""Obsidian's tags: letters, figures, `_`, `-`, `/` and signs such as emoji, not figures alone."""

KEY = r"(?P<key>\{[^{}\s@]+\}|\w(?:[:.#$%&+?~/-]?\w)*)"
"""Keys of works in a bibliography, as Pandoc reads them; one of other signs stands in braces."""

CITATION = re.compile(rf"\[[^\[\]@]*@[^\[\]]*\](?![(\[:])|(?<![\w@./\\])@{KEY}")
"""What may be a citation: `[see @one, p. 5; @two]`, or `@one` within a sentence."""

# What pymdownx.arithmatex takes for mathematics, and not for money. As in Obsidian, a figure
# behind the closing dollar means a price.
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$(?!\d)", re.S)


def tokens_of(text: str) -> tuple[list[Token], dict[str, Any]]:
    """Parse a text whose comments are gone: block tokens of its own, and reference definitions."""
    env: dict[str, Any] = {}
    tokens = parse_blocks(text, env)
    return tokens, env.get("references", {})


def parse_blocks(text: str, env: dict[str, Any]) -> list[Token]:
    """Parse the blocks of a text, and leave inline text as it is.

    With a line end at its end: without one, markdown-it-py looks for the first sign of an empty
    line of a quote behind the text, and raises an `IndexError`.
    """
    return _block_parser().parse(text if text.endswith("\n") else f"{text}\n", env)


def parse_inline(text: str, references: Mapping[str, Any]) -> list[Token]:
    """Parse the text of one block, of which `tokens_of` tells."""
    return _inline_parser().parseInline(text, {"references": references})[0].children or []


@cache
def _block_parser() -> MarkdownIt:
    """The parser of blocks, which leaves inline text as it is."""
    return _commonmark().disable("inline")


def formula_parser() -> MarkdownIt:
    """A parser of CommonMark with tables and formulas alone: a caller may add to it."""
    parser = _commonmark()
    parser.inline.ruler.before("link", "formula", _formula)
    return parser


def _join_fragments(state: StateInline) -> None:
    """Join texts that stand side by side, as markdown-it-py's rule does, but each of them once.

    Its own copies all that it has at each mark that is none: 100 kB of `_a` took 4.8 GiB.
    """
    level = 0
    joined: list[Token] = []
    for is_text, group in groupby(state.tokens, key=lambda token: token.type == "text"):
        tokens = list(group)
        if is_text:
            tokens[-1].content = "".join(token.content for token in tokens)
            tokens = tokens[-1:]
        for token in tokens:
            level -= token.nesting < 0
            token.level = level
            level += token.nesting > 0
        joined += tokens
    state.tokens[:] = joined  # the caller has this list


def _join_texts(state: StateCore) -> None:
    """Join escaped signs and entities with the text beside them, in one go for the same reason."""
    for inline in state.tokens:
        if inline.type != "inline":
            continue
        joined: list[Token] = []
        kinds = ("text", "text_special")
        for is_text, group in groupby(inline.children or [], key=lambda each: each.type in kinds):
            tokens = list(group)
            if is_text:
                tokens[0].type = "text"
                tokens[0].content = "".join(token.content for token in tokens)
                tokens = tokens[:1]
            joined += tokens
        inline.children = joined


_LONG_TEXT = 4_096
"""Characters of text after which a token is made of it: `_join_fragments` joins them."""


_TEXT = re.compile(r"[^\n!#$%&*+\-:<=>@\[\\\]^_`{}~]+")
"""Signs that begin nothing: markdown-it-py's rule leaves the same ones."""


def _text(state: StateInline, silent: bool) -> bool:
    """Take plain text up to the next sign that may begin something.

    markdown-it-py's rule looks at it sign by sign, and copies what waits at each mark. Blanks
    wait on: two of them before the end of a line are a break.
    """
    if not silent and len(state.pending) > _LONG_TEXT and state.pending[-1] != " ":
        state.pushPending()
    match = _TEXT.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending += match[0]
    state.pos = match.end()
    return True


_HTML_AT = re.compile(HTML_TAG_RE.pattern.removeprefix("^"), HTML_TAG_RE.flags)
_ENTITY_AT = re.compile(r"&(?:#?\w{1,32});", re.ASCII)
_CLOSERS = {"<?": "?>", "<!": ">", "<![CDATA[": "]]>", "<!--": "-->"}


def _html(state: StateInline, silent: bool) -> bool:
    """Take an HTML tag; one that nothing closes is not read to the end of the text each time."""
    if not state.src.startswith("<", state.pos):
        return False
    for opener, closer in _CLOSERS.items():
        is_opened = state.src.startswith(opener, state.pos)
        if is_opened and _last(state.src, closer) < state.pos:
            return False
    return _take(html_inline, _HTML_AT, state, silent)


def _entity(state: StateInline, silent: bool) -> bool:
    """Take an entity, such as `&amp;`."""
    return _take(entity, _ENTITY_AT, state, silent)


def _take(
    rule: Callable[[StateInline, bool], bool],
    pattern: re.Pattern[str],
    state: StateInline,
    silent: bool,
) -> bool:
    """Let a rule of markdown-it-py see what it is to take: it would copy all that follows."""
    match = pattern.match(state.src, state.pos)
    if match is None:
        return False
    whole, end = state.src, state.posMax
    state.src, state.pos, state.posMax = match[0], 0, len(match[0])
    try:
        return rule(state, silent)
    finally:
        state.src, state.pos, state.posMax = whole, match.start() + state.pos, end


@lru_cache(maxsize=8)
def _last(text: str, sign: str) -> int:
    return text.rfind(sign)


def _commonmark() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.inline.ruler.at("text", _text)
    parser.inline.ruler.at("html_inline", _html)
    parser.inline.ruler.at("entity", _entity)
    parser.inline.ruler2.at("fragments_join", _join_fragments)
    parser.core.ruler.at("text_join", _join_texts)
    stoppers: Any = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", block_rules.math_block, stoppers)
    parser.block.ruler.at("reference", block_rules.reference)
    parser.block.ruler.before("fence", "container", block_rules.container, {"alt": ["paragraph"]})
    parser.block.ruler.before("lheading", "callout_title", block_rules.callout_title)
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    parser = _commonmark().enable("strikethrough")
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("wikilink", "formula", _formula)
    parser.inline.ruler.before("link", "inline_note", _inline_note)
    parser.inline.ruler.before("link", "hashtag", _hashtag)
    parser.inline.ruler.before("link", "citation", _citation)
    for rule in parser.inline.ruler.__rules__:
        if rule.name in _PLACED:
            rule.fn = _placed(rule.fn)
    # A link to a file of the machine is a link that leads nowhere, and no text.
    is_valid = parser.validateLink
    parser.validateLink = lambda url: url[:5].lower() == "file:" or is_valid(url)  # type: ignore[method-assign]
    return parser


_PLACED = frozenset(
    {
        "autolink",
        "backticks",
        "citation",
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


def _citation(state: StateInline, silent: bool) -> bool:
    """What may be a citation; where a definition has its words, it is a link."""
    if state.src[state.pos] not in "[@" or state.linkLevel:
        return False
    match = CITATION.match(state.src, state.pos)
    if match is None or normalizeReference(match[0][1:-1]) in state.env.get("references", {}):
        return False
    if not silent:
        state.push("citation", "", 0).content = match[0]
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
    for token in _inline_parser().parseInline(text)[0].children or []:
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
