"""Compares text that a note accepts with what a run gave, and says how they differ.

`...` in the note matches anything. A number with a decimal point counts to the precision
in which it is written: a note that says 0.94 accepts 0.9378 and 0.9441.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

_NUMBER = r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?"
_PIECE = re.compile(rf"(?P<any>\.\.\.)|(?<![\w.])(?P<number>{_NUMBER})(?![\w.])|(?P<space>\s+)")


def matches(wanted: str, got: str) -> bool:
    """Whether a run gave what the note accepts; space at the ends of lines does not count."""
    wanted, got = _trim(wanted), _trim(got)
    if wanted == got:
        return True
    end = 0
    for number, part in enumerate(_parts(wanted)):
        # The first place for each part leaves most room to those that follow.
        found = part.find(got, end, anywhere=number > 0)
        if found is None:
            return False
        end = found
    return True


def difference(wanted: str, got: str) -> str:
    """Show line by line what the note says (-) and what the run says (+)."""
    lines = difflib.ndiff(_trim(wanted).split("\n"), _trim(got).split("\n"))
    return "\n".join(line.rstrip() for line in lines if not line.startswith("?"))


def as_lines(text: str) -> list[str]:
    """Split printed text into lines, as Markdown reads them in a fence."""
    return re.sub(r"\r\n?", "\n", text).replace("\0", "\ufffd").split("\n")


def _trim(text: str) -> str:
    return "\n".join(line.rstrip() for line in as_lines(text.rstrip()))


@dataclass(frozen=True, slots=True)
class _Part:
    """Accepted text between two `...`.

    Attributes:
        pattern: It, with a group for each number.
        numbers: The numbers as written.
    """

    pattern: re.Pattern[str]
    numbers: tuple[str, ...]

    def find(self, got: str, start: int, *, anywhere: bool) -> int | None:
        """Where the first match at or after a place ends; None if there is none."""
        search = self.pattern.search if anywhere else self.pattern.match
        while found := search(got, start):
            if all(map(_agrees, self.numbers, found.groups())):
                return found.end()
            start = found.start() + 1
            if not anywhere or start > len(got):
                break
        return None


@cache
def _parts(wanted: str) -> tuple[_Part, ...]:
    """What is accepted, between its `...`; the last part stands at the end."""
    parts: list[_Part] = []
    pattern = ""
    numbers: list[str] = []
    end = 0
    for piece in _PIECE.finditer(wanted):
        pattern += re.escape(wanted[end : piece.start()])
        if piece["any"]:
            parts.append(_Part(re.compile(pattern), tuple(numbers)))
            pattern, numbers = "", []
        elif piece["number"]:
            pattern += rf"({_NUMBER}|[-+]?\d+)"
            numbers.append(piece["number"])
        else:
            pattern += _space(piece["space"])
        end = piece.end()
    pattern += re.escape(wanted[end:]) + r"\Z"
    return (*parts, _Part(re.compile(pattern), tuple(numbers)))


def _space(space: str) -> str:
    """Columns may be a little wider when their numbers have more digits than the note shows."""
    return r"[ \t]+" if "\n" not in space else re.escape(space)


def _agrees(written: str, got: str) -> bool:
    """Whether a number agrees with one that is written to some precision."""
    mantissa, _, exponent = written.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    if abs(digits) > 300:  # beyond what floats can tell
        return got == written
    # Half a unit of the last written digit, and a little for the binary form of decimals.
    return abs(float(got) - float(written)) <= 0.5 * float(f"1e{-digits}") * (1 + 1e-9)
