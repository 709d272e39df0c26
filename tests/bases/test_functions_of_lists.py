"""Functions of lists and objects, one by one."""

from __future__ import annotations

import pytest
from bases_cells import shown


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("[1, 2, 3].length", "3"),
        ("[1, 2, 3].contains(2)", "true"),
        ('[1, 2, 3].contains("2")', "false"),
        ("[1, 2].containsAll(1, 2)", "true"),
        ("[1, 2].containsAll(1, 3)", "false"),
        ("[1, 2].containsAny(3, 2)", "true"),
        ("[1, 2].containsAny(3, 4)", "false"),
        ('[author].contains(link("Herbert"))', "true"),
        ("[author].contains(this)", "true"),
        ("[1, 2, 3, 4].filter(value > 2)", "3, 4"),
        ('["a", "b"].filter(index == 1)', "b"),
        ("[1, 2].map(value * price)", "12, 24"),
        ('["a", "b"].map(index)', "0, 1"),
        ('[1, 2].map([3, 4].map(value))[1].join("-")', "3-4"),
        ("[1, 2, 3].reduce(acc + value, 0)", "6"),
        ("[3, 1, 2].reduce(if(value > acc, value, acc), 0)", "3"),
        ('[].reduce(acc, "start")', "start"),
        ('["a", "b"].reduce(acc + index, "")', "01"),
        ("[1, [2, [3]]].flat().length", "3"),
        ("[1, 2, 3].reverse()", "3, 2, 1"),
        ("[1, 2, 3, 4].slice(1, 3)", "2, 3"),
        ("[1, 2].slice(-1)", "2"),
        ("[10, 9, 1].sort()", "1, 9, 10"),
        ('["b", "A", "c"].sort()', "A, b, c"),
        ('[null, 2, "a", 1].sort()', "1, 2, a, "),
        ("[1, 2, 2, 1].unique()", "1, 2"),
        ("[author, author].unique().length", "1"),
        ('[author, link("Herbert", "x")].unique().length', "2"),
        ('[1, "a", null].join(", ")', "1, a, "),
        ('[1, 2].join(" and ")', "1 and 2"),
        ('[1, 2, "x", 6].mean()', "3"),
        ("[].mean()", ""),
        ("[1, 2][0]", "1"),
        ("[1, 2][5]", ""),
        ("[1, 2][-1]", ""),
        ("[1, 2][0.5]", ""),
        ("genres[0]", "epic"),
        ('{"a": 1, "b": 2}.keys()', "a, b"),
        ('{"a": 1, "b": 2}.values()', "1, 2"),
        ('{"a b": 1}["a b"]', "1"),
        ('{"a": 1}.a', "1"),
        ('{"a": 1}.b', ""),
        ("deep.a.b", "1"),
        ("deep.x.y", ""),
    ],
)
def test_functions_of_lists(expression: str, text: str) -> None:
    """Each documented function."""
    assert shown(expression) == text


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("[1].map()", "`map` takes 1 argument, not 0"),
        ('[1]["a"]', "an index must be a number, not text"),
        ("[1].join(1)", "`join` needs text, not a number"),
        ("[1].lenght", "a list has no field `lenght`. Did you mean `length`?"),
        ("[1].map(value.foo())", "a number has no method `foo`"),
        ('"x".repeat(60000).split("")', "a list or an object contains more than 50000 values"),
        (
            '"x".repeat(40).split("").reduce([acc], 1)',
            "more than 24 nested lists",
        ),
        (
            '"x".repeat(40).split("").reduce([acc, acc].flat(), [1])',
            "a list or an object contains more than",
        ),
        (
            '"x".repeat(999).split("").map("y".repeat(999)).join("")',
            "text is longer than 100000 characters",
        ),
        (
            '"x".repeat(999).split("").map("x".repeat(999).split("").map(1))',
            "evaluating this takes more than 100000 steps",
        ),
        (
            '"x".repeat(60).split("").reduce(acc + acc, "a")',
            "text is longer than 100000 characters",
        ),
    ],
)
def test_what_functions_of_lists_do_not_take(expression: str, message: str) -> None:
    """The cell says what is wrong."""
    assert shown(expression).startswith(f"! {message}")
