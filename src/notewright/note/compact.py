"""Compact values: those of which a vault holds thousands, kept for the next process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any


class Compact:
    """A dataclass with slots that is pickled as a call of its class, in the order of its fields.

    A dataclass sets each field by its name when it is read back, which takes twice as long.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """How it is pickled."""
        kind = type(self)
        return kind, _fields(kind.__slots__)(self)


@cache
def _fields(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the fields of a value, by their names."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)
