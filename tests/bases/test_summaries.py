"""The built-in summaries, each over numbers, dates, truth values and what is missing."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.comparing import are_equal
from notewright.bases.summaries import SUMMARIES
from notewright.bases.values import Date, Items, Value
from notewright.bases.written import text_of

OLD, NEW = Date(datetime(2024, 2, 28), False), Date(datetime(2024, 3, 1), False)
MIXED: list[Value] = [4.0, 1.0, "x", None, 7.0, True, False, True, NEW, OLD, "", Items(), "x"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Average", "4"),
        ("Min", "1"),
        ("Max", "7"),
        ("Sum", "12"),
        ("Range", "6"),
        ("Median", "4"),
        ("Stddev", "2.449489742783178"),
        ("Earliest", "2024-02-28"),
        ("Latest", "2024-03-01"),
        ("Checked", "2"),
        ("Unchecked", "1"),
        ("Empty", "3"),
        ("Filled", "10"),
        ("Unique", "8"),
    ],
)
def test_each_takes_what_is_its_own(name: str, text: str) -> None:
    """And leaves the others out."""
    assert text_of(SUMMARIES[name](MIXED)) == text


@pytest.mark.parametrize("name", SUMMARIES)
def test_of_nothing_there_is_nothing_or_a_count(name: str) -> None:
    """Never an error."""
    counts = {"Sum", "Checked", "Unchecked", "Empty", "Filled", "Unique"}
    assert SUMMARIES[name]([]) == (0.0 if name in counts else None)


def test_a_range_of_dates_is_a_duration() -> None:
    """Where there are no numbers."""
    assert text_of(SUMMARIES["Range"]([NEW, OLD, None])) == "2 days"


def test_the_median_of_an_even_count_is_between_the_middle_two() -> None:
    """And does not overflow."""
    assert SUMMARIES["Median"]([1.0, 4.0, 2.0, 3.0]) == 2.5
    assert SUMMARIES["Median"]([1.7e308, 1.7e308]) == 1.7e308


@given(st.sampled_from(sorted(SUMMARIES)), st.lists(st.floats() | st.none() | st.booleans()))
def test_the_order_of_rows_does_not_matter(name: str, values: list[Value]) -> None:
    """Not in the last digit, and no number makes an error."""
    found, turned = SUMMARIES[name](values), SUMMARIES[name](values[::-1])
    assert are_equal(found, turned)  # which takes 0 and -0 for one
