"""Headings, and how a link names them."""

from __future__ import annotations

import pytest

from notewright.note.anchors import Heading, heading_index, typed_heading
from notewright.note.note import Note


@pytest.mark.parametrize(
    ("heading", "typed"),
    [
        ("n_estimators", "n_estimators"),
        ("`n_estimators` and `__init__`", "n_estimators and __init__"),
        ("`num_beams = 1`", "num_beams = 1"),
        ("A *b* c", "A b c"),
        ("**Bold** and _this_", "Bold and this"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_ and _x", "snake_case and x"),
        ("***all***", "all"),
        ("[[note|Shown]] here", "Shown here"),
        ("``a ` b``", "a ` b"),
    ],
)
def test_a_suggested_heading_is_found(heading: str, typed: str) -> None:
    """What a message offers leads there; marks of emphasis are not typed, names of code are."""
    assert typed_heading(heading) == typed
    assert heading_index([Heading(2, heading, 1)], typed) == 0


def test_a_block_id_needs_no_blank_behind_an_embed() -> None:
    """As Obsidian writes it below an image; elsewhere `^` is a sign of the text."""
    text = "![[x.png]]^pic\n\nText ^one\n\n2^3\n\n- [[a]]^two\n"
    assert list(Note("a.md", "docs/a.md", text).block_ids) == ["pic", "one", "two"]
