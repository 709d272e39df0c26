"""A patch of a served site: after a save, only the pages that it changes are rebuilt.

MkDocs makes all pages in each build, and reads its configuration and the theme again. Here what
it made stays, as long as the frame around the pages is the same: which files there are, and the
titles, tags, names and properties by which pages show one another.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from notewright.errors import counted
from notewright.hosts.mkdocs import mkdocs_private, search
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.offers import Download
from notewright.hosts.mkdocs.postponed import Postponed
from notewright.hosts.mkdocs.problems import log
from notewright.hosts.mkdocs.same_pages import SamePages, settings_of
from notewright.hosts.mkdocs.site_files import write_texts
from notewright.hosts.mkdocs.unforeseen import in_frames
from notewright.render.cell_html import ASSETS
from notewright.render.made_pages import WebPage
from notewright.run.verdicts import CellResult
from notewright.vault.backlinks import around

_OF_PAGES = re.compile(r"[0-9a-f]{12}\.(?:csv|json|svg)")
"""Names of files that belong to pages alone: of what they hold."""


@dataclass
class Site:
    """What a whole build of a site left.

    Attributes:
        config: MkDocs' configuration.
        found: The files as MkDocs found them, before the vault changed them.
        files: The files of the site.
        nav: The navigation.
        env: The templates.
        build: The build.
        entries: What the search index says of each page, by its address.
        postponed: The pages that are not made yet.
        same: Notes of what served pages were made.
        is_served: Whether drafts are shown.
        again: Paths of pages and files that are rebuilt, whether they changed or not.
        ahead: Builds of pages that were made ahead of a patch, by the paths of their notes.
        index_due: When the search index is to be written while pages are filled in.
        done: Paths of those that the last patch rebuilt.
        made: Paths of the pages among them.
    """

    config: MkDocsConfig
    found: Sequence[File]
    files: Files
    nav: Navigation
    env: Environment
    build: Build
    entries: search.Entries = field(default_factory=dict)
    postponed: Postponed = field(default_factory=Postponed)
    same: SamePages = field(default_factory=SamePages)
    is_served: bool = True
    again: frozenset[str] = frozenset()
    ahead: dict[str, Build] = field(default_factory=dict)
    index_due: float = 0.0
    done: frozenset[str] = frozenset()
    made: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Look at what decides about all pages."""
        self._settings = settings_of(self.config)

    @property
    def can_change(self) -> bool:
        """Whether nothing does what nobody can foresee, and the settings are the same."""
        return not in_frames(self.config) and self._settings == settings_of(self.config)

    def patch(
        self,
        begin: Callable[[MkDocsConfig, Files], Build],
        write: Callable[[], None] = lambda: None,
        seen: Set[str] | None = None,
    ) -> int | None:
        """Bring the site up to date.

        Args:
            begin: Begins a build with files as MkDocs found them.
            write: Called before files change.
            seen: Paths of the notes that somebody looks at. Their pages and those of edited notes
                are made, and others left for later; None has all made.

        Returns:
            How many files changed; None if it cannot be done, and all pages are to be made.

        Raises:
            EngineError: If no cell can be run at all, or no record be written.
        """
        started = time.perf_counter()
        old, files = self.build, Files(self.found)
        new = begin(self.config, files)
        # MkDocs has to look for files, or the frame will be another.
        if new.whole.stamps.keys() != old.whole.stamps.keys() or _are_called_otherwise(old, new):
            return None
        new.execute(old)
        if _names(files) != _names(self.files):
            return None
        new.follow(old, self.files)
        if new.frame != old.frame or any(self._strange(old, new)):
            return None
        if seen is not None or not self.postponed:
            new.tell(old)
        first = None if seen is None else seen | new.edited
        stale, later = self._in_order(self._stale(old, new), first)
        self.build = new
        lists_tags = any(page.file.src_uri == new.tags.page for page in stale)
        if (lists_tags and new.tags.is_filled) or not self._populate(stale):
            return None
        pages = [*stale, *self.make_postponed(first or frozenset())]
        for page in later:
            self.postponed.leave(page)
        paths = [page.file.src_uri for page in pages]
        kept = [path for path in self.ahead if path not in paths]
        new.end_pages([*paths, *kept])
        new.settle_properties(self.env, paths)
        write()
        copied = self._copy_changed(old, new, [*paths, *kept])
        self._write(pages)
        new.write_files(with_fonts=not self.postponed.is_awaited)
        new.used = {**old.used, **{path: self.ahead[path].used[path] for path in kept}, **new.used}
        self.ahead = {}
        self.postponed.tell()
        if not (new.is_told or self.postponed):  # what is asked for does not wait for this
            new.tell(old)
        if self.is_served:
            self.remove_unused()
            seconds = time.perf_counter() - started
            level = logging.DEBUG if new.is_fill else logging.INFO
            more = f", {len(later):,} more to follow" if later else ""
            made = counted(len(pages) + len(kept), "page")
            log.log(level, f"notewright: rebuilt {made} in {seconds:.2f} seconds{more}")
        else:
            tell_made(len(pages), self.count - len(pages))
        return len(pages) + copied

    def remove_unused(self) -> None:
        """Remove the files that belonged to pages as they were."""
        for path in self.unused(Path(self.config.site_dir)):
            path.unlink(missing_ok=True)

    def unused(self, site: Path) -> Iterator[Path]:
        """Yield the files of a site that belonged to pages as they were."""
        used = {Path(name).name for names in self.build.used.values() for name in names}
        for path in sorted((site / ASSETS).glob("*")):
            if _OF_PAGES.fullmatch(path.name) and path.name not in used:
                yield path

    def _strange(self, old: Build, new: Build) -> Iterator[str]:
        """Yield the changed files of which another plugin makes pages."""
        for path in _rewritten(old, new):
            file = self.files.get_file_from_path(path)
            if file is not None and file.is_documentation_page() and path not in new.vault.notes:
                yield path

    @property
    def count(self) -> int:
        """How many pages it has."""
        return len(self._pages)

    @cached_property
    def _pages(self) -> Sequence[File]:
        """Those that it shows: a patch adds none and takes none away."""
        return list(self.files.documentation_pages(inclusion=self._is_shown))

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """By the addresses of its pages, the paths of what they show."""
        pages = self.files.documentation_pages()
        return {file.url.removeprefix("./"): file.src_uri for file in pages}

    @cached_property
    def note_files(self) -> Mapping[str, str]:
        """The files of its notes, by their paths."""
        return {path: note.file for path, note in self.build.vault.notes.items()}

    def _is_shown(self, level: InclusionLevel) -> bool:
        least: int = InclusionLevel.DRAFT.value
        return bool(level.value >= least if self.is_served else level.value > least)

    def _stale(self, old: Build, new: Build) -> Iterator[Page]:
        """Yield the pages that may have changed."""
        changed = set(_changed(old, new))
        suspects = changed | around(old.linked.web, new.linked.web)
        for file in self._pages:
            path, page = file.src_uri, file.page
            note = new.vault.notes.get(path)
            if page is None or path in self.postponed:
                continue
            if note is None:
                is_same = _says_same(old.made.get(path), new.made.get(path))
            else:
                made = self.ahead.get(path, old)
                is_same = note.text == made.vault.notes[path].text
                is_same = is_same and new.keeper.is_same(note, page.url, made.keeper, suspects)
                is_same = is_same and (new.counts == old.counts or "template" not in page.meta)
            if not is_same or path in self.again:
                yield page

    def _in_order(
        self, stale: Iterable[Page], first: Set[str] | None
    ) -> tuple[list[Page], list[Page]]:
        """Part the pages to make into those that come first, and those of notes that may follow."""
        now: list[Page] = []
        later: list[Page] = []
        for page in stale:
            path = page.file.src_uri
            can_wait = first is not None and path in self.build.vault.notes
            (later if can_wait and path not in (first or ()) else now).append(page)
        return now, later

    def make_postponed(self, only: Set[str] | None = None) -> Iterator[Page]:
        """Make pages that were left for later, until enough time went by; yield each of them.

        Args:
            only: The paths of those that may be made; None for all.
        """
        left = (file for file in self._pages if file.src_uri in self.postponed)
        waiting = [file.page for file in left if only is None or file.src_uri in only]
        for page in self.postponed.due(filter(None, waiting)):
            before = str(page.title)
            self._populate([page])
            self.postponed.owes |= str(page.title) != before
            yield page

    def _populate(self, pages: Sequence[Page]) -> bool:
        """Convert pages again; returns whether their titles, which others show, are the same."""
        titles = [page._title_from_render for page in pages]
        for page in pages:
            vars(page).pop("render", None)
            mkdocs_private.populate(page, self.config, self.files)
        return titles == [page._title_from_render for page in pages]

    def _copy_changed(self, old: Build, new: Build, made: Sequence[str]) -> int:
        """Copy the files that changed, and what notes offer whose pages did; returns how many."""
        changed = {*_rewritten(old, new), *self.again}
        self.done, self.made = frozenset({*changed, *made}), made
        found = [self.files.get_file_from_path(path) for path in sorted(changed)]
        copied = [
            file
            for file in found
            if file is not None
            and self._is_shown(file.inclusion)
            and not file.is_documentation_page()
        ]
        for file in copied:
            file.copy_file()
        return len(copied) + self.copy_offers(made)

    def copy_offers(self, made: Sequence[str]) -> int:
        """Copy what some notes offer; returns how many files."""
        offered = [file for path in made for file in self.build.downloads_of(path)]
        offered = [
            file
            for file in offered
            if self._is_shown(file.inclusion) and not file.is_documentation_page()
        ]
        for file in offered:
            file.copy_file()
        return len(offered)

    def _write(self, pages: Sequence[Page]) -> None:
        """Put pages into the theme, and what all pages say into the search index."""
        if not pages and not self.ahead:
            return
        self.put(pages, self.build)
        self.write_index()
        # Each says it always, unless nobody edited anything.
        self.check_anchors(pages if self.build.is_fill else None)

    @property
    def _all(self) -> Iterator[Page]:
        return (file.page for file in self._pages if file.page is not None)

    def write_index(self) -> None:
        """Write the search index."""
        index = search.Index(self.config)
        index.fill(self.entries, [page.url for page in self._all])
        self.build.complete_search()
        index.write()

    def check_anchors(self, pages: Iterable[Page] | None = None) -> None:
        """Tell which links of pages, of all if not said, lead to places that no page has."""
        level = self.config.validation.links.anchors
        for page in self._all if pages is None else pages:
            page.validate_anchor_links(files=self.files, log_level=level)

    def put(self, pages: Iterable[Page], build: Build) -> None:
        """Put pages of a build into the theme."""
        files, index = self._pages, search.Index(self.config)
        index.fill({})
        self.same.go_on(build)
        for page in pages:
            if self.same.take_left(page):
                continue
            mkdocs_private.write(page, self.config, files, self.nav, self.env)
            self.entries.pop(page.url, None)
        self.entries |= index.by_page()

    @property
    def newest(self) -> Build:
        """The build of the pages that were made last."""
        return next(reversed(self.ahead.values()), self.build)

    def go_ahead(self, builds: Mapping[str, Build]) -> None:
        """Pages were made ahead, by the paths of their notes; of those before, none is older."""
        before = {path: build for path, build in self.ahead.items() if path not in builds}
        self.ahead = before | dict(builds)

    def convert_ahead(self, build: Build, pages: Sequence[Page]) -> bool:
        """Convert pages as a build has them, which is none of the whole site.

        Returns:
            Whether they may be shown: their titles are the same, and it is known what they show.
        """
        paths = [page.file.src_uri for page in pages]
        is_made = self._populate(pages) and all(path in build.keeper.shown for path in paths)
        build.settle_properties(self.env, paths)
        return is_made

    def write_ahead(self, build: Build, pages: Sequence[Page]) -> None:
        """Write pages that were converted so; all else follows with the next patch."""
        write_texts(build.assets, Path(self.config.site_dir))
        self.put(pages, build)


