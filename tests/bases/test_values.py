"""What is true of values, and the bounds of lists and text."""

from __future__ import annotations

from datetime import datetime

import pytest
from bases_files import Note

from notewright.bases.mistakes import BudgetError
from notewright.bases.values import (
    DEEPEST,
    LONGEST_TEXT,
    MOST_WEIGHT,
    Date,
    Duration,
    Fields,
    FileValue,
    Items,
    KindOfText,
    Link,
    Regexp,
    Value,
    bounded_text,
    file_of,
    is_empty,
    is_truthy,
    is_type,
    type_name,
)

NOTE = Note("Books/Dune.md")
EACH: dict[str, Value] = {
    "null": None,
    "boolean": False,
    "number": 1.0,
    "string": "a",
    "date": Date(datetime(2024, 2, 29), False),
    "duration": Duration(1),
    "list": Items(["a"]),
    "object": Fields({"a": 1.0}),
    "link": Link("Dune"),
    "file": FileValue(NOTE),
    "regexp": Regexp("a"),
    "html": KindOfText("<b>", "html"),
    "image": KindOfText("a.png", "image"),
    "icon": KindOfText("star", "icon"),
    "url": KindOfText("https://example.org", "url"),
    "tag": KindOfText("book", "tag"),
}


@pytest.mark.parametrize("name", EACH)
def test_each_value_has_one_type(name: str) -> None:
    """And links and kinds of text are text as well."""
    value = EACH[name]
    assert type_name(value) == name
    named = {each for each in EACH if is_type(value, each)}
    assert named - {"string"} == {name} - {"string"}
    assert ("string" in named) == isinstance(value, str | Link)


@pytest.mark.parametrize("value", [None, False, 0.0, "", float("nan"), KindOfText("", "html")])
def test_what_is_not_true(value: Value) -> None:
    """Null, false, 0, NaN and no text."""
    assert not is_truthy(value)


@pytest.mark.parametrize("value", [True, 1.0, -1.0, "0", Items(), Fields(), Duration(), Regexp("")])
def test_all_else_is_true(value: Value) -> None:
    """As in JavaScript, an empty list too."""
    assert is_truthy(value)


def test_what_is_empty() -> None:
    """Numbers and dates never are."""
    assert all(is_empty(each) for each in (None, "", Items(), Fields()))
    assert not any(is_empty(each) for each in (0.0, False, "a", Items([None]), Duration()))


def test_a_list_has_bounds() -> None:
    """Doubling a list or nesting it ends soon, however little each step writes."""
    value = Items(["a"])
    with pytest.raises(BudgetError, match=f"more than {MOST_WEIGHT} values"):
        while True:
            value = Items([value, value] if value.depth == 1 else [*value, *value])
    deep = Items()
    with pytest.raises(BudgetError, match=f"more than {DEEPEST} nested lists"):
        for _ in range(DEEPEST):
            deep = Items([deep])
    with pytest.raises(BudgetError, match="values"):
        Fields({"a": Items("x" * LONGEST_TEXT for _ in range(99))})


def test_a_text_has_bounds() -> None:
    """The longest is still one."""
    assert bounded_text("a" * LONGEST_TEXT)
    with pytest.raises(BudgetError):
        bounded_text("a" * (LONGEST_TEXT + 1))


def test_the_file_of_a_value() -> None:
    """A link has the one that it leads to."""
    assert file_of(FileValue(NOTE)) is file_of(Link("Dune", file=NOTE)) is NOTE
    assert file_of("Dune") is file_of(Link("Dune")) is None
