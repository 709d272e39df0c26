"""Comparing values: which are equal, which is less, and an order for all of them."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

from notewright.bases.mistakes import UnlikeError
from notewright.bases.values import (
    Date,
    Duration,
    Fields,
    FileValue,
    Items,
    Link,
    Regexp,
    Value,
    file_of,
    type_name,
)
from notewright.bases.written import text_of


def key_of(value: Value) -> Hashable:
    """A key that equal values share and no others: what `==`, `contains` and `unique` go by.

    NaN is the one exception to JavaScript: it equals itself, so that a group can be made of it.
    """
    file = file_of(value)
    if file is not None:
        return "file", file.path
    if isinstance(value, bool) or value is None:
        return "truth", value
    if isinstance(value, float | Duration):
        number = value.total if isinstance(value, Duration) else value
        return "number", None if math.isnan(number) else number
    if isinstance(value, Date):
        return "date", value.moment
    if isinstance(value, Items):
        return "list", tuple(key_of(each) for each in value)
    if isinstance(value, Fields):
        return "object", frozenset((name, key_of(each)) for name, each in value.items())
    if isinstance(value, Link):
        return "link", value.target
    if isinstance(value, Regexp):
        return "regexp", value.pattern, value.flags
    return "text", str(value)


def are_equal(left: Value, right: Value) -> bool:
    """Whether `left == right`; values of different types never are."""
    return key_of(left) == key_of(right)


def compare(left: Value, right: Value) -> int | None:
    """Whether the left value is less (-1), the same (0) or more (1); None if nothing can be said.

    Nothing is said about null and NaN: with them, no comparison holds.

    Raises:
        UnlikeError: If the two are of types that have no order between them.
    """
    if left is None or right is None:
        return None
    pair: tuple[Any, Any] | None = None
    if _is_number(left) and _is_number(right):
        pair = _number(left), _number(right)
    elif isinstance(left, Date) and isinstance(right, Date):
        pair = left.moment, right.moment
    elif isinstance(left, str | Link) and isinstance(right, str | Link):
        pair = text_of(left), text_of(right)
    if pair is None:
        raise UnlikeError(
            f"cannot compare {a_type(left)} with {a_type(right)}",
            "Compare numbers with numbers, dates with dates, and text with text",
        )
    if pair[0] != pair[0] or pair[1] != pair[1]:  # NaN
        return None
    return int(pair[0] > pair[1]) - int(pair[0] < pair[1])


def a_type(value: Value) -> str:
    """The type of a value in a message: "a number", "text"."""
    name = {"string": "text"}.get(type_name(value), type_name(value))
    if name in ("text", "null", "html"):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def sort_key(value: Value) -> tuple[Any, ...]:
    """A key by which any values can be sorted: first by kind, and what is missing comes last.

    Kinds come as numbers, dates, text (with links and files), booleans, lists, objects and
    patterns. In text capitals count only between what is the same without them.
    """
    if _is_number(value):
        number = _number(value)
        return (1, 0.0, "") if math.isnan(number) else (0, number, "")
    if isinstance(value, Date):
        return (2, value.moment, "")
    if isinstance(value, str | Link | FileValue):
        text = text_of(value)
        file = file_of(value)
        return (3, text.casefold(), text, file.path if file else "")
    if isinstance(value, bool):
        return (4, value, "")
    if isinstance(value, Items):
        return (5, tuple(sort_key(each) for each in value), "")
    if isinstance(value, Fields):
        pairs = sorted((name, sort_key(each)) for name, each in value.items())
        return (6, tuple(pairs), "")
    if isinstance(value, Regexp):
        return (7, value.pattern, value.flags)
    return (8, 0, "")


def _is_number(value: Value) -> bool:
    """Whether a value is ordered as a number; a duration is, by its milliseconds."""
    return isinstance(value, float | Duration)


def _number(value: Value) -> float:
    assert isinstance(value, float | Duration)
    return value.total if isinstance(value, Duration) else value
