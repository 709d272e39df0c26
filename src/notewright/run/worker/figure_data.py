"""Reads the data of a figure: the numbers that it shows, as CSV, for readers who want to use them.

They are read from what Matplotlib drew, in the units of the axes: nothing of the cell runs for
them, and what cannot be read is left out.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

LIMIT = 64 * 1024
"""Bytes above which no data are offered: a page of a few figures stays a page."""
PIXELS = 4096
"""Most values of a picture that are told one by one."""

HEAD = ("axes", "kind", "series", "x", "y", "value", "width", "height")
Row = Mapping[str, str]


def data_of(figure: Figure) -> str:
    """The numbers of a figure as CSV, a line for each point; empty if none or too many are told.

    Its columns are those of `HEAD` that hold something: a colour's value, say, has points only
    where colours stand for numbers.
    """
    rows: list[Row] = []
    for number, axes in enumerate(figure.axes, start=1):
        if axes.name in ("rectilinear", "polar") and axes.get_label() != "<colorbar>":
            title = axes.get_title() or str(number)
            rows += ({"axes": title, **row} for row in _rows(axes))
            if len(rows) > LIMIT // 4:  # a line is no shorter
                return ""
    columns = [name for name in HEAD if any(row.get(name, "") != "" for row in rows)]
    if not columns:
        return ""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(columns)
    table.writerows([row.get(name, "") for name in columns] for row in rows)
    text = written.getvalue()
    return text if len(text.encode("utf-8", "replace")) <= LIMIT else ""


def _rows(axes: Axes) -> Iterator[Row]:
    """What stands in a pair of axes, artist by artist."""
    names = {"x": _names(axes.xaxis), "y": _names(axes.yaxis)}
    lying = {
        id(part)
        for each in axes.containers
        if getattr(each, "orientation", "") == "horizontal"
        for part in each.get_children()
    }
    readers: list[tuple[Callable[[Any, Axes], Iterator[Row]], Any]] = [
        *((_line, each) for each in axes.lines),
        *((_collection, each) for each in axes.collections),
        *((partial(_patch, lying=lying), each) for each in axes.patches),
        *((_picture, each) for each in axes.images),
    ]
    labels = {
        id(part): each.get_label()
        for each in axes.containers
        for part in each.get_children()
        if not str(each.get_label()).startswith("_")
    }
    for reader, artist in readers:
        if not artist.get_visible():
            continue
        # An artist of a writer's own may answer anything; the others are told all the same.
        with contextlib.suppress(Exception):
            series = str(labels.get(id(artist), artist.get_label() or ""))
            told = {"series": "" if series.startswith("_") else series}
            for row in list(reader(artist, axes)):
                places = {side: names[side].get(row[side], row[side]) for side in "xy"}
                yield {**told, **row, **places}


def _line(line: Any, axes: Axes) -> Iterator[Row]:
    if _in_data(line.get_transform(), axes):
        has_line = str(line.get_linestyle()).lower() not in ("none", "", " ")
        yield from _points("line" if has_line else "points", line.get_xydata())


def _collection(artist: Any, axes: Axes) -> Iterator[Row]:
    from matplotlib.collections import LineCollection, PathCollection, PolyCollection

    values: Any = artist.get_array()
    if isinstance(artist, PathCollection):
        if _in_data(artist.get_offset_transform(), axes):
            offsets: Any = artist.get_offsets()
            known = values is not None and len(values) == len(offsets)
            yield from _points("points", offsets, values if known else None)
    elif isinstance(artist, LineCollection) and _in_data(artist.get_transform(), axes):
        segments: Any = artist.get_segments()
        for segment in segments:
            yield from _points("segment", segment)
    elif isinstance(artist, PolyCollection) and _in_data(artist.get_transform(), axes):
        for path in artist.get_paths():
            vertices: Any = path.vertices
            yield from _points("area", vertices)


def _patch(patch: Any, axes: Axes, lying: Container[int] = ()) -> Iterator[Row]:
    from matplotlib.patches import Polygon, Rectangle

    if not _in_data(patch.get_transform(), axes):
        return
    if isinstance(patch, Rectangle):
        x, y, width, height = patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()
        # A bar's place is where it ends, in the middle of its side.
        end = (x + width, y + height / 2) if id(patch) in lying else (x + width / 2, y + height)
        place = {"x": _number(end[0]), "y": _number(end[1])}
        yield {"kind": "bar", **place, "width": _number(width), "height": _number(height)}
    elif isinstance(patch, Polygon):
        yield from _points("outline", patch.get_xy())


def _picture(image: Any, axes: Axes) -> Iterator[Row]:
    values = image.get_array()
    if values is None or values.ndim != 2 or values.size > PIXELS:
        return
    for row, line in enumerate(values.tolist()):
        for column, value in enumerate(line):
            yield {"kind": "pixel", "x": str(column), "y": str(row), "value": _number(value)}


def _points(kind: str, points: Iterable[Any], values: Any = None) -> Iterator[Row]:
    told = values.tolist() if values is not None else None
    for number, (x, y) in enumerate(points):
        row = {"kind": kind, "x": _number(x), "y": _number(y)}
        yield row if told is None else row | {"value": _number(told[number])}


def _in_data(transform: Any, axes: Axes) -> bool:
    """Whether something is placed by the numbers of both axes: a line across all is not."""
    return bool(all(transform.contains_branch_seperately(axes.transData)))


def _names(axis: Axis) -> dict[str, str]:
    """What stands at places of an axis instead of their numbers, such as names of groups."""
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.ticker import FixedFormatter

    if not isinstance(axis.get_major_formatter(), (FixedFormatter, StrCategoryFormatter)):
        return {}
    texts = (each.get_text() for each in axis.get_ticklabels())
    places = map(_number, axis.get_ticklocs())
    return {place: text for place, text in zip(places, texts, strict=False) if text}


def _number(value: Any) -> str:
    """Six digits: what a figure shows of a number has fewer."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    return f"{number + 0.0:.6g}" if math.isfinite(number) else ""
