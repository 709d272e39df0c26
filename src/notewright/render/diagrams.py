"""Draws Mermaid diagrams while the site is built: no script is asked of anyone by the page.

mermaidx runs Mermaid itself in a small JavaScript engine, without a browser, and draws the
same bytes each time. A drawing takes some tenths of a second, so it is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from markdown_it.token import Token

from notewright.files import Store
from notewright.libraries import quiet_at_exit

LANGUAGE = "mermaid"
REMEDY = "Correct its Mermaid syntax"

LIMIT = 64 << 20
"""Bytes above which the drawings that were longest out of use are removed."""

_ID = re.compile(r'\bid="(?P<id>[^"]+)"')
_STYLE = re.compile(r"<style>.*?</style>", re.S)
_TITLE = re.compile(r"^\s*accTitle\s*:\s*(?P<title>.+)$", re.M)
_REASON = re.compile(r"^Mermaid rendering failed:\s*(?:Error:\s*)?")

Report = Callable[[str, str, str], None]
"""Is told a text of the note, what is wrong with it, and what to do."""


class Diagrams:
    """Makes the HTML of the diagrams of one page.

    Args:
        store: Where drawings are kept; None if nothing is kept, or may be read.
        note: Path of the note, which makes ids unique where notes are embedded.
        report: Is told which diagram cannot be drawn, and why.
        picture: Makes an image of a drawing with its alt text, for vaults that are not trusted;
            then `store` is None. Without it, the drawing is a part of the page.
    """

    def __init__(
        self,
        store: Store | None,
        note: str,
        report: Report,
        picture: Callable[[str, str], str] | None = None,
    ) -> None:
        self._store = store
        self._picture = picture
        self._report = report
        self._prefix = f"nw-diagram-{hashlib.sha256(note.encode()).hexdigest()[:6]}"
        self._numbers = itertools.count()

    def show(self, token: Token) -> str | None:
        """The HTML of a diagram; None for a fence that is none."""
        if not is_diagram(token):
            return None
        source = token.content
        try:
            svg = _drawn(source, self._store)
        except ImportError:
            return _source(source, "Run `pip install 'notewright[site]'` to see this diagram")
        except DiagramError as error:
            first = next((line for line in source.split("\n") if line.strip()), source)
            self._report(first, str(error), REMEDY)
            return _source(source, str(error))
        title = _TITLE.search(source)
        alt = title["title"].strip() if title else "Diagram"
        if self._picture is not None:
            return f'<figure class="nw-diagram">{self._picture(svg, alt)}</figure>'
        return (
            f'<figure class="nw-diagram" role="group" aria-label="{escape(alt, quote=True)}">'
            f"{_with_ids(svg, f'{self._prefix}-{next(self._numbers)}')}</figure>"
        )


class DiagramError(Exception):
    """A diagram that cannot be drawn; says why."""


def is_diagram(token: Token) -> bool:
    """Whether a fence holds a diagram."""
    return token.info.strip().split(maxsplit=1)[:1] == [LANGUAGE]


def fault(source: str, store: Store | None) -> str:
    """Why a diagram cannot be drawn; empty if it can, or if nothing is there to draw it."""
    try:
        _drawn(source, store)
    except ImportError:
        return ""
    except DiagramError as error:
        return str(error)
    return ""


def _drawn(source: str, store: Store | None) -> str:
    """The SVG of a diagram, drawn or kept."""
    try:
        release = version("mermaidx")
    except PackageNotFoundError:
        raise ImportError from None
    digest = hashlib.sha256(f"{release}\n{source}".encode()).hexdigest()
    kept = store.load(digest[:32]) if store is not None else None
    with contextlib.suppress(UnicodeDecodeError):
        if kept is not None:
            return kept.decode()
    try:
        svg = _draw(source)
    except ImportError:
        raise
    except Exception as error:  # whatever the engine in mermaidx stumbles over
        reason = " ".join(_REASON.sub("", str(error)).split())[:300]
        raise DiagramError(f"cannot draw the diagram: {reason}") from None
    if store is not None:
        store.keep(digest[:32], svg.encode())
    return svg


def store_of(state_dir: Path) -> Store:
    """Where the drawings of a project are kept."""
    return Store(state_dir / "diagrams", ".svg", LIMIT)


@lru_cache(maxsize=256)  # what was checked for the whole vault is then shown in its pages
def _draw(source: str) -> str:
    import mermaidx  # half a second, for those who draw only

    quiet_at_exit()  # it brings novasvg
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
