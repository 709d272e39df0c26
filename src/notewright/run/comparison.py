"""A comparison of two manifests: which notes differ, in what, and by how much."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from notewright.run.manifest import Manifest, Part, Shown

_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?(?![\w.]*[A-Za-z_])")
_COORDINATE = re.compile(r"-?\d+(?:\.\d+)?")
_NAMED = re.compile(r'(\bid="|href="#|url\(#)([^")]*)')
_REST = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|base64,[\w+/=\s]*", re.S)

LAST_DIGIT, NUMBERS, FIGURE, OTHER = "last digit", "numbers", "figure", "other"
"""How much differs: each number by at most one in the last digit that is shown; numbers by more;
what is drawn, though no word in it; and what is no number."""

ORDER = (LAST_DIGIT, FIGURE, NUMBERS, OTHER)
"""From the least to the most."""


@dataclass(frozen=True, slots=True)
class Amount:
    """By how much two things of a kind differ.

    Attributes:
        kind: One of `ORDER`.
        words: That in words.
    """

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class PartChange:
    """One thing that a cell shows otherwise; None where there was or is nothing."""

    old: Part | None
    new: Part | None
    amount: Amount


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that shows something else; None where there was or is no such cell."""

    old: Shown | None
    new: Shown | None
    parts: tuple[PartChange, ...] = ()

    @property
    def is_edited(self) -> bool:
        """Whether its code is another, too."""
        return bool(self.old and self.new and self.old.code != self.new.code)

    @property
    def words(self) -> str:
        """What became of it, in words."""
        if self.old is None:
            return "the cell was added"
        if self.new is None:
            return "the cell was removed"
        return "its code was edited" if self.is_edited else ""


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note that differs.

    Attributes:
        note: Its file, or its page in a site.
        cells: Its cells that differ, in order.
        total: How many cells it has.
        words: Whether it is new or gone; else empty.
    """

    note: str
    cells: tuple[CellChange, ...]
    total: int
    words: str = ""

    @property
    def kind(self) -> str:
        """The most by which anything in it differs: one of `ORDER`."""
        kinds = [part.amount.kind for cell in self.cells for part in cell.parts]
        return max(kinds, key=ORDER.index, default=OTHER)


@dataclass(frozen=True)
class Comparison:
    """Two manifests, compared.

    Attributes:
        notes: The notes that differ, by name.
        same: How many notes are the same.
        machines: The machines of the old one and of the new one, in words.
    """

    notes: tuple[NoteChange, ...] = ()
    same: int = 0
    machines: tuple[Sequence[str], Sequence[str]] = field(default=((), ()))

    @property
    def cells(self) -> int:
        """How many cells differ."""
        return sum(len(note.cells) for note in self.notes)


def compare(old: Manifest, new: Manifest) -> Comparison:
    """Compare two manifests, note by note and cell by cell."""
    changed, same = [], 0
    for note in sorted(old.notes.keys() | new.notes.keys()):
        before, after = old.notes.get(note), new.notes.get(note)
        words = "" if before is not None and after is not None else "new" if after else "missing"
        cells = tuple(_cells(before or (), after or ()))
        if cells or words:
            changed.append(NoteChange(note, cells, len(after or before or ()), words))
        else:
            same += 1
    return Comparison(tuple(changed), same, (_longest(old.machines), _longest(new.machines)))


def _longest(machines: Sequence[str]) -> list[str]:
    """Machines without those of which another one says the same and more."""
    return [
        each
        for each in machines
        if not any(other != each and other.startswith(each) for other in machines)
    ]


def _cells(old: Sequence[Shown], new: Sequence[Shown]) -> Iterator[CellChange]:
    """Yield the cells that differ. A cell is found again by its code, its label or its place."""
    matcher = difflib.SequenceMatcher(
        None, [each.code for each in old], [each.code for each in new], autojunk=False
    )
    for _, start, end, first, last in matcher.get_opcodes():
        for before, after in _pairs(old[start:end], new[first:last]):
            if before is None or after is None or before.digest != after.digest:
                yield CellChange(before, after, tuple(_parts(before, after)))


def _pairs(
    old: Sequence[Shown], new: Sequence[Shown]
) -> Iterator[tuple[Shown | None, Shown | None]]:
    """Pair the cells of a stretch: by label, and those that have none in common by order."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    labels = {each.label for each in new if each.label}
    gone = [each for each in old if each.label not in labels]
    known = {each.label: each for each in old if each.label in labels}
    for after in new:
        before = known.get(after.label) if after.label else None
        yield before or (gone.pop(0) if gone and not after.label else None), after
    for before in gone:
        yield before, None


