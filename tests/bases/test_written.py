"""How values are written as text."""

from __future__ import annotations

from datetime import datetime

import pytest
from bases_files import Note
from hypothesis import given
from hypothesis import strategies as st

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
from notewright.bases.written import number_text, text_of

NOTE = Note("Books/Dune.md")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (KindOfText("<b>", "html"), "<b>"),
        (Date(datetime(2024, 2, 29), False), "2024-02-29"),
        (Date(datetime(2024, 2, 29, 13, 45, 30), True), "2024-02-29T13:45:30"),
        (Date(datetime(2024, 2, 29, 0, 0, 0, 5000), True), "2024-02-29T00:00:00.005"),
        (Link("Dune"), "Dune"),
        (Link("Dune", "the book"), "the book"),
        (Link("Books/Dune.md", file=NOTE), "Dune"),
        (Link("Dune#Plot", file=NOTE), "Dune#Plot"),
        (FileValue(NOTE), "Dune"),
        (Regexp("a+", "g"), "/a+/g"),
        (Items([1.0, "a", Items(["b", None])]), "1, a, b, "),
        (Fields({"a": 1.0, 'b"': Items(["c", None, True])}), r'{"a": 1, "b\"": ["c", null, true]}'),
    ],
)
def test_text(value: Value, text: str) -> None:
    """One form for each type."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e20, "100000000000000000000"),
        (123456789012345678901.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (0.00001, "0.00001"),
        (-1.25e-6, "-0.00000125"),
        (1e-7, "1e-7"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_a_number_is_written_as_in_javascript(number: float, text: str) -> None:
    """Whole numbers without point, powers of ten only where the number is very small or large."""
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_with_all_its_digits(number: float) -> None:
    """What is written reads as the same number."""
    assert float(number_text(number)) == number


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "a few seconds"),
        (-44_000, "a few seconds"),
        (45_000, "a minute"),
        (90_000, "2 minutes"),
        (44.4 * 60_000, "44 minutes"),
        (45 * 60_000, "an hour"),
        (21 * 3_600_000, "21 hours"),
        (22 * 3_600_000, "a day"),
        (3 * DAY, "3 days"),
        (26 * DAY, "a month"),
        (61 * DAY, "2 months"),
        (330 * DAY, "a year"),
        (800 * DAY, "2 years"),
    ],
)
def test_a_duration_is_told_as_moment_tells_it(milliseconds: float, text: str) -> None:
    """Rounded to its largest unit."""
    assert text_of(Duration(milliseconds=milliseconds)) == text


def test_a_duration_without_end_is_an_error() -> None:
    """It comes of a division by zero."""
    with pytest.raises(ExpressionError):
        text_of(Duration(milliseconds=float("inf")))
