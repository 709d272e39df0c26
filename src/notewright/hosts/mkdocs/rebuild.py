"""Rebuilds: `mkdocs build` after another one, which makes only what changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from notewright.hosts.mkdocs import garbage, kept_site, parallel, receipts, tag_lists
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.hearing import Hearing
from notewright.hosts.mkdocs.parallel import Rendering
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.publishing import Publishing
from notewright.hosts.mkdocs.receipts import Given, Receipt, Request
from notewright.hosts.mkdocs.same_pages import SamePages, settings_of
from notewright.hosts.mkdocs.search import Entries
from notewright.hosts.mkdocs.unforeseen import in_builds
from notewright.settings import Settings
from notewright.vault.base_answers import Answers
from notewright.vault.found_files import FIGURES

MOST = 100
"""Pages and files that are rebuilt in each build, after which the whole site is kept again."""


class Rebuild:
    """One `mkdocs build` on the command line, and what it leaves to the next one."""

    def __init__(
        self,
        request: Request,
        config: MkDocsConfig,
        settings: Settings,
        said: set[str],
        site: Path,
    ) -> None:
        """Look at what is given, before any of it is read.

        Args:
            request: What was asked for.
            config: MkDocs' configuration, when all plugins have changed it.
            settings: Where the vault is.
            said: See `SamePages`.
            site: The folder of the site.
        """
        self._request, self._settings, self._said = request, settings, said
        self._made = [
            str(site),
            str(settings.docs_dir / FIGURES),
            str(settings.state_dir / "records"),
        ]
        self._read = _folders(config, settings)
        self._last: Receipt | None = None
        self._is_patched = False
        self.same = SamePages()
        self._entries: Entries = {}
        self.given = self._look() if knows_all(config) else None
        if self.given is not None and not self.given.is_settled:
            self.given = None

    @classmethod
    def begin(
        cls, config: MkDocsConfig, settings: Settings, said: set[str], site: Path
    ) -> Rebuild | None:
        """Begin the one that this process was started for, if so; see `SamePages` for `said`."""
        hearing, request = Hearing.now, Request.now()
        if not settings.execute:  # the state directory may be a stranger's, too
            return None
        if settings.offline or settings.strict_csp:  # they change files when all are written
            return None
        if hearing is None or request is None or request.file.parent.resolve() != settings.root:
            return None
        return cls(request, config, settings, said, site)

    def _look(self) -> Given | None:
        return Given.now(self._request, self._read, self._made)

    def start(self) -> None:
        """What the last build left is about to change."""
        self._last = Receipt.load(self._request.place)
        receipts.forget(self._request.place)
        if Hearing.now is not None:
            Hearing.now.hush()

    def site(self, config: MkDocsConfig) -> Site | None:
        """The site that the last build left, if it can be patched; its files are as it left them.

        Args:
            config: MkDocs' configuration, when all plugins have changed it.
        """
        last, given = self._last, self.given
        if last is None or given is None or not last.kept:
            return None
        vault = {str(self._settings.docs_dir), str(self._settings.root / self._settings.snippets)}
        before = {folder: each for folder, each in last.given.read.items() if folder not in vault}
        now = {folder: each for folder, each in given.read.items() if folder not in vault}
        site_dir = self._made[0]  # by now, the configuration names the new one
        is_whole = receipts.listing(site_dir) == last.made.get(site_dir)
        if last.given.base != given.base or before != now or not is_whole:
            return None
        return kept_site.load(self._settings.state_dir, last.kept, config, last.since)

    def patch(
        self, site: Site, publishing: Publishing, begin: Callable[[MkDocsConfig, Files], Build]
    ) -> bool:
        """Bring the site of the last build up to date.

        Args:
            site: The site.
            publishing: Where what changes is written.
            begin: Begins a build with files as MkDocs found them.

        Returns:
            Whether that could be done; else all pages are to be made, and nothing is written.

        Raises:
            EngineError: If no cell can be run at all, or no record be written.
        """
        if not publishing.is_beside or not site.can_change or site.patch(begin) is None:
            tag_lists.forget(site.config)
            if Hearing.now is not None:
                Hearing.now.said.clear()  # all is told again
            if publishing.is_beside:
                self._entries = site.entries
                self.same = SamePages(self._said, site.same.noted, publishing.site)
            return False
        publishing.is_part = True
        publishing.gone = list(site.unused(publishing.site))
        self._is_patched = True
        return True

    def rendering(
        self, build: Build, files: Files, config: MkDocsConfig, nav: Navigation, env: Environment
    ) -> Rendering | None:
        """Have pages put into their templates by copies, or taken from the last site.

        Args:
            build: The build, whose pages are converted.
            files: The files of the site.
            config: MkDocs' configuration.
            nav: The navigation.
            env: The templates.
        """
        if self.given is None:
            return None
        self.same.know(build, config, nav, env, settings_of(config))
        return parallel.rendering(files, config, nav, env, self.same)

    def complete(self, config: MkDocsConfig, files: Files) -> Entries:
        """Complete the search index; returns what it says of all pages."""
        return self.same.complete(config, files, self._entries)

    def keep(self, site: Site) -> None:
        """Leave a receipt, if all is known that bears on the site.

        What changed while it was read leaves none.
        """
        hearing, build = Hearing.now, site.build
        if hearing is None or self.given is None or not build.is_known:
            return
        if Answers.of(build.vault).follow_commits:  # of which a receipt knows nothing
            return
        made = receipts.written(self._made)
        if "" in made.values() or self._look() != self.given:
            return
        if self._is_patched and self._last is not None and len(site.done) <= MOST:
            kept, since = self._last.kept, sorted(site.done)
        else:
            with garbage.none():
                kept, since = kept_site.keep(site, self._settings.state_dir), []
        told = site.count, hearing.said, kept, since, build.failures
        Receipt(self.given, dict(build.run.inputs), made, *told).keep(self._request.place)


def knows_all(config: MkDocsConfig) -> bool:
    """Whether nothing takes part in a build whose inputs nobody can tell."""
    return not in_builds(config) and receipts.are_installed()


def _folders(config: MkDocsConfig, settings: Settings) -> list[str]:
    """Those that a build reads, beside what its cells say that they read."""
    emoji: Mapping[str, Any] = config.mdx_configs.get("pymdownx.emoji") or {}
    icons = (emoji.get("options") or {}).get("custom_icons") or ()
    found = [settings.docs_dir, settings.root / settings.snippets]
    found += [Path(each) for each in (config.theme.custom_dir, *icons) if each]
    return sorted({str(each.absolute()) for each in found})
