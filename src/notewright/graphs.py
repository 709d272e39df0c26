"""Draws which notes are linked: SVG whose nodes are links, so that a keyboard reaches them.

A drawing is made at build, and needs no script. Its places come from igraph (maintained,
fast, in a wheel of its own): 5,000 notes take 0.2 s. Who does not see it reads the same as a
list beside it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from notewright.links import relative
from notewright.web import Web

LISTED = 12
"""Most notes on one side of a local graph; the lists above it name all."""
LABELLED = 300
"""Most labels of a global graph that always show; the others show on hover and focus."""
EXACT = 300
"""Most notes whose distances are all balanced; more are placed by a faster way."""

ROW = 24
NAME = 30
LETTER = 8
"""Width of a letter in a wide font: each reader's own font draws the labels."""
CENTRE = 360
"""Half the width of a local graph: a node's label has room for a whole name on either side."""
TITLE = 28
"""Height that is kept free for the label of a local graph's own note."""


def local(web: Web, path: str) -> Element | None:
    """Draw a note between those that link to it or that it links to.

    Returns:
        The drawing, or None if no note is beside it.
    """
    neighbours = _by_title(web, web.neighbours(path))
    if not neighbours:
        return None
    half = (len(neighbours) + 1) // 2
    sides = (neighbours[:half][:LISTED], neighbours[half:][:LISTED])
    rows = max(len(side) for side in sides) * ROW + 2 * ROW
    height = rows + TITLE
    middle = (float(CENTRE), rows / 2 + TITLE)
    svg = _svg("nw-graph nw-local", 2 * CENTRE, height, "Graph of this note's links")
    places: dict[str, tuple[float, float]] = {path: middle}
    for side, sign in zip(sides, (-1, 1), strict=True):
        for number, each in enumerate(side):
            y = (number + 0.5) * rows / len(side)
            bow = 40 * (1 - ((y - rows / 2) / (rows / 2)) ** 2)
            is_above = 2 * number + 1 < len(side)
            places[each] = (CENTRE + sign * (64 + bow), y if is_above else y + TITLE)
    shown = ({each, other} for each in places for other in web.neighbours(each) & places.keys())
    for first, second in sorted({(min(pair), max(pair)) for pair in shown}):
        is_faint = path not in (first, second)
        _line(svg, places[first], places[second], "nw-faint" if is_faint else "")
    for side, sign in zip(sides, (-1, 1), strict=True):
        for each in side:
            _node(svg, web.titles[each], _href(each, path), places[each], 5, sign)
    SubElement(svg, "circle", {"cx": _number(middle[0]), "cy": _number(middle[1]), "r": "8"})
    _label(svg, web.titles[path], (middle[0], middle[1] - 14), "middle", "nw-here")
    return svg


def whole(web: Web, page: str) -> Element:
    """Draw all notes of a vault, for a page at some path."""
    places = _places(list(web.titles), web.edges)
    degrees = dict.fromkeys(web.titles, 0)
    for edge in web.edges:
        for each in edge:
            degrees[each] += 1
    width = max((x for x, _ in places.values()), default=0) + 260
    height = max((y for _, y in places.values()), default=0) + 40
    svg = _svg("nw-graph nw-whole", width, height, "Graph of all notes and their links")
    for first, second in web.edges:
        _line(svg, places[first], places[second])
    sides = _label_sides(web.titles, places, degrees)
    for path in _by_title(web, web.titles):
        radius = min(4 + math.sqrt(degrees[path]), 14)
        kind = "" if sides[path] else "nw-quiet"
        sign = sides[path] or 1
        _node(svg, web.titles[path], _href(path, page), places[path], radius, sign, kind)
    return svg


def _by_title(web: Web, paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (web.titles[path].casefold(), path))


def _href(path: str, source: str) -> str:
    return quote(relative(path, source))