def tell_made(made: int, kept: int) -> None:
    """Tell what a build did: how many pages it made, and how many it kept."""
    log.info(f"notewright: {counted(made, 'page')} built, {kept:,} reused")


def _rewritten(old: Build, new: Build) -> Iterator[str]:
    """Yield the files of the vault that were written since the last build."""
    before = old.whole.stamps
    yield from (path for path, stamp in new.whole.stamps.items() if stamp != before.get(path))


def _changed(old: Build, new: Build) -> Iterator[str]:
    """Yield the notes whose text changed, or what their cells showed, or their library symbols."""
    for path, note in new.vault.notes.items():
        pairs = zip_longest(old.run.cells.get(path, ()), new.run.cells.get(path, ()))
        symbols = new.linked.code.notes.get(path) == old.linked.code.notes.get(path)
        if not (
            symbols
            and note.text == old.vault.notes[path].text
            and all(one and two and _shows_same(one, two) for one, two in pairs)
        ):
            yield path


def _are_called_otherwise(old: Build, new: Build) -> bool:
    """Whether an edited note has another title than before, or other properties."""

    def called(build: Build, path: str) -> object:
        note = build.vault.notes.get(path)
        return note and (note.title, note.properties)

    return any(called(old, path) != called(new, path) for path in new.edited)


def _shows_same(one: CellResult, two: CellResult) -> bool:
    is_same = one.record is two.record or one.record == two.record
    is_same = is_same and one.packages == two.packages and one.unmet == two.unmet
    is_same = is_same and one.spreads == two.spreads
    return is_same and one.cell.code == two.cell.code and one.problems == two.problems


def _says_same(one: WebPage | None, two: WebPage | None) -> bool:
    return one is two or (one is not None and two is not None and one.said == two.said)


def _names(files: Files) -> set[tuple[str, str, str | None, bool]]:
    """What tells the files of two builds apart, but for those that notes offer; see `frame`."""
    return {
        (file.src_uri, file.dest_uri, file.src_dir, file.is_documentation_page())
        for file in files
        if not isinstance(file, Download)
    }
