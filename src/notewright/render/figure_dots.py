"""Draws the dots of a scatter plot as one path a colour: thousands of elements become a few.

Matplotlib writes an element for each point, and a browser makes three of it. One path holds as
many shapes as are wanted; a circle in it is a line of no length with round ends.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"
_STROKE = rf'(?: stroke="(?P<stroke>[^"]+)")?(?: stroke-width="(?P<width>{_NUMBER})")?/>'
_MARKER = re.compile(rf'<path id="(?P<name>[^"]+)" d="(?P<path>[^"]*)"{_STROKE}')
_USE = (
    rf'<use xlink:href="#(?P<name>[^"]+)" x="(?P<x>{_NUMBER})" y="(?P<y>{_NUMBER})"'
    rf' fill="(?P<fill>[^"]+)"{_STROKE}'
)
_POINT = re.compile(_USE)
_POINTS = re.compile(rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', _USE)}\s*)+")
_CURVES = 8
"""Curves of which Matplotlib makes a circle."""
_FINE = 0.02
"""Points by which a circle's points may differ: they are written to a hundredth."""
_LENGTH = ".01"
"""Of a dot's line, in points: not every browser draws the ends of one without length."""


@dataclass(frozen=True)
class _Shape:
    """What stands at each point: a circle, or a polygon whose corners are from its middle."""

    stroke: str | None
    width: str | None
    radius: float = 0.0
    corners: tuple[tuple[float, float], ...] = ()

    def path(self, x: float, y: float) -> str:
        """What draws it at a place."""
        if not self.corners:
            return f"M{_short(x)} {_short(y)}h{_LENGTH}"
        (x0, y0), *_ = self.corners
        steps = itertools.pairwise(self.corners)
        sides = "".join(f"l{_short(b[0] - a[0])} {_short(b[1] - a[1])}" for a, b in steps)
        return f"M{_short(x + x0)} {_short(y + y0)}{sides}z"

    def look(self, fill: str, stroke: str | None, width: str | None) -> str | None:
        """Attributes of a path of them; None if an edge sets one off against another."""
        stroke, width = self.stroke or stroke, self.width or width or "1"
        if stroke not in (None, fill):
            return None
        edge = float(width) if stroke else 0.0
        if not self.corners:
            ends = f'stroke-width="{2 * self.radius + edge:g}" stroke-linecap="round"'
            return f'fill="none" stroke="{fill}" {ends}'
        return f'fill="{fill}"' + (f' stroke="{fill}" stroke-width="{width}"' if stroke else "")


def in_paths(svg: str) -> str:
    """A figure whose neighbouring dots of one colour, shape and size are one path.

    Only those that hide what is behind them: where they let it through, two that overlap are
    darker, and a path is not. Their order stays, so what is in front stays in front.
    """
    shapes = {match["name"]: shape for match in _MARKER.finditer(svg) if (shape := _shape(match))}
    return _POINTS.sub(lambda points: _paths(points[0], shapes), svg) if shapes else svg


def _paths(uses: str, shapes: Mapping[str, _Shape]) -> str:
    """Elements of points, one behind the other, with a path for each run of equal dots."""
    made = []
    for _, run in itertools.groupby(_POINT.finditer(uses), key=_kind):
        dots = list(run)
        shape = shapes.get(dots[0]["name"])
        look = shape and shape.look(*dots[0].group("fill", "stroke", "width"))
        if shape and look:
            drawn = "".join(shape.path(float(each["x"]), float(each["y"])) for each in dots)
            made.append(f'<path d="{drawn}" {look}/>')
        else:
            made += [each[0] for each in dots]
    return "\n".join(made) + "\n"


def _kind(use: re.Match[str]) -> object:
    return use.group("name", "fill", "stroke", "width")


def _shape(marker: re.Match[str]) -> _Shape | None:
    """What a marker draws; None if it is neither a circle around its point nor a polygon."""
    steps = re.sub(r"[^A-Za-z]", "", marker["path"])
    numbers = [float(each) for each in re.findall(_NUMBER, marker["path"])]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    stroke, width = marker["stroke"], marker["width"]
    if re.fullmatch("ML{2,}[zZ]", steps) and len(numbers) == 2 * (len(steps) - 1):
        return _Shape(stroke, width, corners=tuple(pairs))
    if steps.rstrip("zZ") != "M" + "C" * _CURVES or len(numbers) != 2 + 6 * _CURVES:
        return None
    points = [pairs[0], *pairs[3::3]]  # others are those that bend a curve
    radius = max(abs(each) for point in points for each in point)
    is_round = radius > 0 and all(abs(math.hypot(*each) - radius) <= _FINE for each in points)
    turns = {round(math.atan2(*each) / math.tau * _CURVES) % _CURVES for each in points}
    return _Shape(stroke, width, radius) if is_round and len(turns) == _CURVES else None


def _short(number: float) -> str:
    """A number to a hundredth, which is what figures have."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
