"""Figures are drawn once and cut afterwards: the same picture as Matplotlib saves itself."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

matplotlib = pytest.importorskip("matplotlib")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from notewright.render import figure_html  # noqa: E402
from notewright.run.worker import environment, figures  # noqa: E402
from notewright.run.worker.figure_colours import DARK, LIGHT, TEXT  # noqa: E402

Make = Callable[[], Figure]
MAKERS: dict[str, Make] = {}
TOLERANCE = 2e-3
"""Points by which a coordinate may differ: a view box is written with six digits."""
PLACES = {"d", "x", "y", "width", "height", "transform", "points"}
PIXEL = 72 / 150 + TOLERANCE
"""Points by which an image may differ: it starts at a pixel of its resolution."""


def maker(make: Make) -> Make:
    """Take a function as one that makes a figure."""
    MAKERS[make.__name__] = make
    return make


@maker
def labels_outside() -> Figure:
    """The labels of a small figure leave its canvas."""
    figure, axes = plt.subplots(figsize=(3, 1.5))
    axes.plot([1, 3, 2])
    axes.set(xlabel="an x", ylabel="a y\nof two lines", title="A title")
    return figure


@maker
def legend_outside() -> Figure:
    """The lines in the legend would end at the edge of the canvas."""
    figure, axes = plt.subplots(figsize=(3, 1.5))
    axes.plot([1, 3, 2], label="one")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@maker
def figure_legend() -> Figure:
    """It stands by the edge of the figure."""
    figure, axes = plt.subplots()
    axes.plot([1, 3, 2], label="one")
    axes.set(xlabel="x")
    figure.legend(loc="lower center", borderaxespad=1)
    return figure


@maker
def figure_image() -> Figure:
    """An image that is placed by pixels."""
    figure, axes = plt.subplots()
    axes.plot([1, 3, 2])
    figure.figimage([[1, 2], [3, 4]], 100, 100)
    return figure


@maker
def paper() -> Figure:
    """A figure with a colour and a border of its own."""
    return plt.subplots(facecolor="beige", edgecolor="red", linewidth=4)[0]


@maker
def equal_aspect() -> Figure:
    """Axes that shrink when they are drawn."""
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([0, 1, 2], [0, 5, 1])
    left.set_aspect("equal")
    shown = right.imshow([[1, 2, 3], [3, 4, 5]])
    figure.colorbar(shown, ax=right, label="a scale")
    return figure


@maker
def inset_and_twin() -> Figure:
    """Axes in axes, and two on one place."""
    figure, axes = plt.subplots()
    axes.bar([1, 2], [3, 4])
    axes.twinx().plot([1, 2], [10, 1000])
    inset = axes.inset_axes((0.1, 0.5, 0.3, 0.3))
    inset.plot([1, 2])
    inset.set_aspect("equal")
    return figure


@maker
def polar_and_deep() -> Figure:
    """Projections with limits and labels of their own."""
    figure = plt.figure(figsize=(6, 3))
    figure.add_subplot(121, projection="polar").plot([0, 1, 2], [1, 2, 3])
    figure.add_subplot(122, projection="3d").scatter([1, 2], [1, 2], [1, 2])
    figure.suptitle("Two")
    return figure


@maker
def lines_outside() -> Figure:
    """A line that is not clipped leaves the canvas."""
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set(xlim=(0, 0.95), ylim=(0, 0.95))
    axes.lines[0].set_clip_on(False)
    axes.annotate("there", (0.9, 0.9), xytext=(1.04, 1.08), arrowprops={"arrowstyle": "->"})
    return figure


@maker
def far_outside() -> Figure:
    """A text leaves the canvas by more than its size."""
    figure, axes = plt.subplots()
    axes.text(2.0, 0.5, "far away")
    return figure


@maker
def dense() -> Figure:
    """So many points that they become an image."""
    figure, axes = plt.subplots(figsize=(2, 2))
    axes.scatter(range(figures.DENSE + 1), range(figures.DENSE + 1), s=1)
    return figure


@maker
def laid_out() -> Figure:
    """A layout engine places the axes."""
    figure, axes = plt.subplots(1, 2, layout="constrained")
    axes[0].set(xlabel="x", ylabel="a long label", title="one")
    return figure


@maker
def without_axes() -> Figure:
    """A text alone."""
    figure = plt.figure(figsize=(2, 1))
    figure.text(0.2, 0.5, "alone")
    return figure


@maker
def subfigures() -> Figure:
    """Figures in a figure."""
    figure = plt.figure(figsize=(5, 2))
    for part in figure.subfigures(1, 2):
        part.subplots().set(xlabel="x", ylabel="y")
    return figure


@maker
def ticks_of_many_kinds() -> Figure:
    """Logarithms, dates, names, an offset, small ticks, and axes that share theirs."""
    figure, axes = plt.subplots(3, 2, sharex="col", figsize=(6, 6))
    axes[0, 0].semilogy([1, 2, 3], [1, 1e3, 1e6])
    axes[0, 0].minorticks_on()
    axes[1, 0].plot([1, 2, 3], [1e9 + 1, 1e9 + 2, 1e9 + 3])
    axes[2, 0].barh(["one", "two"], [1, 2])
    axes[2, 0].tick_params(axis="x", top=True, labeltop=True, rotation=40)
    days = [datetime.date(2020, 1, day) for day in (1, 9, 30)]
    axes[0, 1].plot(days, [1, 2, 3])
    axes[1, 1].set(title="in the middle", xlabel="left out")
    axes[2, 1].set_yscale("symlog")
    axes[2, 1].plot(days, [-1e4, 0, 1e4])
    return figure


@maker
def one_formatter_for_two() -> Figure:
    """It keeps what it was asked for last, and tells the offset of that."""
    figure, axes = plt.subplots(1, 2, figsize=(6, 2))
    for each, start in zip(axes, (0, 1e9), strict=True):
        each.plot([start, start + 1, start + 2], [1, 2, 3])
        each.xaxis.set_major_formatter(axes[0].xaxis.get_major_formatter())
    return figure


@maker
def limits_that_change() -> Figure:
    """What is drawn first moves the ticks of its axes."""
    figure, axes = plt.subplots(figsize=(3, 2))
    (line,) = axes.plot([1, 2, 3], zorder=0)
    draw = line.draw
    line.draw = lambda renderer: (axes.set_xlim(0, 50), draw(renderer))
    return figure


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with matplotlib.rc_context(fname=environment.STYLE_FILE):
        yield
    plt.close("all")


def shapes(svg: str) -> tuple[list[float], list[tuple[str, str, list[float]]]]:
    """The view box, and tag, name and numbers of each attribute that places what is seen."""
    root = ElementTree.fromstring(svg)
    box = [float(each) for each in root.attrib["viewBox"].split()]
    assert [float(root.attrib[name][:-2]) for name in ("width", "height")] == box[2:]
    found = []
    for element in list(root.iter())[1:]:
        tag = element.tag.rpartition("}")[2]
        placed = {name: _numbers(text) for name, text in element.items() if name in PLACES}
        if tag == "image":  # it is turned upside down
            placed = {"place": [*placed["x"], -placed["y"][0] - placed["transform"][-1]]}
        if element.get("style") != "fill: none":  # a background without colour
            found += [(tag, name, numbers) for name, numbers in placed.items()]
    return box, found


def _numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def is_moved(old: list[float], new: list[float], steps: tuple[float, ...], most: float) -> bool:
    """Whether each number moved by its step, or none did: what is only defined is placed later."""
    moved = [b - a for a, b in zip(old, new, strict=True)]
    wanted = [steps[number % len(steps)] for number in range(len(moved))]
    return all(abs(a - b) <= most for a, b in zip(moved, wanted, strict=True)) or all(
        abs(each) <= TOLERANCE for each in moved
    )


@pytest.mark.gate
@pytest.mark.parametrize("name", MAKERS)
def test_a_figure_looks_as_matplotlib_saves_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same size, same parts, each at its place relative to what is seen."""
    box, found = shapes(figures.draw(MAKERS[name]())[0])
    monkeypatch.setattr(figures, "_drawn_once", lambda figure: None)
    wanted_box, wanted = shapes(figures.draw(MAKERS[name]())[0])
    assert box[2:] == pytest.approx(wanted_box[2:], abs=TOLERANCE)
    assert [each[:2] for each in found] == [each[:2] for each in wanted]
    x, y = box[0] - wanted_box[0], box[1] - wanted_box[1]
    steps = {"x": (x,), "y": (y,), "width": (0,), "height": (0,), "transform": (x, y, 0, 0, 0)}
    for old, new in zip(wanted, found, strict=True):
        most = PIXEL if old[0] == "image" else TOLERANCE
        assert is_moved(old[2], new[2], steps.get(old[1], (x, y)), most), (old, new)


