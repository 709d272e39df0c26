"""Gives a figure the colours of the page that shows it, light or dark.

Figures are drawn with sentinel colours (`matplotlibrc`). An inlined SVG gets the page's
own; a large one becomes a file with the colours of both schemes, of which an address names one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from notewright.render import figure_dots
from notewright.run.worker.figure_colours import DARK as DARK
from notewright.run.worker.figure_colours import GRID, PAPER, TEXT
from notewright.run.worker.figure_colours import LIGHT as LIGHT

INLINE_LIMIT = 24 * 1024
"""Bytes above which a figure is a file instead of a part of the page: what nobody has scrolled to
need not be read, styled and laid out before the text is there."""

CYCLE = ("#3b82c4", "#d9730d", "#2f9e6e", "#c2548f", "#8a74c9", "#9a7d0a")
"""The colours of series in `matplotlibrc`. One value cannot be told apart by colour-blind readers
on light and on dark paper alike, so a page has six of its own for each."""
SERIES = {
    "light": ("#0b53b8", "#c66d02", "#199b85", "#730059", "#9177dd", "#625102"),
    "dark": ("#5a81e1", "#f1842e", "#7df6d9", "#bf377d", "#c6aaff", "#fbd659"),
}
"""The colours of a page that take their places, as `papers.css` names them: `--nw-c1` and on."""
ON_LIGHT = {TEXT: "#15201a", PAPER: "#edf4ea", GRID: "#d3dcd2"}
ON_LIGHT |= dict(zip(CYCLE, SERIES["light"], strict=True))
ON_DARK = {TEXT: "#e4ebe5", PAPER: "#18251e", GRID: "#2a3730"}
ON_DARK |= dict(zip(CYCLE, SERIES["dark"], strict=True))

INLINE: Mapping[str, str] = {
    TEXT: "currentColor",
    PAPER: "var(--nw-paper, var(--md-default-bg-color, #fff))",
    GRID: "var(--nw-rule, #8888)",
    **{colour: f"var(--nw-c{number}, {colour})" for number, colour in enumerate(CYCLE, start=1)},
}

_DROPPED = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style\b.*?</style>", re.S
)
# Where ids stand. Each pattern begins with plain text: only so are thousands found fast.
_IDS = (
    ('id="', re.compile(r'id="(?<!\wid=")(?=[^"]+")')),
    ("url(#", re.compile(r"url\(#(?=[^)]+\))")),
    ('href="#', re.compile(r'href="#(?=[^"]+")')),
)
_OPENING = '<svg class="nw-svg"'
_ELEMENT = re.compile(r"""<svg\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
_TAKEN = re.compile(r"<!--nw-figure-(\d+)-->")
_PIXELS = re.compile(r'<svg\b[^>]*?\swidth="(\d+)" height="(\d+)"')
_STYLE = re.compile(r' style="(?P<said>[^"]*)"(?=[^<>]*>)')
_PRESENTATION = frozenset(
    {
        *("clip-path", "fill", "fill-opacity", "fill-rule", "image-rendering", "opacity"),
        *("stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor"),
    }
)
"""What SVG lets stand in an attribute as well as in a style."""
_NUMBERS = re.compile(r'(?<= d=")[^"]+|(?<= [xy]=")[^"]+')
_FINE = re.compile(r"(?<=\.\d\d)\d+")
"""What of a coordinate nobody sees: below a hundredth of a point."""
_SIZE = re.compile(r'\b(width|height)="([\d.]+)pt"')


def inline(svg: str, prefix: str, alt: str) -> str:
    """Make a figure a part of the page.

    Args:
        svg: The SVG as the worker drew it.
        prefix: Text that makes its ids differ from those of other figures of the page.
        alt: What is seen in it.
    """
    svg = recolour(svg, INLINE)
    for text, pattern in _IDS:
        svg = pattern.sub(f"{text}{prefix}-", svg)
    # Matplotlib's own <style> would reach the whole page; what it says stands here instead.
    label = f'role="img" aria-label="{escape(alt, quote=True)}"'
    return svg.replace("<svg ", f"{_OPENING} {label} ", 1)


