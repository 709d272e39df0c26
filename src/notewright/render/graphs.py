"""Graphs of which notes are linked: SVG whose nodes are links, so that a keyboard reaches them.

A drawing is made at build, and needs no script. Its places come from rustworkx (maintained,
permissively licensed, in a wheel of its own). Who does not see it reads the same as a list
beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache, lru_cache
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from notewright.note.titles import folder_title
from notewright.render.graph_places import placed
from notewright.vault.backlinks import Web
from notewright.vault.links import relative

NAMED = 9
"""Most notes that a local graph names; the lists beside it name all."""
LABELLED = 300
"""Most labels of a global graph that always show; the others show on hover and focus."""
ROW = 42
"""Height of a node of a local graph with its name."""
MARGIN = 8
TALL = 18
"""Height of a name there."""
NAME = 30
"""Letters of a name in the graph of all notes."""
LETTER = 8
"""Width of a letter in a wide font: each reader's own font draws the labels."""
LETTERS = 14
"""Letters of a name that have room in half a local graph."""
WIDTH = 2 * (LETTERS * LETTER + 4)
"""Width of a local graph: that of a margin."""
RADIUS = 5
OTHER = 6
"""The shape of notes in none of the folders that have one."""


def local(web: Web, path: str) -> Element | None:
    """Draw a note and those one step away: that link to it, or that it links to.

    It has no more names than can be read beside a text. Two steps around a note are shown by
    the page of the whole graph, where they can be moved and searched.

    Returns:
        The drawing, or None if no note is beside it.
    """
    named = _nearest(web, path)
    if not named:
        return None
    half = (len(named) + 1) // 2
    sides = (named[:half], named[half:])
    height = half * ROW + MARGIN
    centre = (WIDTH / 2, height / 2)
    svg = _svg("nw-graph nw-local", WIDTH, height, "Notes linked to or from this one")
    lines = SubElement(svg, "g", {"aria-hidden": "true"})
    nodes = SubElement(svg, "g", {"role": "list"})
    shapes = {folder: number for number, folder in enumerate(kinds(web), start=1)}
    for side, x in zip(sides, (WIDTH / 4, WIDTH * 3 / 4), strict=True):
        for number, each in enumerate(side):
            place = (x, (number + 0.5) * height / len(side) + TALL / 2)
            _line(lines, centre, place)
            shape = shapes.get(_folder(each), OTHER)
            entry = SubElement(nodes, "g", {"role": "listitem"})
            node = _named_node(entry, web.titles[each], _href(each, path), place)
            node.set("class", f"nw-kind-{shape}")
            if shape > 1:  # a circle is there already
                node.insert(2, Element("path", {"d": _shape(shape, place, RADIUS)}))
    here = {"cx": _number(centre[0]), "cy": _number(centre[1]), "r": "7", "class": "nw-here"}
    SubElement(lines, "circle", here)
    return svg


def _nearest(web: Web, path: str) -> list[str]:
    """The neighbours with the most links to and fro.

    Nothing else decides: so a page depends on nothing that is further away.
    """
    links: dict[str, int] = {}
    for each in web.backlinks(path):
        links[each.source] = links.get(each.source, 0) + 1
    for target in web.outgoing(path):
        links[target] = links.get(target, 0) + 1
    near = sorted(
        web.neighbours(path),
        key=lambda each: (-links.get(each, 0), web.titles[each], each),
    )
    return _by_title(web, near[:NAMED])


def _named_node(parent: Element, title: str, href: str, place: tuple[float, float]) -> Element:
    """A node whose name stands above it, cut where there is no room for all of it."""
    shown = title if len(title) <= LETTERS else f"{title[: LETTERS - 1].rstrip()}…"
    node = SubElement(parent, "a", {"href": href, "aria-label": title})
    SubElement(node, "title").text = title
    SubElement(node, "circle", {"cx": _number(place[0]), "cy": _number(place[1]), "r": str(RADIUS)})
    _label(node, shown, (place[0], place[1] - TALL / 2), "middle")
    return node


def local_kinds(web: Web, path: str) -> Element:
    """What the shapes and colours of a local graph mean: those kinds that are in it."""
    return _legend(web, {_folder(each) for each in _nearest(web, path)})


def whole(web: Web, page: str) -> Element:
    """Draw all notes of a vault, for a page at some path."""
    places = placed(list(web.titles), web.edges)
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
    shapes = {folder: number for number, folder in enumerate(kinds(web), start=1)}
    for path in _by_title(web, web.titles):
        radius = min(4 + math.sqrt(degrees[path]), 14)
        shape = shapes.get(_folder(path), OTHER)
        kind = f"nw-kind-{shape}" + ("" if sides[path] else " nw-quiet")
        sign = sides[path] or 1
        node = _node(svg, web.titles[path], _href(path, page), places[path], radius, sign, kind)
        node.set("data-folder", _folder(path))
        node.set("data-note", path)
        if shape > 1:  # a circle is there already
            node.insert(1, Element("path", {"d": _shape(shape, places[path], radius)}))
    return svg


