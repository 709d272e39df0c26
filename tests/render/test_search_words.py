"""Words that several entries of a search index have: they stand beside these once."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.search_words import FAR, FIRST, gathered

WORDS = st.lists(st.sampled_from(["bias", "cost", "fold", "naïve", "d&#x27;or"]), unique=True)


def entry(number: int, *words: str) -> dict[str, Any]:
    """An entry; one without further words has no such field."""
    plain = {"location": f"a/#{number}", "title": "A", "text": "t"}
    return plain | ({"words": " ".join(sorted(words))} if words else {})


def filled(index: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries with all their words again, as `search-worker.js` reads them."""
    found = [{**each, "words": each.get("words", "").split()} for each in index["docs"]]
    for word, signs in zip(index["words"].split(), index["places"].split(), strict=True):
        at = 0
        for sign in signs:
            at += ord(sign) - ord(FIRST)
            if sign != FAR:
                found[at]["words"].append(word)
    return [entry(number, *each["words"]) for number, each in enumerate(found)]


def test_a_word_of_several_entries_stands_once_and_that_of_one_in_it() -> None:
    """The signs say how many entries further the next one is."""
    entries = [entry(0, "bias", "cost"), entry(1), entry(2, "bias", "fold"), entry(3, "fold")]
    before = copy.deepcopy(entries)
    assert gathered(entries) == {
        "docs": [entry(0, "cost"), entry(1), entry(2), entry(3)],
        "words": "bias fold",
        "places": "#% %$",
    }
    assert entries == before  # a patch of the site takes them over


@given(st.lists(WORDS, max_size=12))
def test_every_entry_gets_its_words_back(words: list[list[str]]) -> None:
    """Whichever they are; and the index has the same bytes each time."""
    entries = [entry(number, *each) for number, each in enumerate(words)]
    assert filled(gathered(entries)) == entries
    assert json.dumps(gathered(entries)) == json.dumps(gathered(copy.deepcopy(entries)))


@pytest.mark.parametrize("step", [1, 57, 90, 91, 92, 181, 182, 183, 1000])
def test_entries_may_stand_far_from_each_other(step: int) -> None:
    """A long step has several signs, of which none is a space or a quote."""
    entries = [entry(number) for number in range(2 * step + 1)]
    for number in (0, step, 2 * step):
        entries[number] = entry(number, "bias")
    index = gathered(entries)
    assert filled(index) == entries
    assert not set(index["places"]) & {" ", '"'}


def test_the_script_reads_the_signs_that_are_written() -> None:
    """It counts from the same one, and goes on after the same one."""
    script = resources.files("notewright.render").joinpath("assets/search-worker.js")
    signs = f'const FIRST = "{FIRST}".charCodeAt(), FAR = "{FAR}";'
    assert signs in script.read_text("utf-8")
