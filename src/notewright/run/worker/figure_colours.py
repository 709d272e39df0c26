"""The colours of a figure that follow the page: those of no choice, and black on no paper.

`matplotlibrc` gives text, axes and grid colours that no figure uses by chance. A page puts
its own in their place. What a cell chose stays, above all colours that stand for numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT, PAPER, GRID = "#010203", "#fdfcfb", "#0a0b0c"
"""The colours of `matplotlibrc` that a page replaces."""
LIGHT: Mapping[str, str] = {TEXT: "#1f2328", PAPER: "#ffffff", GRID: "#c8c8c8"}
DARK: Mapping[str, str] = {TEXT: "#e2e4e9", PAPER: "#1e2129", GRID: "#555b66"}

_INKS = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def artists(artist: Any) -> Iterator[Any]:
    """An artist and those in it, without ticks: an axis makes them when it is asked for them."""
    yield artist
    if not hasattr(artist, "get_major_ticks"):
        for child in artist.get_children():
            yield from artists(child)


@contextmanager
def following(figure: Figure) -> Iterator[None]:
    """While a figure is drawn, give what is black on no paper the colour of text.

    Black lines and words would not be seen on a dark page. Where a figure or axes have a colour
    of their own, or hold an image or colours that stand for numbers, black means black.
    """
    undo: list[Callable[[], object]] = []
    plain = [] if has_paper(figure) else filter(_is_plain, figure.axes)
    try:
        for artist in chain.from_iterable(map(artists, plain)):
            if not (hasattr(artist, "get_bbox_patch") and artist.get_bbox_patch()):
                undo += _follow(artist)
        yield
    finally:
        for step in reversed(undo):
            step()


def has_paper(figure: Figure) -> bool:
    """Whether a figure has a background or a border of its own."""
    from matplotlib.colors import to_rgba

    edge = figure.get_linewidth() and to_rgba(figure.get_edgecolor())[3]
    return bool(edge or to_rgba(figure.get_facecolor())[3])


def settled(svg: str, figure: Figure) -> str:
    """Give a figure with a background of its own the colours that are read on it."""
    from matplotlib.colors import to_rgb

    if not has_paper(figure):
        return svg
    red, green, blue = to_rgb(figure.get_facecolor())
    is_light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.4
    for sentinel, colour in (LIGHT if is_light else DARK).items():
        svg = svg.replace(sentinel, colour)
    return svg


def _is_plain(axes: Axes) -> bool:
    """Whether axes have no colour below what is drawn in them."""
    from matplotlib.colors import to_rgba

    mapped = any(each.get_array() is not None for each in axes.collections)
    return not (mapped or axes.images or to_rgba(axes.get_facecolor())[3])


def _follow(artist: Any) -> Iterator[Callable[[], object]]:
    """Change what is black in an artist, yielding for each change what takes it back."""
    from matplotlib.colors import to_rgb, to_rgba

    for ink in _INKS:
        get, put = getattr(artist, f"get_{ink}", None), getattr(artist, f"set_{ink}", None)
        if get is None or put is None:
            continue
        old = get()
        try:
            red, green, blue, alpha = to_rgba(old[0] if _is_one(old) else old)
        except (TypeError, ValueError):
            continue  # several colours, or none
        if alpha and (red, green, blue) == (0, 0, 0):
            put((*to_rgb(TEXT), alpha))
            yield partial(put, old)


def _is_one(colours: Any) -> bool:
    """Whether a collection has one colour for all that is in it."""
    return getattr(colours, "ndim", 0) == 2 and len(colours) == 1
