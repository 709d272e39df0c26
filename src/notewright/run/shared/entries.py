"""Entries of a place of shared records: what stands in one of its folders."""

from __future__ import annotations

import math
from dataclasses import dataclass

NEVER = math.inf
"""The age of what a place does not tell of: it counts as just used."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a folder of a place.

    Attributes:
        name: Its name, as the place has it.
        size: Its bytes.
        used: When it was last written or used, in seconds since 1970.
        is_plain: Whether it is a file: no link, no folder, no pipe.
    """

    name: str
    size: int
    used: float
    is_plain: bool = True
