"""Values in prose: found outside code, with the number that the note says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.values import Value, find_values


def only(text: str) -> Value:
    (value,) = find_values(text)
    return value


@pytest.mark.parametrize(
    ("text", "expression", "line", "checked"),
    [
        ("about 0.94<!--= acc -->.", "acc", 1, True),
        ('0.94<!--= f"{acc:.2f}" -->', 'f"{acc:.2f}"', 1, True),
        ("`{python} acc`", "acc", 1, False),
        ("``{python} '`'``", "'`'", 1, False),
        ("# Of `{python} n` samples", "n", 1, False),
        ("| a |\n|---|\n| 1<!--= x --> |", "x", 3, True),
        ("> [!note]\n> 1<!--= x -->", "x", 2, True),
        ("- a\n- b 1<!--= x -->", "x", 2, True),
        ("---\na: 1\n---\n\n1<!--= x -->", "x", 5, True),
        ("%% hidden\n%%\n1<!--= x -->", "x", 3, True),
        ("1<!--= sum(\n  [1]) -->", "sum( [1])", 1, True),
        ("one\ntwo `{python} x`", "x", 2, False),
    ],
)
def test_a_value_is_found_with_its_line(
    text: str, expression: str, line: int, checked: bool
) -> None:
    """Wherever prose stands, a value in it is computed or checked."""
    value = only(text)
    assert (value.expression, value.line, value.is_checked) == (expression, line, checked)


@pytest.mark.parametrize(
    "text",
    [
        "```python\n1<!--= x -->\n```",
        "```text\n`{python} x`\n```",
        "    1<!--= x -->",
        "`1<!--= x -->`",
        "`` `{python} x` ``",
        "\\`{python} x\\`",
        "%% 1<!--= x --> %%",
        "<!-- 1 `{python} x` -->",
        "---\na: 1<!--= x -->\n---\n",
        "$$ `{python} x` $$",
        "`{python}`",
        "`python x`",
        "1<!-- x -->",
    ],
)
def test_what_is_no_value_is_left_alone(text: str) -> None:
    """Code, comments and properties hold no values."""
    assert list(find_values(text)) == []


@given(st.lists(st.sampled_from(["1<!--= x -->", "`{python} x`", "`code`", "%% c %%", "word"])))
def test_a_value_knows_its_place_in_the_file(words: list[str]) -> None:
    """`notewright accept` writes in just that place, whatever is hidden before it."""
    text = "---\na: 1\n---\n\n" + "\n".join(words)
    found = [text[value.start : value.end] for value in find_values(text)]
    assert found == ["<!--= x -->" if "<" in word else word for word in words if word in VALUES]


VALUES = {"1<!--= x -->", "`{python} x`"}


@pytest.mark.parametrize(
    ("said", "result", "agrees"),
    [
        ("about 0.94", "0.94", True),
        ("**0.94**", "0.94", True),
        ("k=3", "3", True),
        ("(-0.5", "-0.5", True),
        ("10.94", "0.94", False),
        ("-0.5", "0.5", False),
        ("0.94 ", "0.94", False),
        ("0.9", "0.94", False),
        ("two words", "two words", True),
        ("", "0.94", False),
    ],
)
def test_a_number_in_prose_is_held_against_the_result(said: str, result: str, agrees: bool) -> None:
    """The text right before the comment is the result, and no part of a longer number."""
    assert only(f"x {said}<!--= r -->").agrees(result) is agrees


@pytest.mark.parametrize(
    ("before", "result", "written"),
    [
        ("about 0.94", "0.91", "0.94"),
        ("k=3", "4", "3"),
        ("(3", "4", "3"),
        ("**0.94**", "0.91", "0.94"),
        ("of two words", "three words", "two words"),
        ("of -0.5", "0.5", "-0.5"),
    ],
)
def test_what_the_note_says_is_as_long_as_the_result(
    before: str, result: str, written: str
) -> None:
    """The message quotes the number, and `accept` replaces just that."""
    assert only(f"{before}<!--= r -->").written(result) == written


@given(st.text(st.sampled_from("`<!-=>{python} x1.%$\\\n|#"), max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    """Half-written notes are searched on every save."""
    for value in find_values(text):
        assert 0 <= value.start < value.end <= len(text)
        assert value.line == text.count("\n", 0, value.start) + 1
