"""As new: an object that pages use one after the other, and that each of them finds as the first.

To make an instance of Python-Markdown with its extensions takes half as long as to convert a light
page by it. Python-Markdown would have it reset, which is left to each extension, and undoes
nothing that was registered for one page. Here all that an instance holds is put back: whatever is
not known to stay as it is, or to be put back, keeps it from being used again at all.
"""

from __future__ import annotations

import logging
import re
import types
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

_STAYS = (
    *(type(None), bool, int, float, str, bytes, range, re.Pattern),
    *(type, types.ModuleType, types.BuiltinFunctionType, logging.Logger),
)
"""What cannot change, or is the whole process's, and no instance's."""

_CONTAINERS = (list, deque, dict, set)

_Container = list[Any] | deque[Any] | dict[Any, Any] | set[Any]

_TABLE = 500
"""Entries from which on a container is one in which things are looked up, and nothing is kept."""


class AsNew:
    """Remembers an object and all that it holds, to put all of it back.

    Args:
        kept: The object.
        packages: Those whose objects hold nothing but what their attributes say.

    Raises:
        TypeError: If it holds something that may change, and that nobody can put back.
    """

    def __init__(self, kept: object, packages: Iterable[str]) -> None:
        self._packages = frozenset(packages)
        self._rows: list[tuple[list[Any] | deque[Any], list[Any]]] = []
        self._others: list[tuple[dict[Any, Any] | set[Any], Any]] = []
        self._attributes: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._cells: list[tuple[types.CellType, Any]] = []
        seen: dict[int, object] = {}  # they live as long as their numbers count
        waiting = [kept]
        while waiting:
            each = waiting.pop()
            if id(each) not in seen:
                seen[id(each)] = each
                waiting += self._held(each)

    def put_back(self) -> None:
        """Let all of it be as it was remembered."""
        for row, before in self._rows:
            row.clear()
            row.extend(before)
        for each, entries in self._others:
            each.clear()
            each.update(entries)
        for attributes, known in self._attributes:
            if len(attributes) != len(known) or attributes.keys() != known.keys():
                attributes.clear()
            attributes.update(known)
        for cell, content in self._cells:
            cell.cell_contents = content

    def _held(self, each: Any) -> Iterator[object]:
        """Remember one object; yields what it holds."""
        if isinstance(each, _STAYS):
            return
        if isinstance(each, (tuple, frozenset)):
            yield from each
        elif isinstance(each, types.FunctionType):
            for cell in each.__closure__ or ():
                self._cells.append((cell, cell.cell_contents))
                yield cell.cell_contents
        elif isinstance(each, types.MethodType):
            yield from (each.__self__, each.__func__)
        elif isinstance(each, partial):
            yield from (each.func, each.args, each.keywords)
        elif isinstance(each, _CONTAINERS):
            yield from self._held_in(each)
            yield from self._attributes_of(each)
        elif self._is_plain(type(each)):
            yield from self._attributes_of(each)
        else:
            kind = type(each)
            raise TypeError(f"`{kind.__module__}.{kind.__qualname__}` cannot be restored")

    def _held_in(self, each: _Container) -> Iterator[object]:
        """Remember what a container holds."""
        if len(each) >= _TABLE:
            return
        if isinstance(each, (list, deque)):
            self._rows.append((each, list(each)))
            yield from each
        elif isinstance(each, dict):
            self._others.append((each, dict(each)))
            yield from each.values()
        else:
            self._others.append((each, set(each)))

    def _attributes_of(self, each: object) -> Iterator[object]:
        """Remember the attributes of an object, if it has any."""
        attributes = getattr(each, "__dict__", None)
        if attributes is not None:
            self._attributes.append((attributes, dict(attributes)))
            yield from attributes.values()

    def _is_plain(self, kind: type) -> bool:
        """Whether objects of a class hold what their attributes say, and nothing else."""
        known = kind.__module__.partition(".")[0] in self._packages
        return known and not any(vars(each).get("__slots__") for each in kind.__mro__)