SCHEMES = ("only-light", "only-dark")
"""Fragments of the address of a figure's file; Material shows the image that fits its scheme."""


def in_both_schemes(svg: str) -> str:
    """A figure as a file of its own: dark if its address ends with `#only-dark`, else light.

    What an address names is the target of a style sheet, in an image too: so the drawing is in
    one file, and a reader who changes the scheme has it already.
    """
    used = (sentinel for sentinel in ON_LIGHT if sentinel in svg)
    names = {sentinel: f"--nw-{number}" for number, sentinel in enumerate(used)}
    svg = recolour(svg, {sentinel: f"var({name})" for sentinel, name in names.items()})
    svg = figure_dots.in_paths(svg)
    dark = SCHEMES[1]
    rules = "".join(
        f"#{dark}{state}{{{';'.join(f'{names[each]}:{colours[each]}' for each in names)}}}"
        for state, colours in (("", ON_LIGHT), (":target", ON_DARK))
    )
    opening, end = _ELEMENT.search(svg), svg.rfind("</svg>")
    if opening is None or end < opening.end():
        return svg  # nothing is drawn in it
    start = opening.end()
    return f'{svg[:start]}<style>{rules}</style><g id="{dark}">{svg[start:end]}</g>{svg[end:]}'


def on_paper(svg: str) -> str:
    """A figure for readers that know no theme: light colours on white."""
    return recolour(svg, LIGHT).replace("<svg ", '<svg style="background: #fff" ', 1)


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """Replace the sentinel colours, and drop what no page needs."""
    svg = _DROPPED.sub("", svg)
    for sentinel, colour in colours.items():
        svg = svg.replace(sentinel, colour)
    # Points are 1/72 inch, the page's pixels 1/96: the same size, in the page's unit.
    svg = _SIZE.sub(lambda match: f'{match[1]}="{float(match[2]) * 96 / 72:.0f}"', svg, count=2)
    svg = _NUMBERS.sub(lambda match: _FINE.sub("", match[0]), svg)
    return re.sub(r"\n\s*", "\n", _STYLE.sub(_as_attributes, svg)).strip()


def _as_attributes(style: re.Match[str]) -> str:
    """What Matplotlib says in a style, as attributes: a content security policy lets these pass."""
    pairs = [each.partition(":")[::2] for each in style["said"].split(";") if each.strip()]
    if any(name.strip() not in _PRESENTATION or '"' in value for name, value in pairs):
        return style[0]
    last = {name.strip(): value.strip() for name, value in pairs}  # an attribute stands once
    return "".join(f' {name}="{value}"' for name, value in last.items())


def size(svg: str) -> str:
    """Attributes by which a page keeps room for a figure that was recoloured; maybe none."""
    found = _PIXELS.match(svg)
    return f' width="{found[1]}" height="{found[2]}"' if found else ""


def without_figures(html: str) -> tuple[str, list[str]]:
    """Take the inlined figures out of a page, and leave a comment in the place of each."""
    parts: list[str] = []
    figures: list[str] = []
    end = 0
    while (start := html.find(_OPENING, end)) >= 0 and (stop := html.find("</svg>", start)) >= 0:
        parts += [html[end:start], f"<!--nw-figure-{len(figures)}-->"]
        end = stop + len("</svg>")
        figures.append(html[start:end])
    return "".join([*parts, html[end:]]), figures


def with_figures(html: str, figures: Sequence[str]) -> str:
    """Put figures back that were taken out of a page."""

    def figure(match: re.Match[str]) -> str:
        number = int(match[1])
        return figures[number] if number < len(figures) else match[0]

    return _TAKEN.sub(figure, html)
