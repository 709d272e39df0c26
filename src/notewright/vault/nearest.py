"""Finds the names nearest to a wrong one, among as many as a large vault has."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from notewright.errors import did_you_mean, nearest

FEW = 200
"""Up to so many names, each is compared; of more, only those that share most letters."""

KEPT = 40


class Nearest:
    """Names that could be meant. They are counted by their parts once, for many questions.

    Each is answered once: a vault links to a note that nobody has written yet from many others.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._answers: dict[str, str] = {}
        self._meant: dict[str, str | None] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of it: the answers, but not by what they were found."""
        return {name: each for name, each in vars(self).items() if name != "_holders"}

    def remedy(self, wanted: str, more: Iterable[str] = ()) -> str:
        """Suggest the nearest of the names, and of some more; see `did_you_mean`."""
        others = list(more)
        if others:
            return did_you_mean(wanted, [*self._candidates(wanted), *others])
        if wanted not in self._answers:
            self._answers[wanted] = did_you_mean(wanted, self._candidates(wanted))
        return self._answers[wanted]

    def meant(self, wanted: str) -> str | None:
        """The nearest of the names, if one is near."""
        if wanted not in self._meant:
            self._meant[wanted] = nearest(wanted, self._candidates(wanted))
        return self._meant[wanted]

    def _candidates(self, wanted: str) -> Iterable[str]:
        if len(self._names) <= FEW:
            return self._names
        shared: Counter[int] = Counter()
        for part in _parts(wanted):
            holders = self._holders.get(part, [])
            if len(holders) * 4 < len(self._names) or not shared:  # what all share tells nothing
                shared.update(holders)
        best = heapq.nsmallest(KEPT, [(-count, index) for index, count in shared.items()])
        return [self._names[index] for _, index in best]

    @cached_property
    def _holders(self) -> dict[str, list[int]]:
        """The names that hold each sequence of three letters."""
        found: dict[str, list[int]] = {}
        for index, name in enumerate(self._names):
            for part in _parts(name):
                found.setdefault(part, []).append(index)
        return found


def _parts(name: str) -> set[str]:
    """Sequences of three letters; a name of 200 letters is long enough to be told by them."""
    text = f"  {name.casefold()[:200]} "
    return {text[start : start + 3] for start in range(len(text) - 2)}
