"""The reparse of a text whose lines have changed here and there: only of blocks that hold these.

A page shows computed values within the prose of its note. They change words and no blocks, so
the blocks around them are those of the note's one parse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it.token import Token

from notewright.note.grammar import parse_blocks

_CODE = frozenset({"fence", "code_block", "html_block", "math_block"})


def reparse(tokens: Sequence[Token], before: str, after: str) -> list[Token] | None:
    """The block tokens of a text, by those of one that differs in the words of some lines.

    Args:
        tokens: Those of the text before; the ones of blocks without a change are used again.
        before: The text that they are of.
        after: The text to parse.

    Returns:
        What a parse of the whole would give; None if only that can tell.
    """
    old, new = before.split("\n"), after.split("\n")
    if len(old) != len(new):
        return None
    changed = [number for number, line in enumerate(old) if line != new[number]]
    found: list[Token] = []
    parsed = 0
    for block in _outermost(tokens):
        start, end = block[0].map or (0, 0)
        count = bisect_left(changed, end) - bisect_left(changed, start)
        if not count:
            found += block
            continue
        parsed += count
        below = [""] if end < len(new) else []  # a blank line at the end belongs to a list
        again = _of_the_same_shape(block, old[start], [*new[start:end], *below])
        if again is None or not _stands_alone(new, start, end):
            return None
        found += again
    return found if parsed == len(changed) else None


def _outermost(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each block that stands in no other."""
    first = 0
    for number, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[first : number + 1]
            first = number + 1


def _stands_alone(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether no line touches a block: two that touch can share lines by other words."""
    is_below = end < len(lines) and lines[end - 1].strip() and lines[end].strip()
    return not is_below and not (start and lines[start - 1].strip())


def _of_the_same_shape(
    block: Sequence[Token], first: str, lines: Sequence[str]
) -> list[Token] | None:
    """The tokens of a block's new lines, parsed by themselves.

    If nothing but words is new in them, then what stands around the block sees no difference: it
    neither goes on in the block nor ends later. That cannot be known of code, which ends where a
    fence says so; a definition, or a formula's sign that more text might pair, is seen elsewhere.
    """
    text = "\n".join(lines)
    holds_code = any(token.type in _CODE for token in block)
    if holds_code or _indent(first) != _indent(lines[0]) or "$$" in text:
        return None
    env: dict[str, Any] = {}
    tokens = parse_blocks(text, env)
    start = block[0].map[0] if block[0].map else 0
    for token in tokens:
        token.map = [line + start for line in token.map] if token.map else None
    return tokens if not env and [*map(_shape, tokens)] == [*map(_shape, block)] else None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shape(token: Token) -> tuple[Any, ...]:
    """All of a block's token but its words."""
    return (*(token.type, token.nesting, token.level), token.markup, token.attrs, token.map)
