"""Draws Matplotlib figures as SVG: the same bytes each time, and colours left to the page.

Runs in the worker. `matplotlibrc` beside this file gives text, axes and grid colours that
no figure uses by chance; `theme.py` replaces them by those of the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE_FILE = Path(__file__).with_name("matplotlibrc")
DENSE = 6_000
"""Points in one artist above which a raster is the smaller page, even compressed."""

ROOM = 1.0
"""Inches around a figure in which it may draw, such as labels of its axes."""

_SIZE = re.compile(r'width="[^"]*" height="[^"]*" viewBox="[^"]*"')


def draw(figure: Figure) -> tuple[str, dict[str, Any]]:
    """Draw a figure.

    Returns:
        The SVG, and metadata that says what the axes show, for a suggested alt text.
    """
    for artist in filter(_is_dense, _artists(figure)):
        artist.set_rasterized(True)
    svg = _drawn_once(figure) or _saved(figure)
    axes = "; ".join(filter(None, map(_describe, figure.axes)))
    return svg, {"notewright": {"axes": axes}}


def _saved(figure: Figure, **options: Any) -> str:
    buffer = io.StringIO()
    # Without these two, each run would write its clock and the version of Matplotlib.
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, **options)
    return buffer.getvalue()


def _drawn_once(figure: Figure) -> str | None:
    """Draw a figure and cut it to what is seen in it; None if that needs a second drawing.

    To save a "tight" figure, Matplotlib lays it out first and draws it then, which takes half
    as long again. An SVG can be cut afterwards, by its `viewBox`, if it is drawn with room on
    all sides: lines that leave the canvas end at its edge.
    """
    from matplotlib import rcParams
    from matplotlib.transforms import Bbox

    if rcParams["savefig.bbox"] != "tight" or figure.get_layout_engine() or not figure.axes:
        return None
    seen = []

    def draw_and_measure(renderer: Any) -> None:
        type(figure).draw(figure, renderer)
        seen.append(figure.get_tightbbox(renderer))  # while the canvas is that of the SVG

    for axes in figure.axes:
        if axes.get_axes_locator() is None:
            axes.apply_aspect()  # else done while it is drawn, but not on a changed canvas
    width, height = figure.get_size_inches() + 2 * ROOM
    figure.draw = draw_and_measure  # type: ignore[method-assign]
    try:
        svg = _saved(figure, bbox_inches=Bbox.from_bounds(-ROOM, -ROOM, width, height))
    finally:
        del figure.draw
    box = seen[-1].padded(rcParams["savefig.pad_inches"])
    if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height:
        return None
    x, y, w, h = (f"{72 * size:.6g}" for size in (box.x0, height - box.y1, box.width, box.height))
    return _SIZE.sub(f'width="{w}pt" height="{h}pt" viewBox="{x} {y} {w} {h}"', svg, count=1)


def _artists(artist: Any) -> Iterator[Any]:
    """An artist and those in it, without ticks: an axis makes them when it is asked for them."""
    yield artist
    if not hasattr(artist, "get_major_ticks"):
        for child in artist.get_children():
            yield from _artists(child)


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
