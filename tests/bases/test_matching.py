"""Patterns match what Python's do, and never for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.matching import matches, search
from notewright.bases.mistakes import BudgetError
from notewright.bases.patterns import compile_pattern
from notewright.bases.scope import Budget

atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\s", r"[\d_]", "(ab)", "(?:b|c)"])
marks = st.sampled_from(["", "*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??", "{1,}"])
pieces = st.lists(st.tuples(atoms, marks).map("".join), min_size=1, max_size=4).map("".join)
patterns = st.one_of(
    pieces,
    st.tuples(pieces, pieces).map("|".join),
    st.tuples(pieces, pieces).map(lambda both: f"(a|({both[0]}))c?{both[1]}"),
    st.tuples(st.sampled_from(["^", r"\b", ""]), pieces, st.sampled_from(["$", r"\B", ""])).map(
        "".join
    ),
)


@given(patterns, st.text(alphabet="abc _1", max_size=8))
def test_a_match_is_where_python_finds_it(pattern: str, text: str) -> None:
    """With all its groups."""
    expected = re.search(pattern, text, re.A)
    found = search(compile_pattern(pattern), text, 0, Budget())
    if expected is None:
        assert found is None
        return
    spans = [expected.span(group) for group in range(expected.re.groups + 1)]
    assert found == tuple(place for span in spans for place in span)


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("É", "i", "é", True),
        ("[^a]", "i", "A", False),
        (r"[^\W]", "i", "A", True),
        ("[a-z]+", "i", "ABC", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "s", "a\nb", True),
        ("^b$", "", "a\nb\nc", False),
        ("^b$", "m", "a\nb\nc", True),
        (r"\u00e9\x41", "", "éA", True),
        (r"\u{1F600}", "u", "😀", True),
        (r"\p{Lu}\P{L}", "u", "É1", True),
        (r"^[\]\-\b]$", "", "-", True),
        (r"^[-a]$", "", "-", True),
        (r"\/\.\$", "", "/.$", True),
        ("[]", "", "a", False),
        (r"^\t\n$", "", "\t\n", True),
        ("[^]", "", "a", True),
        ("a{,2}", "", "a{,2}", True),
    ],
)
def test_signs_of_javascript(pattern: str, flags: str, text: str, found: bool) -> None:
    """Flags, escapes and classes."""
    program = compile_pattern(pattern, flags)
    assert (search(program, text, 0, Budget()) is not None) == found


def test_matches_do_not_overlap() -> None:
    """And a match of nothing does not stay where it is."""
    program = compile_pattern("a*")
    assert list(matches(program, "baac", Budget())) == [(0, 0), (1, 3), (3, 3), (4, 4)]


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*$", "(a+)+$", ".*.*.*.*x", "(.?){40}y"])
def test_no_pattern_runs_for_ever(pattern: str) -> None:
    """Those that take Python years end, with an answer or without a budget."""
    try:
        search(compile_pattern(pattern), "a" * 20_000 + "c", 0, Budget())
    except BudgetError:
        pass  # the bound is what is tested
