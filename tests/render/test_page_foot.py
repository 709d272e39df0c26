"""What stands at the foot of a page, apart from the page."""

from __future__ import annotations

import pytest

from notewright.render.page_foot import without_foot

FOOT = (
    '<aside aria-label="Around this note" class="nw-web" data-search-exclude=""><h2>x</h2></aside>'
)


@pytest.mark.parametrize("before", ["", "<p>a</p>", "<aside>b</aside>"])
@pytest.mark.parametrize("after", ["", "<p>c</p>"])
def test_a_foot_is_taken_out_whole(before: str, after: str) -> None:
    """Its own element and no other, wherever it stands."""
    assert without_foot(before + FOOT + after) == (before, FOOT, after)
    assert without_foot(before + after) == (before + after, "", "")
