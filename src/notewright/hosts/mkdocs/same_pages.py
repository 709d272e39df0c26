"""Same pages: a whole build leaves pages as they are that would be written the same.

A note that comes, goes or gets another title changes what other pages list, so MkDocs puts every
page into its template again, and Material reads each for the search. Most of them come out as
they were: a page whose template is given the same is taken over with what the search index says
of it. Theirs is the risk of what a template reads without being given it; so this is done for
Material with our navigation and known plugins only, and not where the owner's own templates ask
for more of the navigation than a page draws.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from notewright.hosts.mkdocs import search
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.navigation_drawing import Drawn
from notewright.hosts.mkdocs.taken_apart import taken_apart
from notewright.run.worker.digests import digest_bytes, digest_glob, digest_path

Draw = Callable[[Page | None, str, int], Drawn]
"""Draws the navigation of a page, by the way to the root and the bytes that stand around it."""

DRAWS = "nw_draw_navigation"
"""What templates call to draw the navigation of a page."""

ASIDE = ".last"
"""Folder of a site where the last one lies while the next is written; MkDocs leaves it alone."""

_CODE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ASKS_MORE = re.compile(
    r"\bpages\b|\bparent\b|\bin +[\w.]*\bchildren\b|\bnav\.(?!items\b|homepage\b)"
    r"|_page\.(?!title\b|url\b)"
)
"""What a template says that asks for more of other pages than `_around` tells."""


@dataclass(frozen=True)
class Noted:
    """Of what the pages of a site were made.

    Attributes:
        made: By their addresses, digests of all that their templates were given.
        drawn: The same of their navigation, and the bytes that stand around it.
    """

    made: Mapping[str, str] = field(default_factory=dict)
    drawn: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def without(self, addresses: Iterable[str]) -> Noted:
        """The same, but of some pages nothing is known."""
        gone = set(addresses)
        return Noted({url: each for url, each in self.made.items() if url not in gone}, self.drawn)


class SamePages:
    """The pages of a site, each with digests of all that its template was given.

    Args:
        said: Filled with the addresses of pages that are written again for their navigation alone:
            of these, the search index says what it said.
        last: What is known of the pages of another process, which stand in a folder.
        folder: The folder. They stay there, as others may be reading them.
    """

    def __init__(
        self,
        said: set[str] | None = None,
        last: Noted | None = None,
        folder: Path | None = None,
    ) -> None:
        self._made: dict[str, str] = {}
        self._said = said if said is not None else set()
        self._last, self._folder = last or Noted(), folder
        self._drawn = dict(self._last.drawn)  # digests: 10 KB a page would add up
        self._taken: list[str] = []
        self._left: set[str] = set()
        self._site = Path()
        self._draw: Draw | None = None
        self._common: object = None
        self._build: Build | None = None

    @property
    def are_known(self) -> bool:
        """Whether it is known of what the pages of the last build were made."""
        return bool(self._made)

    @property
    def is_first(self) -> bool:
        """Whether no page can be the same: nothing is known of any that was made before."""
        return not self._made and not self._last.made

    @property
    def noted(self) -> Noted:
        """Of what the pages were made; of those that are not known to be made so, nothing."""
        drawn = {url: self._drawn[url] for url in self._made if url in self._drawn}
        return Noted(dict(self._made), drawn)

    def recall(self, noted: Noted) -> None:
        """Know of pages what another process noted, until they are rebuilt."""
        self._made, self._drawn = dict(noted.made), dict(noted.drawn)

    def begin(self, site_dir: str) -> None:
        """A whole build begins: the site of the last one is put aside."""
        self._site, self._taken, self._left = Path(site_dir), [], set()
        aside = self._site / ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        if self._made:
            aside.mkdir()
            for entry in [*self._site.iterdir()]:
                if not entry.name.startswith("."):
                    entry.rename(aside / entry.name)

    def know(
        self,
        build: Build,
        config: MkDocsConfig,
        nav: Navigation,
        env: Environment,
        settings: object,
    ) -> None:
        """All is known that templates are given.

        Args:
            build: The build.
            config: MkDocs' configuration.
            nav: The navigation.
            env: The templates; what draws the navigation for them is looked at from now on.
            settings: What MkDocs and the theme read beside the vault.
        """
        self._build = None
        self._draw = env.globals.get(DRAWS)  # type: ignore[assignment]
        asks_more = any(_ASKS_MORE.search(code) for code in _own_code(config.theme.custom_dir))
        if self._draw is not None and not asks_more:
            self._common = build.tags.page, _top(nav), settings
            env.globals[DRAWS] = self._draw_noted
            self._build = build

    def go_on(self, build: Build) -> None:
        """Another build has the same navigation."""
        if self._build is not None:
            self._build = build

    def _draw_noted(self, page: Page | None, base: str, frame: int) -> Drawn:
        assert self._draw is not None, "templates are given it"
        drawn = self._draw(page, base, frame)
        if page is not None:
            self._drawn[page.url] = frame, _digest_drawn(drawn)
        return drawn

    def told(self, page: Page) -> tuple[str | None, tuple[int, str] | None]:
        """What is noted of a page and its navigation, for another process."""
        return self._made.get(page.url), self._drawn.get(page.url)

    def take_told(self, page: Page, told: tuple[str | None, tuple[int, str] | None]) -> None:
        """Note what another process noted."""
        made, drawn = told
        if made is not None:
            self._made[page.url] = made
        if drawn is not None:
            self._drawn[page.url] = drawn

    def forget(self, page: Page) -> None:
        """Let a page be made again the next time: something was said while it was."""
        self._made.pop(page.url, None)

    def take(self, page: Page) -> bool:
        """Take a page over from the last build; returns whether it is the same, and there."""
        return self.is_same(page) and self.put(page)

    def is_same(self, page: Page) -> bool:
        """Note of what a page is made; returns whether it would be what it was."""
        if not self.note(page):
            return False
        if self._draws_same(page):
            return True
        self._said.add(page.url)
        return False

    def put(self, page: Page) -> bool:
        """Put a page that is the same in its place; returns whether the last site had it."""
        try:
            self._put_back(page.file)
        except OSError:
            self._said.add(page.url)
            return False
        self._taken.append(page.url)
        return True

    def leave(self, page: Page, offered: Iterable[File]) -> bool:
        """Let a page that is made later stand as it was; returns whether there was one.

        Args:
            page: The page.
            offered: The files that its note offers, which stay as they were, too.
        """
        for file in offered:
            with contextlib.suppress(OSError):  # it was not offered before
                self._put_back(file)
        if page.url in self._made:
            with contextlib.suppress(OSError):
                self._put_back(page.file)
                self._left.add(page.url)
                return True
            del self._made[page.url]
        return False

    def _put_back(self, file: File) -> None:
        """Put a file of the last site in its place; raises OSError if there is none."""
        place = Path(file.abs_dest_path)
        if self._folder is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(self._folder / file.dest_uri, place)
            return
        aside = self._site / ASIDE / file.dest_uri
        try:
            aside.replace(place)
        except FileNotFoundError:  # most folders are there
            place.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(place)

    def take_left(self, page: Page) -> bool:
        """Note of what a page is made; returns whether it was left, and stands as it would be."""
        is_same = self.note(page)
        if page.url not in self._left:
            return False
        self._left.remove(page.url)
        return is_same and self._draws_same(page)

    def note(self, page: Page) -> bool:
        """Note of what a page is made; returns whether it was made of the same before.

        Its navigation is not looked at, which is drawn from where the page stands.
        """
        if self._build is None:
            self.forget(page)
            return False
        before = self._made.get(page.url, self._last.made.get(page.url))
        now = _digest((self._common, _given(self._build, page)), str(page.content))
        self._made[page.url] = now
        return before == now

    def _draws_same(self, page: Page) -> bool:
        if self._draw is None or page.url not in self._drawn:
            return False
        frame, before = self._drawn[page.url]
        return before == _digest_drawn(self._draw(page, get_relative_url(".", page.url), frame))

    def complete(self, config: MkDocsConfig, files: Files, last: search.Entries) -> search.Entries:
        """Complete the search index: pages that are the same say what they said.

        Args:
            config: MkDocs' configuration.
            files: The files of the site.
            last: What the last index said of all pages.

        Returns:
            What it says of all pages.
        """
        index = search.Index(config)
        entries = index.by_page()
        if same := [*self._taken, *self._said, *self._left]:
            entries |= {url: last[url] for url in same if url in last}
            shown = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
            pages = [file.page for file in shown]
            index.fill(entries, [page.url for page in pages if page is not None])
        return entries

    def end(self) -> None:
        """The build has ended: what was not taken over is gone."""
        self._said.clear()
        shutil.rmtree(self._site / ASIDE, ignore_errors=True)

    def fail(self) -> None:
        """The build has failed: what it did not write is shown as it was."""
        aside = self._site / ASIDE
        for path in [*aside.rglob("*")] if aside.is_dir() else []:
            place = self._site / path.relative_to(aside)
            if path.is_file() and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                path.rename(place)
        self.end()
        self._made.clear()


def _link(file: Path, place: Path) -> None:
    """Let a file stand in a second place, too; what is written there again is another file."""
    try:
        place.hardlink_to(file)
    except OSError:  # not on this file system
        shutil.copy2(file, place)


def settings_of(config: MkDocsConfig) -> Sequence[str]:
    """Digests of what MkDocs and the theme read beside the vault and the installed packages."""
    file, custom = config.config_file_path or "", config.theme.custom_dir or ""
    return [
        digest_path(file),
        digest_glob(str(custom), "**/*") if custom else "",
        digest_glob(config.docs_dir, "**/.nav.yml"),
    ]


def _digest(given: object, *texts: str) -> str:
    """Digest of values, and of long texts, of which `repr` would take five times as long."""
    parts = repr(given), *texts
    told = "\n".join((repr([len(part) for part in parts]), *parts))
    return digest_bytes(told.encode("utf-8", "surrogatepass"))


def _digest_drawn(drawn: Drawn) -> str:
    return _digest(drawn.has_contents, drawn.before, drawn.after)


def _given(build: Build, page: Page) -> object:
    """What the template of a page is given beside its content, and what our plugin does with it."""
    note = build.vault.notes.get(page.file.src_uri)
    return (
        {**taken_apart(page), "content": ""},
        (page.url, page.file.dest_uri, page.file.inclusion, page.is_homepage, page.edit_url),
        (str(page.title), sorted(page.meta.items(), key=str)),
        _around(page),
        build.sharing.in_head("</head>", page),
        build.linked.web.description(note) if note is not None else "",
        build.counts if "template" in page.meta else build.counts.versions,
    )


def _around(page: Page) -> Sequence[object]:
    """What a page says of others beside its content and its navigation."""
    near = [page.previous_page, page.next_page]
    return [[each and (str(each.title), each.url) for each in near], _names(page.ancestors)]


def _top(nav: Navigation) -> Sequence[object]:
    """The first level of a navigation."""
    return [nav.homepage and nav.homepage.url, _names(nav.items)]


def _names(items: Iterable[Any]) -> Sequence[object]:
    """The names of items, of folders that of the first page in them too, and where they lead."""
    found = []
    for item in items:
        first = item
        while getattr(first, "children", None):
            first = first.children[0]
        found.append([str(each.title) for each in (item, first)] + [getattr(first, "url", "")])
    return found


def _own_code(folder: str | None) -> Iterator[str]:
    """Yield what the owner's own templates say, without their text and what they quote."""
    for path in sorted(Path(folder).rglob("*.html")) if folder else ():
        for code in _CODE.findall(path.read_text("utf-8", "replace")):
            yield _QUOTED.sub("", code)
