"""How a function is declared, and what its arguments must be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notewright.bases.functions import Nothing, Table, checked, whole
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import Duration, Link, Value


def declared(kinds: str) -> Table:
    """A table with one function."""
    table = Table()
    table.add("f", kinds)(lambda *_: None)
    return table


@pytest.mark.parametrize(
    ("kinds", "allowed", "told"),
    [
        ("", {0}, "takes 0 arguments"),
        ("text", {1}, "takes 1 argument,"),
        ("text text", {2}, "takes 2 arguments"),
        ("text text?", {1, 2}, "takes 1 to 2 arguments"),
        ("text text*", {1, 2, 3, 4}, "takes 1 or more arguments"),
        ("text*", {0, 1, 2, 3, 4}, ""),
    ],
)
def test_arguments_are_counted(kinds: str, allowed: set[int], told: str) -> None:
    """The error says how many there may be."""
    function = declared(kinds)["f"]
    for count in range(5):
        if count in allowed:
            function.check_count(count, "f")
        else:
            with pytest.raises(ExpressionError, match=told):
                function.check_count(count, "f")


@pytest.mark.parametrize(
    ("kinds", "given", "found"),
    [
        ("text", ["a"], ["a"]),
        ("text", [Link("a")], ["a"]),
        ("number", [Duration(milliseconds=5)], [5.0]),
        ("text any", ["a", None], ["a", None]),
        ("text number?", ["a", None], ["a"]),
        ("number*", [1.0, 2.0], [1.0, 2.0]),
        ("place", [Link("a")], [Link("a")]),
    ],
)
def test_arguments_become_what_a_function_needs(
    kinds: str, given: Sequence[Value], found: Sequence[Value]
) -> None:
    """A link is text, a duration a number, and null counts as left out where it may be."""
    assert list(checked(declared(kinds)["f"], "f", given)) == found


def test_null_where_a_value_is_needed_makes_null() -> None:
    """No error: a property that a note has not makes an empty cell."""
    for kinds in ("text", "number*", "list"):
        with pytest.raises(Nothing):
            list(checked(declared(kinds)["f"], "f", [None]))


def test_whole_numbers() -> None:
    """What stands behind the point is cut off, and no number is too large to be one."""
    numbers = [whole(each) for each in (1.9, -1.9, float("nan"), float("inf"), -1e300)]
    assert numbers == [1, -1, 0, 10**9, -(10**9)]
