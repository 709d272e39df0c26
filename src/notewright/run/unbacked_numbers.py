"""Unbacked numbers: those in prose that no run holds, and that may be wrong tomorrow.

Only numbers with a decimal point and percentages are looked at: a whole number is a year, a
chapter or a count of something that stands beside it, far more often than a result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from notewright.note.loose_text import Loose, loose_text
from notewright.run.engine import Run
from notewright.vault.vault import Vault

_NUMBER = re.compile(
    r"(?<![\w.,/])[-−+]?(?:\d+\.\d+(?:[eE][-−+]?\d+)?(?:\s?%)?|\d+\s?%)(?![\w/]|\.\w)"
)
_ANY = re.compile(r"\d+(?:\.\d+)?")
_HELD = re.compile(r"<!--[=~](?P<expression>.*?)-->", re.DOTALL)


def unbacked_notices(vault: Vault, run: Run) -> Iterator[str]:
    """Yield each line whose numbers no run holds, with these numbers.

    Args:
        vault: The vault.
        run: What its cells gave.
    """
    for path, note in vault.notes.items():
        given = _given(run, path)
        lines: dict[int, list[str]] = {}
        with note.reading():
            for each in loose_text(note):
                found = _unbacked(each, given)
                if found:
                    lines.setdefault(each.line, []).extend(found)
        for line, numbers in sorted(lines.items()):
            yield f"{note.file}:{line}: no cell checks {', '.join(numbers)}"


def _given(run: Run, path: str) -> Mapping[str, int]:
    """How many numbers each value of a note's prose gave, by its expression."""
    counts: Counter[str] = Counter()
    for result in run.cells.get(path, ()):
        for value, got in zip(result.cell.values, result.values, strict=False):
            if value.held is None and got is not None:
                name = _plain(value.expression)
                counts[name] = max(counts[name], len(_ANY.findall(got)))
    return counts


def _unbacked(loose: Loose, given: Mapping[str, int]) -> list[str]:
    """The numbers of a run of text that no comment behind it holds."""
    held = _HELD.fullmatch(loose.html.strip())
    numbers = list(_ANY.finditer(loose.text))
    count = 0
    if held is not None:
        count = max(1, given.get(_plain(held["expression"]), 1))
    # Where a value gave more numbers than there are, words between them are marked up: all is held.
    end = len(loose.text) if not count else numbers[-count].start() if numbers[count - 1 :] else 0
    return [match[0] for match in _NUMBER.finditer(loose.text) if match.end() <= end]


def _plain(expression: str) -> str:
    return " ".join(expression.split())
