"""Cards: a picture of a note's first figure, which stands for a link to it in other places.

Such places show no SVG. novasvg, which draws diagrams for mermaidx too, makes a picture of the
figure that the record holds, with the note's title above it. It asks no font of the machine, so
the same record gives the same bytes. To draw one takes some tenths of a second, so it is kept.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notewright.files import Store
from notewright.libraries import needs, quiet_at_exit
from notewright.render import figure_html
from notewright.render.fonts import content_of

SIZE = (1200, 630)
"""Width and height that places which show links agree on."""

FORMAT = 1
"""Counts the ways in which cards were drawn: one that was kept of another is drawn again."""
LIMIT = 64 << 20
"""Bytes above which the cards that were longest out of use are removed."""

_PAGE, _PAPER, _RULE = "#fcfdfb", "#edf4ea", "#d3dcd2"
_INK, _QUIET = "#15201a", "#47554c"
_EDGE, _PAD = 48, 24
_TITLE, _NAME = 46, 26
_FAMILY = "nw-card"
_VIEW = re.compile(r'\bviewBox="(?P<x>\S+) (?P<y>\S+) (?P<width>\S+) (?P<height>\S+)"')


def store_of(state_dir: Path) -> Store:
    """Where the cards of a project are kept."""
    return Store(state_dir / "cards", ".png", LIMIT)


def card(svg: str, title: str, site: str, store: Store | None) -> bytes:
    """The card of a figure, drawn or kept, as PNG.

    Args:
        svg: The figure as the record holds it.
        title: The title of the note.
        site: The name of the site.
        store: Where cards are kept; None if nothing is kept.

    Raises:
        EngineError: If a library is missing that draws it.
    """
    with needs("site", "A card"):
        import novasvg
    quiet_at_exit()
    given = "\0".join([str(FORMAT), version("novasvg"), title, site, svg])
    digest = hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()[:32]
    kept = store.load(digest) if store is not None else None
    if kept is not None:
        return kept
    drawn: bytes = _draw(novasvg, svg, title, site)
    if store is not None:
        store.keep(digest, drawn)
    return drawn


def _draw(novasvg: Any, svg: str, title: str, site: str) -> bytes:
    """Draw a card; what the library cannot read is left out of it."""
    text = _composed(svg, title, site)
    document = novasvg.Document.load_from_data(text)
    if document is None:  # the figure is not what it can read: its title still says something
        document = novasvg.Document.load_from_data(_composed("", title, site))
    picture = document.render_to_bitmap(*SIZE, novasvg.Color.from_hash(_PAGE).to_int())
    return bytes(picture.to_bytes("png"))


def _composed(svg: str, title: str, site: str) -> str:
    """The card as SVG: the title, the site's name, and the figure on its paper."""
    width, height = SIZE
    parts = []
    top = _EDGE
    for line in _lines(title, width - 2 * _EDGE):
        top += _TITLE
        parts.append(_text(line, _EDGE, top, _TITLE, _INK))
        top += 8
    foot = height - _EDGE + _NAME // 2 - 8
    if _can_write(site):
        parts.append(_text(site, _EDGE, foot, _NAME, _QUIET))
    top += 12
    room = width - 2 * _EDGE, foot - _NAME - 16 - top
    parts.append(
        f'<rect x="{_EDGE}" y="{top}" width="{room[0]}" height="{room[1]}" '
        f'fill="{_PAPER}" stroke="{_RULE}"/>'
    )
    parts.append(_fitted(svg, _EDGE + _PAD, top + _PAD, room[0] - 2 * _PAD, room[1] - 2 * _PAD))
    inner = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{inner}</svg>'
    )


def _fitted(svg: str, x: int, y: int, width: int, height: int) -> str:
    """A figure in light colours, as large as fits into a place, in its middle."""
    svg = figure_html.recolour(svg, figure_html.ON_LIGHT)
    opening = re.search(r"<svg\b[^>]*>", svg)
    view = _VIEW.search(opening[0]) if opening else None
    end = svg.rfind("</svg>")
    if opening is None or view is None:
        return ""
    scale = min(width / float(view["width"]), height / float(view["height"]))
    left = x + (width - scale * float(view["width"])) / 2 - scale * float(view["x"])
    above = y + (height - scale * float(view["height"])) / 2 - scale * float(view["y"])
    move = f"translate({left:.3f} {above:.3f}) scale({scale:.5f})"
    # What a style sheet of Matplotlib's says, and `recolour` left out.
    drawn = 'stroke-linejoin="round" stroke-linecap="butt"'
    return f'<g transform="{move}" {drawn}>{svg[opening.end() : end]}</g>'


def _text(text: str, x: int, y: int, size: int, colour: str) -> str:
    shown = escape(text, quote=False)
    style = f'font-family="{_FAMILY}" font-size="{size}" fill="{colour}"'
    return f'<text x="{x}" y="{y}" {style}>{shown}</text>'


def _lines(text: str, width: int) -> list[str]:
    """A title in at most two lines; none if the font lacks a sign of it."""
    if not _can_write(text):
        return []
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or _width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]} …"]
    return lines


def _width(text: str) -> float:
    face = _face()
    per_sign = (face.advance_width_units(ord(sign)) for sign in text)
    return float(sum(per_sign)) * _TITLE / float(face.units_per_em)


def _can_write(text: str) -> bool:
    return bool(text.strip()) and set(map(ord, text)) <= {*_signs(), 0x20}


@cache
def _signs() -> frozenset[int]:
    return frozenset(_face().codepoints())


@cache
def _face() -> Any:
    """The face of the title; it is known to the library by a name that no machine has."""
    from novasvg import fonts as library

    data = content_of("SourceSerifPro-Semibold")
    library.add_font_face_from_data(_FAMILY, False, False, data)
    return library.FontFace(data)
