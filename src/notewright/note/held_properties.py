"""Compare the properties of a note with the values that its cells compute.

A cell with `#| properties: {score: scores.mean()}` computes a property of its note. The property
stays plain YAML, which Obsidian and its Bases read, and must agree with the run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from notewright.note.properties import PROPERTIES
from notewright.note.safe_yaml import load_pairs

_DIGITS = 6
"""Significant digits of a number for which the note has none yet."""

_LONG = 15
"""Digits before the point of a number that is written without a power of ten."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property as a note writes it.

    Attributes:
        name: Its name.
        value: What it says.
        written: Its YAML.
        line: The note's line, counted from 1.
        start: Offset in the note of its YAML.
        end: Offset behind it.
    """

    name: str
    value: Any
    written: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that says something else than the run.

    Attributes:
        name: Its name.
        said: The property; None if the note has none of this name.
        got: The YAML of what the run gave.
    """

    name: str
    said: Property | None
    got: str

    @property
    def line(self) -> int:
        """The note's line, counted from 1."""
        return self.said.line if self.said is not None else 1

    def __str__(self) -> str:
        if self.said is None:
            return f"the note has no property `{self.name}`, but the cell computes {self.got}"
        said = self.said.written or "empty"
        return f"the property `{self.name}` is {said}, but the cell computes {self.got}"


@dataclass(frozen=True, slots=True)
class Held:
    """What a cell holds: some properties of its note.

    Attributes:
        text: The note, up to the end of its properties.
    """

    text: str

    def differences(self, result: str) -> Sequence[Difference]:
        """The properties that say something else than the run.

        Args:
            result: What the cell gives: JSON of a mapping of names to values.
        """
        known = {each.name: each for each in _read(self.text)}
        found = []
        for name, value in json.loads(result).items():
            said = known.get(name)
            if not (_agrees(said, value) if said is not None else value is None):
                found.append(Difference(name, said, _yaml(value, said)))
        return found

    def said(self, result: str) -> Mapping[str, str]:
        """The properties that the run gives, as the note writes them.

        Args:
            result: As for `differences`.
        """
        given = json.loads(result)
        return {each.name: each.written for each in _read(self.text) if each.name in given}

    def edits(self, differences: Iterable[Difference]) -> Iterator[tuple[int, int, str]]:
        """Yield what makes the note say what the run gave: start, end, and the text in between.

        Args:
            differences: Of all its cells; of a property that two of them hold, the first counts.
        """
        missing = ""
        first = {each.name: each for each in reversed(list(differences))}
        for each in reversed(first.values()):
            if each.said is None:
                missing += f"{_scalar(each.name)}: {each.got}\n"
            else:
                start, end = each.said.start, each.said.end
                space = " " if self.text[start - 1 : start] == ":" else ""
                yield start, end, space + each.got
        match = PROPERTIES.match(self.text)
        if missing and match is not None:
            yield match.end("yaml"), match.end("yaml"), missing
        elif missing:
            yield 0, 0, f"---\n{missing}---\n\n"


@lru_cache(maxsize=1 << 10)  # each build asks for those of all notes
def _read(text: str) -> Sequence[Property]:
    return [*_properties(text)]


def _properties(text: str) -> Iterator[Property]:
    match = PROPERTIES.match(text)
    if match is None:
        return
    try:
        loaded, pairs = load_pairs(match["yaml"], [])
    except (yaml.YAMLError, ValueError):  # which is told where properties are read
        return
    shift = match.start("yaml")
    for key, value in pairs:
        start, end = shift + value.start_mark.index, shift + value.end_mark.index
        written = text[start:end].rstrip()
        line = text.count("\n", 0, shift + key.start_mark.index) + 1
        said = loaded.get(key.value)
        yield Property(key.value, said, written, line, start, start + len(written))


def _agrees(said: Property, got: Any) -> bool:
    """Whether a property says what the run gave; a number to the digits that it is written with."""
    value = said.value
    if _is_number(value) and _is_number(got):
        return bool(value == _rounded(got, said.written))
    if isinstance(value, date):
        return bool(value.isoformat() == got)
    if isinstance(value, list) and isinstance(got, list):
        return len(value) == len(got) and all(map(_same, value, got))
    return _same(value, got)


def _same(value: Any, got: Any) -> bool:
    return type(value) is type(got) and bool(value == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_NO_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_WRITTEN = re.compile(r"[-+]?[\d_]*(?:\.(?P<behind>\d*))?(?P<power>[eE][-+]?\d+)?")


def _form(written: str) -> str:
    """The format with which a number is written: its digits behind the point, and a power of ten.

    Empty for another form, such as `.inf`.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return ""
    digits = len(found["behind"] or "")
    return f"#.{digits}e" if found["power"] else f".{digits}f"  # YAML needs a point before `e`


def _rounded(value: float, written: str) -> float:
    form = _form(written)
    return float(format(value, form)) if form else value


def _yaml(value: Any, like: Property | None = None) -> str:
    """The YAML of a value; a number with as many digits as the one in whose place it stands.

    A fraction in the place of one digit alone is not rounded to another: 0.957 is no 1.
    """
    if not _is_number(value):
        return _scalar(value)
    form = _form(like.written) if like is not None and _is_number(like.value) else ""
    if form and not (form == ".0f" and abs(value) < 10 and value != round(value)):
        return format(value, form)
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """A number in some digits, for which there is no form yet."""
    power = math.floor(math.log10(abs(value))) if value else 0
    if not -_DIGITS < power < _LONG:
        return format(value, f".{_DIGITS - 1}e")
    written = format(value, f".{max(0, _DIGITS - 1 - power)}f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _scalar(value: Any) -> str:
    """A value as YAML in one line."""
    written = _dumped(value, allow_unicode=True)
    return written if not _NO_LINE.search(written) else _dumped(value, default_style='"')


def _dumped(value: Any, **style: Any) -> str:
    written = yaml.safe_dump(value, default_flow_style=True, width=math.inf, **style)
    return str(written).removesuffix("\n").removesuffix("\n...")


def as_mapping(value: Mapping[str, str] | str) -> str:
    """The option `properties` as Python: its mapping of names to expressions, or its expression."""
    if isinstance(value, str):
        return value
    return f"{{{', '.join(f'{name!r}: ({text})' for name, text in value.items())}}}"
