"""Draws the part of a navigation that one page shows, in the elements of Material's own.

Its style sheet and its script make of these what a reader sees; see `navigation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation as MkDocsNavigation
from mkdocs.structure.pages import Page
from mkdocs.utils import normalize_url

from notewright.hosts.mkdocs.navigation import (
    DATA,
    FRAME,
    LIMIT,
    SCRIPT,
    Entry,
    Navigation,
    nested_size,
)

_SPARE = 200
"""Bytes that are kept free: the page itself takes more than a link."""
_CUT = 320
"""Bytes of the links that stand for the rest of a list."""
_LEAST = 600
"""Bytes that each list on the way to a page may have, however many there are."""
_ICON = '<span class="md-nav__icon md-icon"></span>'


@dataclass
class Drawn:
    """The lists of one page, before and after the place of the page's own contents."""

    before: str = ""
    after: str = ""
    has_contents: bool = False


def join(nav: MkDocsNavigation, config: MkDocsConfig, env: Environment) -> dict[str, str]:
    """Have templates draw what each page shows, if the navigation is drawn here.

    Args:
        nav: The navigation, once all titles are known.
        config: The configuration.
        env: The templates; changed.

    Returns:
        What pages load of it, by its path in the site.
    """
    if SCRIPT not in config.extra_javascript:
        return {}
    whole = Navigation(nav, config, env)
    env.globals["nw_draw_navigation"] = partial(draw, whole)
    return {DATA: whole.data()}


def draw(whole: Navigation, page: Page | None, base: str, frame: int = FRAME) -> Drawn:
    """Draw what a page shows of a navigation.

    Args:
        whole: The navigation.
        page: The page; None for one that is none of MkDocs', such as the one for "not found".
        base: The way from there to the root of the site.
        frame: How many bytes stand around the lists.
    """
    return _Drawing(whole, page, base, LIMIT - frame - _SPARE).drawn()


