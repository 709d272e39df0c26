"""Compact values: those of which a vault holds thousands, kept for the next process."""

from __future__ import annotations

from typing import Any


class Compact:
    """A dataclass with slots that is pickled as a call of its class, in the order of its fields.

    A dataclass sets each field by its name when it is read back, which takes twice as long.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """How it is pickled."""
        names: tuple[str, ...] = self.__slots__
        return type(self), tuple([getattr(self, name) for name in names])
