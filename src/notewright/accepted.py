"""Compares text that a note accepts with what a run gave, and says how they differ.

`...` in the note matches anything. A number with a decimal point counts to the precision
in which it is written: a note that says 0.94 accepts 0.9378 and 0.9441.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

_NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?"
_PIECE = re.compile(rf"(?P<any>\.\.\.)|(?<![\w.])(?P<number>{_NUMBER})(?![\w.])|(?P<space>\s+)")


def matches(wanted: str, got: str) -> bool:
    """Whether a run gave what the note accepts; space at the ends of lines does not count."""
    wanted, got = _trim(wanted), _trim(got)
    if wanted == got:
        return True
    pattern, numbers = _pattern(wanted)
    found = pattern.fullmatch(got)
    return found is not None and all(
        _agrees(number, text) for number, text in zip(numbers, found.groups(), strict=True)
    )


def difference(wanted: str, got: str) -> str:
    """Show line by line what the note says (-) and what the run says (+)."""
    lines = difflib.ndiff(_trim(wanted).split("\n"), _trim(got).split("\n"))
    return "\n".join(line.rstrip() for line in lines if not line.startswith("?"))


def _trim(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


@cache
def _pattern(wanted: str) -> tuple[re.Pattern[str], list[str]]:
    """A pattern with a group for each number, and the numbers as written."""
    parts: list[str] = []
    numbers: list[str] = []
    end = 0
    for piece in _PIECE.finditer(wanted):
        parts.append(re.escape(wanted[end : piece.start()]))
        if piece["any"]:
            parts.append(".*?")
        elif piece["number"]:
            parts.append(rf"({_NUMBER}|[-+]?\d+)")
            numbers.append(piece["number"])
        else:
            parts.append(_space(piece["space"]))
        end = piece.end()
    parts.append(re.escape(wanted[end:]))
    return re.compile("".join(parts), re.S), numbers


def _space(space: str) -> str:
    """Columns may be a little wider when their numbers have more digits than the note shows."""
    return r"[ \t]+" if "\n" not in space else re.escape(space)


def _agrees(written: str, got: str) -> bool:
    """Whether a number agrees with one that is written to some precision."""
    mantissa, _, exponent = written.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    # Half a unit of the last written digit, and a little for the binary form of decimals.
    return abs(float(got) - float(written)) <= 0.5 * 10.0**-digits * (1 + 1e-9)
