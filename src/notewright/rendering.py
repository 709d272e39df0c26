"""Makes HTML of what a cell showed. Text is escaped; rich HTML is shown as the cell made it."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from notewright import theme
from notewright.cells import Cell
from notewright.errors import Problem
from notewright.outputs import Output, is_image
from notewright.verdicts import CellResult

ASSETS = "assets/notewright"
"""Where files that pages refer to stand in the site."""

Highlight = Callable[[Cell], str]
"""Makes highlighted HTML of a cell's code."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass
class Renderer:
    """Makes the HTML of cells for one page.

    Attributes:
        to_root: Relative URL from the page to the site's root, ending in `/`.
        trusted: Whether outputs come from code that this build may run. If not, rich HTML
            is cleaned of scripts, and figures are images, in which no script runs.
        assets: Files that pages refer to, by their path in the site.
        used: The paths of those that this page refers to.
    """

    to_root: str = ""
    trusted: bool = True
    assets: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _figures: Iterable[int] = field(default_factory=itertools.count, init=False)

    def cell(self, result: CellResult, highlight: Highlight) -> str:
        """The code of a cell, and below it what it showed."""
        cell = result.cell
        label = f' id="{escape(cell.label)}"' if cell.label else ""
        if not cell.options.include and not result.problems:
            return f"<div{label}></div>" if label else ""
        code = highlight(cell) if cell.options.echo or result.problems else ""
        if code and cell.options.code_fold and not result.problems:
            code = f'<details class="nw-fold"><summary>Code</summary>{code}</details>'
        return f'<div class="nw-cell"{label}>{code}{self.outputs(result)}</div>'

    def outputs(self, result: CellResult) -> str:
        """All that a cell showed, and what is wrong with it."""
        number = itertools.count()
        parts = [
            self._figure(output, result.cell.options, next(number))
            if is_image(output)
            else self._output(output)
            for output in result.outputs
        ]
        accepted = result.cell.accepted
        if accepted is not None and not result.cell.runs:  # nothing else will show it
            parts.append(_text(accepted.text, "nw-stdout"))
        parts += map(_failure, result.problems)
        return f'<div class="nw-outputs">{"".join(parts)}</div>' if parts else ""

    def figures(self, result: CellResult, caption: str) -> str:
        """The figures of a cell alone, under a caption of the embedding note or their own."""
        options = result.cell.options
        images = [output for output in result.outputs if is_image(output)]
        return "".join(
            self._figure(output, options, number, caption) for number, output in enumerate(images)
        )

    def _output(self, output: Output) -> str:
        kind = output["output_type"]
        if kind == "stream":
            return _text(output["text"], f"nw-{escape(output['name'])}")
        if kind == "error":
            name, message = output["ename"], output["evalue"]
            return _text(f"{name}: {message}" if message else name, "nw-expected")
        data = output["data"]
        if "text/html" in data:
            html = data["text/html"] if self.trusted else _clean(data["text/html"])
            return f'<div class="nw-html" tabindex="0">{html}</div>'
        if "text/markdown" in data:
            return f'<div class="nw-html">{_MARKDOWN.render(data["text/markdown"])}</div>'
        return _text(data.get("text/plain", ""), "nw-result")

    def _figure(self, output: Output, options: Any, number: int, caption: str = "") -> str:
        caption = caption or _nth(options.fig_cap, number)
        alt = _nth(options.fig_alt, number) or caption
        data = output["data"]
        shown = (
            self._svg(data["image/svg+xml"], alt) if "image/svg+xml" in data else _bitmap(data, alt)
        )
        below = f"<figcaption>{_MARKDOWN.renderInline(caption)}</figcaption>" if caption else ""
        return f'<figure class="nw-figure">{shown}{below}</figure>'

    def _svg(self, svg: str, alt: str) -> str:
        if not self.trusted:
            svg = _clean_svg(svg)
        digest = hashlib.sha256(svg.encode()).hexdigest()[:12]
        if self.trusted and len(svg) <= theme.INLINE_LIMIT:
            prefix = f"nw{next(iter(self._figures))}-{digest[:6]}"
            return theme.inline(svg, prefix, alt)
        images = []
        for name, colours in (("light", theme.LIGHT), ("dark", theme.DARK)):
            path = f"{ASSETS}/{digest}-{name}.svg"
            self.used.add(path)
            self.assets[path] = theme.recolour(svg, colours)
            images.append(
                f'<img class="nw-svg" src="{self.to_root}{path}#only-{name}" '
                f'alt="{escape(alt, quote=True)}"{theme.size(self.assets[path])} loading="lazy">'
            )
        return "".join(images)


def _clean(html: str) -> str:
    """HTML without what could run: for records of a vault that is not trusted."""
    import nh3

    return nh3.clean(html)


_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = re.compile(
    r"svg|g|defs|clipPath|path|rect|circle|ellipse|line|polyline|polygon|use|image|symbol|marker"
    r"|pattern|mask|linearGradient|radialGradient|stop|text|tspan|title|desc"
)
_INERT = re.compile(r"#|data:image/(?:png|jpeg);")


def _clean_svg(svg: str) -> str:
    """A figure without what could run, were its file opened by itself; else an empty one."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        root = ElementTree.Element(f"{_SVG}svg")
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
            if not _DRAWS.fullmatch(name):
                parent.remove(child)
        for name, value in list(parent.items()):
            link = name.rpartition("}")[2] == "href" and not _INERT.match(value)
            if link or name.lower().startswith("on"):
                del parent.attrib[name]
    return ElementTree.tostring(root, "unicode").replace("ns0:", "").replace(":ns0=", "=")


def _text(text: str, kind: str) -> str:
    shown = escape(text.rstrip("\n"), quote=False)
    return f'<pre class="nw-text {kind}" tabindex="0">{shown}</pre>'


def _failure(problem: Problem) -> str:
    detail = _text(problem.detail, "nw-detail") if problem.detail else ""
    return (
        '<div class="admonition failure nw-failure" role="alert">'
        f'<p class="admonition-title">{escape(problem.headline)}</p>{detail}</div>'
    )


def _bitmap(data: dict[str, Any], alt: str) -> str:
    mime = next(each for each in data if each.startswith("image/"))
    source = escape(f"data:{mime};base64,{data[mime]}", quote=True)
    return f'<img src="{source}" alt="{escape(alt, quote=True)}">'


def _nth(texts: Sequence[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""
