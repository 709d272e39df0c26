"""In a real browser: the script of the search puts back what the build took out of its entries."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from browsers import browser as browser

from notewright.render.search_words import gathered

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORKER = resources.files("notewright.render").joinpath("assets/search-worker.js")
FILLED = "(index) => nwFinder.filled(index).map((each) => each.words)"


def test_every_entry_has_its_words_again(browser: Browser) -> None:
    """Near and far ones, of one entry and of all; those of an index that shares none stay."""
    every = [
        ["all", *(f"by{step}" for step in (2, 90, 91, 92, 200) if not n % step)] for n in range(500)
    ]
    every[7] = []
    every[8].append("alone")
    words = [" ".join(sorted(each)) for each in every]
    entries: list[dict[str, Any]] = [{"words": each} if each else {} for each in words]
    page = browser.new_page()
    page.add_script_tag(content=WORKER.read_text("utf-8"))
    index = gathered(entries)
    assert "alone" in index["docs"][8]["words"] and "all" in index["words"].split()
    assert page.evaluate(FILLED, index) == words
    assert page.evaluate(FILLED, {"docs": entries}) == words
    page.close()
