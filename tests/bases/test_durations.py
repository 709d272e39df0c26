"""Dates and durations are read from text, and reckoned with."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.durations import added, between, moved, read_date, read_duration, scaled
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import Date, Duration
from notewright.bases.written import date_text

days = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: Date(moment.replace(microsecond=moment.microsecond // 1000 * 1000), True)
)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        *[(f"2{unit}", Duration(months=24)) for unit in ("y", " year", "years")],
        *[(f"2{unit}", Duration(months=2)) for unit in ("M", " month", "months")],
        *[(f"2{unit}", Duration(days=14)) for unit in ("w", " week", "weeks")],
        *[(f"2{unit}", Duration(days=2)) for unit in ("d", " day", "days")],
        *[(f"2{unit}", Duration(milliseconds=7_200_000)) for unit in ("h", " hour", "hours")],
        *[(f"2{unit}", Duration(milliseconds=120_000)) for unit in ("m", " minute", "minutes")],
        *[(f"2{unit}", Duration(milliseconds=2000)) for unit in ("s", " second", "seconds")],
        ("-1d", Duration(days=-1)),
        ("1y 2M, 3d", Duration(14, 3)),
        ("1.5y", Duration(18)),
        ("1.5d", Duration(0, 1, 43_200_000)),
    ],
)
def test_units(text: str, duration: Duration) -> None:
    """Each of its names; `M` is a month and `m` a minute."""
    assert read_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "1", "d", "1q", "1d x", "1 D", "--1d", "1dd", "9" * 20 + "d", "1d" * 99]
)
def test_what_is_no_duration(text: str) -> None:
    """The error says what one is."""
    with pytest.raises(ExpressionError, match="is not a duration"):
        read_duration(text)


@pytest.mark.parametrize("text", ["", "2024", "2024-13-01", "2023-02-29", "2024-01-01 25:00", "x"])
def test_what_is_no_date(text: str) -> None:
    """Nor are days that no calendar has."""
    with pytest.raises(ExpressionError, match="is not a date"):
        read_date(text)


@given(days)
def test_a_date_is_read_as_it_is_written(date: Date) -> None:
    """To the millisecond."""
    assert read_date(date_text(date)) == date


@given(days, days)
def test_the_time_between_two_dates_leads_from_one_to_the_other(later: Date, earlier: Date) -> None:
    """In both directions."""
    assert moved(earlier, between(later, earlier)).moment == later.moment
    assert scaled(between(later, earlier), -1).total == between(earlier, later).total


@given(days, st.integers(-600, 600))
def test_months_stay_within_the_month(date: Date, months: int) -> None:
    """The day is the same, or the month's last."""
    found = moved(date, Duration(months)).moment
    assert (found.year * 12 + found.month) - (date.moment.year * 12 + date.moment.month) == months
    is_last = (found + timedelta(days=1)).month != found.month
    assert found.day == date.moment.day or (is_last and found.day < date.moment.day)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))
def test_scaling_is_adding_up(months: int, length: int, times: int) -> None:
    """And half of it twice is the whole."""
    duration = Duration(months, length)
    total = Duration()
    for _ in range(times):
        total = added(total, duration)
    assert scaled(duration, times) == total
    assert scaled(scaled(duration, 0.5), 2).total == pytest.approx(duration.total)


def test_what_leaves_the_calendar_is_an_error() -> None:
    """In either direction, by days or by months."""
    for duration in (
        Duration(10**9),
        Duration(-(10**9)),
        Duration(0, 10**12),
        Duration(0, -(10**7)),
    ):
        with pytest.raises(ExpressionError, match="not between 1 and 9999"):
            moved(Date(datetime(2024, 2, 29), False), duration)
