"""Regular expressions are read, or an error says at which sign they cannot be."""

from __future__ import annotations

import pytest

from notewright.bases.mistakes import ExpressionError
from notewright.bases.patterns import LONGEST, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("*a", "at character 1: nothing to repeat"),
        ("a**", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        ("(a", "at character 1: `(` is not closed"),
        ("a)", "at character 2: unmatched `)`"),
        ("[a", "at character 1: `[` is not closed"),
        ("[b-a]", "the endpoints of a range are in the wrong order"),
        (r"[\d-z]", "a character class cannot be an endpoint of a range"),
        ("a{2,1}", "in the wrong order"),
        ("a\\", "trailing backslash"),
        (r"(a)\1", "backreferences are not supported"),
        (r"(?<n>a)\k<n>", "backreferences are not supported"),
        ("(?=a)", "lookahead and lookbehind are not supported"),
        ("(?<!a)", "lookahead and lookbehind are not supported"),
        (r"\y", r"unknown escape `\y`"),
        ("a{1000}", "too large"),
        ("((((a{9}){9}){9}){9}){9}", "too large"),
        ("(" * 40 + ")" * 40, "nested groups"),
        ("a" * (LONGEST + 1), f"longer than {LONGEST} characters"),
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
