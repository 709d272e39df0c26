"""Drawings of Excalidraw, a plugin of Obsidian: notes that are data, but for the texts in them.

The data is blanked sign by sign, so all that is left stands at the places that it has in the file.
"""

from __future__ import annotations

import re

PROPERTY = "excalidraw-plugin"
"""By which property the plugin knows its notes."""

SUFFIX = ".excalidraw"
"""What the names of most of them end with, before their `.md`."""

_WARNING = re.compile(r"^==⚠.*⚠==.*$", re.M)
_BEGINNING = re.compile(r"^#{1,2} (?:Excalidraw Data|Text Elements)[ \t]*$", re.M)
_COMMENT = re.compile(r"^%%[ \t]*$", re.M)
_MARKS = re.compile(r"^(?:%%|#{1,2} (?:Excalidraw Data|Text Elements|Element Links))[ \t]*$", re.M)
_FILES = re.compile(r"^#{1,2} Embedded Files[ \t]*$(?:\n(?!#{1,2} |%%).*)*", re.M)
_DATA = re.compile(r"^#{1,2} Drawing[ \t]*\n\s*```(?:compressed-)?json\b.*", re.M | re.S)


def without_data(text: str) -> str:
    """The text of a drawing with blanks in the place of what only the plugin reads.

    What its writer says on the back of the drawing stays as it is, comments too.
    """
    text = _DATA.sub(_blank, _WARNING.sub(_blank, text))
    beginning = _BEGINNING.search(text)
    if beginning is None:
        return text
    start = beginning.start()
    marks = [each.start() for each in _COMMENT.finditer(text, 0, start)]
    if len(marks) % 2:  # all that follows was in a comment, which the plugin began
        start = marks[-1]
    return text[:start] + _MARKS.sub(_blank, _FILES.sub(_blank, text[start:]))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
