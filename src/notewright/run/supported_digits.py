"""Supported digits: whether other seeds would write other digits into the prose of a note.

A number that is held equal to its run is true of that run. Notes run again under other seeds tell
how much of it is luck: a digit counts for nothing where results scatter by more than its unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from statistics import stdev

from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.run.alone import run_apart
from notewright.run.engine import Run
from notewright.vault.vault import Vault

SEEDS = 8
"""Other seeds, unless somebody says otherwise."""

FEWEST = 2
"""Other seeds that tell a spread, with the note's own."""
_DECIMAL = re.compile(r"[-−]?\d+\.\d+")
_SPREAD = "±"


@dataclass(frozen=True, slots=True)
class Written:
    """A number that a note's prose says, and that a run holds.

    Attributes:
        path: The note.
        cell: Line of the cell that gives it.
        place: Which of that cell's values it is.
        line: Its own line.
        text: The number.
    """

    path: str
    cell: int
    place: int
    line: int
    text: str

    @property
    def number(self) -> float:
        """Its value."""
        return _number(self.text)

    @property
    def unit(self) -> float:
        """What its last digit counts."""
        return float(10.0 ** -len(self.text.partition(".")[2]))


def digit_notices(vault: Vault, run: Run, seeds: int = SEEDS) -> Iterator[str]:
    """Run notes under other seeds; yield each number whose last digit these do not support.

    Args:
        vault: The vault.
        run: What its cells gave.
        seeds: How many other seeds are tried.

    Raises:
        EngineError: If no cell can be run at all.
    """
    written = list(_all_written(vault, run))
    notes = list(_shortened(vault, written))
    found: dict[Written, list[float]] = {each: [each.number] for each in written}
    for seed in range(1, seeds + 1) if written else ():
        settings = replace(vault.settings, other_seeds=seed, shared_records="", scheduler="")
        other = run_apart(settings, vault, notes)
        for each in written:
            given = _given(other, each)
            found[each] += [given] if given is not None else []
    for each, numbers in found.items():
        if len(numbers) > FEWEST and (spread := stdev(numbers)) > each.unit:
            supported = _rounded(each.number, spread)
            yield (
                f"{vault.notes[each.path].file}:{each.line}: {each.text} is written, and the run "
                f"supports {supported}: it scatters by {spread:.2g} over {len(numbers)} seeds"
            )


def _all_written(vault: Vault, run: Run) -> Iterator[Written]:
    """Yield the decimal numbers of notes that stand alone: one with its spread says it itself."""
    for path, results in run.cells.items():
        text = vault.notes[path].text
        for result in results:
            for place, (value, got) in enumerate(
                zip(result.cell.values, result.values, strict=False)
            ):
                before = value.before
                if value.held is not None or before is None or got is None or _SPREAD in got:
                    continue
                is_spread = _SPREAD in before[-len(got) - 3 :]
                has_spread = text[value.end :].lstrip(" \n*_").startswith(_SPREAD)
                number = _DECIMAL.search(got)
                if number is not None and not (is_spread or has_spread):
                    yield Written(path, result.cell.line, place, value.line, number[0])


def _shortened(vault: Vault, written: Iterable[Written]) -> Iterator[Note]:
    """Yield the notes of some numbers, each with the sessions alone that give them."""
    wanted = {(each.path, each.cell) for each in written}
    for path in dict.fromkeys(each.path for each in written):
        note = copy(vault.notes[path])
        sessions = (
            session.cells
            for session in group(note.cells)
            if any((path, cell.line) in wanted for cell in session.cells)
        )
        vars(note)["cells"] = [cell for cells in sessions for cell in cells]
        yield note


def _given(run: Run, written: Written) -> float | None:
    """What another run gave for a number; None if the cell failed, or gave none."""
    for result in run.cells.get(written.path, ()):
        if result.cell.line == written.cell and len(result.values) > written.place:
            number = _DECIMAL.search(result.values[written.place] or "")
            return _number(number[0]) if number is not None else None
    return None


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def _rounded(number: float, spread: float) -> str:
    """A number with the digits that count for more than its spread."""
    places = -math.ceil(math.log10(spread))
    return f"{round(number, places):.{max(0, places)}f}"
