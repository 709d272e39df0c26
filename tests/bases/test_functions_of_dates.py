"""Functions of dates, one by one."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('date("2024-02-29 13:45:30.125").year', "2024"),
        ('date("2024-02-29 13:45:30.125").month', "2"),
        ('date("2024-02-29 13:45:30.125").day', "29"),
        ('date("2024-02-29 13:45:30.125").hour', "13"),
        ('date("2024-02-29 13:45:30.125").minute', "45"),
        ('date("2024-02-29 13:45:30.125").second', "30"),
        ('date("2024-02-29 13:45:30.125").millisecond', "125"),
        ('date("2024-02-29 13:45:30.125").date()', "2024-02-29"),
        ('date("2024-02-29 13:45:30.125").time()', "13:45:30"),
        ('date("2024-02-29").hour', "0"),
        ('date("2024-02-29 13:05:09").format("YYYY-MM-DD")', "2024-02-29"),
        ('date("2024-02-29 13:05:09").format("YY M D")', "24 2 29"),
        ('date("2024-02-29 13:05:09").format("MMMM MMM")', "February Feb"),
        ('date("2024-02-29 13:05:09").format("Do")', "29th"),
        ('date("2024-02-29 13:05:09").format("dddd ddd dd")', "Thursday Thu Th"),
        ('date("2024-02-29 13:05:09").format("H HH h hh")', "13 13 1 01"),
        ('date("2024-02-29 13:05:09").format("m mm s ss")', "5 05 9 09"),
        ('date("2024-02-29 13:05:09").format("SSS")', "000"),
        ('date("2024-02-29 13:05:09").format("A a")', "PM pm"),
        ('date("2024-02-29 13:05:09").format("Q")', "1"),
        ('date("2024-02-29 13:05:09").format("W WW")', "9 09"),
        ('date("2024-02-29 13:05:09").format("w")', "9"),
        ('date("2024-02-29 13:05:09").format("X")', "1709211909"),
        ('date("2024-02-29 13:05:09").format("x")', "1709211909000"),
        ('date("2024-02-29 13:05:09").format("[Day] D")', "Day 29"),
        ('date("2024-02-29 13:05:09").format("DDD DDDD")', "60 060"),
        ('date("2024-02-29 13:05:09").format("d E")', "4 4"),
        ('date("2024-02-29 13:05:09").format("k")', "13"),
        ('date("2024-02-29 13:05:09").format("GGGG gggg")', "2024 2024"),
        ('date("2024-02-29 13:05:09").format("Mo Qo")', "2nd 1st"),
        ('date("2024-02-29 13:05:09").format("")', ""),
        ('date("2024-12-31").format("w gggg W GGGG")', "1 2025 1 2025"),
        ('date("2023-01-01").format("w W GGGG")', "1 52 2022"),
        ('date("2024-01-01 00:30").format("hh A kk")', "12 AM 24"),
        ('date("2024-01-11").format("Do")', "11th"),
        ('date("2024-01-22").format("Do")', "22nd"),
        ('date("2024-01-03").format("Do")', "3rd"),
        ('date("2024-02-27").relative()', "4 days ago"),
        ('date("2024-03-05").relative()', "in 3 days"),
        ("now().relative()", "a few seconds ago"),
        ('(today() - "1y").relative()', "a year ago"),
        ('missing.format("YYYY")', ""),
    ],
)
def test_functions_of_dates(expression: str, text: str) -> None:
    """Each documented field and method."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('date("2024-02-29").years', "a date has no field `years`. Did you mean `year`?"),
        (
            'date("2024-02-29").year()',
            "a date has no method `year`. Write `.year` without brackets",
        ),
        ('date("2024-02-29").format(1)', "`format` needs text, not a number"),
        ('date("2024-02-29").length', "a date has no field `length`"),
    ],
)
def test_what_functions_of_dates_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
