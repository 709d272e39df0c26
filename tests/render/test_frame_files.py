"""Pure: of the difference of two texts, and the first, the second is made, as a browser does."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.frame_files import build, difference, frames_file, units

PIECES = st.lists(
    st.sampled_from(["<g id='a'>", "0123456789abcdefgh", " ", "\U0001f600", "é", "x" * 20, "\n"]),
    max_size=40,
).map("".join)


@given(PIECES | st.text(), PIECES | st.text())
def test_the_second_text_is_made_of_the_first(base: str, text: str) -> None:
    """Whatever they hold; characters are counted as JavaScript does."""
    base, text = units(base), units(text)
    assert build(base, difference(base, text)) == text
    assert all(ord(each) < 0x10000 for each in base)


def test_what_is_the_same_costs_nothing() -> None:
    """A change in a long text is about as long as itself."""
    base = "".join(f'<use x="{number}.5" y="{number * 7 % 91}"/>' for number in range(2000))
    text = base.replace('x="1000.5"', 'x="1000.7"')
    assert len(json.dumps(difference(base, text))) < 60
    file = frames_file([base, text, base], 0, {"says": ["a", "b", "c"]})
    assert len(file) < len(json.dumps(base)) + 200
