"""In a real browser: the script of the search puts back what the build took out of its entries."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from browsers import browser as browser

from notewright.render.search_locations import address, short_locations
from notewright.render.search_words import gathered

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORKER = resources.files("notewright.render").joinpath("assets/search-worker.js")
FILLED = "(index) => nwFinder.filled(index).map((each) => each.words)"
LOCATIONS = "(index) => nwFinder.filled(index).map((each) => each.location)"


@pytest.mark.nightly
def test_every_entry_has_its_words_again(browser: Browser) -> None:
    """Near and far ones, of one entry and of all; those of an index that shares none stay."""
    every = [
        ["all", *(f"by{step}" for step in (2, 90, 91, 92, 200) if not n % step)] for n in range(500)
    ]
    every[7] = []
    every[8].append("alone")
    words = [" ".join(sorted(each)) for each in every]
    entries: list[dict[str, Any]] = [
        {"location": "a/", "title": "A"} | ({"words": each} if each else {}) for each in words
    ]
    page = browser.new_page()
    page.add_script_tag(content=WORKER.read_text("utf-8"))
    index = gathered(entries)
    assert "alone" in index["docs"][8]["words"] and "all" in index["words"].split()
    assert page.evaluate(FILLED, index) == words
    assert page.evaluate(FILLED, {"docs": entries}) == words
    page.close()


@pytest.mark.nightly
def test_a_slip_of_the_keyboard_is_read_as_the_word_next_to_it(browser: Browser) -> None:
    """Not as two others that stand in it; words that were written together are still found."""
    titles = ["Random forest", "For the rest of us", "Loss of data", "Cross validation"]
    docs = [{"location": f"{n}/", "title": title, "text": ""} for n, title in enumerate(titles)]
    page = browser.new_page()
    page.add_script_tag(content=_lunr())
    page.add_script_tag(content=WORKER.read_text("utf-8"))
    ask = """([docs, words]) => {
      nwFinder.build({ docs });
      const { groups, near } = nwFinder.ask(words);
      return [groups[0].results[0].title, near];
    }"""
    assert page.evaluate(ask, [docs, "forrest"]) == ["Random forest", [["forrest", "forest"]]]
    assert page.evaluate(ask, [docs, "random forrest"])[0] == "Random forest"
    assert page.evaluate(ask, [docs, "crossvalidation"]) == ["Cross validation", []]
    page.close()


@pytest.mark.nightly
def test_code_comes_first_for_a_name_of_its_own_alone(browser: Browser) -> None:
    """An argument of a library, which begins like a function here, is in the text of a note."""
    code = {"location": "code/", "title": "cnn", "text": "", "kind": "Code"}
    docs: list[dict[str, Any]] = [
        code | {"symbols": "n_multiplies"},
        {"location": "a/", "title": "Forests", "text": "Of n_estimators trees, as Gauß said"},
    ]
    page = browser.new_page()
    page.add_script_tag(content=_lunr())
    page.add_script_tag(content=WORKER.read_text("utf-8"))
    ask = """([docs, words]) => {
      nwFinder.build({ docs });
      return nwFinder.ask(words).groups[0].results[0].title;
    }"""
    assert page.evaluate(ask, [docs, "n_estimators"]) == "Forests"
    assert page.evaluate(ask, [docs, "n_multiplies"]) == "n_multiplies"
    assert page.evaluate(ask, [docs, "gauss"]) == page.evaluate(ask, [docs, "Gauß"]) == "Forests"
    page.close()


def _lunr() -> str:
    """The theme's own script, which brings lunr."""
    workers = resources.files("material").joinpath("templates/assets/javascripts/workers")
    (script,) = (each for each in workers.iterdir() if each.name.endswith(".min.js"))
    return script.read_text("utf-8")


@pytest.mark.nightly
def test_every_entry_has_its_location_again(browser: Browser) -> None:
    """That of its page, of a section with its title's address or another's, and of a root page."""
    titles = [
        "A",
        "Why so?",
        "Loss, optimiser",
        "Überblick",
        "Bias &amp; cost",
        "\u212a \u0130",
        "",
    ]
    places = ["", "own", *(address(title) for title in titles)]
    entries = [
        {"location": f"{page}#{place}" if place else page, "title": title}
        for page in ("a/", "", "b/c/", "/d/")
        for title in titles
        for place in places
    ]
    page = browser.new_page()
    page.add_script_tag(content=WORKER.read_text("utf-8"))
    short = short_locations(entries)
    assert [each for each in short if "location" not in each]
    assert page.evaluate(LOCATIONS, {"docs": short}) == [each["location"] for each in entries]
    page.close()
