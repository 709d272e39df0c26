"""Locations of a search index: short ones lead where the whole ones led."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from search_index import located

from notewright.render.search_locations import address, short_locations

PAGES = st.sampled_from(["", "a/", "a/b/", "/a/", "#"])
TITLES = st.one_of(st.sampled_from(["Bias &amp; cost", "K-means", "Überblick 2", ""]), st.text())
SECTIONS = st.one_of(st.none(), st.just("own"), st.text(max_size=4))


def entry(location: str, title: str) -> dict[str, Any]:
    """An entry of an index."""
    return {"location": location, "title": title, "text": "t"}


def test_a_section_named_by_its_title_says_nothing_of_where_it_is() -> None:
    """Another says what comes behind the page, and the first of a page all."""
    entries = [
        entry("a/", "A"),
        entry("a/#why-so", "Why so?"),
        entry("a/#other_1", "Other"),
        entry("b/#of-b", "Of b"),
        entry("b/#loss-optimiser", "Loss, optimiser"),
    ]
    before = copy.deepcopy(entries)
    told = [each.get("location") for each in short_locations(entries)]
    assert told == ["a/", None, "#other_1", "b/#of-b", None]
    assert entries == before  # a patch of the site takes them over


def test_a_root_page_is_told_from_a_section() -> None:
    """Its address is empty, and that of its sections begins with the sign."""
    entries = [entry("a/", "A"), entry("#more", "More"), entry("#most", "Most"), entry("", "Home")]
    assert located(short_locations(entries)) == entries


@given(st.lists(st.tuples(PAGES, TITLES, SECTIONS), max_size=12))
@example([("a/", "A", None), ("a/", "\u212a", "k"), ("a/", "\u0130", "i"), ("a/", "B", "")])
def test_every_location_is_found_again(drawn: list[tuple[str, str, str | None]]) -> None:
    """Whatever pages and sections are called, and however they stand."""
    entries = []
    for page, title, section in drawn:
        entries.append(entry(page if section is None else f"{page}#{section}", title))
        entries.append(entry(f"{page}#{address(title)}", title))
    assert located(short_locations(entries)) == entries
