"""A comparison names what differs, and by how much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.run.comparison import (
    FIGURE,
    LAST_DIGIT,
    NUMBERS,
    OTHER,
    compare,
    figures_differ,
    texts_differ,
)
from notewright.run.manifest import RECORDS, Manifest, Part, Shown


def cell(text: str, line: int = 1, label: str = "", code: str = "c") -> Shown:
    return Shown(line, label, code, "", (Part("text", text),))


def of(*cells: Shown, note: str = "docs/a.md") -> Manifest:
    return Manifest(RECORDS, {note: cells})


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            ".6 ± .1",
            ".7 ± .1",
            LAST_DIGIT,
            "1 of 2 numbers differs, only in the last digit: .6 → .7",
        ),
        ("a 0.50 b", "a 0.60 b", NUMBERS, "1 of 1 number differs, by up to 17 %: 0.50 → 0.60"),
        (
            "1 file",
            "2 file",
            NUMBERS,
            "1 of 1 number differs, by up to 50 %: 1 → 2",
        ),  # they are counted
        ("−0.5", "−0.8", NUMBERS, "1 of 1 number differs, by up to 38 %: −0.5 → −0.8"),
        ("6e-10", "3e-17", NUMBERS, "1 of 1 number differs, by up to 1e+02 %: 6e-10 → 3e-17"),
        ("depends", "confirmed", OTHER, "the text differs"),
        ("x1 is 2", "x2 is 2", OTHER, "the text differs"),
        ("1  2", "1 2", OTHER, "only whitespace differs"),
    ],
)
def test_by_how_much_texts_differ(old: str, new: str, kind: str, words: str) -> None:
    """The number that differs most is told, old and new."""
    amount = texts_differ(old, new)
    assert (amount.kind, amount.words) == (kind, words)


def test_by_how_much_figures_differ() -> None:
    """Names in a figure are digests and do not count; a word in it does."""

    def figure(x: str, name: str, words: str = "") -> Part:
        return Part("figure", words, "", f'<svg><path id="{name}" d="M {x} 2"/></svg>')

    amount = figures_differ(figure("1.5", "m1"), figure("1.75", "m22"))
    assert (amount.kind, amount.words) == (
        FIGURE,
        "the figure differs in 1 of 2 coordinates, by up to 0.25 pt",
    )
    same = figures_differ(figure("1", "m1"), figure("1", "m22"))
    assert "colours, pixels or encoding" in same.words
    ticks = figures_differ(figure("1", "m", "0.24"), figure("1", "m", "0.23"))
    assert ticks.kind == LAST_DIGIT and "0.24 → 0.23" in ticks.words


def test_a_cell_is_found_again_where_the_note_was_edited() -> None:
    """By its code where it moved, by its label where its code is another."""
    old = of(cell("1", 1, code="a"), cell("2", 5, "fig-b", "b"), cell("3", 9, code="c"))
    new = of(cell("0", 1, code="z"), cell("1", 4, code="a"), cell("5", 8, "fig-b", "y"))
    (note,) = compare(old, new).notes
    found = {(each.old and each.old.line, each.new and each.new.line) for each in note.cells}
    assert found == {(None, 1), (5, 8), (9, None)}
    edited = next(each for each in note.cells if each.old and each.new)
    assert edited.words == "its code was edited"


def test_notes_that_came_and_went_are_told() -> None:
    """Neither is passed over."""
    found = compare(of(cell("1"), note="docs/a.md"), of(cell("1"), note="docs/b.md"))
    assert [(note.note, note.words) for note in found.notes] == [
        ("docs/a.md", "missing"),
        ("docs/b.md", "new"),
    ]


def test_a_note_is_as_different_as_what_differs_most_in_it() -> None:
    """So a summary can say which notes differ only in a last digit."""
    (note,) = compare(of(cell("1.5"), cell("word")), of(cell("1.6"), cell("other"))).notes
    assert note.kind == OTHER
    (note,) = compare(of(cell("1.5")), of(cell("1.6"))).notes
    assert note.kind == LAST_DIGIT


cells = st.lists(
    st.builds(
        cell,
        st.text("0.5e-± a", max_size=9),
        st.integers(1, 9),
        st.sampled_from(["", "x"]),
        st.sampled_from("ab"),
    ),
    max_size=5,
)


@given(old=cells, new=cells)
def test_nothing_is_found_only_in_what_is_the_same(old: list[Shown], new: list[Shown]) -> None:
    """For any cells: it never fails, and what it finds the same has the same digests."""
    found = compare(of(*old), of(*new))
    assert compare(of(*old), of(*old)).notes == ()
    if not found.notes:
        assert [each.digest for each in old] == [each.digest for each in new]
