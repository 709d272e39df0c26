"""Accepted text: `...` matches anything, numbers count to the precision written."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notewright.note.compare import difference, matches

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


def test_dots_find_their_place_by_the_numbers_around_them() -> None:
    """`...` reaches as far as it must for what follows to agree."""
    assert matches("...: 0.5 ...", "a: 0.1, b: 0.5 c")
    assert matches("a ... 0.25 ... z", "a 0.75 0.2501 y z")
    assert not matches("...: 0.5 ...", "a: 0.1, b: 0.6 c")
    assert not matches("a...z", "a then b")
    assert not matches("aba...ba", "aba")


def test_a_number_that_dots_go_on_is_their_beginning() -> None:
    """`0.94...` are the first digits of a number, not a rounded one."""
    assert matches("0.94...", "0.9499")
    assert not matches("0.94...", "0.9378")
    assert matches("...94", "0.94")


WORDS = st.text(st.sampled_from("abé-_"), min_size=1, max_size=3)


@given(st.lists(WORDS, min_size=2, max_size=4), st.data())
def test_dots_stand_for_any_text_between(parts: list[str], data: st.DataObject) -> None:
    """What is left out may be anything, and what is written must be there in its order."""
    got = parts[0] + "".join(data.draw(TEXT) + part for part in parts[1:])
    assert matches("...".join(parts), got)
    assert not matches("...".join([*parts, "missing", parts[0]]), got)


def test_many_dots_are_judged_at_once() -> None:
    """A long output that disagrees does not hold up the build."""
    assert not matches("...\n" * 12 + "x", "y\n" * 5_000)
    assert matches("...\n" * 12 + "x", "y\n" * 5_000 + "x")


@pytest.mark.parametrize("written", ["1e400", "1.5e999", "-2e-400"])
@pytest.mark.parametrize("got", ["3", "4e400", "1e-999"])
def test_numbers_beyond_all_floats_are_judged_too(written: str, got: str) -> None:
    """A number that no float holds is a difference, not a crash."""
    assert matches(f"{written} s", f"{written}  s")
    assert not matches(f"{written} s", f"{got} s")


@pytest.mark.parametrize("got", ["a\rb\n", "a\r\nb\r\n", "a\nb\n\n"])
def test_line_ends_of_any_kind_are_line_ends(got: str) -> None:
    """A progress bar's returns are line breaks once they stand in a note."""
    assert matches("a\nb", got)


@given(st.integers(), st.integers())
def test_whole_numbers_are_exact(number: int, other: int) -> None:
    """A count is right or wrong."""
    assert matches(f"{number} samples", f"{other} samples") is (number == other)


@given(TEXT, TEXT)
def test_a_difference_is_told_of_every_text_that_disagrees(wanted: str, got: str) -> None:
    """What is refused can be seen: no difference is invisible."""
    if not matches(wanted, got):
        shown = difference(wanted, got).split("\n")
        assert any(line.startswith(("-", "+")) for line in shown)
