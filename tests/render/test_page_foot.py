"""What stands at the foot of a page, apart from the page."""

from __future__ import annotations

import sys

import pytest

from notewright.render.page_foot import Linked, without_foot
from notewright.vault.backlinks import Web
from notewright.vault.link_reading import Reference

FOOT = '<aside aria-label="Related" class="nw-web" data-search-exclude=""><h2>x</h2></aside>'


@pytest.mark.parametrize("before", ["", "<p>a</p>", "<aside>b</aside>"])
@pytest.mark.parametrize("after", ["", "<p>c</p>"])
def test_a_foot_is_taken_out_whole(before: str, after: str) -> None:
    """Its own element and no other, wherever it stands."""
    assert without_foot(before + FOOT + after) == (before, FOOT, after)
    assert without_foot(before + after) == (before + after, "", "")


def test_the_work_for_all_feet_grows_with_the_notes() -> None:
    """Twice the notes, twice the calls of functions: no page looks at all links of the vault."""

    def calls(notes: int) -> int:
        paths = [f"area-{number % 7}/{number}.md" for number in range(notes)]
        pairs = [(a, paths[(n * 7 + k) % notes]) for n, a in enumerate(paths) for k in (1, 2, 5)]
        references = [Reference(a, b, 1, "Before ", "it", ".") for a, b in pairs]
        linked = Linked(Web(dict.fromkeys(paths, "Title"), references), map="graph.md")
        count = 0

        def look(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(look)
        try:
            for path in paths:
                linked.foot(path)
        finally:
            sys.setprofile(None)
        return count

    assert calls(120) < 2.2 * calls(60)
