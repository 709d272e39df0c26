"""Words of a search index: one that several entries have stands there once, with where it is.

In each of its entries it would take two bytes of a compressed index. So it stands beside them, and
one sign for each entry says how many entries further that is. `search-worker.js` puts the words
back before it reads the entries, so what is found is the same. A word of one entry alone stays in
it: there it takes least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from notewright.render.search_entries import Entry

FIRST, FAR = "#", "~"
"""Signs: of a step to the same entry, and of the longest step, after which there is another. Those
between count on from the first; none is a space or a quote. `search-worker.js` has them, too."""

_SPAN = ord(FAR) - ord(FIRST)


def gathered(entries: Sequence[Entry]) -> Mapping[str, Any]:
    """What an index says: its entries as `docs`, and `words` that these share with their `places`.

    Args:
        entries: Entries with all their `words`; they are left as they are.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for word in str(entry.get("words", "")).split():
            found[word].append(number)
    alone: dict[int, list[str]] = defaultdict(list)
    for word, numbers in found.items():  # those of an entry come as it has them
        if len(numbers) == 1:
            alone[numbers[0]].append(word)
    shared = sorted(word for word, numbers in found.items() if len(numbers) > 1)
    docs = [_with_words(entry, alone.get(number, ())) for number, entry in enumerate(entries)]
    places = " ".join(_steps(found[word]) for word in shared)
    return {"docs": docs, "words": " ".join(shared), "places": places}


def _with_words(entry: Entry, words: Sequence[str]) -> Entry:
    short = {name: each for name, each in entry.items() if name != "words"}
    if words:
        short["words"] = " ".join(words)
    return short


def _steps(numbers: Sequence[int]) -> str:
    """The signs that lead from the first entry of an index to some of them, in their order."""
    steps = [number - before for before, number in pairwise((0, *numbers))]
    if max(steps) < _SPAN:  # as in all but the largest indexes
        return bytes([ord(FIRST) + step for step in steps]).decode("ascii")
    return "".join(FAR * (step // _SPAN) + chr(ord(FIRST) + step % _SPAN) for step in steps)
