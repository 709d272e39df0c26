"""Cleans the SVG of frames: what is the same in two of them is written with the same characters.

Names of clips and markers are digests of what they hold, so that one that changes would change
hundreds of lines; here they are counted. A tenth of a point is finer than a screen shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from notewright.run.worker.outputs import Output

_ID = re.compile(r'\sid="([^"]+)"')
_NAMED = re.compile(r'url\(#([^)]+)\)|href="#([^"]+)"')
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_PLACES = re.compile(rf'(?P<before>\s(?:x|y)=")(?P<number>{_NUMBER})(?=")')
_MOVED = re.compile(rf"translate\((?P<x>{_NUMBER})[ ,]+(?P<y>{_NUMBER})\)")
_PATH = re.compile(r'(?<=\sd=")[^"]*(?=")')
_STEP = re.compile(rf"([A-Za-z])|({_NUMBER})")
_CLIPPED = re.compile(r'</g>\s*<g clip-path="(?P<clip>url\(#[^)]+\))">')
_BOX = re.compile(r'width="[^"]*" height="[^"]*" viewBox="(?P<box>[^"]*)"')
_DEFINED = re.compile(r"<defs>.*?</defs>", re.S)
_MARKERS_BELOW = 12.0
"""Points from the origin within which a path is a marker, whose shape needs its digits."""


def clean(svg: str) -> str:
    """An SVG of Matplotlib, shorter, and as it looks to a tenth of a point."""
    svg = _PLACES.sub(lambda found: found["before"] + _short(float(found["number"])), svg)
    svg = _MOVED.sub(
        lambda found: f"translate({_short(float(found['x']))} {_short(float(found['y']))})", svg
    )
    svg = _PATH.sub(lambda found: _relative(found[0]), svg)
    return _counted(_joined(svg))


def in_one_box(svgs: Sequence[str]) -> list[str]:
    """SVGs with the smallest box that holds those of all: so axes stand still."""
    found = [_BOX.search(svg) for svg in svgs]
    boxes = [[float(each) for each in match["box"].split()] for match in found if match]
    if len(boxes) < len(svgs) or any(len(box) != 4 for box in boxes):
        return list(svgs)
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] + box[side + 2] for box in boxes) for side in (0, 1))
    box = [f"{each:.6g}" for each in (left, top, right - left, bottom - top)]
    size = f'width="{box[2]}pt" height="{box[3]}pt" viewBox="{" ".join(box)}"'
    return [_BOX.sub(size, svg, count=1) for svg in svgs]


def in_one_size(frames: Sequence[Sequence[Output]]) -> list[list[Output]]:
    """The outputs of frames, with clean figures of one box, and texts of as many lines."""
    made = [[dict(output) for output in outputs] for outputs in frames]
    counts = {len(outputs) for outputs in made}
    for place in range(min(counts)):
        column = [outputs[place] for outputs in made]
        svgs = [each.get("data", {}).get("image/svg+xml") for each in column]
        if all(isinstance(svg, str) for svg in svgs):
            for output, svg in zip(
                column, in_one_box([clean(str(svg)) for svg in svgs]), strict=True
            ):
                output["data"] = {**output["data"], "image/svg+xml": svg}
    return made


def _short(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("0.", ".", 1) if abs(number) < 1 else text


def _relative(path: str) -> str:
    """A path of straight lines by its steps, which are short; rounded places, so that none drifts.

    Other paths, and those of markers and letters, stay as they are.
    """
    parts = _STEP.findall(path)
    if {letter for letter, _ in parts if letter} - set("MLz") or len(parts) < 4:
        return path
    numbers = [float(number) for _, number in parts if number]
    if not numbers or len(numbers) % 2 or max(map(abs, numbers)) < _MARKERS_BELOW:
        return path
    made: list[str] = []
    at = start = (0, 0)
    command, waiting = "", []
    for letter, number in parts:
        if letter:
            command = letter
            if letter == "z":
                made.append("z")
                at = start
            continue
        waiting.append(round(float(number) * 10))
        if len(waiting) < 2:
            continue
        place = waiting[0], waiting[1]
        waiting = []
        if command == "M":
            made.append(f"M{_tenths(place[0])} {_tenths(place[1])}")
            start, command = place, "L"
        else:
            made.append(f"l{_tenths(place[0] - at[0])} {_tenths(place[1] - at[1])}")
        at = place
    return "".join(made)


def _tenths(number: int) -> str:
    return _short(number / 10)


def _joined(svg: str) -> str:
    """Neighbours that are clipped alike, in one group: Matplotlib makes one for each point."""
    clip = re.compile(
        r'<g clip-path="(?P<clip>url\(#[^)]+\))">(?P<body>(?:(?!</?g\b).)*?)</g>', re.S
    )
    parts: list[str] = []
    reached, last = 0, ""
    for found in clip.finditer(svg):
        between = svg[reached : found.start()]
        if found["clip"] == last and not between.strip():
            parts[-1] = parts[-1].removesuffix("</g>") + found["body"] + "</g>"
        else:
            parts += [between, found[0]]
        reached, last = found.end(), found["clip"]
    return "".join([*parts, svg[reached:]])


def _counted(svg: str) -> str:
    """Ids by the order of their first use; those that nothing names are left out."""
    named = {first or second for first, second in _NAMED.findall(svg)}
    numbers: dict[str, str] = {}
    for found in re.finditer(r'\sid="([^"]+)"|url\(#([^)]+)\)|href="#([^"]+)"', svg):
        name = next(filter(None, found.groups()))
        if name in named:
            numbers.setdefault(name, f"n{len(numbers)}")

    def renamed(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return found[0].replace(f"#{name}", f"#{numbers[name]}")

    svg = _NAMED.sub(renamed, svg)
    return _ID.sub(lambda found: f' id="{numbers[found[1]]}"' if found[1] in numbers else "", svg)
