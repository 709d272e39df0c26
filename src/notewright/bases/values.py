"""Values of expressions: their types, and what is true of them.

Null, booleans, numbers and text are Python's own: None, `bool`, `float` and `str`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from notewright.bases.files import File
from notewright.bases.mistakes import BudgetError

LONGEST_TEXT = 100_000
"""Characters that a text of an expression may have."""

MOST_WEIGHT = 50_000
"""Values that a list may hold, those of the lists in it included; 64 characters are one value."""

DEEPEST = 24
"""Lists that may stand in each other: all that walks through them calls itself."""

DAY = 86_400_000
"""Milliseconds of a day."""

MONTH = 30.436875 * DAY
"""Milliseconds of a month where it must be compared with days: a twelfth of a mean year."""


class KindOfText(str):
    """Text that is shown in a way of its own, and is text for everything else.

    Attributes:
        kind: `html`, `image`, `icon`, `url` or `tag`.
        file: For an image of the vault, the file.
    """

    __slots__ = ("file", "kind")
    kind: str
    file: File | None

    def __new__(cls, text: str, kind: str, file: File | None = None) -> KindOfText:
        """Make it of its text and kind."""
        made = super().__new__(cls, text)
        made.kind = kind
        made.file = file
        return made


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or a moment of a day, as clocks on the wall show it: it has no time zone.

    Attributes:
        moment: When; midnight for a day.
        has_time: Whether the time of day was said.
    """

    moment: datetime
    has_time: bool


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. A month is not a number of days, and stays apart.

    Attributes:
        months: Whole months; a year is twelve.
        days: Whole days; a week is seven.
        milliseconds: All that is shorter.
    """

    months: int = 0
    days: int = 0
    milliseconds: float = 0

    @property
    def total(self) -> float:
        """All of it in milliseconds; a month counts as a twelfth of a mean year."""
        return self.months * MONTH + self.days * DAY + self.milliseconds


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a file, to nothing, or to an address.

    Attributes:
        target: Where it leads, as written, with its heading.
        text: What it shows instead of the name; may be empty.
        file: The file that it leads to, or None.
    """

    target: str
    text: str = ""
    file: File | None = None

    @property
    def shown(self) -> str:
        """Its own text, or the name of where it leads."""
        if self.text:
            return self.text
        if self.file is None or "#" in self.target:
            return self.target
        return shown_name(self.file)


@dataclass(frozen=True, slots=True)
class FileValue:
    """A file of the vault as a value."""

    file: File


@dataclass(frozen=True, slots=True)
class Regexp:
    """A regular expression, as written between its slashes."""

    pattern: str
    flags: str = ""


class Items(tuple["Value", ...]):
    """A list. It cannot be larger or deeper than what can be walked through in a moment.

    Attributes:
        weight: How much it holds, with all that is in it.
        depth: How many lists stand in each other.
    """

    weight: int
    depth: int

    def __new__(cls, values: Iterable[Value] = ()) -> Items:
        """Make it of its elements.

        Raises:
            BudgetError: If it would be too large or too deep.
        """
        made = super().__new__(cls, values)
        made.weight, made.depth = _measured(made)
        return made


class Fields(dict[str, "Value"]):
    """An object: values by name. Like a list it has bounds, and nobody changes it.

    Attributes:
        weight: How much it holds, with all that is in it.
        depth: How many lists and objects stand in each other.
    """

    weight: int
    depth: int

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        super().__init__(values or {})
        self.weight, self.depth = _measured(self.values())


Value: TypeAlias = (
    bool | float | str | Date | Duration | Link | FileValue | Regexp | Items | Fields | None
)


def _measured(values: Iterable[Value]) -> tuple[int, int]:
    """Weight and depth of what holds these values, which are not more than they may be."""
    weight, depth = 1, 1
    for each in values:
        if isinstance(each, Items | Fields):
            weight += each.weight
            depth = max(depth, each.depth + 1)
        else:
            weight += 1 + (len(each) // 64 if isinstance(each, str) else 0)
    if weight > MOST_WEIGHT:
        raise BudgetError(f"a list or an object contains more than {MOST_WEIGHT} values")
    if depth > DEEPEST:
        raise BudgetError(f"more than {DEEPEST} nested lists")
    return weight, depth


def bounded_text(text: str) -> str:
    """The text itself, if it is not too long.

    Raises:
        BudgetError: If it is.
    """
    if len(text) > LONGEST_TEXT:
        raise BudgetError(f"text is longer than {LONGEST_TEXT} characters")
    return text


def type_name(value: Value) -> str:
    """What `isType` calls the type of a value; for a kind of text, the kind."""
    if name := _EXACT.get(type(value)):
        return name
    if isinstance(value, KindOfText):
        return value.kind
    for types, name in _NAMES:
        if isinstance(value, types):
            return name
    raise TypeError(type(value).__name__)


_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),  # before the numbers: Python's booleans are some
    (float, "number"),
    (str, "string"),
    (Date, "date"),
    (Duration, "duration"),
    (Link, "link"),
    (FileValue, "file"),
    (Regexp, "regexp"),
    (Items, "list"),
    (Fields, "object"),
)
_EXACT = {**dict(_NAMES), type(None): "null"}


def is_type(value: Value, name: str) -> bool:
    """Whether a value is of a type; links and the kinds of text are strings, too."""
    return type_name(value) == name or (name == "string" and isinstance(value, str | Link))


def is_truthy(value: Value) -> bool:
    """Whether a condition takes a value for true: all but null, false, 0, NaN and no text."""
    if isinstance(value, bool | float):
        return bool(value) and value == value
    return value is not None and not (isinstance(value, str) and not value)


def is_empty(value: Value) -> bool:
    """Whether there is nothing in a value: null, and text, lists and objects without any part."""
    return value is None or (isinstance(value, str | Items | Fields) and not value)


def shown_name(file: File) -> str:
    """What a file is called in text: a note without its extension, all else with it."""
    return file.basename if file.ext == "md" else file.name


def file_of(value: Value) -> File | None:
    """The file that a value is or leads to, or None."""
    return value.file if isinstance(value, FileValue | Link) else None
