"""A wikilink or a path finds its file, and an address is none."""

from __future__ import annotations

import pytest
from bases_cells import DUNE, HERBERT, WORLD

from notewright.bases.links import find_file, is_address, links_to, read_link, wikilink_in
from notewright.bases.scope import Scope
from notewright.bases.values import FileValue, Link

SCOPE = Scope(WORLD, DUNE)


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("[[Dune]]", "Dune"),
        (" [[Dune#Plot|x]] ", "Dune#Plot|x"),
        ("![[a.png]]", "a.png"),
        ("see [[Dune]]", None),
        ("[[a]] [[b]]", None),
        ("[Dune](Dune.md)", None),
        ("[[]]", None),
    ],
)
def test_text_that_is_one_wikilink(text: str, inner: str | None) -> None:
    """And nothing else."""
    assert wikilink_in(text) == inner


def test_a_link_is_led_to_its_file() -> None:
    """A heading stays with the target; a table's backslash does not."""
    assert read_link("Herbert#Life|him", SCOPE) == Link("Herbert#Life", "him", HERBERT)
    assert read_link(r"Herbert\|him", SCOPE) == Link("Herbert", "him", HERBERT)
    assert read_link("Nobody", SCOPE) == Link("Nobody")
    assert read_link("#Plot", SCOPE).file is DUNE


def test_the_file_in_which_a_link_stands_counts() -> None:
    """A heading alone leads there; without a row it is the file that shows the base."""
    assert find_file("#Life", SCOPE, "Herbert.md") is HERBERT
    assert find_file("#Life", Scope(WORLD)) is HERBERT
    assert find_file("", SCOPE) is find_file("https://example.org", SCOPE) is None


@pytest.mark.parametrize("text", ["https://example.org", "HTTP://x", "mailto:a@example.org"])
def test_addresses(text: str) -> None:
    """What a page may link to."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc", "C:", "Note: a", "https://a b"],
)
def test_no_addresses(text: str) -> None:
    """What it may not, and what is none."""
    assert not is_address(text)


def test_what_leads_nowhere_is_known_by_its_text() -> None:
    """And what leads to a file, by the file alone."""
    assert links_to(DUNE, Link("Nobody", "other"), SCOPE)
    assert links_to(DUNE, FileValue(HERBERT), SCOPE) and links_to(DUNE, "Herbert.md", SCOPE)
    assert not links_to(DUNE, "Somebody", SCOPE) and not links_to(HERBERT, "Nobody", SCOPE)
