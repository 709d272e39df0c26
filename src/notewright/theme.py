"""Gives a figure the colours of the page that shows it, light or dark.

Figures are drawn with sentinel colours (`matplotlibrc`). An inlined SVG gets the page's
own; a large one becomes two files, and the page shows the one that fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from notewright.ink import DARK as DARK
from notewright.ink import GRID, PAPER, TEXT
from notewright.ink import LIGHT as LIGHT

INLINE_LIMIT = 100 * 1024
"""Bytes above which a figure is a pair of files instead of a part of the page."""

INLINE: Mapping[str, str] = {
    TEXT: "currentColor",
    PAPER: "var(--md-default-bg-color, #fff)",
    GRID: "var(--md-default-fg-color--lighter, #8888)",
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
_TAKEN = re.compile(r"<!--nw-figure-(\d+)-->")
_PIXELS = re.compile(r'<svg\b[^>]*?\swidth="(\d+)" height="(\d+)"')
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
    return re.sub(r"\n\s*", "\n", svg).strip()


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
