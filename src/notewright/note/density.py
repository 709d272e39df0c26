"""Dense paragraphs, whose marks would keep Python-Markdown busy for minutes: shown as text.

Its patterns look from each bracket to the end of the paragraph, and copy the paragraph at each
mark. No paragraph that people read comes near these limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notewright.errors import Problem
from notewright.note.parse import Parse

BRACKETS = 1_500
"""Most `[` and `<` of a paragraph."""

WORK = 2_000_000_000
"""Most characters that marks times length may copy: about a second."""

_MARK = re.compile(r"[`*_~=^$<\[!:&\\#\n]|www\.")


def is_too_dense(text: str) -> bool:
    """Whether a paragraph holds more marks than its patterns can look at."""
    if len(text) <= BRACKETS:
        return False
    if text.count("[") + text.count("<") > BRACKETS:
        return True
    return len(_MARK.findall(text)) * len(text) > WORK


def dense_paragraphs(parse: Parse, file: str) -> Iterator[Problem]:
    """Yield each such paragraph of a note."""
    for token in parse.blocks:
        if token.type == "inline" and token.map is not None and is_too_dense(token.content):
            message = (
                "this paragraph has too many Markdown special characters: "
                f"{len(_MARK.findall(token.content))}"
            )
            yield Problem(file, token.map[0] + 1, message, "Split it, or put it in a code fence")
