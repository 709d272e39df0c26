"""Ids in raw HTML are found as MkDocs finds them, in time that grows with the text."""

from __future__ import annotations

import pytest
from counted import loops
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.structure.pages import _RawHTMLPreprocessor

from notewright.markdown.raw_html_ids import find_ids

WORDS = (
    *('<a id="a">', "<a name='b'>", "<p name=c>", "<P ID=d >", '<img src="id=e" id="f"/>', "</a>"),
    *("<br/>", "text id='g'", "<i\nid='h'>", '<i class="x"id="i">', "<!-- c -->", "\n", "`x`"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_the_ids_are_those_that_mkdocs_would_find(words: list[str]) -> None:
    """In elements of all kinds, and names in links alone."""
    text = " ".join(words)
    finder = _RawHTMLPreprocessor()
    finder.run(text.split("\n"))
    assert set(find_ids(text)) == finder.present_anchor_ids


@pytest.mark.parametrize("part", ["<a ", "<a id=", '<a id="', "<", "<a x='", "<a\n"])
def test_the_time_grows_with_the_text(part: str) -> None:
    """A hundred thousand tags that are never closed are looked through at once."""
    text = part * 100_000
    assert loops(lambda: list(find_ids(text))) < 100, "it took half an hour before"