def _parts(old: Shown | None, new: Shown | None) -> Iterator[PartChange]:
    """Yield what differs between two cells, kind by kind."""
    before, after = old.parts if old else (), new.parts if new else ()
    for kind in dict.fromkeys(part.kind for part in (*before, *after)):
        olds = [part for part in before if part.kind == kind]
        news = [part for part in after if part.kind == kind]
        for number in range(max(len(olds), len(news))):
            first = olds[number] if number < len(olds) else None
            second = news[number] if number < len(news) else None
            if first is None or second is None:
                words = "added" if first is None else "removed"
                yield PartChange(first, second, Amount(OTHER, words))
            elif first.light != second.light:
                yield PartChange(first, second, _amount(first, second))


def numbers(note: NoteChange) -> Iterator[tuple[str, str]]:
    """Yield the numbers of a note that became others, where the words around them are the same.

    Args:
        note: A note that differs.
    """
    for cell in note.cells:
        for part in cell.parts:
            old, new = part.old.text if part.old else "", part.new.text if part.new else ""
            if part.amount.kind in (LAST_DIGIT, NUMBERS) and _plain(old) == _plain(new):
                pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
                yield from (pair for pair in pairs if pair[0] != pair[1])


def _amount(old: Part, new: Part) -> Amount:
    if old.kind == "figure":
        return figures_differ(old, new)
    return texts_differ(old.text, new.text)


def texts_differ(old: str, new: str) -> Amount:
    """By how much two texts differ."""
    if _plain(old) != _plain(new):
        return Amount(OTHER, "the text differs")
    pairs = list(zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True))
    unlike = [(first, second) for first, second in pairs if first != second]
    if not unlike:
        return Amount(OTHER, "only whitespace differs")
    most = max(unlike, key=lambda pair: _relative(*pair))
    verb = "differs" if len(unlike) == 1 else "differ"
    count = f"{len(unlike)} of {len(pairs)} number{'s' if len(pairs) > 1 else ''} {verb}"
    if all(_is_last_digit(*pair) for pair in unlike):
        return Amount(LAST_DIGIT, f"{count}, only in the last digit: {' → '.join(most)}")
    return Amount(NUMBERS, f"{count}, by up to {_share(_relative(*most))}: {' → '.join(most)}")


def figures_differ(old: Part, new: Part) -> Amount:
    """By how much two figures differ."""
    if old.text != new.text:
        amount = texts_differ(old.text, new.text)
        return Amount(amount.kind, f"text in the figure: {amount.words}")
    if not (old.is_drawn and new.is_drawn):
        return Amount(FIGURE, "the figure differs; a manifest with figures shows by how much")
    first, second = _coordinates(old.figure), _coordinates(new.figure)
    if first is None or second is None or len(first) != len(second):
        return Amount(FIGURE, "the figure differs in its lines or pixels")
    moves = [abs(float(one) - float(two)) for one, two in zip(first, second, strict=True)]
    moved = [each for each in moves if each > 0]
    if not moved:
        return Amount(FIGURE, "the figure differs in its colours, pixels or encoding")
    words = (
        f"the figure differs in {len(moved)} of {len(moves)} coordinates, "
        f"by up to {max(moved):.2g} pt"
    )
    return Amount(FIGURE, words)


def _coordinates(svg: str) -> list[str] | None:
    """The numbers of a figure; None of a bitmap. Names in it may be digests, and do not count."""
    if not svg.startswith(("<svg", "<?xml")):
        return None
    return _COORDINATE.findall(_NAMED.sub(r"\1", _REST.sub("", svg)))


def _plain(text: str) -> str:
    """Text without its numbers, and with one space for many."""
    return " ".join(_NUMBER.sub(" # ", text).split())


def _value(number: str) -> float:
    return float(number.replace("−", "-"))


def _relative(old: str, new: str) -> float:
    """By what share of the larger two numbers differ."""
    first, second = _value(old), _value(new)
    largest = max(abs(first), abs(second))
    return abs(first - second) / largest if 0 < largest < math.inf else 0.0


def _is_last_digit(old: str, new: str) -> bool:
    """Whether two numbers differ by at most one in the last digit of the coarser.

    Whole numbers are exact: they count something.
    """
    if re.fullmatch(r"[-−+]?\d+", old) and re.fullmatch(r"[-−+]?\d+", new):
        return False
    unit = max(_unit(old), _unit(new))
    return abs(_value(old) - _value(new)) <= unit * (1 + 1e-9)


def _unit(number: str) -> float:
    mantissa, _, exponent = number.replace("−", "-").lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return float(f"1e{-digits}") if abs(digits) < 300 else 0.0


def _share(share: float) -> str:
    return f"{100 * share:.2g} %"
