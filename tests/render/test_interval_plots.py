"""Intervals in a table are drawn where they lie, each with the mark of what it shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.interval_plots import WIDTH, drawing, read_intervals, scales, unit

NUMBERS = st.floats(-50, 50).map(lambda value: round(value, 3))
SHOWN = st.sampled_from(["supported", "not shown", "contradicted"])


@given(st.lists(st.tuples(NUMBERS, NUMBERS.map(abs), SHOWN), min_size=1, max_size=6))
def test_each_interval_is_drawn_inside_and_on_its_side(
    told: list[tuple[float, float, str]],
) -> None:
    """Right of the middle where the effect is as claimed; the ends never leave the plot."""
    text = "; ".join(f"{mean:+g} ± {half:g} {shows}" for mean, half, shows in told)
    intervals = read_intervals(text.replace("-", "−"))
    assert [(each.mean, each.half, each.shows) for each in intervals] == told
    scale = scales([("x", intervals)])["x"]
    plot = drawing(intervals, scale, "x")
    groups = plot.findall("svg/g")
    assert [group.get("class") for group in groups] == [
        f"nw-{shows.replace(' ', '-')}" for *_, shows in told
    ]
    for group, (mean, _, _) in zip(groups, told, strict=True):
        line = group.find("path")
        assert line is not None
        left, right = (
            float(each.split(" ")[0]) for each in line.get("d", "").lstrip("M").split("H")
        )
        assert 0 <= left <= right <= WIDTH
        if abs(mean) > scale / 50:
            assert ((left + right) / 2 > WIDTH / 2) is (mean > 0)
    count = sum(shows == "supported" for *_, shows in told)
    assert plot.findtext("span", "").startswith(f"{count} of {len(told)} as claimed")


@pytest.mark.parametrize("text", ["", "0.5", "0.5 ± 0.1", "x; 0.5 ± 0.1 supported", "depends"])
def test_other_texts_are_no_intervals(text: str) -> None:
    """A column of words stays one."""
    assert not read_intervals(text)


def test_rows_of_one_unit_have_one_scale() -> None:
    """Units are never mixed on one axis."""
    one, two, other = (
        read_intervals(f"{mean} ± 0.1 supported") for mean in ("+0.2", "+0.9", "+40")
    )
    words = ["a − b, accuracy", "c, d, accuracy", "error, MSE"]
    found = scales(list(zip(map(unit, words), (one, two, other), strict=True)))
    assert found == {"accuracy": pytest.approx(1.0), "MSE": pytest.approx(40.1)}
