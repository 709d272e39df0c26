"""The one parse of a note, behind its cells, values, links, tags and anchors.

What no reader shows is blanked before, keeping every line number: the properties and `%%`
comments. Blocks are parsed when they are first asked for, and the inline text of each block by
itself, since it takes longer and most readers look at few blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from markdown_it.token import Token

from notewright.note.comments import Visible, block_spans
from notewright.note.grammar import parse_inline, tokens_of
from notewright.note.lines import line_offsets
from notewright.note.properties import hide_properties
from notewright.note.reparse import reparse


class Parse:
    """The parse of one text.

    Args:
        text: The whole text.
        hides_comments: Whether text between `%%` is a comment.

    Attributes:
        text: The whole text.
    """

    def __init__(self, text: str, *, hides_comments: bool = True) -> None:
        self.text = text
        self._hides_comments = hides_comments
        self._children: dict[int, list[Token]] = {}

    @cached_property
    def visible(self) -> Visible:
        """The text without comments, its properties blanked."""
        shown = hide_properties(self.text)
        return Visible(shown) if self._hides_comments else Visible(shown, ())

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the visible text."""
        return self.visible.text.split("\n")

    @property
    def blocks(self) -> Sequence[Token]:
        """Tokens of the blocks, whose maps are lines of the text. To be read, not changed."""
        return self._parsed[0]

    @property
    def references(self) -> Mapping[str, Any]:
        """Link reference definitions, `[label]: address`."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[list[Token], dict[str, Any]]:
        return tokens_of(self.visible.text)

    def children(self, block: Token) -> Sequence[Token]:
        """The inline tokens of one of `blocks`; those that take marks have a `span`."""
        found = self._children.get(id(block))
        if found is None:
            found = parse_inline(block.content, self.references)
            self._children[id(block)] = found
        return found

    def prose(self) -> Iterator[tuple[int, int]]:
        """Yield the spans of the visible text that hold inline Markdown: no fences."""
        text = self.visible.text
        spans = block_spans(self.blocks, line_offsets(text), len(text), ("inline",))
        return ((start, end) for start, end, _ in spans)

    def shown_from(self, start: int) -> str | None:
        """The visible text from an offset of the text on; None if more is seen before it."""
        is_first = self.visible.whole_offset(start) == start
        return self.visible.text[start:] if is_first and not self.lead(start).strip() else None

    def lead(self, start: int) -> str:
        """The visible text before an offset."""
        return self.visible.text[:start]

    def blocks_of(self, text: str, start: int) -> tuple[list[Token], Mapping[str, Any]]:
        """Blocks of one's own to change, and reference definitions, of a page's text.

        Args:
            text: What the page shows: the visible text from `start` on, with values in its prose.
            start: Where that text begins in the whole.
        """
        own = self.shown_from(start)
        if own is None:
            return tokens_of(text)
        blocks = self._blocks_from(start)
        found = blocks if text == own else reparse(blocks, own, text)
        return (found, self.references) if found is not None else tokens_of(text)

    def _blocks_from(self, start: int) -> list[Token]:
        """Blocks whose maps are lines of the text from `start` on."""
        skipped = self.lead(start).count("\n")
        tokens = []
        for block in self.blocks:
            lines = [line - skipped for line in block.map] if block.map else None
            # Each part by its place: `copy` takes five times as long, for thousands of tokens.
            token = Token(
                block.type,
                block.tag,
                block.nesting,
                dict(block.attrs),
                lines,
                block.level,
                block.children,
                block.content,
                block.markup,
                block.info,
                dict(block.meta),
                block.block,
                block.hidden,
            )
            tokens.append(token)
        return tokens
