"""Drawings of Excalidraw: what is left of their text, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.drawings import without_data

WARNING = "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠=="
TEXTS = "A neuron ^aB3xY9z1\n\nIts weights ^Qk2LmN0p\n"
DATA = "```compressed-json\nN4IgLgngDgpiBcIYA8DGBDANgSwCYCd0B3EAGhADcZ8BnbAewDsEAmcm\n\nAAAA\n```\n"

EMPTY = f"{WARNING} You can decompress Drawing data\n\n\n## Drawing\n{DATA}%%"
OLD = f"{WARNING}\n\n\n# Text Elements\n{TEXTS}\n%%\n# Drawing\n```json\n{{}}\n```\n%%"
NEW = (
    f"{WARNING}\n\n# Excalidraw Data\n\n## Text Elements\n{TEXTS}\n## Element Links\n"
    f"aB3xY9z1: [[Perceptron]]\n\n## Embedded Files\n0123456789abcdef: [[cat.png]]\n\n%%\n"
    f"## Drawing\n{DATA}%%"
)
BACK = f"{WARNING}\n\nSaid on the back.\n\n%%\nunseen\n%%\n\n{NEW[len(WARNING) :]}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (EMPTY, []),
        (OLD, ["A neuron ^aB3xY9z1", "Its weights ^Qk2LmN0p"]),
        (NEW, ["A neuron ^aB3xY9z1", "Its weights ^Qk2LmN0p", "aB3xY9z1: [[Perceptron]]"]),
    ],
    ids=["empty", "old", "new"],
)
def test_texts_are_left_of_a_drawing(text: str, left: list[str]) -> None:
    """In the forms of several versions of the plugin."""
    assert [each for each in without_data(text).splitlines() if each.strip()] == left


def test_the_back_of_a_drawing_is_its_writers() -> None:
    """And so are the comments in it, which nobody sees."""
    left = without_data(BACK)
    assert left.startswith(f"{' ' * len(WARNING)}\n\nSaid on the back.\n\n%%\nunseen\n%%\n")
    assert "Excalidraw" not in left and "N4Ig" not in left


def test_a_comment_around_the_data_shows_what_the_drawing_says() -> None:
    """The plugin hides it, where there is something on the back."""
    text = f"Back.\n\n%%\n{NEW[len(WARNING) + 2 :]}"
    assert "%%" not in without_data(text) and "A neuron" in without_data(text)


@given(st.lists(st.sampled_from([*NEW.split("\n"), "# Drawing", "%%", "```", "x"]), max_size=30))
def test_what_is_left_stands_where_it_stood(lines: list[str]) -> None:
    """Whatever the drawing looks like; and nothing more is blanked by a second look."""
    text = "\n".join(lines)
    left = without_data(text)
    assert len(left) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, left, strict=True))
    assert left.count("\n") == text.count("\n")
    assert without_data(left) == left
