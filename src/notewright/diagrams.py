"""Draws Mermaid diagrams while the site is built: no script is asked of anyone by the page.

mermaidx runs Mermaid itself in a small JavaScript engine, without a browser, and draws the
same bytes each time. A drawing takes some tenths of a second, so it is kept.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from markdown_it.token import Token

from notewright.files import replace_file

LANGUAGE = "mermaid"

_ID = re.compile(r'\bid="(?P<id>[^"]+)"')
_STYLE = re.compile(r"<style>.*?</style>", re.S)
_TITLE = re.compile(r"^\s*accTitle\s*:\s*(?P<title>.+)$", re.M)
_REASON = re.compile(r"^Mermaid rendering failed:\s*(?:Error:\s*)?")

Report = Callable[[str, str, str], None]
"""Is told a text of the note, what is wrong with it, and what to do."""


class Diagrams:
    """Makes the HTML of the diagrams of one page.

    Args:
        directory: Where drawings are kept.
        note: Path of the note, which makes ids unique where notes are embedded.
        report: Is told which diagram cannot be drawn, and why.
    """

    def __init__(self, directory: Path, note: str, report: Report) -> None:
        self._directory = directory
        self._report = report
        self._prefix = f"nw-diagram-{hashlib.sha256(note.encode()).hexdigest()[:6]}"
        self._numbers = itertools.count()

    def show(self, token: Token) -> str | None:
        """The HTML of a diagram; None for a fence that is none."""
        if token.info.strip().split(maxsplit=1)[:1] != [LANGUAGE]:
            return None
        source = token.content
        try:
            svg = self._drawn(source)
        except ImportError:
            return _source(source, "Install mermaidx to see this diagram")
        except Exception as error:  # whatever the engine in mermaidx stumbles over
            reason = " ".join(_REASON.sub("", str(error)).split())[:300]
            message = f"the diagram cannot be drawn: {reason}"
            first = next((line for line in source.split("\n") if line.strip()), source)
            self._report(first, message, "Correct it; the syntax is that of Mermaid")
            return _source(source, message)
        title = _TITLE.search(source)
        alt = title["title"].strip() if title else "Diagram"
        return (
            f'<figure class="nw-diagram" role="group" aria-label="{escape(alt, quote=True)}">'
            f"{_with_ids(svg, f'{self._prefix}-{next(self._numbers)}')}</figure>"
        )

    def _drawn(self, source: str) -> str:
        """The SVG of a diagram, drawn or kept."""
        try:
            release = version("mermaidx")
        except PackageNotFoundError:
            raise ImportError from None
        digest = hashlib.sha256(f"{release}\n{source}".encode()).hexdigest()
        path = self._directory / f"{digest[:32]}.svg"
        try:
            return path.read_text("utf-8")
        except (OSError, ValueError):
            svg = _draw(source)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, svg.encode())
        except OSError:  # it is drawn again next time
            pass
        return svg


def _draw(source: str) -> str:
    import mermaidx  # half a second, for those who draw only

    return str(mermaidx.render(source, config={"securityLevel": "strict"}).svg())


def _with_ids(svg: str, prefix: str) -> str:
    """Make the ids of a drawing its own: those of two diagrams are the same otherwise."""
    names = sorted({match["id"] for match in _ID.finditer(svg)}, key=len, reverse=True)
    if not names:
        return svg
    every = "|".join(map(re.escape, names))
    uses = re.compile(rf'(\bid="|url\(#|href="#|aria-labelledby="|aria-describedby=")({every})\b')
    svg = uses.sub(rf"\g<1>{prefix}-\g<2>", svg)

    def of_this_drawing(style: re.Match[str]) -> str:
        return style[0].replace("&gt;", ">").replace("#my-svg", f"#{prefix}-my-svg")

    return _STYLE.sub(of_this_drawing, svg)


def _source(source: str, notice: str) -> str:
    return (
        '<div class="admonition failure nw-failure" role="note">'
        f'<p class="admonition-title">{escape(notice)}</p>'
        f'<pre class="nw-text" tabindex="0"><code>{escape(source, quote=False)}</code></pre></div>'
    )
