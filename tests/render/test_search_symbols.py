"""Symbols of a search index stand in the entry of their page."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from search_index import unfolded

from notewright.render.search_symbols import folded

NUMPY = {"location": "code/numpy/", "title": "numpy", "text": "", "kind": "Code"}


def symbol(page: dict[str, Any], name: str, *, is_whole: bool) -> dict[str, Any]:
    """An entry of a page of code."""
    full = f"{page['title']}.{name}"
    return {**page, "location": f"{page['location']}#{full}", "title": full if is_whole else name}


def test_symbols_stand_in_the_entry_of_their_page() -> None:
    """By their names; a dot says that the title of the entry is whole."""
    entries = [
        NUMPY,
        symbol(NUMPY, "mean", is_whole=True),
        symbol(NUMPY, "linalg.norm", is_whole=True),
        symbol(NUMPY, "own", is_whole=False),
    ]
    assert folded(entries) == [{**NUMPY, "symbols": ".mean .linalg.norm own"}]


def test_what_is_no_plain_symbol_stays_an_entry() -> None:
    """Such as a section of a note, another page, or an entry that says more."""
    others = [
        {"location": "a/", "title": "A", "text": "t"},
        {"location": "a/#A.b", "title": "b", "text": "t"},
        NUMPY,
        {**symbol(NUMPY, "mean", is_whole=True), "boost": 2},
        {**symbol(NUMPY, "mean", is_whole=True), "text": "t"},
        {**symbol(NUMPY, "mean", is_whole=True), "kind": "Figures"},
        {**NUMPY, "location": "code/numpy/#other"},
        {**NUMPY, "location": "code/numpy/#numpy.a b", "title": "a b"},
    ]
    assert folded(others) == others


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(st.tuples(st.sampled_from("ab"), st.booleans())))
    )
)
def test_nothing_is_lost(pages: list[tuple[str, list[tuple[str, bool]]]]) -> None:
    """The script finds the entries that there were, in their order; they are left as they are."""
    entries = []
    for title, names in pages:
        page = {**NUMPY, "location": f"code/{title}/", "title": title}
        entries += [page, *(symbol(page, name, is_whole=whole) for name, whole in names)]
    before = copy.deepcopy(entries)
    assert unfolded(folded(entries)) == before == entries