def kinds(web: Web) -> Sequence[str]:
    """The folders whose notes have a shape and a colour of their own: those with most links."""
    links = {folder: count for folder, count in web.top_folders.items() if folder and count}
    return sorted(links, key=lambda folder: (-links[folder], folder))[: OTHER - 1]


def kinds_legend(web: Web) -> Element:
    """What the shapes and colours of the graph of all notes mean, each with an example."""
    return _legend(web, web.top_folders.keys())


def _legend(web: Web, shown: Set[str]) -> Element:
    """What the shapes and colours mean of notes in some folders, each with an example."""
    legend = Element("ul", {"class": "nw-kinds"})
    found = kinds(web)
    named = [(number, each) for number, each in enumerate(found, start=1) if each in shown]
    others = [] if shown <= {*found} else [(OTHER, "other")]
    for shape, name in [*named, *others]:
        entry = SubElement(legend, "li", {"data-kind": str(shape)})
        attributes = {"viewBox": "0 0 20 20", "class": f"nw-kind-{shape}", "aria-hidden": "true"}
        drawn = SubElement(entry, "svg", attributes)
        SubElement(drawn, "path", {"d": _shape(shape, (10, 10), 7)})
        drawn.tail = _kind_name(web, name)
    return legend


def _kind_name(web: Web, folder: str) -> str:
    """What readers call a folder: the title of its own note, or else its name."""
    for own in (f"{folder}/index.md", f"{folder}/README.md"):
        if own in web.titles:
            return web.titles[own]
    return folder_title(folder)


def _folder(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


@cache
def _corners(shape: int, radius: float) -> Sequence[tuple[float, float]]:
    """The corners of a node around its place; none of what is round."""
    size = radius * 0.9
    return {
        2: [(-size, -size), (size, -size), (size, size), (-size, size)],
        3: [(0, -radius * 1.25), (radius * 1.25, 0), (0, radius * 1.25), (-radius * 1.25, 0)],
        4: [(0, -radius * 1.2), (radius * 1.15, size), (-radius * 1.15, size)],
        5: _cross(radius * 1.15, radius * 0.42),
    }.get(shape, [])


@lru_cache(maxsize=4096)  # as for `_number`
def _shape(shape: int, place: tuple[float, float], radius: float) -> str:
    """The outline of a node: circle, square, diamond, triangle, cross, ring."""
    x, y = place
    size = radius * 0.9
    corners = _corners(shape, radius)
    if not corners:
        arc = f"a{_number(size)} {_number(size)} 0 1 0"
        return (
            f"M{_number(x - size)} {_number(y)}{arc} {_number(2 * size)} 0"
            f"{arc} {_number(-2 * size)} 0z"
        )
    return "M" + "L".join(f"{_number(x + dx)} {_number(y + dy)}" for dx, dy in corners) + "z"


def _cross(long: float, short: float) -> list[tuple[float, float]]:
    quarter = [(-short, -long), (short, -long), (short, -short)]
    turned = [quarter]
    for _ in range(3):
        turned.append([(-y, x) for x, y in turned[-1]])
    return [each for part in turned for each in part]


def _by_title(web: Web, paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (web.titles[path].casefold(), path))


def _href(path: str, source: str) -> str:
    return quote(relative(path, source))


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
            "width": _number(width),
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
) -> Element:
    link = SubElement(svg, "a", {"href": href} | ({"class": kind} if kind else {}))
    if len(title) > NAME:
        SubElement(link, "title").text = title
    circle = {"cx": place[0], "cy": place[1], "r": radius}
    SubElement(link, "circle", {name: _number(value) for name, value in circle.items()})
    at = (place[0] + sign * (radius + 6), place[1] + 4)
    _label(link, title, at, "start" if sign > 0 else "end")
    return link


def _label(
    parent: Element, title: str, place: tuple[float, float], anchor: str, kind: str = ""
) -> None:
    shown = title if len(title) <= NAME else title[: NAME - 1].rstrip() + "…"
    attributes = {"x": _number(place[0]), "y": _number(place[1]), "text-anchor": anchor}
    SubElement(parent, "text", attributes | ({"class": kind} if kind else {})).text = shown


@lru_cache(maxsize=4096)  # local graphs have their nodes in few places
def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
