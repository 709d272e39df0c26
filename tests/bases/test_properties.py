"""Properties of notes become values."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from bases_cells import DUNE, HERBERT, WORLD
from bases_files import Note
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.comparing import are_equal
from notewright.bases.mistakes import ExpressionError
from notewright.bases.properties import properties_of, property_of, value_of
from notewright.bases.scope import Scope
from notewright.bases.values import Date, Fields, Items, Link, Value, type_name

SCOPE = Scope(WORLD, DUNE)
EAST = timezone(timedelta(hours=5))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, None),
        (True, True),
        (3, 3.0),
        (10**400, math.inf),
        (-(10**400), -math.inf),
        ("text", "text"),
        ("2024-02-29", "2024-02-29"),
        ("[[Herbert|he]]", Link("Herbert", "he", HERBERT)),
        ("[he](Herbert.md)", "[he](Herbert.md)"),
        (date(2024, 2, 29), Date(datetime(2024, 2, 29), False)),
        (datetime(2024, 2, 29, 9, 30, tzinfo=EAST), Date(datetime(2024, 2, 29, 9, 30), True)),
        ([1, ["[[Herbert]]"]], Items([1.0, Items([Link("Herbert", "", HERBERT)])])),
        ({"a": {1: "b"}}, Fields({"a": Fields({"1": "b"})})),
        (time(9, 30), "09:30:00"),
    ],
)
def test_values(raw: Any, value: Value) -> None:
    """A wikilink in text is a link, in lists too; dates have no zone."""
    found = value_of(raw, SCOPE, DUNE.path)
    assert are_equal(found, value) and type_name(found) == type_name(value)


def test_addresses_are_a_kind_of_text() -> None:
    """The page makes links of them."""
    assert type_name(value_of("https://example.org", SCOPE, "")) == "url"
    assert type_name(value_of("https://example.org and more", SCOPE, "")) == "string"


def test_tags_are_tags() -> None:
    """Written as a list or as text, with or without `#`."""
    for raw in (["#a", "b"], "a, b", "#a b"):
        found = property_of(Note("x.md", {"tags": raw}), "tags", SCOPE)
        assert isinstance(found, Items) and list(found) == ["a", "b"]
        assert {type_name(each) for each in found} == {"tag"}
    assert property_of(Note("x.md"), "tags", SCOPE) is None


def test_all_properties_are_an_object() -> None:
    """By their names, in their order."""
    assert list(properties_of(HERBERT, SCOPE)) == ["topic", "name", "file"]


def test_what_is_too_large_is_an_error() -> None:
    """It is the cell's, and costs no other."""
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    for raw in (deep, list(range(60_000)), "x" * 200_000):
        with pytest.raises(ExpressionError):
            value_of(raw, Scope(WORLD), "")


@pytest.mark.gate
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    )
)
def test_any_property_is_a_value(raw: Any) -> None:
    """Whatever YAML gave."""
    assert type_name(value_of(raw, Scope(WORLD), ""))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("result.one.score", 0.5),
        ("result.one.a b", "text"),
        ("result.one.other", None),
        ("result.other.score", None),
        ("result.two.score", None),
        ("result.two", Items([Fields({"score": 1.0}), Fields({"score": 2.0})])),
        ("results.one.score", None),
    ],
)
def test_results_have_a_name_of_their_own(name: str, value: Value) -> None:
    """By the label of the cell; what is not there is null."""
    results = {"one": {"score": 0.5, "a b": "text"}, "two": [{"score": 1}, {"score": 2}]}
    assert are_equal(property_of(Note("x.md", results=results), name, SCOPE), value)


def test_a_property_called_result_hides_them() -> None:
    """A note that had one before keeps it."""
    results = {"one": {"score": 0.5}}
    own = Note("x.md", {"result": "mine", "result.two.score": 3}, results=results)
    for name, value in (("result", "mine"), ("result.one.score", None), ("result.two.score", 3.0)):
        assert are_equal(property_of(own, name, SCOPE), value)
