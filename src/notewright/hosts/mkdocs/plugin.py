"""MkDocs plugin: hands MkDocs' events to a build. Its hooks call, they do not decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from notewright.errors import VaultError
from notewright.hosts.interrupts import take_signals
from notewright.hosts.mkdocs import (
    forgiving_search,
    garbage,
    navigation,
    offline,
    parallel,
    problems,
    titles,
)
from notewright.hosts.mkdocs.blog import has_blog, is_post
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.files import SCRIPTS, STYLES
from notewright.hosts.mkdocs.host_names import only_own, refuse_taken, tell_if_taken
from notewright.hosts.mkdocs.in_copy import beside
from notewright.hosts.mkdocs.patch import Site, tell_made
from notewright.hosts.mkdocs.postponed import Postponed
from notewright.hosts.mkdocs.publishing import Publishing
from notewright.hosts.mkdocs.rebuild import Rebuild
from notewright.hosts.mkdocs.search import Entries, is_ours, script, waits
from notewright.hosts.mkdocs.site_files import strictly
from notewright.hosts.mkdocs.theme_styles import ease, with_links_to_set
from notewright.hosts.mkdocs.unforeseen import told
from notewright.hosts.mkdocs.unsearched import Unsearched
from notewright.hosts.mkdocs.watch import watched_folders
from notewright.markdown import deferred
from notewright.markdown.extension import NotewrightExtension
from notewright.render import fonts
from notewright.render.made_pages import UNDATED
from notewright.render.reading_time import minutes
from notewright.run.engine import Engine
from notewright.settings import RENAMED, Settings

if TYPE_CHECKING:  # they take long to import, and a build needs neither
    from mkdocs.livereload import LiveReloadServer

    from notewright.hosts.mkdocs.serving import Serving

_TYPES: dict[str, Any] = {"execute": (bool, str), "timeout": (int, float)}
"""Options of more than one type: a whole number of seconds is a number, too."""

_DEFAULTS = Settings.defaults()
_DEFAULTS |= {old: _DEFAULTS[new] for old, new in RENAMED.items()}
"""The options with their defaults; those that were renamed by both their names."""


class NotewrightPlugin(BasePlugin):  # type: ignore[type-arg,no-untyped-call]
    """Keeps the engine between the builds of `serve`, and makes a `Build` of each."""

    # `settings.py` documents the options and checks their values.
    config_scheme = tuple(
        (name, config_options.Type(_TYPES.get(name, type(value)), default=value))
        for name, value in _DEFAULTS.items()
    )

    def __init__(self) -> None:
        self._given: frozenset[str] = frozenset()
        self._serving: Serving | None = None
        self._engine: Engine | None = None
        self._extension = NotewrightExtension()
        self._build: Build | None = None
        self._publishing: Publishing | None = None
        self._rebuild: Rebuild | None = None
        self._copies: parallel.Copies | None = None
        self._rendering: parallel.Rendering | None = None
        self._site: Site | None = None
        self._builds_in_place = False
        self._interrupted: list[dict[str, Any]] = []
        self._give_signals_back: Callable[[], None] = lambda: None
        self._nav: Navigation | None = None
        self._unsearched = Unsearched()
        self._entries: Entries = {}

    @property
    def _options(self) -> dict[str, Any]:
        """The options that the project gives: MkDocs adds the defaults of all others."""
        return {name: value for name, value in self.config.items() if name in self._given}

    @property
    def _is_strict(self) -> bool:
        """Whether scripts and styles are taken out of pages; `serve` puts its own into each."""
        return self._serving is None and self.build.vault.settings.strict_csp

    @property
    def build(self) -> Build:
        """The build that goes on."""
        assert self._build is not None, "MkDocs must collect the files first"
        return self._build

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[Any, Any]:
        """Remember which options the project gives, before MkDocs adds the defaults."""
        self._given = frozenset(options)
        return super().load_config(options, config_file_path)

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep the plugin, and with it the warm parent, between the builds of `serve`."""
        if command == "serve":
            from notewright.hosts.mkdocs.serving import Serving

            self._serving = Serving(self.begin, self._use, self._unsearched)
        self._builds_in_place = command == "serve" or dirty
        self._give_signals_back = take_signals()
        garbage.spare()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """The first build is done, and pages can be seen; with `--clean` it is one as any other."""
        if self._serving is not None:
            self._serving.start(server, config, builder, self.build)
        else:
            server.set_app(only_own(server.serve_request, config.dev_addr.host))
        return tell_if_taken(server)

    def on_shutdown(self) -> None:
        """End the warm parent, and a build that was interrupted."""
        self._end_publishing()
        if self._serving is not None:
            self._serving.close()
        self._close_engine()
        self._engine = self._build = None
        self._give_signals_back()
        garbage.leave()

    def _close_engine(self) -> None:
        if self._engine is not None:
            self._engine.close()

    @event_priority(1000)  # before a plugin keeps the folder of the site
    def _place_site(self, config: MkDocsConfig) -> MkDocsConfig:
        """Build the site in another folder, and a site within it where it is.

        Plugins such as `i18n` begin a build for each language when the first is done.
        """
        if self._publishing is not None:
            self._interrupted.append(dict(vars(self)))
            self._publishing = self._rebuild = None
        elif not self._builds_in_place:
            self._publishing = Publishing(config)
        return config

    @event_priority(-1000)  # other plugins may change the folders and the extensions
    def _configure(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the settings, and join the Markdown extensions, styles and watched folders."""
        if self._serving is not None:
            if self._build is None:
                refuse_taken(config.dev_addr.host, config.dev_addr.port)
            self._serving.begin_build()
        root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        try:
            given = root, Path(config.docs_dir), self._options
            settings = Settings.from_options(*given, is_project=True)
        except VaultError as error:
            raise Abort(str(error)) from None
        problems.refuse_links(settings)
        if self._engine is None or self._engine.settings != settings:
            self._close_engine()
            self._engine = Engine(settings)
            if self._serving is not None:
                self._serving.take(self._engine)
        extensions: list[Any] = config.markdown_extensions
        # A build within a build has the configuration of the first.
        extensions[:] = [each for each in extensions if not isinstance(each, NotewrightExtension)]
        deferred.leave_out(extensions, config.mdx_configs)
        self._extension = NotewrightExtension(extensions=extensions, configs=config.mdx_configs)
        extensions.append(self._extension)
        styles = [*STYLES, *([fonts.STYLES] if settings.fonts else ())]
        config.extra_css[:0] = [each for each in styles if each not in config.extra_css]
        scripts = config.extra_javascript
        scripts += [each for each in SCRIPTS if each not in scripts]
        if settings.offline:
            offline.join(config)
        if not settings.reads_as_mkdocs:  # else the theme's own stay
            if navigation.join(config):
                config.extra_javascript.append(navigation.SCRIPT)
            forgiving_search.join(config)
        watched = map(str, watched_folders(settings, Path(config.site_dir)))
        config.watch += [each for each in watched if each not in config.watch]
        self._begin_rebuild(config)
        return config

    def _begin_rebuild(self, config: MkDocsConfig) -> None:
        if self._publishing is not None and self._engine is not None:
            self._publishing = self._publishing.moved()
            known, site = self._unsearched.known, self._publishing.site
            self._rebuild = Rebuild.begin(config, self._engine.settings, known, site)
        if self._rebuild is not None:
            self._rebuild.start()
        if self._rebuild is not None or (self._serving is not None and self._build is None):
            problems.notice(told(config, self._extension, is_served=self._rebuild is None))

    on_config = CombinedEvent(_place_site, _configure)

    @event_priority(-1000)  # other plugins are as ready as they are for pages
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Patch the site of the last build, if that can be done; then MkDocs has nothing to do."""
        if self._serving is not None:
            self._serving.begin_site(config)
        rebuild, publishing = self._rebuild, self._publishing
        self._site = rebuild.site(config) if rebuild is not None else None
        if rebuild is None or publishing is None or self._site is None:
            return
        self._build = self._site.build
        with problems.aborting():
            is_done = rebuild.patch(self._site, publishing, self.begin)
        if is_done:
            self._publish(config=config)
            raise SystemExit(0)
        self._site = self._build = None

    @event_priority(-25)  # other plugins add files and leave some out; the blog begins at -50
    def _begin_build(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Scan the vault; without a blog, all that bears on the files is known."""
        assert self._engine is not None
        if not self._engine.settings.reads_as_mkdocs:
            ease(files, config)
        self.found = list(files)
        postponed = self._serving.postpone(config) if self._serving is not None else None
        self.begin(config, files, postponed)
        return files if has_blog(config) else self._execute(files)

    def begin(
        self,
        config: MkDocsConfig,
        files: Files,
        postponed: Postponed | None = None,
        *,
        goes_on: bool = False,
    ) -> Build:
        """Begin a build; whether it goes on with the work of the last one, if not served."""
        assert self._engine is not None
        is_served = self._serving is not None
        is_fill = self._serving is not None and self._serving.is_fill
        last = self._build if is_served or goes_on or self._site is not None else None
        given = self._engine, config, files, self._extension
        made = Build(*given, drafts=is_served, last=last, is_fill=is_fill, postponed=postponed)
        self._build = made
        return made

    def _use(self, build: Build) -> None:
        self._build = build

    @event_priority(-75)  # the blog has looked for its posts, at -50
    def _find_posts(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        return self._execute(files) if has_blog(config) else files

    on_files = CombinedEvent(_begin_build, _find_posts)

    def _execute(self, files: Files) -> Files:
        """Bring the vault's records up to date, before any page is made."""
        assert self._engine is not None
        with problems.aborting(), garbage.none(once=self._serving is None):
            self.build.execute()
            if self._serving is None or not self._serving.postpones:
                self.build.tell()
        if self._serving is None:
            self._engine.rest()
        return files

    @event_priority(100)  # what another plugin makes of it is its own
    def _name_folders(
        self, nav: Navigation, /, *, config: MkDocsConfig, files: Files
    ) -> Navigation:
        """The names of folders are text."""
        if config.nav is None and not self.build.vault.settings.reads_as_mkdocs:
            titles.name_folders(nav.items)
        return nav

    @event_priority(-1000)  # as all plugins left it
    def _keep_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        self._nav = nav
        self.build.settle_files(files)
        if self._rebuild is not None and self.build.is_known:
            known = self.build.keeper, self.build.vault, self.build.made
            self._copies = parallel.converting(*known, files, config)
        return nav

    on_nav = CombinedEvent(_name_folders, _keep_nav)

    @event_priority(100)  # what another plugin gives wins
    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give MkDocs the Markdown whose cells ran."""
        return self.build.source(page.file)

    def _join_tags(
        self, markdown: str, /, *, page: MkDocsPage, config: MkDocsConfig, **_: Any
    ) -> str:
        """Before plugins read the tags of a page, and the blog the Markdown of an excerpt."""
        self.build.join_tags(page)
        if is_post(config, page):
            self.build.begin_excerpt(page)
        return markdown

    @event_priority(-100)
    def _begin_page(self, markdown: str, /, *, page: MkDocsPage, **_: Any) -> str:
        """After all plugins have changed the text of a page."""
        if self._copies is not None:
            self._copies.reach(page)
        self.build.begin_page(page, markdown)
        return markdown

    on_page_markdown = CombinedEvent(_join_tags, _begin_page)

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep what was found wrong while the note was converted."""
        return self.build.end_page(page, html)

    @event_priority(100)
    def _take_figures_out(
        self, context: dict[str, Any], /, *, page: MkDocsPage, config: MkDocsConfig, **_: Any
    ) -> dict[str, Any]:
        self._unsearched.take_out(page, is_ours=is_ours(config))
        if page.file.src_uri in self.build.vault.notes:
            page.meta["minutes"] = minutes(page.content or "")
            self.build.sharing.describe(page)
        return context

    @event_priority(-100)
    def _put_figures_back(
        self, context: dict[str, Any], /, *, page: MkDocsPage, config: MkDocsConfig, **_: Any
    ) -> dict[str, Any]:
        self._unsearched.put_back(page)
        if is_ours(config):
            forgiving_search.add_page(page, self.build, config, self._unsearched)
        titles.open_window(page)
        return context

    on_page_context = CombinedEvent(_take_figures_out, _put_figures_back)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """All pages are converted, and none is written yet, but by copies."""
        postponed = self._serving.postponed if self._serving is not None else ()
        self.build.settle_properties(env, self.build.vault.notes)
        self._env, self._files = env, files
        if self._copies is not None:
            self._copies.end()
        env.globals["nw_counts"] = lambda: self.build.counts
        if self._nav is not None:
            self.build.draw_navigation(self._nav, env)
            if self._serving is not None:
                self._serving.begin_pages(self.build, config, self._nav, env)
            if self._rebuild is not None:
                self._rendering = self._rebuild.rendering(self.build, files, config, self._nav, env)
        self.build.end_pages([path for path in self.build.vault.notes if path not in postponed])
        return env

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Take dates out of the site map that no note has, and programs out of the page of 404."""
        if template_name == "404.html" and self._is_strict:
            # It is shown at any address, so what it names is named from the root.
            return strictly(output, urlsplit(config.site_url or "/").path, config)
        return output.replace(f"<lastmod>{UNDATED}</lastmod>", "")

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Tell those who link to a page about it, and the theme when to load the search index."""
        titles.close_window(page)
        is_ours = not self.build.vault.settings.reads_as_mkdocs
        if is_ours and waits(len(self.build.vault.notes), config):
            output = output.replace("</head>", f"{script(page.url)}</head>", 1)
        output = with_links_to_set(self.build.sharing.in_head(output, page), config)
        return strictly(output, page.url, config) if self._is_strict else output

    @event_priority(100)
    def _complete_search(self, *, config: MkDocsConfig) -> None:
        self._end_rendering()
        if self._serving is not None:
            self._serving.end_pages()
            self._entries = self._serving.same.complete(config, self._files, self._entries)
        elif self._rebuild is not None:
            self._entries = self._rebuild.complete(config, self._files)
        self.build.complete_search()

    def _end_build(self, *, config: MkDocsConfig) -> None:
        self.build.write_files(with_fonts=not (self._serving and self._serving.is_bare))
        if self._nav is None:
            return
        left = self.found, self._files, self._nav, self._env, self.build, self._entries
        if self._serving is not None:
            site = Site(config, *left, self._serving.postponed, self._serving.same)
            self._serving.end_build(self.build, site)
        if self._rebuild is not None:
            self._site = Site(config, *left, same=self._rebuild.same, is_served=False)
            tell_made(self._site.count - self.build.keeper.kept, self.build.keeper.kept)

    @event_priority(-1000)  # other plugins may write files, too
    def _publish(self, *, config: MkDocsConfig) -> None:
        """Let the site be seen, unless `--strict` ends the build."""
        publishing, failures = self._publishing, self.build.failures
        is_published = publishing is None or not (config.strict and publishing.has_warnings)
        if is_published and self.build.vault.settings.offline:
            offline.finish(config, publishing.site if publishing else Path(config.site_dir))
        if publishing is not None and is_published:
            with problems.aborting():
                publishing.publish()
        self._end_publishing()
        is_whole = self._serving is None and self._nav is not None
        with beside(self.build.keep_notes if is_whole else None, len(self.build.vault.notes)):
            if self._rebuild is not None and self._site is not None:
                if is_published:
                    self._rebuild.keep(self._site)
                elif self._site.made:
                    raise Abort("Aborted with warnings in strict mode!")
        if self._serving is None:
            problems.end(failures, problems.SHOWN if is_published else problems.AS_IT_WAS)
        if self._interrupted:
            vars(self).update(self._interrupted.pop())

    on_post_build = CombinedEvent(_complete_search, _end_build, _publish)

    def _end_rendering(self) -> None:
        if self._rendering is not None:
            self._rendering.end()
        self._rendering = self._copies = None

    def _end_publishing(self, error: Exception | None = None) -> None:
        self._end_rendering()
        publishing, self._publishing = self._publishing, None
        if publishing is not None:
            publishing.end(error)

    def on_build_error(self, *, error: Exception) -> None:
        """The build has ended, too."""
        self._end_publishing(error)
        if self._serving is not None:
            self._serving.fail()
