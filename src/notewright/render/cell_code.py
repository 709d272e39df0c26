"""What a page offers with the code of its cells: names that lead to their source, and copies.

A copy of a cell alone is on the page. One that runs without the project is put together by the
page's script, out of a file that is fetched when a reader asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape, unescape
from pathlib import PurePosixPath

from notewright.note.cells import Cell
from notewright.note.mentions import Mention
from notewright.note.symbols import mentions_of
from notewright.render.cell_html import ASSETS, Renderer
from notewright.render.page_foot import Linked
from notewright.render.source_pages import Sources
from notewright.render.standalone import helpers_of
from notewright.run.verdicts import CellResult

_STEP = re.compile(r"<[^>]*>|&#?\w+;|[^<&]")
_CODE = re.compile(r"(?<=<code>)(.*)(?=</code>)", re.S)


class CellCode:
    """The code of the cells of one page.

    Args:
        linked: Knows the source of the project's own modules, if it is published.
        results: The cells of the note.
        renderer: Knows where the page stands, and takes the file of its copies.
    """

    def __init__(
        self,
        linked: Linked | None,
        results: Sequence[CellResult],
        renderer: Renderer,
    ) -> None:
        self._sources = linked.sources if linked is not None else None
        self._renderer = renderer
        cells = [result.cell for result in results]
        self._mentions: Mapping[int, Sequence[Mention]] = {}
        self._copies: dict[int, str] = {}
        if self._sources is not None and cells:
            found = zip(cells, mentions_of(cells), strict=True)
            self._mentions = {cell.line: mentions for cell, mentions in found}
            self._offer(self._sources, cells)

    def _offer(self, sources: Sources, cells: Sequence[Cell]) -> None:
        """Make the file of the copies, and say at each cell which is its own."""
        sessions: list[dict[str, object]] = []
        for session in sessions_of(cells):
            where = f"{session[0].file}:{session[0].line}"
            codes = [cell.plain_code for cell in session]
            made = None
            if where not in sources.bound and not any(cell.is_doctest for cell in session):
                made = helpers_of(codes, sources.own)
            for number, cell in enumerate(session):
                place = f"{len(sessions)}.{number}" if made is not None else ""
                self._copies[cell.line] = place
            if made is not None:
                sessions.append({"helpers": made[0], "cells": made[1]})
        text = json.dumps(sessions, ensure_ascii=False)
        path = f"{ASSETS}/{sha256(text.encode()).hexdigest()[:12]}.json"
        self._file = self._renderer.address(path, text) if sessions else ""

    def attributes(self, cell: Cell) -> str:
        """Where the copies of a cell are found, as attributes of its element."""
        if cell.line not in self._copies:
            return ""
        place = self._copies[cell.line]
        return f' data-nw-copies="{escape(self._file)}" data-nw-copy="{place}"'

    def with_links(self, cell: Cell, html: str) -> str:
        """The HTML of a cell's code, in which names of helpers lead to their source."""
        if self._sources is None:
            return html
        starts = [0]
        for line in cell.code.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        links = {}
        for each in self._mentions.get(cell.line, ()):
            place = self._sources.place(each.name)
            if place is not None:
                address = self._renderer.to_root + self._url(place[0])
                start = starts[each.line - 1]
                fragment = f"#{place[1]}" if place[1] else ""
                links[start + each.start] = start + each.end, f"{address}{fragment}"
        return _CODE.sub(lambda match: _linked(match[0], cell.code, links), html, count=1)

    def _url(self, path: str) -> str:
        """The address of a made page in the site."""
        stem = PurePosixPath(path).with_suffix("").as_posix()
        return f"{stem}/" if self._renderer.has_directories else f"{stem}.html"


def sessions_of(cells: Iterable[Cell]) -> list[list[Cell]]:
    """The cells that run, by the names that they share."""
    found: list[list[Cell]] = []
    for cell in cells:
        if cell.runs and cell.problem is None:
            if cell.continues and found:
                found[-1].append(cell)
            else:
                found.append([cell])
    return found


def _linked(html: str, code: str, links: Mapping[int, tuple[int, str]]) -> str:
    """Highlighted code with links at some places; as it was if it does not show the same code."""
    parts: list[str] = []
    at, end = 0, -1
    for step in _STEP.findall(html):
        if step.startswith("<"):
            if end >= 0:
                return html  # a name in pieces
            parts.append(step)
            continue
        text = unescape(step)
        if code[at : at + len(text)] != text:
            return html
        if at in links:
            end, address = links[at]
            parts.append(f'<a class="nw-source" href="{escape(address)}">')
        parts.append(step)
        at += len(text)
        if at == end:
            parts.append("</a>")
            end = -1
    return "".join(parts) if at >= len(code.rstrip("\n")) else html
