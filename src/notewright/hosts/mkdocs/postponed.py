"""Postponed pages: a server that starts answers first, and makes its pages as they are asked for.

So does one after an edit: the note's own page and the one that is looked at come first, others that
show something of the note follow, and stand as they were until then. Who asks for one waits for it.

When a server starts, what stands in the place of a page has its title and a line that says so,
without the theme: who asks for the page waits, too, and sees this only if it takes very long.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from html import escape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import write_file

IN_PEACE = 1.0
"""Seconds of work on postponed pages in one build: what runs then is filled in after it."""

LONGEST = 20.0
"""Seconds for which a request waits for its page."""


class _All(set[str]):
    """Anchors of a page that is not made yet: all that links name may be there."""

    def __contains__(self, anchor: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True

    def __or__(self, others: object) -> Any:
        return self


class Postponed:
    """The pages of a site that are not made yet, by the paths of their notes.

    Args:
        first: Paths of notes whose pages are made at once.

    Attributes:
        owes: Whether a page got another title than its place had, which other pages show.
        is_edited: Whether somebody has edited something, and waits for the next build.
    """

    def __init__(self, first: Iterable[str] = ()) -> None:
        self.owes = self.is_edited = False
        self._now = frozenset(first)
        self._titled: dict[str, bool] = {}
        self._unwritten: set[str] = set()
        self._first: list[str] = []
        self._made = threading.Condition()
        self._awaited: Counter[str] = Counter()

    def __contains__(self, path: str) -> bool:
        return path in self._titled

    def __bool__(self) -> bool:
        return bool(self._titled)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for a page."""
        return bool(self._awaited)

    def take(self, page: Page, heading: str) -> bool:
        """Have a page made later, unless it is one of the first.

        Args:
            page: The page.
            heading: Its first heading, by which it will call itself; empty if it has none.

        Returns:
            Whether it is made later.
        """
        if page.file.src_uri in self._now:
            return False

        def render(config: MkDocsConfig, files: Files) -> None:
            line = '<p class="nw-waiting">This page is being built</p>'
            page.content = f"<h1>{escape(heading)}</h1>\n{line}" if heading else line
            page.toc = get_toc([])
            page._title_from_render = escape(heading) or None
            page.present_anchor_ids = _All()
            page.links_to_anchors = {}

        self._titled[page.file.src_uri] = "title" in vars(page)
        self._unwritten.add(page.file.src_uri)
        vars(page)["render"] = render
        return True

    def leave(self, page: Page) -> None:
        """Have a page made later that stands as it was until then."""
        self._titled[page.file.src_uri] = "title" in vars(page)
        self._unwritten.add(page.file.src_uri)

    def stand_in(self, page: Page) -> bool:
        """Write what stands in the place of a page; returns whether it is made later."""
        if page.file.src_uri not in self:
            return False
        title = escape(str(page.title or ""))
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        write_file(
            f"{html}</head><body>{page.content}</body></html>".encode(), page.file.abs_dest_path
        )
        return True

    def put_first(self, paths: Sequence[str]) -> None:
        """Make these before others."""
        self._first = [*paths]

    def due(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield pages to make, until enough time went by; each counts as made then.

        What somebody waits for comes first, and nothing after it: all that it needs is to be
        written at once. After an edit, too, no more of them are made: its page comes first.
        """
        waiting = {page.file.src_uri: page for page in pages}
        order = {path: place for place, path in reversed([*enumerate(self._first)])}
        queue = iter(sorted(waiting, key=lambda path: (order.get(path, len(order)), path)))
        started = time.monotonic()
        while waiting:
            awaited = self._awaited_of(waiting)
            path = min(awaited) if awaited else next(path for path in queue if path in waiting)
            page = waiting.pop(path)
            if not self._titled.pop(path):
                vars(page).pop("title", None)
            yield page
            is_over = self.is_edited or time.monotonic() - started > IN_PEACE
            was_awaited = bool(awaited) or self.is_awaited  # and is not any more, if it is written
            if is_over or (was_awaited and not self._awaited_of(waiting)):
                return

    def _awaited_of(self, paths: Container[str]) -> list[str]:
        with self._made:
            return [path for path in self._awaited if path in paths]

    def tell(self) -> None:
        """Pages were written: who waits for one may look."""
        with self._made:
            self._unwritten &= self._titled.keys()
            self._made.notify_all()

    def forget(self) -> None:
        """All pages are there: nobody waits any more."""
        with self._made:
            self._titled.clear()
            self._unwritten.clear()
            self._made.notify_all()

    def wait(self, path: str) -> None:
        """Wait until the page of a note is there."""
        with self._made:
            if path in self._unwritten:
                self._awaited[path] += 1
                self._made.wait_for(lambda: path not in self._unwritten, LONGEST)
                self._awaited -= Counter([path])
