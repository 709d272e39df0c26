"""Block structure: a page has the blocks that CommonMark finds, by markdown-it-py's judgement."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commonmark import GROUPS, ours, read_examples, skeleton, theirs
from converted import convert
from hypothesis import assume, given
from hypothesis import strategies as st

SPEC = os.environ.get("COMMONMARK_SPEC", "")
"""A specification to judge by: `spec.txt` of `npm pack commonmark-spec`. None is kept here."""

BLOCKS = {
    "ATX headings",
    "Blank lines",
    "Block quotes",
    "Fenced code blocks",
    "HTML blocks",
    "Indented code blocks",
    "List items",
    "Lists",
    "Paragraphs",
    "Precedence",
    "Tabs",
    "Thematic breaks",
}
"""Sections of the specification in which every example agrees."""

# Elsewhere what stands in a line is Python-Markdown's matter, or Obsidian's.
AGREEING = {
    "Setext headings": 25,  # of 27: `---` at the top begins the properties
    "Link reference definitions": 26,  # of 27: an escaped bracket in a label
    "Hard line breaks": 15,
    "Soft line breaks": 2,
    "Textual content": 3,
    "Backslash escapes": 12,
    "Emphasis and strong emphasis": 127,
    "Links": 66,
}


@pytest.mark.parametrize("group", GROUPS)
def test_blocks_are_those_of_commonmark(group: str) -> None:
    """Tags, nesting, text, where lists start, tight or loose: all agree in all examples."""
    wrong = [text for text in GROUPS[group] if ours(text) != theirs(text)]
    assert wrong == []


def test_there_are_many_examples() -> None:
    """The share is counted over no fewer than 150 texts, each once."""
    texts = [text for group in GROUPS.values() for text in group]
    assert len(set(texts)) == len(texts) >= 150


INDENTS = st.sampled_from(["", "", "", " ", "  ", "   ", "    ", "     ", "\t"])
MARKS = st.sampled_from(["> ", ">", "- ", "-   ", "+ ", "* ", "1. ", "3) ", "10. ", "-\t", "-"])
TEXTS = st.sampled_from(
    [
        "",
        "word",
        "two words",
        "trailing  ",
        "# title",
        "####### none",
        "#none",
        "```",
        "~~~ text",
        "===",
        "***",
        "_ _ _",
        "| a | b |",
        "|---|:-:|",
        "<div>",
        "</div>",
        "<!-- gone -->",
        "<b>",
        "[label]: /address",
        "[label]",
        "    indented",
    ]
)
LINES = st.builds(
    lambda indent, marks, text: indent + "".join(marks) + text,
    INDENTS,
    st.lists(MARKS, max_size=3),
    TEXTS,
)


@pytest.mark.nightly
@given(st.lists(LINES, max_size=9).map("\n".join))
def test_generated_notes_have_the_blocks_of_commonmark(text: str) -> None:
    """Whatever blocks stand in one another, at whatever indent, the structure agrees."""
    assert ours(text) == theirs(text)


@pytest.mark.gate
@given(st.text(st.sampled_from("ab #>-+1.)=~|\t\n"), max_size=40).map(lambda text: f"a\n\n{text}"))
def test_any_signs_have_the_blocks_of_commonmark(text: str) -> None:
    """The same for signs thrown together, but for Obsidian's `==marks==` and `~~struck~~`."""
    assume(text.count("==") < 2 and text.count("~~") < 2)
    assert ours(text) == theirs(text)


@pytest.mark.skipif(
    not SPEC,
    reason="no specification: COMMONMARK_SPEC=spec.txt pytest tests/markdown/test_blocks.py",
)
def test_examples_of_the_specification() -> None:
    """Every example of the sections on blocks agrees; elsewhere no fewer than ever did."""
    examples = read_examples(Path(SPEC).read_text("utf-8"))
    assert examples.keys() >= BLOCKS | AGREEING.keys()
    for section, pairs in examples.items():
        wrong = [text for text, html in pairs if ours(text) != skeleton(html)]
        if section in BLOCKS:
            assert wrong == [], section
        assert len(pairs) - len(wrong) >= AGREEING.get(section, 0), section


@pytest.mark.parametrize("text", ["a\n\n    kept\n", "Term\n: d\n\n    kept\n"])
def test_what_is_indented_in_a_block_that_is_never_closed_is_shown(text: str) -> None:
    """And nothing that stands for it while the page is made."""
    html = convert(f"/// note\nx\n\n{text}").html
    assert "kept" in html
    assert "nw-body" not in html