@pytest.mark.gate
@pytest.mark.parametrize("name", MAKERS)
def test_ticks_that_are_kept_are_those_that_would_be_made(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, whatever shares them or moves them."""
    found = figures.draw(MAKERS[name]())
    monkeypatch.setattr(figures, "ticks_kept", contextlib.nullcontext)
    assert found == figures.draw(MAKERS[name]())


def test_ticks_are_made_once() -> None:
    """Otherwise they would be right, and slow; a writer's own are asked as often as ever."""
    asked = []

    class Counted(matplotlib.ticker.MaxNLocator):
        def __call__(self) -> list[float]:
            asked.append(type(self).__module__)
            return super().__call__()

    def draw(module: str) -> int:
        asked.clear()
        figure = labels_outside()
        figure.axes[0].xaxis.set_major_locator(type("_", (Counted,), {"__module__": module})())
        figures.draw(figure)
        return len(asked)

    assert draw("matplotlib.ticker") * 3 <= draw("writers_own")


ONCE = ["labels_outside", "equal_aspect", "inset_and_twin", "polar_and_deep", "far_outside"]
ONCE += ["dense", "subfigures"]


@pytest.mark.parametrize("name", ONCE)
def test_a_figure_is_drawn_once(name: str) -> None:
    """Otherwise it would be right, and slow."""
    drawn = []
    figure = MAKERS[name]()
    figure.axes[0].add_artist(plt.Line2D([], []))
    original = figure.axes[0].lines[-1].draw
    figure.axes[0].lines[-1].draw = lambda renderer: drawn.append(original(renderer))
    figures.draw(figure)
    assert len(drawn) == 1


@pytest.mark.gate
def test_a_figure_can_be_drawn_again() -> None:
    """Nothing that was changed to draw it is left."""
    for make in MAKERS.values():
        figure = make()
        assert figures.draw(figure) == figures.draw(figure)
        assert "draw" not in vars(figure)


def test_a_failing_artist_leaves_the_figure_as_it_was() -> None:
    """The cell's error is told, and the figure can still be drawn without the artist."""
    figure = labels_outside()
    line = figure.axes[0].lines[0]

    def fail(renderer: object) -> None:
        raise RuntimeError("cannot be drawn")

    line.draw = fail
    with pytest.raises(RuntimeError, match="cannot be drawn"):
        figures.draw(figure)
    assert "draw" not in vars(figure)
    del line.draw
    assert figures.draw(figure) == figures.draw(labels_outside())


def test_a_note_may_save_its_figures_whole() -> None:
    """`savefig.bbox` of a cell holds."""
    with matplotlib.rc_context({"savefig.bbox": None}):
        figure = plt.figure(figsize=(2, 1))
        figure.add_subplot()
        assert 'viewBox="0 0 144 72"' in figures.draw(figure)[0]


def test_what_is_placed_by_the_figure_stays_where_it_is_placed() -> None:
    """To cut a figure moves nothing in it, whatever its place is a fraction of."""
    figure = labels_outside()
    figure.axes[0].annotate("here", (1, 2), xytext=(0.5, 0.6), textcoords="figure fraction")
    svg = figures.draw(figure)[0]
    with matplotlib.rc_context({"savefig.bbox": None}):
        whole = figures.draw(figure)[0]
    assert svg.partition("<metadata>")[2] == whole.partition("<metadata>")[2]


def test_black_on_no_paper_follows_the_page() -> None:
    """Lines, points, bars and words in black have the colour of text, and are black again."""
    figure, axes = plt.subplots()
    (line,) = axes.plot([1, 2], color="k", marker="o")
    points = axes.scatter([1, 2], [2, 1], color="black")
    bars = axes.bar([1, 2], [1, 1], color=(0, 0, 0, 0.5))
    word = axes.text(1, 1, "word", color="0")
    svg = figures.draw(figure)[0]
    assert "stroke: #000000" not in svg and svg.count("#010203") > 10
    assert line.get_color() == "k" and word.get_color() == "0"
    assert tuple(points.get_facecolor()[0]) == (0, 0, 0, 1)
    assert bars[0].get_facecolor() == (0, 0, 0, 0.5)


def test_black_that_stands_for_a_number_stays() -> None:
    """The smallest value of a map of greys is black, on a dark page too."""
    figure, axes = plt.subplots()
    axes.pcolormesh([[0.0, 1.0]], cmap="gray")
    axes.axhline(0.5, color="k")
    svg = figures.draw(figure)[0]
    assert "stroke: #000000" in svg
    assert 'style="fill: #ffffff"' in svg  # the other value
    shown = figure_html.inline(svg, "nw0", "")
    mesh = shown.partition("QuadMesh")[2].partition("</g>")[0]
    assert mesh.count("<path") == 2 and 'fill="#ffffff"' in mesh
    assert "currentColor" in shown and "currentColor" not in mesh
    assert not re.search(r"<svg\b[^>]* fill=", shown)  # which all would have


@pytest.mark.parametrize(("paper", "text"), [("white", LIGHT[TEXT]), ("#202020", DARK[TEXT])])
def test_a_figure_on_paper_of_its_own_is_read_on_it(paper: str, text: str) -> None:
    """Its text does not follow the page: it would be lost on the paper."""
    figure, axes = plt.subplots(facecolor=paper)
    axes.set(title="title")
    svg = figures.draw(figure)[0]
    assert paper.replace("white", "#ffffff") in svg
    assert text in svg and TEXT not in svg
