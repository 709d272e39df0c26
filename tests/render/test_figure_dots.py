"""Dots of scatter plots as paths: fewer elements, and the same picture."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render import figure_html
from notewright.render.figure_dots import in_paths


def drawn(marker: str, count: int, **told: object) -> str:
    """A file of a figure with so many points in two colours, drawn as a worker does."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from notewright.run.worker.environment import STYLE_FILE
    from notewright.run.worker.figures import draw

    places = np.random.default_rng(0).normal(size=(2, 2, count))
    with mpl.rc_context(fname=str(STYLE_FILE)):
        figure = Figure()
        axes = figure.subplots()
        for x, y in places:
            axes.scatter(x, y, marker=marker, **told)
        svg, _ = draw(figure)
    return figure_html.in_both_schemes(svg)


@pytest.mark.parametrize("marker", ["o", "s", "D", "^"])
@pytest.mark.parametrize("told", [{}, {"s": 3, "linewidths": 0}])
def test_dots_of_one_colour_are_one_path(marker: str, told: dict[str, object]) -> None:
    few, many = (drawn(marker, count, **told) for count in (20, 400))
    elements = [len(re.findall(r"<(?:use|path)\b", svg)) for svg in (few, many)]
    assert elements[1] <= elements[0] + 20  # ticks and their labels differ, dots do not count


@pytest.mark.parametrize(
    "told", [{"alpha": 0.5}, {"edgecolors": "white"}, {"facecolors": "none", "edgecolors": "C0"}]
)
def test_dots_that_show_where_they_overlap_stay_as_they_are(told: dict[str, object]) -> None:
    svg = drawn("o", 50, **told)
    uses = re.findall(r'<use [^>]*x="[^>]*/>', svg)
    assert len(uses) >= 100


def test_what_is_in_front_stays_in_front() -> None:
    marker = '<path id="m" d="M -1 1 L 1 1 L 1 -1 L -1 -1 z"/>'
    uses = [f'<use xlink:href="#m" x="{at}" y="0" fill="{at % 2}"/>' for at in (0, 2, 1, 3, 4)]
    found = re.findall(r'd="([^"]*)" fill="(\d)"', in_paths(marker + "\n".join(uses)))
    assert [(path.count("M"), fill) for path, fill in found] == [(2, "0"), (2, "1"), (1, "0")]


@given(st.text(alphabet='<use path id="m" d=xyfill#MCLz0123 />'))
def test_other_texts_stay(text: str) -> None:
    assert in_paths(text) == text
