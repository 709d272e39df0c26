"""The numbers of a figure are those that were drawn, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D

from notewright.run.worker import figures
from notewright.run.worker.figure_data import LIMIT, data_of


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """No figure stays open."""
    yield
    plt.close("all")


def rows(draw: Callable[[Any], object]) -> list[dict[str, str]]:
    """The data of a figure with one pair of axes."""
    figure, axes = plt.subplots()
    draw(axes)
    _, metadata = figures.draw(figure)
    text = metadata["notewright"].get("data", "")
    return list(csv.DictReader(io.StringIO(text)))


def test_lines_and_points_have_their_places_and_names() -> None:
    """And points the value that their colour stands for."""

    def draw(axes: Any) -> None:
        axes.set_title("left, right")
        axes.plot([1, 2], [3, 0.1], label="rise")
        axes.scatter([1, 2], [5, 6], c=[0.25, 0.5])
        axes.axhline(1)  # placed by one axis only

    head = {"axes": "left, right", "series": "rise", "kind": "line", "value": ""}
    points = head | {"series": "", "kind": "points"}
    assert rows(draw) == [
        head | {"x": "1", "y": "3"},
        head | {"x": "2", "y": "0.1"},
        points | {"x": "1", "y": "5", "value": "0.25"},
        points | {"x": "2", "y": "6", "value": "0.5"},
    ]


@pytest.mark.parametrize("lies", [False, True])
def test_bars_have_the_names_of_their_groups(lies: bool) -> None:
    """And the place where each ends."""
    found = rows(lambda axes: (axes.barh if lies else axes.bar)(["a", "b"], [1, 2], label="n"))
    name, size = ("y", "x") if lies else ("x", "y")
    assert [(row[name], row[size], row["series"]) for row in found] == [
        ("a", "1", "n"),
        ("b", "2", "n"),
    ]


def test_areas_errors_and_pictures_are_told() -> None:
    """Whatever is placed by the numbers of both axes."""

    def draw(axes: Any) -> None:
        axes.errorbar([1], [2], yerr=[0.5], fmt="o")
        axes.fill_between([0, 1], [0, 0], [1, 2])
        axes.imshow(np.eye(2))

    kinds = {row["kind"] for row in rows(draw)}
    assert kinds == {"points", "segment", "area", "pixel"}


def test_too_many_numbers_are_not_offered() -> None:
    """A page of figures stays a page."""
    figure, axes = plt.subplots()
    axes.plot(np.arange(1500), np.arange(1500))
    assert 0 < len(data_of(figure).encode()) <= LIMIT
    axes.plot(np.arange(20_000), np.arange(20_000))
    assert data_of(figure) == ""


def test_an_odd_artist_takes_nothing_from_the_others() -> None:
    """A class of the writer's own may fail at anything."""

    class Odd(Line2D):
        def get_linestyle(self) -> Any:
            raise RuntimeError

    figure, axes = plt.subplots()
    axes.add_line(Odd([0], [0]))
    axes.plot([1], [2], label="kept")
    assert "kept" in data_of(figure)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(allow_subnormal=False), min_size=1, max_size=5))
def test_numbers_are_what_was_drawn(values: list[float]) -> None:
    """To six digits; what is no number is empty."""
    figure, axes = plt.subplots()
    axes.plot(range(len(values)), values)
    found = list(csv.DictReader(io.StringIO(data_of(figure))))
    plt.close(figure)
    assert len(found) == len(values)
    for row, value in zip(found, values, strict=True):
        told = row.get("y", "")
        if np.isfinite(value):
            assert float(told) == pytest.approx(value, rel=1e-5)
        else:
            assert told == ""
