"""Serving: what lies between the builds of `mkdocs serve`, and why the next one begins.

An edit begins one: of a note, or of something that a cell has read. So does the end of a session
that ran in the meantime, which fills in what pages wait for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import garbage, mkdocs_private
from notewright.hosts.mkdocs.ahead import make_ahead
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.filling import fill_in
from notewright.hosts.mkdocs.hearing import tell_all
from notewright.hosts.mkdocs.heartbeat import Heartbeat
from notewright.hosts.mkdocs.host_names import only_own
from notewright.hosts.mkdocs.live import Live, injected
from notewright.hosts.mkdocs.pace import Pace
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.playground_pages import PlaygroundPages
from notewright.hosts.mkdocs.postponed import Postponed
from notewright.hosts.mkdocs.problems import aborting, log
from notewright.hosts.mkdocs.same_pages import SamePages, settings_of
from notewright.hosts.mkdocs.unforeseen import in_frames
from notewright.hosts.mkdocs.unsearched import Unsearched
from notewright.hosts.mkdocs.watch import Inputs
from notewright.run.backlog import Backlog
from notewright.run.engine import Engine
from notewright.run.playground.provisional import Provisional

if TYPE_CHECKING:  # it takes as long to import as all of ours
    from mkdocs.livereload import LiveReloadServer

Begin = Callable[[MkDocsConfig, Files], Build]


def is_live() -> bool:
    """Whether what is shown can change: `mkdocs serve` as it is, not with `--no-livereload`."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("livereload"))


