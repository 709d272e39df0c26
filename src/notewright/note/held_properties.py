"""Properties that a run holds: what a cell says of its note, compared with what the note says.

A cell with `#| holds: {score: scores.mean()}` gives properties of its note. They stay plain YAML,
which Obsidian and its Bases read as numbers and boxes, and cannot differ from the run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from notewright.note.properties import PROPERTIES
from notewright.safe_yaml import SafeLoader

_DIGITS = 6
"""Significant digits of a number for which the note has none yet."""


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
        said: Its YAML; None if the note has no such property.
        got: The YAML of what the run gave.
        line: The note's line, counted from 1.
        start: Offset in the note of what is to be replaced.
        end: Offset behind it.
        new: What stands there then.
    """

    name: str
    said: str | None
    got: str
    line: int
    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Held:
    """The properties of a note, for a cell that holds some of them.

    Attributes:
        text: The note, up to the end of its properties.
    """

    text: str

    def differences(self, result: str) -> Iterator[Difference]:
        """Yield the properties that say something else than the run.

        Args:
            result: What the cell gives: JSON of a mapping of names to values.
        """
        found = {each.name: each for each in _read(self.text)}
        for name, value in json.loads(result).items():
            said = found.get(name)
            if said is None:
                if value is not None:
                    yield self._missing(name, value)
            elif not _agrees(said, value):
                got = _yaml(value, said)
                space = "" if self.text[said.start - 1 : said.start] != ":" else " "
                place = said.line, said.start, said.end
                yield Difference(name, said.written, got, *place, f"{space}{got}")

    def _missing(self, name: str, value: Any) -> Difference:
        """A property that the note is to have, below those that it has."""
        got = _yaml(value)
        line = f"{_scalar(name)}: {got}\n"
        match = PROPERTIES.match(self.text)
        if match is None:
            return Difference(name, None, got, 1, 0, 0, f"---\n{line}---\n\n")
        end = match.end("yaml")
        return Difference(name, None, got, 1, end, end, line)


def _read(text: str) -> Iterator[Property]:
    match = PROPERTIES.match(text)
    node = yaml.compose(match["yaml"], Loader=SafeLoader) if match is not None else None
    if match is None or not isinstance(node, yaml.MappingNode):
        return
    loaded = yaml.load(match["yaml"], Loader=SafeLoader)  # noqa: S506  # ours, and a safe one
    shift = match.start("yaml")
    for key, value in node.value:
        start, end = shift + value.start_mark.index, shift + value.end_mark.index
        written = text[start:end].rstrip()
        line = text.count("\n", 0, shift + key.start_mark.index) + 1
        said = loaded.get(key.value)
        yield Property(key.value, said, written, line, start, start + len(written))


def _agrees(said: Property, got: Any) -> bool:
    """Whether a property says what the run gave; a number to the digits that it is written with."""
    value = said.value
    if _is_number(value) and _is_number(got):
        return value == _rounded(got, said.written)
    if isinstance(value, date):
        return value.isoformat() == got
    if isinstance(value, list) and isinstance(got, list):
        return len(value) == len(got) and all(map(_same, value, got))
    return _same(value, got)


def _same(value: Any, got: Any) -> bool:
    return type(value) is type(got) and bool(value == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimals(written: str) -> int | None:
    """How many digits a number is written with behind its point; None for powers of ten."""
    found = re.fullmatch(r"[-+]?[\d_]*(?:\.(\d*))?", written)
    return len(found[1] or "") if found else None


def _rounded(value: float, written: str) -> float:
    digits = _decimals(written)
    return value if digits is None or not math.isfinite(value) else round(value, digits)


def _yaml(value: Any, like: Property | None = None) -> str:
    """The YAML of a value; a number with as many digits as the one in whose place it stands."""
    if isinstance(value, float) and math.isfinite(value):
        digits = _decimals(like.written) if like is not None and _is_number(like.value) else None
        if digits is not None:
            return f"{value:.{digits}f}"
        return f"{value:.{_DIGITS}g}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """A value as YAML in one line."""
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=math.inf)
    return str(written).removesuffix("\n").removesuffix("\n...")


def as_mapping(value: Mapping[str, str] | str) -> str:
    """The Python of what an option `holds` says: a mapping, or an expression that gives one."""
    if isinstance(value, str):
        return value
    return f"{{{', '.join(f'{name!r}: ({text})' for name, text in value.items())}}}"
