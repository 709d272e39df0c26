"""Finds numbers in what a cell shows that are nothing but rounding, and differ by processor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from notewright.run.manifest import Part

FLOOR = 1e-7
"""Numbers below it are rounding, if the cell does not name them itself."""

_BOUND = re.compile(r"\bbelow \d+e[-+]?\d+")
_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?(?![\w.]*[A-Za-z_])")
_IS_SCIENTIFIC_ZERO = re.compile(r"0(?:\.0*)?[eE]")


def noise(code: str, parts: Iterable[Part]) -> Iterator[str]:
    """Yield each number that a cell should tell by a bound: `below 1e-9`.

    A zero with an exponent is one too: on another processor it is 9e-16. What stands in the
    code of the cell was chosen, such as a tolerance, and is the same everywhere.

    Args:
        code: The cell's code.
        parts: What it showed.
    """
    chosen = {float(number) for number in _NUMBER.findall(code)}
    for part in parts:
        for number in _NUMBER.findall(_BOUND.sub("", part.text)):
            value = float(number.replace("−", "-"))
            is_zero = value == 0 and _IS_SCIENTIFIC_ZERO.match(number)
            if is_zero or (0 < value < FLOOR and value not in chosen):
                yield number
