"""Supported digits: whether other seeds would write other digits into the prose of a note.

A number that is held equal to its run is true of that run. Notes run again under other seeds tell
how much of it is luck: a digit counts for nothing where results scatter by more than its unit.

What is tried costs a run of its session, so a number is tried until it is decided: until the
interval of its spread, which is that of a normal sample (chi-squared), lies on one side of the
unit. Half of them need one other seed: it gives the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import stdev

from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.run.alone import run_apart
from notewright.run.engine import Run
from notewright.run.kept_spreads import KeptSpread, KeptSpreads, key_of, made_of, write_spreads
from notewright.vault.vault import Vault

SEEDS = 3
"""Most other seeds that are tried, unless somebody says otherwise."""

FEWEST = 2
"""Other seeds that tell a spread, with the note's own; one may tell that there is none."""
_SURE = 1.2816
"""Standard deviations of a normal one that 90 % lie below: so sure is what is decided early."""
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
    def decimals(self) -> int:
        """How many digits it has behind the point."""
        return len(self.text.partition(".")[2])

    @property
    def unit(self) -> float:
        """What its last digit counts."""
        return float(10.0**-self.decimals)


@dataclass(slots=True, eq=False)
class Scatter:
    """What other seeds gave for a number.

    Attributes:
        written: The number.
        numbers: That of the note's own seeds first, then those of others.
    """

    written: Written
    numbers: list[float]

    @property
    def spread(self) -> float:
        """The standard deviation over all of them."""
        return stdev(self.numbers)

    @property
    def is_open(self) -> bool:
        """Whether further seeds may say something else of its last digit."""
        if len(self.numbers) < 2:
            return True
        least, most = (self.written.unit * factor for factor in _factors(len(self.numbers) - 1))
        return self.spread >= least and (len(self.numbers) <= FEWEST or self.spread <= most)

    @property
    def is_luck(self) -> bool:
        """Whether they do not support its last digit."""
        if len(self.numbers) <= FEWEST:
            return False  # others are not tried, or their runs failed
        return round(self.spread / self.written.unit, 6) > 1

    @property
    def places(self) -> int:
        """How many decimal places count for more than the spread; negative for tens."""
        return -math.ceil(math.log10(self.spread))

    @property
    def supported(self) -> str:
        """The number with these places; empty if no digit is left."""
        number = round(self.written.number, self.places)
        return f"{number:.{max(0, self.places)}f}" if number else ""

    def __str__(self) -> str:
        supported = (
            f"only {self.supported} is supported"
            if self.supported
            else "none of its digits are supported"
        )
        return (
            f"the note says {self.written.text}, but {supported}: the value varies by "
            f"{self.spread:.2g} across {len(self.numbers)} seeds"
        )


def digit_notices(vault: Vault, found: Iterable[Scatter]) -> Iterator[str]:
    """Yield each number whose last digit is luck."""
    for each in found:
        if each.is_luck:
            yield f"{vault.notes[each.written.path].file}:{each.written.line}: {each}"


def keep_spreads(vault: Vault, run: Run, found: Iterable[Scatter]) -> None:
    """Keep what other seeds gave, for the pages of the notes.

    Args:
        vault: The vault.
        run: What its cells gave.
        found: What is kept; what was kept before and is not in it is no longer true.

    Raises:
        EngineError: If no file is named in which it is kept, or that cannot be written.
    """
    write_spreads(vault.settings, _as_kept(run, found))


def _as_kept(run: Run, found: Iterable[Scatter]) -> Iterator[tuple[str, KeptSpread]]:
    results = {(path, each.cell.line): each for path, cells in run.cells.items() for each in cells}
    for each in found:
        written = each.written
        result = results[written.path, written.cell]
        value = result.cell.values[written.place]
        if len(each.numbers) > 1:
            numbers = tuple(f"{number:.{written.decimals}f}" for number in each.numbers)
            key = key_of(made_of(result), value)
            yield written.path, KeptSpread(value.expression, key, numbers)


def scatters(vault: Vault, run: Run, seeds: int = SEEDS) -> list[Scatter]:
    """Run notes under other seeds, as far as it is not kept what these gave.

    Args:
        vault: The vault.
        run: What its cells gave.
        seeds: How many other seeds are tried at most.

    Returns:
        Each decimal number that a run holds, with what was tried of it.

    Raises:
        EngineError: If no cell can be run at all, or what is kept cannot be read.
    """
    kept = KeptSpreads.read(vault.settings)
    found = [
        Scatter(each, tried)
        for path in run.cells
        for each, tried in _all_written(vault.notes[path], run, kept)
    ]
    for seed in range(1, seeds + 1):
        # Who gave none under the seed before gives none under this one.
        left = [each for each in found if len(each.numbers) == seed and each.is_open]
        if not left:
            break
        settings = replace(vault.settings, other_seeds=seed, shared_records="", scheduler="")
        other = run_apart(settings, vault, _shortened(vault, [each.written for each in left]))
        for each in left:
            number = _given(other, each.written)
            each.numbers += [number] if number is not None else []
    return found


def _all_written(note: Note, run: Run, kept: KeptSpreads) -> Iterator[tuple[Written, list[float]]]:
    """Yield a note's decimal numbers that stand alone, with what is known of them under seeds.

    One with its spread says it itself.
    """
    for result in run.cells[note.path]:
        for place, (value, got) in enumerate(zip(result.cell.values, result.values, strict=False)):
            before = value.before
            if value.is_claim or before is None or got is None or _SPREAD in got:
                continue
            is_spread = _SPREAD in before[-len(got) - 3 :]
            has_spread = note.text[value.end :].lstrip(" \n*_").startswith(_SPREAD)
            number = _DECIMAL.search(got)
            if number is not None and not (is_spread or has_spread):
                written = Written(note.path, result.cell.line, place, value.line, number[0])
                known = kept.numbers(note.path, result, place)
                yield written, [float(each) for each in known] or [written.number]


def _shortened(vault: Vault, written: Iterable[Written]) -> Iterator[Note]:
    """Yield the notes of some numbers, with their sessions up to the cells that give these."""
    wanted = {(each.path, each.cell) for each in written}
    for path in dict.fromkeys(each.path for each in written):
        note = replace(vault.notes[path])  # which remembers nothing of all its cells
        cells: list[Cell] = []
        for session in group(note.cells):
            giving = [at for at, cell in enumerate(session.cells) if (path, cell.line) in wanted]
            cells += session.cells[: giving[-1] + 1] if giving else ()
        vars(note)["cells"] = cells
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


def _factors(freedom: int) -> tuple[float, float]:
    """Spreads of a sample whose own is 1 lie in between, but for a tenth on either side.

    Wilson and Hilferty, "The distribution of chi-square", 1931.
    """
    part = 2 / (9 * freedom)
    least, most = (1 - part + sign * _SURE * math.sqrt(part) for sign in (-1, 1))
    return least**1.5, most**1.5
