"""Pure: the values of a cell's frames are read strictly, and a plain cell can be made of it."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import VaultError
from notewright.note.cells import parse_options
from notewright.note.variations import UnfitError, plain, variation

SAYS = 'vary-caption: "{k}"'


def told(*lines: str) -> tuple[int, str]:
    """The line and the words of what is wrong with options that begin at line 5."""
    with pytest.raises(VaultError) as caught:
        parse_options(list(lines), "docs/a.md", 5)
    (problem,) = caught.value.args[:1]
    return problem.line, problem.advice


def test_values_are_a_list_or_a_range() -> None:
    """Of numbers and words; the first is the default, unless another is named."""
    read = parse_options(["vary: {k: [2, 3], way: [a, b]}", SAYS], "docs/a.md", 1).vary
    assert read is not None
    assert read.frames == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert read.said(read.frames[2]) == "k = 3, way = a" and read.first == 0
    steps = parse_options(["vary: {step: range(2, 9, 3)}", 'vary-caption: "x"'], "a", 1).vary
    assert steps is not None and steps.values == ((2, 5, 8),)
    named = parse_options(["vary: {k: [2, 3]}", "vary-default: {k: 3}", SAYS], "a", 1).vary
    assert named is not None and named.default == (1,)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["vary: 3", SAYS], 5, "a name and its values"),
        (["vary: {k: 3}", SAYS], 5, "invalid value for `k` in `vary`: 3"),
        (["vary: {k: [3]}", SAYS], 5, "two or more"),
        (["vary: {k: [3, 3]}", SAYS], 5, "duplicate value for `k` in `vary`: 3"),
        (["vary: {k: [3, [4]]}", SAYS], 5, "[4]"),
        (["vary: {k: [3, .inf]}", SAYS], 5, "inf"),
        (["vary: {k-1: [3, 4]}", SAYS], 5, "`k-1` in `vary` is not a valid Python name"),
        (["vary: {k: list(3)}", SAYS], 5, "Only `range`"),
        (["vary: {k: range(n)}", SAYS], 5, "Only `range`"),
        (["vary: {k: range(1, 9, 0)}", SAYS], 5, "must not be zero"),
        (["vary: {k: range(41)}", SAYS], 5, "41 frames"),
        (["vary: {k: range(9), j: range(5)}", SAYS], 5, "45 frames"),
        (["vary: {a: [1, 2], b: [1, 2], c: [1, 2]}", SAYS], 5, "has 3 names"),
        (["label: x", "vary: {k: [2, 3]}"], 6, "vary-caption"),
        (["vary: {k: [2, 3]}", SAYS, "vary-default: {k: 4}"], 7, "Use one of 2, 3"),
        (["vary: {k: [2, 3]}", SAYS, "vary-default: {j: 4}"], 7, "not varied"),
        (["vary: {k: [2, 3]}", 'vary-caption: "{k"'], 6, "cannot read `vary-caption`"),
        (["vary: {k: [2, 3]}", SAYS, 'fig-alt: "{1 +}"'], 7, "cannot read `fig-alt`"),
        (["vary: {k: [2, 3]}", SAYS, "steps: true"], 7, "cannot have both"),
        (["vary: {k: [2, 3]}", SAYS, "error: ValueError"], 7, "cannot have `error`"),
        (["vary: {k: range(7)}", SAYS, "print: all"], 7, "side by side"),
        (["play: true"], 5, "has no effect without"),
        ([SAYS], 5, "has no effect without"),
    ],
)
def test_a_mistake_is_told_at_its_line(lines: list[str], line: int, words: str) -> None:
    """With what to do about it."""
    at, said = told(*lines)
    assert at == line and words in said


SCALARS = st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.booleans(), st.none())


@given(
    st.dictionaries(st.text(max_size=4), st.one_of(SCALARS, st.lists(SCALARS)), max_size=3), SCALARS
)
def test_whatever_is_given_is_read_or_refused(value: Any, default: Any) -> None:
    """And what is read has from 2 to 40 frames, each of which is told apart."""
    try:
        read = variation(value, default)
    except UnfitError:
        return
    names = [read.said(at) for at in read.frames]
    assert 2 <= len(names) <= 40 and len(set(names)) == len(names)
    assert read.frames[read.first] == read.default


def test_a_plain_cell_has_the_values_that_are_shown_first() -> None:
    """With the others beside them, in a comment."""
    read = variation({"k": [2, 3], "way": ["a", "b"]}, {"k": 3})
    code = plain("print(k, way)\n", read)
    assert code.split("\n")[0] == "k = 3  # vary: 2, 3"
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(code, {})
    assert shown.getvalue() == "3 a\n"


def test_states_are_printed_by_a_plain_cell() -> None:
    """Its names are those of the session, and texts of several lines stay as they are."""
    code = 'total = 0\nfor i in range(2):\n    total += i\n    text = """a\nb"""\n'
    code += '    yield f"{i}: {text}"\n'
    names: dict[str, Any] = {}
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(plain(code, None, steps=True), names)
    assert shown.getvalue() == "0: a\nb\n1: a\nb\n" and names["total"] == 1
