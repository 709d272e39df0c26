"""Navigation of Material's pages: each draws what is around it, and a script has all of it once.

Material draws the whole navigation into each page: of 1,000 notes 350 KB, a thousand times. Here
a page has the lists on its way: the site's first one, and those of the folders that it stands in.
Other folders are links, which `navigation.js` unfolds in place. A navigation that is small as a
whole is in each page as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation as MkDocsNavigation
from mkdocs.structure.pages import Page

from notewright.render.cell_html import ASSETS

DATA = f"{ASSETS}/navigation-data.js"
"""The whole navigation, for the script: a script itself, since no page may fetch from `file://`."""

SCRIPT = f"{ASSETS}/navigation.js"

LIMIT = 10_000
"""Most bytes of a page that are navigation, beside the page's own contents."""
FRAME = 1_500
"""Bytes of these for what is no list, the site's logo and name and its repository, as a guess."""
_UP = 12
"""Bytes of `../` in an address, as a guess."""

_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(eq=False)
class Entry:
    """One item of the navigation.

    Attributes:
        label: Its name, as HTML.
        title: Its name without an icon and the like, as HTML.
        url: Where it leads, from the root of the site; of a folder its first page.
        place: Its numbers from the first list on, by which pages and the script call it.
        index: A folder's own page, which is not among its children.
        children: What is in a folder, None in what is none.
        size: About how many bytes it takes as a link.
        whole: About how many bytes it takes with all that is in it.
    """

    label: str
    title: str
    url: str
    place: str
    index: Any = None
    children: list[Entry] | None = None
    size: int = 0
    whole: int = 0


@dataclass
class Way:
    """How one page is reached.

    Attributes:
        page: The page.
        folders: Those that it stands in, outermost first.
        last: The page itself in the last list; None for a folder's own page.
    """

    page: Page | None
    folders: list[Entry] = field(default_factory=list)
    last: Entry | None = None


def join(config: MkDocsConfig) -> bool:
    """Have our template draw the navigation, if Material would; the owner's own one wins."""
    if config.theme.name != "material":
        return False
    custom = [config.theme.custom_dir] if config.theme.custom_dir else []
    config.theme.dirs.insert(len(custom), str(_TEMPLATES))
    return True


class Navigation:
    """The navigation of one build.

    Attributes:
        near: Links that were drawn, by where pages stand that are given the same.
    """

    def __init__(self, nav: MkDocsNavigation, config: MkDocsConfig, env: Environment) -> None:
        """Read it, once all pages have their titles.

        Args:
            nav: What all plugins left of it.
            config: MkDocs' configuration.
            env: The templates of the theme, which draw the name of an item.
        """
        self._features = set(config.theme.get("features") or ())
        self._draw_label = _labels(config, env)
        self._of: dict[int, Entry] = {}
        self._parents: dict[int, Entry] = {}
        self._positions: dict[int, int] = {}
        self.near: dict[tuple[str, bool], dict[int, str]] = {}
        self._items = self._read(nav.items, "")
        size = sum(each.whole for each in self._items)
        self._is_whole = size <= LIMIT - FRAME and not self.has("prune")

    def _read(self, items: Iterable[Any], place: str) -> list[Entry]:
        found: list[Entry] = []
        for number, item in enumerate(items, start=1):
            entry = self._entry(item, f"{place}_{number}".removeprefix("_"))
            self._positions[id(entry)] = number - 1
            found.append(entry)
        return found

    def _entry(self, item: Any, place: str) -> Entry:
        children = getattr(item, "children", None)
        index = None
        if children and "navigation.indexes" in self._features:
            index = next((each for each in children if getattr(each, "is_index", False)), None)
        label = self._draw_label(index or item, item) if children else self._draw_label(item, item)
        entry = Entry(label, str(_title(item)), _url(index or item), place, index)
        self._of[id(item)] = entry
        for view in getattr(item, "pages", None) or ():  # of a blog: its later pages
            self._of.setdefault(id(view), entry)
        own = len(f"{label}{entry.url}".encode()) + _UP
        entry.whole = own + len(_LINK)
        # From near by, an address is its last part.
        entry.size = entry.whole - len(entry.url.rstrip("/").rpartition("/")[0])
        if children:
            if index is not None:
                self._of[id(index)] = entry
            entry.children = self._read([each for each in children if each is not index], place)
            for child in entry.children:
                self._parents[id(child)] = entry
            entry.size += len(_FOLDED)
            entry.whole = own + nested_size(entry) + sum(each.whole for each in entry.children)
        return entry

    def way(self, page: Page | None) -> Way:
        """The way to a page. What is in no list is reached by its nearest folder that is."""
        found = Way(page)
        item: Any = page
        while item is not None and id(item) not in self._of:
            item = getattr(item, "parent", None)
        entry = self._of.get(id(item)) if item is not None else None
        if entry is not None and entry.children is None:
            found.last, entry = entry, self._parents.get(id(entry))
        while entry is not None:
            found.folders.insert(0, entry)
            entry = self._parents.get(id(entry))
        return found

    def data(self) -> str:
        """The script that tells all of it: of each item its name, its address, what is in it."""
        told = [_told(each) for each in self._items]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return f"window.nwNavigation={text};\n"

    @property
    def items(self) -> Sequence[Entry]:
        """Its first list."""
        return self._items

    @property
    def is_whole(self) -> bool:
        """Whether it is small enough for each page to have all of it."""
        return self._is_whole

    def has(self, feature: str) -> bool:
        """Whether the theme was asked for something."""
        return f"navigation.{feature}" in self._features

    def position(self, entry: Entry) -> int:
        """Which of its list it is."""
        return self._positions[id(entry)]


_LINK = '<li class="md-nav__item"><a href="" class="md-nav__link"></a></li>\n'
_FOLDED = ' md-nav__item--pruned md-nav__item--nested data-nw-nav="" md-nav__icon md-icon         '


def nested_size(entry: Entry) -> int:
    """About how many bytes it takes to open a folder, beside its names and what is in it."""
    return 600 + 4 * len(entry.place) + len(entry.title.encode())


def _labels(config: MkDocsConfig, env: Environment) -> Callable[[Any, Any], str]:
    """What draws the name of an item: the theme, where there is more to it than the name."""
    template = env.get_template("partials/nav-item.html")
    module: Any = template.make_module({"config": config})

    def label(item: Any, ref: Any) -> str:
        meta = getattr(item, "meta", None) or {}
        if any(meta.get(name) for name in ("icon", "subtitle", "status")) or any(
            getattr(each, name, None) for each in (item, ref) for name in ("typeset", "encrypted")
        ):
            try:
                return " ".join(str(module.render_content(item, ref)).split())
            except TemplateError:  # an icon that is not there: the page itself tells
                pass
        return f'<span class="md-ellipsis">{_title(ref)}</span>'

    return label


def _title(item: Any) -> Any:
    """The title of an item, which is HTML."""
    return item.title if item.title is not None else ""


def _url(item: Any) -> str:
    """Where an item leads; a folder to the first page in it."""
    while getattr(item, "children", None):
        item = item.children[0]
    return getattr(item, "url", None) or ""


def _told(entry: Entry) -> list[Any]:
    told: list[Any] = [entry.label.removeprefix(_PLAIN[0]).removesuffix(_PLAIN[1]), entry.url]
    if entry.children is not None:
        told.append([_told(each) for each in entry.children])
    return told


_PLAIN = '<span class="md-ellipsis">', "</span>"
