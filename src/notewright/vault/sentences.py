"""Sentences of a text: the one around a link, and the first one."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

AROUND = 140
"""Most characters of a sentence that are kept before a link, and after it."""
LONGEST = 300
"""Most characters of a first sentence: who shows one has room for no more."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|fig|eq|dr|mr|mrs|no)|\b\w)\.$", re.I
)
_NEXT = re.compile(r"\s*(\S?)")


class Sentences:
    """Where the sentences of a text end: found once, however many links are asked for.

    Args:
        text: The text of a block, as a reader sees it.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        """Where the marks begin that end sentences, and where they end."""
        found = [match.span() for match in _ends(self._text)]
        return [start for start, _ in found], [end for _, end in found]

    def around(self, start: int, end: int) -> tuple[str, str]:
        """The parts of a sentence before and after a link, cut where they are long.

        Args:
            start: Where the link begins.
            end: Where it ends.
        """
        starts, ends = self._ends
        before, after = bisect_right(ends, start), bisect_left(starts, end)
        first = ends[before - 1] if before else 0
        last = ends[after] if after < len(ends) else len(self._text)
        # No more of it than can be told: a paragraph of many links is one long sentence.
        first, last = max(first, start - 2 * AROUND), min(last, end + 2 * AROUND)
        return _cut_left(self._text[first:start].lstrip()), _cut_right(
            self._text[end:last].rstrip()
        )


def first_sentence(text: str) -> str:
    """What stands before the first end of a sentence, or as much of it as is told."""
    text = text.strip()
    text = text[: next((match.end() for match in _ends(text)), len(text))]
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,;:–") + " …"


def _ends(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _END.finditer(text) if not _goes_on(text, match))


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop ends no sentence: an abbreviation, or a small letter follows."""
    if match[0] == "." and _ABBREVIATION.search(text, max(0, match.start() - 8), match.end()):
        return True
    following = _NEXT.match(text, match.end())
    return following is not None and following[1].islower() and match[0][0] != "?"


def _cut_left(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return "… " + text[-AROUND:].partition(" ")[2]


def _cut_right(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return text[:AROUND].rpartition(" ")[0] + " …"
