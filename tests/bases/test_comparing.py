"""Comparing values: what is equal, what is less, and that any values can be sorted."""

from __future__ import annotations

from datetime import datetime

import pytest
from bases_files import Note
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.comparing import a_type, are_equal, compare, key_of, sort_key
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import (
    DAY,
    Date,
    Duration,
    Fields,
    FileValue,
    Items,
    KindOfText,
    Link,
    Regexp,
    Value,
)

DUNE, EMMA = Note("Books/Dune.md"), Note("Books/Emma.md")
LEAP = datetime(2024, 2, 29)

single = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.text(max_size=4),
    st.builds(Date, st.datetimes(), st.booleans()),
    st.builds(Duration, st.integers(-9, 9), st.integers(-9, 9)),
    st.sampled_from([Link("Dune", file=DUNE), Link("x"), FileValue(DUNE), FileValue(EMMA)]),
    st.builds(Regexp, st.text(max_size=2)),
)
anything = st.recursive(
    single,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(Items),
        st.dictionaries(st.text(max_size=2), inner, max_size=3).map(Fields),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1.0, 1.0),
        ("a", KindOfText("a", "tag")),
        (Date(LEAP, False), Date(LEAP, True)),
        (Items([1.0, "a"]), Items([1.0, "a"])),
        (Fields({"a": 1.0, "b": None}), Fields({"b": None, "a": 1.0})),
        (Link("Dune", "x", DUNE), Link("Books/Dune#Plot", "", DUNE)),
        (Link("Dune", "x", DUNE), FileValue(DUNE)),
        (Link("nowhere", "a"), Link("nowhere", "b")),
        (Duration(days=1), Duration(milliseconds=DAY)),
        (Duration(milliseconds=5), 5.0),
    ],
)
def test_what_is_equal(left: Value, right: Value) -> None:
    """Values count, and where links lead."""
    assert are_equal(left, right) and are_equal(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1.0, True),
        (0.0, False),
        (1.0, "1"),
        (None, False),
        (None, ""),
        ("a", "A"),
        ("Dune", Link("Dune", file=DUNE)),
        ("nowhere", Link("nowhere")),
        (FileValue(DUNE), FileValue(EMMA)),
        (Items(["a", "b"]), Items(["b", "a"])),
        (Items(), None),
    ],
)
def test_what_is_not_equal(left: Value, right: Value) -> None:
    """Values of different types never are."""
    assert not are_equal(left, right) and not are_equal(right, left)


@given(anything, anything)
def test_equality_is_symmetric_and_agrees_with_its_keys(left: Value, right: Value) -> None:
    """A value equals itself, and keys can be looked up."""
    assert are_equal(left, right) == are_equal(right, left)
    assert are_equal(left, left)
    assert are_equal(left, right) == (key_of(left) in {key_of(right)})


@given(st.lists(anything, max_size=6))
def test_any_values_can_be_sorted(values: list[Value]) -> None:
    """In one way, whatever order they came in, and null comes last."""
    forwards = sorted(values, key=sort_key)
    values.reverse()
    backwards = sorted(values, key=sort_key)
    assert [sort_key(each) for each in forwards] == [sort_key(each) for each in backwards]
    missing = [each is None for each in forwards]
    assert missing == sorted(missing)


@given(anything, anything)
def test_less_and_more_are_opposites(left: Value, right: Value) -> None:
    """A comparison gives an answer, none, or our own error, on both sides the same."""
    try:
        found = compare(left, right)
    except ExpressionError:
        with pytest.raises(ExpressionError):
            compare(right, left)
        return
    turned = compare(right, left)
    assert turned == (-found if found is not None else None)


def test_sorting_ignores_capitals_until_nothing_else_differs() -> None:
    """Then it does not, so that the order is always the same."""
    assert sorted(["b", "B", "a", "C"], key=sort_key) == ["a", "B", "b", "C"]


def test_what_has_no_order() -> None:
    """With null and NaN no comparison holds; other types are an error."""
    assert compare(None, 1.0) is compare("a", None) is compare(float("nan"), 1.0) is None
    with pytest.raises(ExpressionError, match="cannot compare a number with text"):
        compare(1.0, "a")


def test_types_in_messages() -> None:
    """With their article."""
    told = [a_type(each) for each in (1.0, "a", None, Fields(), KindOfText("", "icon"))]
    assert told == ["a number", "text", "null", "an object", "an icon"]
