"""Finds what rich HTML would ask of third parties, though its writer never named them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

_ADDRESS = r"(?P<address>(?:https?:)?//[^\s\"'`<>)\\]+)"
_LOADED = (
    # What a tag loads: all but the targets of links that a reader follows.
    re.compile(
        rf"<(?!a\b|form\b)[a-z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*?\s(?:src|srcset|poster|data|href|xlink:href)"
        rf"\s*=\s*[\"']?{_ADDRESS}",
        re.I | re.S,
    ),
    re.compile(rf"(?:\burl\(|@import)\s*[\"']?{_ADDRESS}", re.I),
)
_SCRIPT = re.compile(r"<script\b[^>]*>(?P<body>.*?)</script", re.I | re.S)
_IN_SCRIPT = (
    re.compile(
        rf"(?:\bimport\b|\bfrom|\bfetch\s*\(|\bimportScripts\s*\(|\bsrc\s*=)\s*\(?\s*"
        rf"[\"'`]{_ADDRESS}"
    ),
    re.compile(rf"[\"'`](?=[^\"'`]*(?:\.m?js|\.css|\.wasm)\b){_ADDRESS}"),
    re.compile(rf"[\"'`](?=(?:https?:)?//[^/]*(?:cdn|unpkg|esm\.sh)){_ADDRESS}"),
)

_MAPS = frozenset(
    {
        "choropleth",
        "choroplethmap",
        "choroplethmapbox",
        "densitymap",
        "densitymapbox",
        "scattergeo",
        "scattermap",
        "scattermapbox",
    }
)
"""Kinds of plotly's traces whose map is loaded by whoever looks at it."""


def addresses(html: str) -> list[str]:
    """Addresses elsewhere that a browser would load for some HTML, each once."""
    return list(dict.fromkeys(_addresses(html)))


def _addresses(html: str) -> Iterator[str]:
    bare = _SCRIPT.sub(lambda match: match[0].replace(match["body"], ""), html)
    for pattern in _LOADED:
        yield from (match["address"] for match in pattern.finditer(bare))
    for script in _SCRIPT.finditer(html):
        for pattern in _IN_SCRIPT:
            yield from (match["address"] for match in pattern.finditer(script["body"]))


def unwritten(html: str, code: str) -> list[str]:
    """Those of the addresses whose host the code of the cell does not name."""
    return [each for each in addresses(html) if urlsplit(each).netloc not in code]


def has_map(figure: Mapping[str, Any]) -> bool:
    """Whether a figure of plotly shows a map, which it would load."""
    traces = figure.get("data")
    found = traces if isinstance(traces, list) else []
    return any(isinstance(each, dict) and each.get("type") in _MAPS for each in found)
