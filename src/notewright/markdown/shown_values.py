"""Marks shown values: what the run gave stands on the paper of its outputs, in the prose too.

A number that was only typed looks like the words around it; one that the build computed or
checked is told apart by its element, `nw-value`.
"""

from __future__ import annotations

import re

from notewright.note.values import Value

CLOSING = "</span>"

_HEADING = re.compile(r"(?:^|\n)[ \t>]*#{1,6}[ \t][^\n]*$")
"""The end of a text within a heading: its words are an address, and stand in lists."""

_MARKUP = re.compile(r"[`$<>\[\]|\\\n!]|\*\*|__|==")
"""What a value may not hold to be an element of its own: the element would cut it in two."""

_OPEN = re.compile(r"(?<!\\)(?:`|\$)")


Follows = tuple[str, int]
"""The id of the cell whose frames a value follows, and its place among those that do."""


def _opening(line: int, follows: Follows | None, spread: str) -> str:
    """The element of a value; a pointer that rests on it is told the line of its cell."""
    if follows is None:
        told = f"Checked by the build, line {line}{spread and f': {spread}'}"
        return f'<span class="nw-value" title="{told}">'
    anchor, place = follows
    told = f'data-nw-follows="{anchor}" data-nw-value="{place}"'
    title = f"Checked by the build, line {line}; changes with the slider"
    return f'<span class="nw-value nw-follows" {told} title="{title}">'


def said_value(
    value: Value,
    result: str | None,
    before: str,
    line: int,
    follows: Follows | None = None,
    spread: str = "",
) -> tuple[int, str] | None:
    """Mark the number or words of the prose that a run has checked.

    Args:
        value: The value, as its note says it.
        result: What the run gave; None if it did not run.
        before: The text of the page up to the value's comment.
        line: The line of the cell that gave it.
        follows: Whose frames it follows, if it does.
        spread: What is known of it under other seeds, in words.

    Returns:
        Where the marked text begins in `before`, and that text up to its end; None where the
        run says something else, or where no element can stand.
    """
    if result is None or not value.agrees(result) or _HEADING.search(before):
        return None
    said = value.written(result)
    start = before.rfind(said) if said.strip() else -1
    rest = before[start + len(said) :]
    words = before[before.rfind("\n\n", 0, max(start, 0)) + 1 : max(start, 0)]
    is_apart = not _MARKUP.search(said) and len(_OPEN.findall(words)) % 2 == 0
    if start < 0 or rest.strip("*_~=\"'()[]") or not is_apart:
        return None
    return start, f"{_opening(line, follows, spread)}{said}{CLOSING}{rest}"


def given_value(
    shown: str, before: str, line: int, follows: Follows | None = None, spread: str = ""
) -> str:
    """Mark what a run gave in the prose, but in a heading or an address."""
    is_plain = not _HEADING.search(before) and not re.search(r"\]\([^)\n]*$|!\[[^\]\n]*$", before)
    if not (shown.strip() and is_plain):
        return shown
    return f"{_opening(line, follows, spread)}{shown}{CLOSING}"
