"""Functions of any value, and the global ones."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("1.isTruthy()", "true"),
        ('"".isTruthy()', "false"),
        ("missing.isTruthy()", "false"),
        ("missing.isEmpty()", "true"),
        ('"".isEmpty()', "true"),
        ("[].isEmpty()", "true"),
        ("{}.isEmpty()", "true"),
        ("0.isEmpty()", "false"),
        ('1.isType("number")', "true"),
        ('author.isType("link")', "true"),
        ('site.isType("url")', "true"),
        ('site.isType("string")', "true"),
        ('missing.isType("null")', "true"),
        ("1.toString() + 1", "11"),
        ("missing.toString()", ""),
        ('if(price > 10, "dear", "cheap")', "dear"),
        ("if(false, 1)", ""),
        ("if(true, 1, nothing.foo())", "1"),
        ("if(missing, 1, 2)", "2"),
        ('date("2024-02-29")', "2024-02-29"),
        ('date("2024-02-29 13:45:30")', "2024-02-29T13:45:30"),
        ('date("2024-02-29T13:45")', "2024-02-29T13:45:00"),
        ('date("2024-02-29T13:45:30Z")', "2024-02-29T13:45:30"),
        ("date(quoted)", "2024-03-01"),
        ('date(note["due date"])', "2024-03-01"),
        ("date(missing)", ""),
        ('date(link("2024-03-01"))', "2024-03-01"),
        ('duration("1d")', "a day"),
        ('duration(duration("1d"))', "a day"),
        ("duration(missing)", ""),
        ('duration("1h 30m")', "2 hours"),
        ('duration("2 weeks").isType("duration")', "true"),
        ("now()", "2024-03-01T12:30:15.250"),
        ("today()", "2024-03-01"),
        ('number("3.5")', "3.5"),
        ('number(" 7 ")', "7"),
        ("number(true)", "1"),
        ("number(false)", "0"),
        ('number(date("1970-01-02"))', "86400000"),
        ('number(date("1969-12-31"))', "-86400000"),
        ('number(duration("1m"))', "60000"),
        ("number(missing)", ""),
        ("max(1, 3, 2)", "3"),
        ("min(1, 3, 2)", "1"),
        ("max(1, 0/0)", "NaN"),
        ("max(1, missing)", ""),
        ("list(1).length", "1"),
        ("list([1, 2]).length", "2"),
        ('link("Herbert")', "Herbert"),
        ('link("Herbert", "he")', "he"),
        ('link("[[Herbert|he]]")', "he"),
        ('link("Herbert") == this', "true"),
        ('link(file, "x") == file', "true"),
        ('link("https://example.org")', "https://example.org"),
        ('link("Herbert", icon("user"))', "user"),
        ('image("cover.png").isType("image")', "true"),
        ('image("[[cover.png]]")', "Attachments/cover.png"),
        ('image(file("cover.png"))', "Attachments/cover.png"),
        ('image("https://example.org/a.png")', "https://example.org/a.png"),
        ('icon("star").isType("icon")', "true"),
        ('html("<b>").isType("html")', "true"),
        ('escapeHTML("<a href=\\"x\\">&\'")', "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"),
    ],
)
def test_functions_of_values(expression: str, text: str) -> None:
    """Each documented function."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('date("x")', "`x` is not a date. Write `YYYY-MM-DD`"),
        ('date("2024-02-30")', "`2024-02-30` is not a date"),
        ("date(1)", "`date` needs text, not a number"),
        ('duration("1q")', "`1q` is not a duration"),
        ('duration("")', "`` is not a duration"),
        ("duration(1)", "`duration` needs text, not a number"),
        ('number("x")', "`x` is not a number"),
        ('number("")', "`` is not a number"),
        ("number([1])", "`number` cannot convert a list"),
        ("random()", "random numbers are not available, because pages must be reproducible"),
        ("max()", "`max` takes 1 or more arguments, not 0"),
        ('max("a")', "`max` needs a number, not text"),
        ("nope(1)", "no function called `nope`"),
        ("lists(1)", "no function called `lists`. Did you mean `list`?"),
        ('lower("a")', "no function called `lower`. Call it as a method: `x.lower(…)`"),
        ("if(1)", "`if` takes 2 to 3 arguments, not 1"),
        ("link(1)", "`link` needs a file, a link or a path, not a number"),
        ("1.isType(1)", "`isType` needs text, not a number"),
        ('"a".date()', "text has no method `date`. Write `date(…)`"),
    ],
)
def test_what_functions_of_values_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
