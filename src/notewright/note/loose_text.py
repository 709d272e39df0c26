"""Loose text: what a note says outside code, formulas, headings and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notewright.note.note import Note

_EMPHASIS = ("em_open", "em_close", "strong_open", "strong_close")


@dataclass(frozen=True, slots=True)
class Loose:
    """A run of text.

    Attributes:
        line: Its line in the note.
        text: What it says.
        html: The HTML directly behind it, such as a comment; empty if there is none.
    """

    line: int
    text: str
    html: str = ""


def loose_text(note: Note) -> Iterator[Loose]:
    """Yield the runs of a note's text, in order."""
    tokens = note.parse.blocks
    for number, token in enumerate(tokens):
        if token.type != "inline" or token.map is None or _is_heading(tokens[number - 1].tag):
            continue
        line, depth, text = token.map[0] + 1, 0, ""
        for child in note.parse.children(token):
            if child.type == "text" and not depth:
                text += child.content
                continue
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type in _EMPHASIS:
                continue
            yield Loose(line, text, child.content if child.type == "html_inline" else "")
            text = ""
            line += child.type in ("softbreak", "hardbreak")
        yield Loose(line, text)


def _is_heading(tag: str) -> bool:
    return tag[:1] == "h"
