"""Finds the names nearest to a wrong one, among as many as a large vault has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from notewright.errors import did_you_mean

FEW = 200
"""Up to so many names, each is compared; of more, only those that share most letters."""

KEPT = 40


class Nearest:
    """Names that could be meant. They are counted by their parts once, for many questions."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))

    def remedy(self, wanted: str, more: Iterable[str] = ()) -> str:
        """Suggest the nearest of the names, and of some more; see `did_you_mean`."""
        return did_you_mean(wanted, [*self._candidates(wanted), *more])

    def _candidates(self, wanted: str) -> Iterable[str]:
        if len(self._names) <= FEW:
            return self._names
        shared: Counter[int] = Counter()
        for part in _parts(wanted):
            holders = self._holders.get(part, [])
            if len(holders) * 4 < len(self._names) or not shared:  # what all share tells nothing
                shared.update(holders)
        best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        return [self._names[index] for index, _ in best]

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
