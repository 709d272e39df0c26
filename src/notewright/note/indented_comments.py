"""Comments in what is indented below `!!! note`, a definition or a footnote.

CommonMark takes that for code, in which no comment is hidden. Extensions of Python-Markdown
take it for Markdown, so the page hides it; and what else shows the note has to do the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from notewright.note.block_rules import CONTAINER
from notewright.note.comments import Visible
from notewright.note.lines import line_offsets
from notewright.note.parse import Parse

_HEAD = re.compile(rf"^[ ]{{0,3}}(?:{CONTAINER.pattern}|:[ \t]|\[\^[^\]\n]*\]:|\*\[)", re.M)
"""What begins a block of an extension that goes on below, indented."""

_OPEN = re.compile(r"^/{3,}", re.M)
"""What begins a block of an extension that takes all paragraphs up to its end."""

_DEEPEST = 20


def indented_comments(parse: Parse, depth: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the parts of such comments, line by line: start and end in the whole text."""
    if depth > _DEEPEST or "%%" not in parse.text:
        return
    starts = line_offsets(parse.visible.text)
    blocks, is_open = parse.blocks, False
    for text, body in zip(blocks, blocks[2:], strict=False):  # text, its paragraph's end, code
        is_open = is_open or (text.type == "inline" and bool(_OPEN.search(text.content)))
        if body.type != "code_block" or text.type != "inline":
            continue
        if not is_open and not _HEAD.search(text.content):
            continue
        lines = body.content.split("\n")
        for start, end in sorted(_of_body(body.content, depth)):
            for number, first, last in _by_line(body, start, end):
                # A line of the body is the end of its line in the note, without marks and indent.
                indent = len(parse.lines[number]) - len(lines[number - _first(body)])
                at, whole = starts[number] + indent, parse.visible.whole_offset
                yield whole(at + first), whole(at + last - 1) + 1


def _of_body(body: str, depth: int) -> Iterator[tuple[int, int]]:
    """Comments of a body, and of the bodies in it."""
    yield from Visible(body).comments
    # A line in front, since `---` at the top would begin properties.
    for start, end in indented_comments(Parse(f"\n{body}"), depth + 1):
        yield start - 1, end - 1


def _by_line(body: Token, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """A part of a body as lines of the text, each with the columns that are in the part."""
    for number, (first, following) in enumerate(pairwise(line_offsets(body.content))):
        at, last = max(start, first), min(end, following - 1)
        if at < last:
            yield _first(body) + number, at - first, last - first


def _first(body: Token) -> int:
    assert body.map is not None
    return body.map[0]
