"""Shows figures of plotly: drawn by the script of the installed package, or as a picture.

The script stands once in the site, and only where a figure needs it. A page names it beside
the figure's data, and `web.js` loads it from there. Where kaleido is installed, with a
browser that it can use, a figure is a picture instead, drawn once and kept. Either way nobody
else is asked for anything.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from notewright.files import Store

MIME = "application/vnd.plotly.v1+json"

ASSET = "assets/notewright/plotly.min.js"
"""Where the script stands in the site."""

LIMIT = 64 << 20
"""Bytes above which the pictures that were longest out of use are removed."""

_RANDOM = re.compile(r'\bid="(?:defs|topdefs)-(?P<name>[0-9a-f]{6})"')
_SIZE = {"width": 700, "height": 450}


def store_of(state_dir: Path) -> Store:
    """Where the pictures of a project are kept."""
    return Store(state_dir / "plotly", ".svg", LIMIT)


def picture(figure: Mapping[str, Any], store: Store) -> str | None:
    """The SVG of a figure, drawn or kept; None where it cannot be drawn."""
    try:
        releases = [version("kaleido"), version("plotly")]
    except PackageNotFoundError:
        return None
    told = json.dumps([releases, figure], sort_keys=True)
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    kept = store.load(digest)
    if kept is not None:
        return kept.decode("utf-8", "replace")
    svg = _draw(json.dumps(figure, sort_keys=True))
    if svg is not None:
        store.keep(digest, svg.encode())
    return svg


@cache  # a browser that does not start is not tried again for the same figure
def _draw(figure: str) -> str | None:
    told = json.loads(figure)
    for number, trace in enumerate(told.get("data") or ()):
        trace.setdefault("uid", f"trace{number}")  # else it is drawn at random
    layout = told.get("layout") or {}
    size = {name: layout.get(name) or default for name, default in _SIZE.items()}
    try:
        draw = importlib.import_module("kaleido").calc_fig_sync
        # MathJax would be asked of a third party.
        made = draw(told, opts={"format": "svg", **size}, kopts={"mathjax": False})
    except Exception:  # such as no browser: then the page draws it
        return None
    svg = bytes(made).decode("utf-8")
    for number, name in enumerate(dict.fromkeys(_RANDOM.findall(svg))):
        svg = svg.replace(name, f"plotly{number}")
    return svg.replace('<svg class="main-svg"', "<svg", 1)


def html(figure: Mapping[str, Any], address: str, alt: str) -> str:
    """The HTML of a figure.

    Args:
        figure: Its data, as plotly tells them.
        address: That of the script, from the page.
        alt: What is seen in it.
    """
    kept = {name: figure[name] for name in ("data", "layout", "frames") if name in figure}
    told = json.dumps(kept, sort_keys=True, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<div class="nw-plotly" role="group" aria-label="{escape(alt or "Figure", quote=True)}" '
        f'data-nw-plotly="{address}">'
        f'<script type="application/json">{told}</script></div>'
    )


def source() -> Path | None:
    """The script in the installed package; None if there is none."""
    try:
        found = importlib.util.find_spec("plotly")
    except (ImportError, ValueError):
        return None
    for folder in (found.submodule_search_locations if found else None) or ():
        path = Path(folder, "package_data", "plotly.min.js")
        if path.is_file():
            return path
    return None


def script() -> str:
    """The script; empty if plotly is not installed, which is told elsewhere."""
    path = source()
    return path.read_text("utf-8") if path else ""