class _Drawing:
    """What one page shows."""

    def __init__(self, whole: Navigation, page: Page | None, base: str, room: int) -> None:
        self._whole, self._page, self._base = whole, page, base
        self._way = whole.way(page)
        self._drawn = Drawn()
        self._parts: list[str] = []
        self._shares = {} if whole.is_whole else self._share(room)
        self._near = whole.near.setdefault(_near(page), {})

    def drawn(self) -> Drawn:
        """Draw it."""
        self._list(self._whole.items, 1, None)
        self._drawn.after = "".join(self._parts)
        if not self._drawn.before and not self._drawn.has_contents:
            self._drawn.before, self._drawn.after = self._drawn.after, ""
        return self._drawn

    def _share(self, rest: int) -> dict[int, int]:
        """How many bytes each list on the way may take: what small ones leave, others have."""
        lists = [self._whole.items, *(each.children or () for each in self._way.folders)]
        for folder in self._way.folders:
            rest -= nested_size(folder) + len(folder.label.encode())
        needs = sorted((sum(each.size for each in items), n) for n, items in enumerate(lists))
        shares: dict[int, int] = {}
        for left, (need, number) in zip(range(len(needs), 0, -1), needs, strict=True):
            is_cut = need > rest // left
            shares[number] = max(rest // left - _CUT, _LEAST) if is_cut else need
            rest -= shares[number] + is_cut * _CUT
        return shares

    def _list(self, items: Sequence[Entry], level: int, folder: Entry | None) -> None:
        way = [*self._way.folders, *([self._way.last] if self._way.last else [])]
        on_way = way[level - 1] if level <= len(way) else None
        if on_way is not None and on_way not in items[self._whole.position(on_way) :][:1]:
            on_way = None  # of another folder
        first, end, drawn = self._window(items, on_way, level)
        if first > 0:
            self._more(folder, items[first - 1], "above")
        for number, entry in enumerate(items[first:end], start=first):
            if entry.children is not None and (entry is on_way or self._whole.is_whole):
                self._open(entry, level, folder, is_active=entry is on_way)
            elif entry is on_way:
                self._here(entry)
            else:
                self._add(drawn.get(number) or self._closed(entry))
        if end < len(items):
            self._more(folder, items[end], "below")

    def _window(
        self, items: Sequence[Entry], on_way: Entry | None, level: int
    ) -> tuple[int, int, dict[int, str]]:
        """The part of a list that is shown, around what is on the way to the page, and its HTML."""
        drawn: dict[int, str] = {}
        if self._whole.is_whole:
            return 0, len(items), drawn
        rest = self._shares[level - 1]
        if on_way is not None:
            first = self._whole.position(on_way)
            end = first + 1
            rest -= on_way.size if on_way.children is None else 0
        else:
            first = end = 0
        while first > 0 or end < len(items):
            for number in [end] * (end < len(items)) + [first - 1] * (first > 0):
                drawn[number] = self._closed(items[number])
                rest -= len(drawn[number].encode())
                if rest < 0:
                    return first, end, drawn
                first, end = min(first, number), max(end, number + 1)
        return first, end, drawn

    def _add(self, html: str) -> None:
        self._parts.append(html)

    def _href(self, url: str) -> str:
        return escape(normalize_url(url, self._page, self._base))

    def _link(self, entry: Entry, more: str = "", inside: str = "") -> str:
        href = self._href(entry.url)
        return f'<a href="{href}" class="md-nav__link{more}"{inside}>{entry.label}</a>'

    def _closed(self, entry: Entry) -> str:
        """An item that is not on the way: a link. For all pages of a folder, it is the same."""
        if self._page is None or _is_below(entry.url, self._page.url):
            return self._link_to(entry)
        if id(entry) not in self._near:
            self._near[id(entry)] = self._link_to(entry)
        return self._near[id(entry)]

    def _link_to(self, entry: Entry) -> str:
        if entry.children is None:
            return f'<li class="md-nav__item">{self._link(entry)}</li>\n'
        return (
            f'<li class="md-nav__item md-nav__item--pruned md-nav__item--nested" '
            f'data-nw-nav="{entry.place}"><a href="{self._href(entry.url)}" '
            f'class="md-nav__link">{entry.label}{_ICON}</a></li>\n'
        )

    def _more(self, folder: Entry | None, nearest: Entry, where: str) -> None:
        """A link instead of the rest of a list: to the folder's own page, else the next of them."""
        index = folder.index if folder is not None else None
        url = index.url if index is not None and index is not self._page else nearest.url
        place = folder.place if folder is not None else ""
        self._add(
            f'<li class="md-nav__item" data-nw-more="{place}" data-nw-where="{where}">'
            f'<a href="{self._href(url)}" class="md-nav__link">'
            f'<span class="md-ellipsis">More {where}</span></a></li>\n'
        )

    def _here(self, entry: Entry) -> None:
        """The page itself: on a narrow screen, its contents unfold here."""
        self._drawn.has_contents = has_contents = _has_contents(self._page)
        label = (
            f'<label class="md-nav__link md-nav__link--active" for="__toc">{entry.label}{_ICON}'
            "</label>"
            if has_contents
            else ""
        )
        here = ' aria-current="page"' if self._page is not None else ""
        self._add(
            '<li class="md-nav__item md-nav__item--active">'
            '<input class="md-nav__toggle md-toggle" type="checkbox" id="__toc">'
            f"{label}{self._link(entry, ' md-nav__link--active', here)}"
        )
        self._drawn.before = "".join(self._parts)
        self._parts = []
        self._add("</li>\n")

    def _open(self, entry: Entry, level: int, folder: Entry | None, *, is_active: bool) -> None:
        """A folder with what is in it."""
        is_section = self._is_section(level, folder if level > 1 else entry)
        names = ["md-nav__item", "md-nav__item--active" if is_active else ""]
        names += ["md-nav__item--section" if is_section else "", "md-nav__item--nested"]
        place = f"__nav_{entry.place}"
        checked = " checked" if is_active else ""
        unsettled = " md-toggle--indeterminate" if self._whole.has("expand") and not checked else ""
        focus = "" if is_section else ' tabindex="0"'
        self._add(
            f'<li class="{" ".join(filter(None, names))}">'
            f'<input class="md-nav__toggle md-toggle{unsettled}" type="checkbox" id="{place}"'
            f"{checked}>"
        )
        label = f'for="{place}" id="{place}_label"{focus}'
        if entry.index is None:
            self._add(f'<label class="md-nav__link" {label}>{entry.label}{_ICON}</label>')
        else:
            is_here = entry.index is self._page
            here = ' aria-current="page"' if is_here else ""
            more = " md-nav__link--active" if is_here else ""
            self._add('<div class="md-nav__link md-nav__container">')
            self._add(self._link(entry, more, here))
            if entry.children:
                self._add(f'<label class="md-nav__link{more}" {label}>{_ICON}</label>')
            self._add("</div>")
        self._add(
            f'<nav class="md-nav" data-md-level="{level}" aria-labelledby="{place}_label" '
            f'aria-expanded="{"true" if is_active else "false"}">'
            f'<label class="md-nav__title" for="{place}">{_ICON}{entry.title}</label>'
            '<ul class="md-nav__list" data-md-scrollfix>\n'
        )
        self._list(entry.children or (), level + 1, entry)
        self._add("</ul></nav></li>\n")

    def _is_section(self, level: int, outer: Entry | None) -> bool:
        """Whether the theme shows a folder as a group, always open: with tabs, below the page's."""
        if not self._whole.has("tabs"):
            return level == 1 and self._whole.has("sections")
        if outer not in self._way.folders:
            return False
        return level == 1 or (level == 2 and self._whole.has("sections"))


def _near(page: Page | None) -> tuple[str, bool]:
    """What pages have in common from which all that is not in them is as far away."""
    url = page.url if page is not None else ""
    return url.rstrip("/").rpartition("/")[0], url.endswith("/")


def _is_below(url: str, page: str) -> bool:
    """Whether an address is that of a page, or of what lies in it."""
    return f"{url.rstrip('/')}/".startswith(f"{page.rstrip('/')}/") or page.strip("./") == ""


def _has_contents(page: Page | None) -> bool:
    found: Iterator[Any] = iter(page.toc if page is not None else ())
    first = next(found, None)
    if first is not None and first.level == 1:
        return bool(first.children)
    return first is not None
