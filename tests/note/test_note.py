"""What a note calls itself."""

from __future__ import annotations

import pytest

from notewright.note.note import Note


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Over *me*\n\ntext", "Over me"),
        ("\n\nOver me\n===\n", "Over me"),
        ("%% hidden\n\n# not this %%\n\n# Over me", "Over me"),
        ("Hello.\n\n# Life\n\n# Work", "a note"),
        ("#tag #other\n\n# Over me", "a note"),
        ("## Part\n\n# Over me", "a note"),
        ("> # Quoted\n\n# Over me", "a note"),
        ("", "a note"),
    ],
)
def test_a_title_is_the_heading_with_which_a_note_begins(text: str, title: str) -> None:
    """As MkDocs has it; a heading further down is the head of a part."""
    assert Note("s/a note.md", "docs/s/a note.md", text).title == title
