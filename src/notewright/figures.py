"""Draws Matplotlib figures as SVG: the same bytes each time, and colours left to the page.

Runs in the worker. `matplotlibrc` beside this file gives text, axes and grid colours that
no figure uses by chance; `theme.py` replaces them by those of the page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE_FILE = Path(__file__).with_name("matplotlibrc")
DENSE = 6_000
"""Points in one artist above which a raster is the smaller page, even compressed."""


def draw(figure: Figure) -> tuple[str, dict[str, Any]]:
    """Draw a figure.

    Returns:
        The SVG, and metadata that says what the axes show, for a suggested alt text.
    """
    for artist in filter(_is_dense, _artists(figure)):
        artist.set_rasterized(True)
    buffer = io.StringIO()
    # Without these two, each run would write its clock and the version of Matplotlib.
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    axes = "; ".join(filter(None, map(_describe, figure.axes)))
    return buffer.getvalue(), {"notewright": {"axes": axes}}


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
