"""Pure: a clean figure is shorter, and what it draws is where it was, to a tenth of a point."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.frame_svgs import clean, in_one_box

PLACES = st.floats(-900, 900, allow_nan=False).map(lambda each: round(each, 6))
POINTS = st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=30)


def path(points: list[tuple[float, float]]) -> str:
    """A path as Matplotlib writes it."""
    steps = (f"{'L' if at else 'M'} {x} {y} \n" for at, (x, y) in enumerate(points))
    return f'<svg><path d="{"".join(steps)}"/></svg>'


def places(svg: str) -> list[tuple[float, float]]:
    """The places that a path goes through, by steps or not."""
    found: list[tuple[float, float]] = []
    x = y = 0.0
    for letter, first, second in re.findall(r"([MLl])\s*([-\d.e]+)\s+([-\d.e]+)", svg):
        step = float(first), float(second)
        x, y = (x + step[0], y + step[1]) if letter == "l" else step
        found.append((x, y))
    return found


@given(POINTS)
def test_a_path_goes_where_it_went(points: list[tuple[float, float]]) -> None:
    """No place is more than a twentieth of a point away, however long the path."""
    before = path(points)
    after = clean(before)
    assert len(places(after)) == len(points)
    for (x, y), (left, top) in zip(points, places(after), strict=True):
        assert abs(x - left) < 0.0501 and abs(y - top) < 0.0501


def test_names_are_counted_and_neighbours_share_a_clip() -> None:
    """So one clip that changes its name changes one line."""
    svg = (
        '<svg><g id="axes_1"><defs><clipPath id="p77ab"><rect/></clipPath></defs>'
        '<g clip-path="url(#p77ab)"><use xlink:href="#m1" x="1.234" y="2"/></g>\n'
        '<g clip-path="url(#p77ab)"><use xlink:href="#m1" x="3" y="4.56"/></g></g></svg>'
    )
    made = clean(svg)
    assert made == clean(svg.replace("p77ab", "q12").replace("m1", "m2"))
    assert made.count("clip-path=") == 1 and made.count("<use") == 2 and "axes_1" not in made
    assert made.count("<g") == made.count("</g>")


def test_frames_stand_in_one_box() -> None:
    """The smallest that holds all."""
    box = '<svg width="{2}pt" height="{3}pt" viewBox="{0} {1} {2} {3}">'
    made = in_one_box([box.format(0, 5, 10, 10), box.format(-2, 6, 10, 20)])
    assert set(made) == {box.format(-2, 5, 12, 21)}
