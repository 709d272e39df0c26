"""Draws Matplotlib figures as SVG: the same bytes each time, and colours left to the page.

Runs in the worker. `matplotlibrc` beside this file gives text, axes and grid colours that
no figure uses by chance (`figure_colours`); `figure_html` replaces them by those of the page.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from notewright.run.worker.figure_colours import artists, following, has_paper, settled
from notewright.run.worker.figure_data import data_of
from notewright.run.worker.matplotlib_private import ticks_kept

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DENSE = 6_000
"""Points in one artist above which a raster is the smaller page, even compressed."""

ECHO_DEPTH = 3
"""Lists in lists that are looked into: `plt.hist` of several sets returns bars in a list."""

on_show: Callable[[Any], None] | None = None
"""Who is told by Matplotlib's backend that a figure is to be shown; set by the worker."""

_SIZE = re.compile(r'width="[^"]*" height="[^"]*" viewBox="[^"]*"')


def show(figure: Any) -> None:
    """Show a figure now; all that are open for None."""
    if on_show is not None:
        on_show(figure)


def draw(figure: Figure) -> tuple[str, dict[str, Any]]:
    """Draw a figure.

    Returns:
        The SVG, and metadata: what the axes show, for a suggested alt text, and the numbers that
        are drawn, as far as they can be read.
    """
    for artist in filter(_is_dense, artists(figure)):
        artist.set_rasterized(True)
    with following(figure), ticks_kept():
        svg = settled(_drawn_once(figure) or _saved(figure), figure)
    axes = "; ".join(filter(None, map(_describe, figure.axes)))
    told = {"axes": axes, "data": data_of(figure)}
    return svg, {"notewright": {name: text for name, text in told.items() if text}}


def _saved(figure: Figure) -> str:
    buffer = io.StringIO()
    # Without these two, each run would write its clock and the version of Matplotlib.
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _drawn_once(figure: Figure) -> str | None:
    """Draw a figure and cut it to what is seen in it; None if Matplotlib has to save it.

    To save a "tight" figure, Matplotlib lays it out first and draws it then, which takes half
    as long again. An SVG can be cut afterwards, by its `viewBox`, if nothing is placed by the
    edges of the whole figure.
    """
    from matplotlib import rc_context, rcParams

    if rcParams["savefig.bbox"] != "tight" or figure.get_layout_engine() or has_paper(figure):
        return None
    if figure.legends or figure.images or not figure.axes:
        return None
    seen: list[Any] = []

    def draw_and_measure(renderer: Any) -> None:
        type(figure).draw(figure, renderer)
        # Now, while the canvas is that of the SVG.
        seen[:] = [figure.get_tightbbox(renderer), _leaves(figure, renderer)]

    figure.draw = draw_and_measure  # type: ignore[method-assign]
    try:
        with rc_context({"savefig.bbox": None}):
            svg = _saved(figure)
    finally:
        del figure.draw
    box, leaves = seen
    if leaves:
        return None
    box = box.padded(rcParams["savefig.pad_inches"])
    height = figure.get_size_inches()[1]
    x, y, w, h = (f"{72 * size:.6g}" for size in (box.x0, height - box.y1, box.width, box.height))
    return _SIZE.sub(f'width="{w}pt" height="{h}pt" viewBox="{x} {y} {w} {h}"', svg, count=1)


def _leaves(figure: Figure, renderer: Any) -> bool:
    """Whether more than texts leaves the canvas: lines end at its edge, texts do not."""
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import FigureBase
    from matplotlib.patches import Patch
    from matplotlib.spines import Spine

    canvas = figure.bbox
    for artist in artists(figure):
        if isinstance(artist, (FigureBase, Axis)) or not artist.get_visible() or _is_text(artist):
            continue
        if isinstance(artist, Axes):
            box = artist.bbox  # what is in them, comes by itself
        elif isinstance(artist, Spine):
            box = Patch.get_window_extent(artist)  # its own would look at all ticks
        else:
            box = artist.get_tightbbox(renderer)
        if box and (box.x0 < -1 or box.y0 < -1 or box.x1 > canvas.x1 + 1 or box.y1 > canvas.y1 + 1):
            return True
    return False


def _is_text(artist: Any) -> bool:
    """Whether an artist is a text without an arrow or a frame, which are lines."""
    from matplotlib.text import Text

    framed = isinstance(artist, Text) and artist.get_bbox_patch()
    return isinstance(artist, Text) and not framed and not getattr(artist, "arrow_patch", None)


def _is_dense(artist: Any) -> bool:
    offsets = getattr(artist, "get_offsets", None)
    if offsets is not None:
        return len(offsets()) > DENSE
    points = getattr(artist, "get_xydata", None)
    return points is not None and len(points()) > DENSE


def _describe(axes: Axes) -> str:
    """Say what one pair of axes shows, from its labels."""
    x, y, title = axes.get_xlabel(), axes.get_ylabel(), axes.get_title()
    kind = "lines" if axes.lines else "points" if axes.collections else "an image"
    if axes.patches and not axes.lines and not axes.collections:
        kind = "bars"
    shown = (
        f"{kind} of {y} against {x}" if x and y else kind if not (x or y) else f"{kind}, {x or y}"
    )
    return f"{title}: {shown}" if title else shown


def is_figure(value: Any) -> bool:
    """Whether a value is a figure of Matplotlib."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def echoes_figure(value: Any, depth: int = ECHO_DEPTH) -> bool:
    """Whether a value only repeats what a figure shows: artists, and collections of them."""
    if "matplotlib.pyplot" not in sys.modules or not depth:
        return False
    if is_figure(value):
        open_figures = sys.modules["matplotlib.pyplot"].get_fignums()
        return getattr(value, "number", None) in open_figures
    if isinstance(value, sys.modules["matplotlib.artist"].Artist):
        return True
    if type(value).__module__ == "matplotlib.container":  # not all have a class in common
        return True
    ndarray = sys.modules["numpy"].ndarray
    if isinstance(value, ndarray):
        return value.dtype == object and _echo(value.flat, depth)
    if isinstance(value, dict):  # `plt.boxplot` returns its parts by name
        return _echo(value.values(), depth)
    if not isinstance(value, (list, tuple)):
        return False
    # `plt.hist` returns counts and edges beside its bars.
    rest = [each for each in value if not isinstance(each, ndarray) or each.dtype == object]
    return _echo(rest, depth)


def _echo(values: Iterable[Any], depth: int) -> bool:
    """Whether there are values beside empty lists, as for no outliers, and all echo a figure."""
    some = [each for each in values if not (isinstance(each, (list, tuple)) and not each)]
    return bool(some) and all(echoes_figure(each, depth - 1) for each in some)
