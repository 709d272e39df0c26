"""Regular expressions are read, or an error says at which sign they cannot be."""

from __future__ import annotations

import pytest

from notewright.bases.mistakes import ExpressionError
from notewright.bases.patterns import LONGEST, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("*a", "at sign 1: nothing stands in front of what repeats"),
        ("a**", "nothing stands in front of what repeats"),
        ("^*", "nothing stands in front of what repeats"),
        ("(a", "at sign 1: `(` is not closed"),
        ("a)", "at sign 2: `)` closes nothing"),
        ("[a", "at sign 1: `[` is not closed"),
        ("[b-a]", "a range is the wrong way round"),
        (r"[\d-z]", "a class is no end of a range"),
        ("a{2,1}", "the wrong way round"),
        ("a\\", "a backslash stands at the end"),
        (r"(a)\1", "references to groups are not supported"),
        (r"(?<n>a)\k<n>", "references to groups are not supported"),
        ("(?=a)", "looking ahead or behind is not supported"),
        ("(?<!a)", "looking ahead or behind is not supported"),
        (r"\y", r"`\y` is not known"),
        ("a{1000}", "too large"),
        ("((((a{9}){9}){9}){9}){9}", "too large"),
        ("(" * 40 + ")" * 40, "groups stand in each other"),
        ("a" * (LONGEST + 1), f"more than {LONGEST} characters"),
    ],
)
def test_what_is_no_pattern(pattern: str, message: str) -> None:
    """Or what would have to be followed without bound."""
    with pytest.raises(ExpressionError) as caught:
        compile_pattern(pattern)
    assert message in str(caught.value)


def test_groups_and_flags_are_counted() -> None:
    """Two slots for each group that is remembered, and for the whole."""
    program = compile_pattern("(a)(?:b)(?<n>c)", "gm")
    assert (program.slots, program.is_global, program.is_multiline) == (6, True, True)
