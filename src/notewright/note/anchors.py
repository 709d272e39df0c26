"""Anchors: what the fragment of a link can name in a note, its headings and its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notewright.note.compact import Compact
from notewright.note.grammar import WIKILINK
from notewright.note.parse import Parse

BLOCK_ID = re.compile(r"(?:^|\s|(?<=\]\]))\^(?P<id>[\w-]+)\s*$")
"""A block id at the end of a block; behind an embed, no blank is needed."""

# What Obsidian leaves out of account when it compares a heading with a link; `stripHeading`
# in its published interface lists these.
_STRIPPED = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+")
_UNTYPED = re.compile(r"[\[\]|#^]")
_MARKS = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\*+(?=[^\s*])|(?<=[^\s*])\*+"
    r"|(?<![^\W_])_+(?=[^\s_])|(?<=[^\s_])_+(?![^\W_])"
)
"""Code spans, and marks of emphasis. `_` inside a word is not a mark."""
_ATTRIBUTES = re.compile(r"\s*\{:?[^{}]*\}\s*$")
_LABEL = re.compile(r"^#\|[ \t]*label:[ \t]*[\"']?([\w-]+)[\"']?[ \t]*(?:#.*)?$", re.M)


@dataclass(frozen=True, slots=True)
class Heading(Compact):
    """One heading of a note.

    Attributes:
        level: 1 to 6.
        text: Its Markdown, as written.
        line: The note's line, counted from 1.
    """

    level: int
    text: str
    line: int


def find_headings(parse: Parse) -> list[Heading]:
    """The headings of a note's text, in order."""
    tokens = parse.blocks
    return [
        Heading(int(token.tag[1]), tokens[index + 1].content.strip(), token.map[0] + 1)
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.map is not None
    ]


def find_block_ids(parse: Parse) -> dict[str, int]:
    """The block ids of a note's text and the labels of its cells, with their lines.

    A cell of a table ends no block, so `^id` in it is text.
    """
    found: dict[str, int] = {}
    before = ""
    for token in parse.blocks:
        if token.map is not None and token.type == "fence":
            for label in _LABEL.findall(token.content):
                found.setdefault(label, token.map[0] + 1)
        elif token.map is not None and token.type == "inline" and before not in ("th", "td"):
            match = BLOCK_ID.search(token.content)
            if match is not None:
                line = token.map[0] + 1 + token.content.count("\n", 0, match.start("id"))
                found.setdefault(match["id"], line)
        before = token.tag
    return found


def heading_index(headings: Sequence[Heading], fragment: str) -> int | None:
    """Which heading the fragment of a link names: `Part`, or `Chapter#Part`.

    Each part of the fragment is a heading below the one before it, as in Obsidian, where
    case and most punctuation don't matter. Only if that finds none do emphasis, other
    punctuation and attributes not matter either.
    """
    parts = [part for part in fragment.split("#") if part.strip()]
    for normal in (normal_heading, _plain):
        found = _walk([(each.level, normal(each.text)) for each in headings], map(normal, parts))
        if found is not None:
            return found
    return None


def normal_heading(text: str) -> str:
    """A heading as Obsidian compares it."""
    return _STRIPPED.sub(" ", text).strip().lower()


def typed_heading(text: str) -> str:
    """A heading as it can be typed in a link that names it: of links in it, what they show."""
    shown = _without_links(_MARKS.sub(lambda match: match["code"] or "", text)).strip()
    return " ".join(_STRIPPED.sub(" ", shown).split()) if _UNTYPED.search(shown) else shown


def _plain(text: str) -> str:
    """A heading as it reads: the text of its links, without emphasis and attributes."""
    return re.sub(r"[\W_]+", " ", _ATTRIBUTES.sub("", _without_links(text))).strip().lower()


def _without_links(text: str) -> str:
    return WIKILINK.sub(lambda match: match["text"] or match["path"], text)


def _walk(headings: Iterable[tuple[int, str]], parts: Iterable[str]) -> int | None:
    wanted = list(parts)
    level = 0
    for index, (depth, text) in enumerate(headings):
        if wanted and depth > level and text == wanted[0]:
            level = depth
            wanted.pop(0)
            if not wanted:
                return index
    return None


EQUATION = "eq-"
"""Begins the block ids of formulas that have numbers."""

_ONLY_FORMULA = re.compile(r"\s*\$\$[^$]+\$\$\s*")


def find_equations(parse: Parse) -> dict[str, int]:
    """The numbers of a note's formulas, by their block ids in the order of the note."""
    found: dict[str, int] = {}
    is_below = False  # whether the block before is a formula
    for token in parse.blocks:
        if token.type == "inline":
            match = BLOCK_ID.search(token.content)
            text = token.content[: match.start()] if match is not None else ""
            is_formula = _ONLY_FORMULA.fullmatch(text) or (is_below and not text.strip())
            if match is not None and match["id"].startswith(EQUATION) and is_formula:
                found.setdefault(match["id"], len(found) + 1)
        if token.type in ("inline", "fence", "math_block", "html_block", "code_block"):
            is_below = token.type == "math_block" or (
                token.type == "inline" and _ONLY_FORMULA.fullmatch(token.content) is not None
            )
    return found
