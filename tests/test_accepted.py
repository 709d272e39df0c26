"""Accepted text: `...` matches anything, numbers count to the precision written."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notewright.accepted import difference, matches

TEXT = st.text(st.sampled_from("ab 0123.-+e\n\té"), max_size=30)


@given(TEXT)
def test_a_text_accepts_itself(text: str) -> None:
    """What a run gave and the note says letter for letter is never a mistake."""
    assert matches(text, text)


@given(TEXT, TEXT)
def test_dots_match_anything(text: str, got: str) -> None:
    """`...` stands for whatever changes from run to run."""
    assert matches("...", got)
    assert matches(f"{text}\n...", f"{text}\n{got}.")


NUMBERS = st.floats(-1e6, 1e6).filter(lambda number: abs(number) > 1e-3)


@given(NUMBERS, st.integers(1, 5))
def test_a_number_counts_to_the_precision_written(number: float, digits: int) -> None:
    """A rounded number accepts what rounds to it."""
    written = f"{number:.{digits}f}"
    assert matches(f"accuracy {written} of all", f"accuracy {number!r} of all")


@given(NUMBERS, st.integers(1, 5), st.sampled_from([-1, 1]))
def test_a_number_off_by_one_digit_is_another(number: float, digits: int, sign: int) -> None:
    """A wrong last digit is found out."""
    written = f"{number:.{digits}f}"
    other = f"{float(written) + sign * 10.0**-digits:.{digits}f}"
    assume(other != written)
    assert not matches(written, other)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("0.94", "0.9378"),
        ("0.94", "0.9441"),
        ("0.94", "0.94"),
        ("1.0", "1"),
        ("1e3", "1000.2"),
        ("1.2e-5", "1.234e-05"),
        ("[0.1, 0.22]", "[0.12, 0.2199]"),
        ("(0.5)", "(0.4999)"),
        ("a 0.50  0.25", "a 0.501   0.2499"),
        ("-0.0", "0.01"),
        ("text  \n\n", "text"),
        ("1e400 of 1e-400", "1e400 of 1e-400  "),
        ("0e400 ...", "0e400 x"),
        ("a\nb...\nc", "a\nb x\ny\nc"),
    ],
)
def test_what_agrees(wanted: str, got: str) -> None:
    """Rounding, wider columns and space at the ends of lines are no difference."""
    assert matches(wanted, got)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("0.94", "0.9451"),
        ("0.94", "0.9349"),
        ("0.94", "-0.94"),
        ("0.94", "1"),
        ("3", "4"),
        ("3", "3.0"),
        ("10", "10.4"),
        ("v1.2.3", "v1.2.4"),
        ("0.94", "0.94 and more"),
        ("a b", "ab"),
        ("a\nb", "a b"),
        ("", "x"),
        ("x", ""),
        ("0.5", "nan"),
        (".*", "abc"),
    ],
)
def test_what_disagrees(wanted: str, got: str) -> None:
    """Other numbers, whole numbers that differ, and other words are told."""
    assert not matches(wanted, got)


def test_a_difference_shows_both_sides() -> None:
    """The writer sees which lines the note says and which the run says."""
    assert difference("a\nb", "a\nc") == "  a\n- b\n+ c"