def _places(
    paths: Sequence[str], edges: Sequence[tuple[str, str]]
) -> Mapping[str, tuple[float, float]]:
    """Where each note stands, the same at each build."""
    import igraph

    numbers = {path: number for number, path in enumerate(paths)}
    linked = sorted({path for edge in edges for path in edge})
    graph = igraph.Graph(len(paths), [(numbers[a], numbers[b]) for a, b in edges])
    igraph.set_random_number_generator(random.Random(0))
    try:
        if len(paths) <= EXACT:
            layout = graph.layout_kamada_kawai(seed=graph.layout_circle())
        else:  # a start that is not spread out would cost its grid all its speed
            layout = graph.layout_fruchterman_reingold(niter=300, grid=True)
    finally:
        igraph.set_random_number_generator(random)
    size = 110 * math.sqrt(max(len(linked), 1))
    found = _scaled({path: layout[numbers[path]] for path in linked}, size * 1.3, size * 0.8)
    bottom = max((y for _, y in found.values()), default=0)
    columns = max(int(size * 1.3 // 240), 1)
    alone = [path for path in paths if path not in found]
    for number, path in enumerate(alone):  # below the others, in rows
        row, column = divmod(number, columns)
        found[path] = (20.0 + column * 240, bottom + 50 + row * 30)
    return found


def _scaled(
    places: Mapping[str, Sequence[float]], width: float, height: float
) -> dict[str, tuple[float, float]]:
    if not places:
        return {}
    spans = []
    for axis in (0, 1):
        values = [place[axis] for place in places.values()]
        spans.append((min(values), max(max(values) - min(values), 1e-9)))
    (left, wide), (top, tall) = spans
    return {
        path: (
            round(20 + (place[0] - left) / wide * width, 1),
            round(20 + (place[1] - top) / tall * height, 1),
        )
        for path, place in places.items()
    }


def _label_sides(
    titles: Mapping[str, str],
    places: Mapping[str, tuple[float, float]],
    degrees: Mapping[str, int],
) -> dict[str, int]:
    """On which side of its node each label stands: 1 right, -1 left, 0 nowhere.

    No label stands on another one; the most linked notes choose first.
    """
    boxes: list[tuple[float, float, float]] = []
    sides: dict[str, int] = {}
    for path in sorted(titles, key=lambda each: (-degrees[each], each)):
        x, y = places[path]
        length = 14 + LETTER * min(len(titles[path]), NAME)
        free = (
            sign
            for sign, first in ((1, x), (-1, x - length))
            if first >= 0 and not _is_taken(boxes, first, first + length, y)
        )
        sides[path] = next(free, 0) if len(boxes) < LABELLED else 0
        if sides[path]:
            first = x if sides[path] > 0 else x - length
            boxes.append((first, first + length, y))
    return sides


def _is_taken(
    boxes: Iterable[tuple[float, float, float]], first: float, last: float, y: float
) -> bool:
    return any(abs(y - at) < 15 and first < end and start < last for start, end, at in boxes)


def _svg(kind: str, width: float, height: float, label: str) -> Element:
    # Not `role="img"`: that would hide the links in it from a screen reader.
    return Element(
        "svg",
        {
            "class": kind,
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            "style": f"--nw-width: {_number(width)}px",
            "role": "group",
            "aria-label": label,
        },
    )


def _line(
    svg: Element, start: tuple[float, float], end: tuple[float, float], kind: str = ""
) -> None:
    line = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    attributes = {name: _number(value) for name, value in line.items()}
    SubElement(svg, "line", attributes | ({"class": kind} if kind else {}))


def _node(
    svg: Element,
    title: str,
    href: str,
    place: tuple[float, float],
    radius: float,
    sign: int,
    kind: str = "",
) -> None:
    link = SubElement(svg, "a", {"href": href} | ({"class": kind} if kind else {}))
    if len(title) > NAME:
        SubElement(link, "title").text = title
    circle = {"cx": place[0], "cy": place[1], "r": radius}
    SubElement(link, "circle", {name: _number(value) for name, value in circle.items()})
    at = (place[0] + sign * (radius + 6), place[1] + 4)
    _label(link, title, at, "start" if sign > 0 else "end")


def _label(
    parent: Element, title: str, place: tuple[float, float], anchor: str, kind: str = ""
) -> None:
    shown = title if len(title) <= NAME else title[: NAME - 1].rstrip() + "…"
    attributes = {"x": _number(place[0]), "y": _number(place[1]), "text-anchor": anchor}
    SubElement(parent, "text", attributes | ({"class": kind} if kind else {})).text = shown


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
