"""Functions of numbers, one by one."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(-5).abs()", "5"),
        ("2.1.ceil()", "3"),
        ("(-2.1).ceil()", "-2"),
        ("2.9.floor()", "2"),
        ("(2.5).round()", "3"),
        ("(-2.5).round()", "-2"),
        ("(2.3333).round(2)", "2.33"),
        ("1.005.round(2)", "1.01"),
        ("1234.round(-2)", "1200"),
        ("(1/0).round()", "Infinity"),
        ("(1/0).floor()", "Infinity"),
        ("(0/0).ceil()", "NaN"),
        ("3.14159.toFixed(2)", "3.14"),
        ("2.5.toFixed(0)", "3"),
        ("(-2.5).toFixed(0)", "-3"),
        ("1.005.toFixed(2)", "1.00"),
        ("1.toFixed(2)", "1.00"),
        ("1e21.toFixed(2)", "1e+21"),
        ('(date("2024-03-02") - date("2024-03-01")).abs()', "86400000"),
        ('((date("2024-03-03") - date("2024-03-01")) / 86400000).round()', "2"),
        ("missing.round()", ""),
        ("1.5.round(999)", "1.5"),
        ("1.5.round(-999)", "0"),
    ],
)
def test_functions_of_numbers(expression: str, text: str) -> None:
    """Each documented function."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1.toFixed(101)", "`toFixed` needs a number of digits from 0 to 100"),
        ('1.round("a")', "`round` needs a number, not text"),
        ("true.abs()", "a boolean has no method `abs`"),
        ("1.length", "a number has no field `length`"),
    ],
)
def test_what_functions_of_numbers_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
