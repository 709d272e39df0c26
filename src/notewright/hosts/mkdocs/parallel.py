"""Parallel conversion and rendering: copies of the process make pages that it then only takes over.

MkDocs makes one page after the other. Copies of it, one a further core, begin with the last page,
and stop where the process itself has come. What they make is read from files: converted pages
from those that are kept for the next build anyway, rendered ones from files of their own, and what
is to be known of these from a spool. A page of which a copy made nothing is made as if there were
none.
"""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import mkdocs_private
from notewright.hosts.mkdocs.in_copy import LEAST, cores
from notewright.hosts.mkdocs.listening import listening
from notewright.hosts.mkdocs.pages import Keeper
from notewright.hosts.mkdocs.same_pages import SamePages
from notewright.hosts.mkdocs.search import Index
from notewright.hosts.mkdocs.spools import Spools
from notewright.render.made_pages import WebPage
from notewright.vault.vault import Vault

_NUMBER = 8
"""Bytes of a number that processes share."""


class Copies:
    """Copies of this process that make pages from the last one on.

    Args:
        pages: All pages, in the order in which this process makes them.
        make: Makes one of them in a copy.

    Attributes:
        processes: Their numbers.
    """

    def __init__(self, pages: Sequence[Page], make: Callable[[Page], None]) -> None:
        self._numbers = {id(page): number for number, page in enumerate(pages)}
        self.processes: list[int] = []
        count = cores() - 1 if len(pages) >= LEAST else 0
        # How far this process is, and then each of its copies; all of them see it.
        self._reached = mmap.mmap(-1, _NUMBER * (1 + count))
        for process in range(count):
            self._note(1 + process, len(pages))
        for first in range(count):
            sys.stdout.flush()
            sys.stderr.flush()
            parent, process = os.getpid(), os.fork()
            if not process:
                self._work(1 + first, pages[::-1][first::count], make, parent)
            self.processes.append(process)

    def _work(
        self, place: int, pages: Sequence[Page], make: Callable[[Page], None], parent: int
    ) -> None:
        """Be a copy, to the end of its life."""
        try:
            gc.freeze()  # looks for garbage among what comes: a page leaves some hundred kilobytes
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)  # what goes wrong is told when the process itself makes the page
            os.dup2(quiet, 2)
            for page in pages:
                number = self._numbers[id(page)]
                if number <= self._noted()[0] + 1 or os.getppid() != parent:
                    break
                self._note(place, number)
                make(page)
        finally:
            os._exit(0)

    def _noted(self) -> Sequence[int]:
        """How far all of them are."""
        return memoryview(self._reached).cast("Q").tolist()

    def _note(self, place: int, number: int) -> None:
        start = place * _NUMBER
        self._reached[start : start + _NUMBER] = number.to_bytes(_NUMBER, sys.byteorder)

    def reach(self, page: Page) -> None:
        """Tell the copies that this process comes to a page."""
        number = self._numbers.get(id(page))
        if number is not None and self.processes:
            self._note(0, number)

    def has_begun(self, page: Page) -> bool:
        """Whether a copy may have made a page: the first that one of them began, or a later one."""
        number = self._numbers.get(id(page))
        return number is not None and number >= min(self._noted()[1:], default=len(self._numbers))

    def end(self) -> None:
        """Wait for the copies: they are at their last pages."""
        for process in self.processes:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)
        self.processes.clear()


def converting(
    keeper: Keeper,
    vault: Vault,
    made: Mapping[str, WebPage],
    files: Files,
    config: MkDocsConfig,
) -> Copies:
    """Have copies convert the pages of which nothing is kept yet, and can be.

    Args:
        keeper: What keeps pages.
        vault: The notes.
        made: The pages that nobody writes, by their paths.
        files: The files of the site.
        config: MkDocs' configuration.
    """
    told = [path for path, page in made.items() if page.given is not None and not page.text]
    keeper.leave([*vault.notes, *told])
    pages = [file.page for file in files.documentation_pages() if file.page is not None]
    new = [page for page in pages if page.file.src_uri in keeper.new]

    def make(page: Page) -> None:
        keeper.has_begun = lambda page: False  # a copy has none made
        mkdocs_private.populate(page, config, files)

    copies = Copies(new, make)
    keeper.has_begun = copies.has_begun
    return copies


def rendering(
    files: Files, config: MkDocsConfig, nav: Navigation, env: Environment, same: SamePages
) -> Rendering | None:
    """Have copies put pages into their templates; None if they have no room beside the site.

    Args:
        files: The files of the site.
        config: MkDocs' configuration.
        nav: The navigation.
        env: The templates.
        same: Takes pages over that the last build made of the same.
    """
    # Beside it, so that a page can be moved to its place.
    place = Path(config.site_dir).parent
    try:
        folder = tempfile.TemporaryDirectory(prefix=".notewright-pages-", dir=place)
    except OSError:
        return None
    return Rendering(folder, files, config, nav, env, same)


class Rendering:
    """Pages that copies of this process put into their templates, or that are as they were."""

    def __init__(
        self,
        folder: tempfile.TemporaryDirectory[str],
        files: Files,
        config: MkDocsConfig,
        nav: Navigation,
        env: Environment,
        same: SamePages,
    ) -> None:
        """Begin: from now on, MkDocs takes over what a copy made in a folder."""
        self._config, self._nav, self._env, self._same = config, nav, env, same
        self._index = Index(config)
        self._listed = files.documentation_pages()
        pages = [file.page for file in self._listed if file.page is not None]
        self._numbers = {id(page): number for number, page in enumerate(pages)}
        self._folder, self._spools = folder, Spools(Path(folder.name))
        self._is_first = same.is_first  # then each page is noted by the process that makes it
        compared = pages if not self._is_first else ()
        self._alike = {id(page) for page in compared if same.is_same(page)}
        left = [page for page in pages if id(page) not in self._alike]
        self._copies = Copies(left, self._make)
        self._restore = mkdocs_private.take_pages(self._take)

    def _place(self, page: Page) -> Path:
        return Path(self._folder.name, f"{self._numbers.get(id(page))}.html")

    def _make(self, page: Page) -> None:
        """Make a page, in a copy; not if anything is said about it."""
        made, before = self._place(page), self._index.count
        vars(page.file)["abs_dest_path"] = str(made)
        with listening() as said:
            self._write(page)
        if not said and made.exists():
            told = self._index.since(before), self._same.told(page)
            self._spools.tell(self._numbers[id(page)], told)

    def _write(self, page: Page) -> None:
        if self._is_first:
            self._same.note(page)
        mkdocs_private.write(page, self._config, self._listed, self._nav, self._env)

    def _take(self, page: Page) -> bool:
        """Put a page in its place that a copy made, or make it now; returns whether it is there."""
        if id(page) in self._alike and self._same.put(page):
            return True
        self._copies.reach(page)
        number = self._numbers.get(id(page), -1)
        told = self._spools.of(number, self._copies.processes)
        if told is None:
            with listening() as said:
                self._write(page)
            if said:  # it is to be told again
                self._same.forget(page)
            return True
        entries, noted = told
        self._same.take_told(page, noted)
        target = Path(page.file.abs_dest_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._place(page).replace(target)
        self._index.add(entries)
        return True

    def end(self) -> None:
        """End: all pages are made."""
        self._restore()
        self._copies.end()
        self._spools.close()
        self._folder.cleanup()
