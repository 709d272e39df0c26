"""Draws intervals as a plot in a table: a row of a forest plot, whose marks say what each shows.

A text such as `+0.06 ± 0.02 supported; −0.01 ± 0.02 within 0.05 not shown` is drawn: right of
zero is what was claimed, a band is the margin within which no effect was claimed. Rows whose
numbers have one unit have one scale.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

_NUMBER = r"[+\-−]?\d+(?:\.\d+)?(?:e[+\-−]?\d+)?"
_ONE = re.compile(
    rf"({_NUMBER}) ± ({_NUMBER}|inf|nan)(?: within ({_NUMBER}))? (supported|not shown|contradicted)"
)

WIDTH, ROW, EDGE = 220, 14, 10
"""Pixels of a plot, of one interval in it, and of the room at its sides."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One effect, turned so that right of zero is where it was claimed.

    Attributes:
        mean: The effect.
        half: Half the width of its interval.
        margin: How far from zero still counts as none; 0 where an effect was claimed.
        shows: "supported", "not shown" or "contradicted".
    """

    mean: float
    half: float
    margin: float
    shows: str

    @property
    def reach(self) -> float:
        """How far from zero it goes."""
        return max(abs(self.mean) + self.half, self.margin)


def read_intervals(text: str) -> Sequence[Interval]:
    """The intervals that a text says; none if it says anything else."""
    found = [_ONE.fullmatch(part) for part in text.split("; ")]
    if not all(found):
        return ()
    return [
        Interval(_value(each[1]), _value(each[2]), _value(each[3] or "0"), each[4])
        for each in found
        if each is not None
    ]


def unit(words: str) -> str:
    """The unit of what was measured: what stands behind the last comma."""
    return words.rpartition(", ")[2]


def scales(plots: Sequence[tuple[str, Sequence[Interval]]]) -> Mapping[str, float]:
    """How far the axis of each unit goes, from plots with their units."""
    found: dict[str, float] = {}
    for name, intervals in plots:
        reach = max((each.reach for each in intervals), default=0.0)
        found[name] = max(found.get(name, 0.0), reach)
    return found


def drawing(intervals: Sequence[Interval], scale: float, name: str) -> Element:
    """Draw the intervals of one row.

    Args:
        intervals: The intervals.
        scale: How far the axis goes to either side of zero.
        name: The unit of the axis.
    """
    count = sum(each.shows == "supported" for each in intervals)
    said = f"{count} of {len(intervals)} as claimed"
    around = Element("div", {"class": "nw-forest"})
    height = ROW * len(intervals) + 4
    svg = SubElement(
        around,
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "aria-hidden": "true",
        },
    )
    middle = WIDTH / 2
    SubElement(svg, "path", {"class": "nw-zero", "d": f"M{middle:g} 0V{height}"})
    step = (middle - EDGE) / (scale or 1.0)
    for number, each in enumerate(intervals):
        _mark(svg, each, middle, step, ROW * (number + 0.5) + 2)
    SubElement(around, "span").text = f"{said}; axis to ±{scale:.2g} {name}".replace("-", "−")
    return around


def _mark(svg: Element, each: Interval, middle: float, step: float, y: float) -> None:
    kind = each.shows.replace(" ", "-")
    group = SubElement(svg, "g", {"class": f"nw-{kind}"})
    if each.margin:
        width = 2 * each.margin * step
        band = {"x": middle - width / 2, "y": y - 4, "width": width, "height": 8}
        attributes = {name: f"{value:.1f}" for name, value in band.items()}
        SubElement(group, "rect", {"class": "nw-margin-band"} | attributes)
    x, half = middle + each.mean * step, each.half * step
    SubElement(group, "path", {"d": f"M{x - half:.1f} {y:g}H{x + half:.1f}"})
    if kind == "contradicted":
        cross = f"M{x - 3.5:.1f} {y - 3.5:g}l7 7m0 -7l-7 7"
        SubElement(group, "path", {"d": cross})
    else:
        SubElement(group, "circle", {"cx": f"{x:.1f}", "cy": f"{y:g}", "r": "3.5"})


def _value(text: str) -> float:
    number = float(text.replace("−", "-"))
    return number if abs(number) < float("inf") else 0.0