class Serving:
    """The time between two builds.

    Args:
        begin: Begins a build with files as MkDocs found them.
        use: Has MkDocs' events go to a build.
        unsearched: What is not read for the search index.

    Attributes:
        is_fill: Whether the build that goes on only fills in what ran.
        is_ahead: Whether it only makes pages ahead of the others.
        postponed: The pages that are not made yet.
        postpones: Whether the build that goes on leaves pages for later.
        same: The pages that need not be written again.
    """

    def __init__(self, begin: Begin, use: Callable[[Build], None], unsearched: Unsearched) -> None:
        tell_all()  # only a page of which nothing is said is kept for the next build
        self.is_fill = self.is_ahead = False
        self.postponed = self._left = Postponed()
        self.same = SamePages(unsearched.known)
        self.postpones = self._has_begun = self._has_kept = False
        self._begin, self._use = begin, use
        self._live = Live(self._look, self._await)
        self._playground = PlaygroundPages(self._live.note)
        self._files: Mapping[str, str] = {}
        self._engine: Engine | None = None
        self._inputs: Inputs | None = None
        self._site: Site | None = None
        self._first: Build | None = None
        self._edits: Provisional | None = None
        self._pace = Pace()
        self._heartbeat = Heartbeat(self._counts, log.info)
        self._restore: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._was_edited = self._has_results = False
        self._changed: set[str] = set()

    def take(self, engine: Engine) -> None:
        """Leave the stale sessions of an engine to a backlog."""
        self._end_backlog()
        self._engine = engine
        self._playground.configure(engine.settings)
        if engine.settings.execute and (self._has_begun or is_live()):
            self._leave_to_backlog(engine)

    def _leave_to_backlog(self, engine: Engine) -> None:
        backlog = engine.backlog = Backlog(engine.settings, self._fill)
        backlog.edits = self._edits = Provisional(engine.settings, backlog.note_edit)
        if self._has_begun:
            backlog.release()
        self._live.listen(backlog.places, lambda: backlog.error)

    def postpone(self, config: MkDocsConfig) -> Postponed | None:
        """Where a whole build may put pages that can be made later, if all is known.

        One that an edit begins makes those that were edited at once, and the one looked at.
        """
        self._left, self.postponed = self.postponed, Postponed({self._live.seen})
        can_wait = not self.is_fill and self.same.are_known if self._has_begun else is_live()
        self.postpones = can_wait and not in_frames(config)
        return self.postponed if self.postpones else None

    @property
    def is_bare(self) -> bool:
        """Whether the build is the first, and leaves out what all pages bear on: they wait."""
        return self.postpones and not self._has_begun and bool(self.postponed)

    def begin_site(self, config: MkDocsConfig) -> None:
        """A whole build begins to write."""
        if not in_frames(config):
            self.same.begin(config.site_dir)

    def begin_pages(
        self, build: Build, config: MkDocsConfig, nav: Navigation, env: Environment
    ) -> None:
        """All pages are converted, and MkDocs would write them: only those that have to be."""
        if not in_frames(config):
            self.same.know(build, config, nav, env, settings_of(config))
            take = partial(self._take_page, build) if self.postpones else self.same.take
            self._restore = mkdocs_private.take_pages(take)

    def _take_page(self, build: Build, page: Page) -> bool:
        """Take a page over, or leave it for later; returns whether one of both was done."""
        path = page.file.src_uri
        if path in self.postponed and self.same.leave(page, build.downloads_of(path)):
            return True
        return self.postponed.stand_in(page) or self.same.take(page)

    def end_pages(self) -> None:
        """MkDocs has written its pages, or failed."""
        self._restore()

    def start(
        self,
        server: LiveReloadServer,
        config: MkDocsConfig,
        builder: Callable[[], None],
        build: Build,
    ) -> None:
        """Watch what the cells of the first build read; answer under names of this machine."""
        assert self._engine is not None
        self._live_pages(server, config)
        seen = [config.docs_dir, config.config_file_path or "", *map(str, config.watch)]
        places = [self._engine.settings.docs_dir, *(Path(each).absolute() for each in seen if each)]
        ask = partial(mkdocs_private.ask, server)
        self._inputs = Inputs(partial(self._edited, ask), self._engine, places, build.run)
        from notewright.hosts.mkdocs.observer import Observer  # `build` needs none

        observer = Observer(told=self.note_edit)
        mkdocs_private.build_by(server, partial(self._rebuild, server, builder), observer)
        self._has_begun = True
        self._pace.begin(ask)
        self._heartbeat.start()
        if self._engine.backlog is not None:
            self._engine.backlog.release()
        elif self._engine.settings.execute:
            self._leave_to_backlog(self._engine)
        if self.postpones:
            ask()

    def _live_pages(self, server: LiveReloadServer, config: MkDocsConfig) -> None:
        mount = urlsplit(config.site_url or "/").path
        self._live.mount = f"/{mount.strip('/')}/".replace("//", "/")
        self._live.built = partial(mkdocs_private.wait_in, server)
        assert self._engine is not None
        play, host = self._playground, config.dev_addr.host
        app = play.join(self._live.app(server.serve_request), self._engine.settings, host)
        server.set_app(only_own(app, host))
        mkdocs_private.inject(server, lambda page, epoch: injected(play.injected(page), epoch))
        logging.getLogger("mkdocs.livereload").addFilter(self._is_said)

    def _is_said(self, record: logging.LogRecord) -> bool:
        """Whether a message of the server is said: not of what only fills in, or comes ahead.

        What it says before a build is not: an edit may come between that and the build.
        """
        said = record.getMessage()
        is_part = (self.is_fill or self.is_ahead) and said.endswith("Reloading browsers")
        return not (is_part or said.endswith("Detected file changes"))

    def begin_build(self) -> None:
        """A build begins: what changes until all cells ran may be their work."""
        if self._inputs is not None and not self.is_fill:
            self._inputs.begin_build()

    def end_build(self, build: Build, site: Site) -> None:
        """A build has ended; once no cell runs any more, a change is an edit.

        Args:
            build: The build.
            site: What the next one may patch.
        """
        self._site = site
        self._end_postponed()
        if not self.postponed:
            self._tell(build)
        self.same.end()
        self._show(build, site)
        backlog = self._engine.backlog if self._engine is not None else None
        if self.postponed or self.postponed.owes:
            self._site = site if self.postponed else None  # all are made if one has another title
            self._pace.ask()
        if self._inputs is not None:
            self._inputs.watch(build.run)
            if backlog is None or backlog.is_idle:
                self._inputs.end_build()
        if not self._has_kept:
            self._first = self._first or build
            if self.is_settled:
                self._keep_notes()
                self._has_kept = True
                garbage.settle()

    def _show(self, build: Build, site: Site) -> None:
        """Say which page shows which note."""
        self._files, near = site.note_files, build.linked.web.neighbours
        self._live.show(site.sources, near, has_fonts=build.fonts.are_written)
        self._playground.show(build.vault)

    def _look(self, paths: Sequence[str]) -> None:
        """Somebody looks at the first of some notes, whose neighbours are the others."""
        self.postponed.put_first(paths)
        if self._engine is not None and self._engine.backlog is not None:
            files = [self._files[path] for path in paths if path in self._files]
            self._engine.backlog.put_first(files)

    def _await(self, path: str) -> None:
        """Make a page that somebody asks for, if it is postponed."""
        if path in self.postponed:
            self._pace.ask()
        self.postponed.wait(path)

    def fail(self) -> None:
        """A build has ended, and made nothing."""
        self.end_pages()
        self._end_postponed()
        self.same.fail()
        if self._inputs is not None:
            self._inputs.end_build()

    def _end_postponed(self) -> None:
        """What earlier builds left for later is made by now: a whole build makes all."""
        if self._left is not self.postponed:
            self._left.forget()

    def _counts(self) -> tuple[int, int, int]:
        backlog = self._engine.backlog if self._engine is not None else None
        return backlog.counts if backlog is not None else (0, 0, 0)

    def close(self) -> None:
        """Nothing is served any more."""
        self._heartbeat.close()
        self._keep_notes()
        self._playground.close()
        if self._inputs is not None:
            self._inputs.end()
        if self._engine is not None and self._engine.backlog is not None:
            self._engine.backlog.end()
        self._engine = self._inputs = self._site = None

    def _keep_notes(self) -> None:
        """Keep what the first build read out of the notes for the next server."""
        if self._first is not None:
            self._first.keep_notes()
            self._first = None

    def _end_backlog(self) -> None:
        if self._engine is not None and self._engine.backlog is not None:
            self._engine.backlog.close()

    def note_edit(self, paths: Iterable[str] = ("",)) -> None:
        """Somebody changed something: the next build does more than to fill in.

        Args:
            paths: What it is; an empty path for what nobody told.
        """
        with self._lock:
            self._changed.update(paths)
        self._was_edited = self.postponed.is_edited = True

    @property
    def is_settled(self) -> bool:
        """Whether all is made and has run that was left for later."""
        backlog = self._engine.backlog if self._engine is not None else None
        is_idle = backlog is None or backlog.is_idle
        is_made = not (self.postponed or self.postponed.owes)
        return is_idle and is_made and not (self._pace.has_asked or self._live.is_held)

    def _edited(self, ask: Callable[[], None]) -> None:
        """Something changed that a cell has read."""
        self._playground.begin_anew()
        if self._edits is not None:
            self._edits.begin_anew()
        self.note_edit()
        ask()

    def _fill(self, file: str) -> None:
        """Show what a session gave: at once, if its page is looked at, else with others."""
        self._has_results = True
        self._pace.fill(is_seen=file == self._files.get(self._live.seen))

    def _rebuild(self, server: LiveReloadServer, builder: Callable[[], None]) -> None:
        """Make what changed, if that can be told; else the whole site."""
        is_edit, self._was_edited = self._was_edited, False
        self.is_fill = not (is_edit or self._live.is_held)
        self.postponed.is_edited = False
        backlog = self._engine.backlog if self._engine is not None else None
        if is_edit:
            mkdocs_private.say_edited()
            if backlog is not None:
                backlog.begin_build()
            self.is_ahead = self._make_ahead(server)
            if self.is_ahead:
                return
        self.is_ahead = False
        self._live.follow()
        started = time.monotonic()
        try:
            if not self._patch(server):
                self._has_results = False
                mkdocs_private.build_all(server, builder)
        finally:
            self._live.release()
            self._pace.end_build(time.monotonic() - started)
        if backlog is not None and backlog.error:
            log.error(f"notewright: {backlog.error}")

    def _make_ahead(self, server: LiveReloadServer) -> bool:
        """Show pages of notes whose prose was edited; the rest follows soon, or when asked for."""
        with self._lock:
            changed, self._changed = self._changed, set()
        if self._site is None or self._engine is None:
            return False

        def write(paths: Collection[str]) -> None:
            self._live.hold(paths, self._pace.ask)  # before anybody can see one of these
            mkdocs_private.keep_out(server)

        with aborting():
            made = make_ahead(self._site, self._engine, changed, self._use, write)
        if made:
            self._pace.follow()
        return bool(made)

    def _patch(self, server: LiveReloadServer) -> bool:
        """Bring the site up to date; returns whether that could be done."""
        site, self._site = self._site, None  # what fails half-way is rebuilt
        only_makes = site is not None and self._only_makes(site)
        if site is None or not (only_makes or site.can_change):
            return False
        with aborting():
            if self.is_fill or self._live.is_held:
                mkdocs_private.let_in(server)
            keep_out = partial(mkdocs_private.keep_out, server)
            if only_makes:
                self._tell(site.build)
                changes: int | None = fill_in(site, partial(mkdocs_private.kept_out, server))
                keep_out()  # browsers are told
                if self._has_results or not site.build.is_told:
                    self._pace.ask()  # the next one fills them in, and tells
            else:
                self._has_results = False  # what ends from here on is another fill's
                seen = None if self.is_fill else {self._live.seen}
                changes = site.patch(self._again, keep_out, seen)
        if changes is None:
            return False
        self.end_build(site.build, site)
        if not changes:
            mkdocs_private.keep_browsers(server)
        return True

    def _tell(self, build: Build) -> None:
        """Tell what is wrong, if pages came first; when a server starts, all of them do."""
        is_first = build is self._first or not self._has_begun
        if not (is_first or build.is_told or self.postponed.is_awaited):
            build.tell()

    def _only_makes(self, site: Site) -> bool:
        """Whether pages that were left are made as all was read last: what ran since can wait."""
        return (
            self.is_fill
            and bool(self.postponed)
            and (self.postponed.is_awaited or not self._has_results)
        )

    def _again(self, config: MkDocsConfig, files: Files) -> Build:
        self.begin_build()
        return self._begin(config, files)
