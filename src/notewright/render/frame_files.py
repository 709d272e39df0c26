"""Files of frames: what a cell shows in each, as differences from the first, for one page's script.

A difference is a list: text is written as it is, and two numbers mean "move so far in the first
frame, and copy so many characters from there". Characters are counted as JavaScript does.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from typing import Any

LIMIT = 60
"""KiB, compressed, above which the file of a cell is a problem."""

REMEDY = (
    "Use fewer values, draw fewer points, or draw images and filled contours on a coarser grid "
    "or with fewer levels"
)

PREFIX = "nw~"
"""What ids in frames begin with; a page puts its own in its place."""

_RUN = 16
"""Characters that are worth a copy."""
_TRIES = 4
"""Places of one run that are looked at."""
_ABOVE = re.compile("[\U00010000-\U0010ffff]")

Difference = list[int | str]


def units(text: str) -> str:
    """A text in which each character is one of JavaScript's, which has pairs for some."""
    return _ABOVE.sub(lambda found: _pair(ord(found[0])), text)


def _pair(code: int) -> str:
    code -= 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def difference(base: str, text: str) -> Difference:
    """What makes a text of another; both are in `units`."""
    return _difference(base, _index(base), text)


def _difference(base: str, known: dict[str, list[int]], text: str) -> Difference:
    found: Difference = []
    at = written = reached = 0  # in the base, in the text, and up to where it is told
    while reached < len(text):
        place, length = _longest(base, known, text, reached, at + reached - written)
        if length < _RUN:
            reached += 1
            continue
        if reached > written:
            found.append(text[written:reached])
            at += reached - written
        found += [place - at, length]
        at = place + length
        reached += length
        written = reached
    if reached > written:
        found.append(text[written:])
    return found


def build(base: str, parts: Sequence[int | str]) -> str:
    """What a difference makes of a text; the page's script does the same."""
    made, at = [], 0
    waiting = iter(parts)
    for part in waiting:
        if isinstance(part, str):
            made.append(part)
            at += len(part)
        else:
            length = next(waiting)
            assert isinstance(length, int)
            at += part
            made.append(base[at : at + length])
            at += length
    return "".join(made)


def _index(base: str) -> dict[str, list[int]]:
    known: dict[str, list[int]] = {}
    for place in range(len(base) - _RUN + 1):
        places = known.setdefault(base[place : place + _RUN], [])
        if len(places) < _TRIES:
            places.append(place)
    return known


def _longest(
    base: str, known: dict[str, list[int]], text: str, reached: int, likely: int
) -> tuple[int, int]:
    """The place in the base of the longest run with which the rest of a text begins."""
    run = text[reached : reached + _RUN]
    places = known.get(run, ())
    if base[likely : likely + _RUN] == run and len(run) == _RUN and likely >= 0:
        places = [likely, *places]
    best, length = 0, 0
    for place in places:
        size = _common(base, place, text, reached)
        if size > length:
            best, length = place, size
    return best, length


def _common(base: str, place: int, text: str, reached: int) -> int:
    """How many characters are the same from a place in each; looks at ever longer pieces."""
    size, step = _RUN, _RUN
    most = min(len(base) - place, len(text) - reached)
    while step:
        end = min(size + step, most)
        if base[place + size : place + end] == text[reached + size : reached + end]:
            step = step * 2 if end > size else 0
            size = end
        else:
            step = (end - size) // 2
    return size


def frames_file(frames: Sequence[str], first: int, more: dict[str, Any]) -> str:
    """The file of a cell.

    Args:
        frames: The HTML of each frame.
        first: Which of them the page shows.
        more: What is said of the frames, by name.
    """
    texts = [units(each) for each in frames]
    base = texts[first]
    known = _index(base)
    told = {"base": base, "frames": [_difference(base, known, each) for each in texts], **more}
    return json.dumps(told, separators=(",", ":"), sort_keys=True) + "\n"


def size(text: str) -> float:
    """KiB of a file as a server sends it."""
    return len(gzip.compress(text.encode(), 9, mtime=0)) / 1024
