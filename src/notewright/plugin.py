"""MkDocs plugin: runs the notes, then shows their records. Its hooks call, they do not decide."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url

from notewright import downloads, mkdocs_pages, theme
from notewright.code_index import CodeIndex
from notewright.engine import Engine, Run
from notewright.errors import EngineError, Problem, VaultError
from notewright.feed import changed
from notewright.figure_files import check_figures, write_figures
from notewright.fingerprints import Fingerprints
from notewright.intake import linked_folders, refusal
from notewright.linked import Linked
from notewright.links import check_links, link_notices
from notewright.pages import NotewrightExtension, Page
from notewright.progress import Bar
from notewright.publishing import check_published, published, with_classes
from notewright.redirects import find_redirects
from notewright.rendering import ASSETS, Renderer
from notewright.report import ci_lines
from notewright.search import add_names
from notewright.settings import Settings
from notewright.tags import Tags
from notewright.vault import FIGURES, Vault
from notewright.watching import Inputs
from notewright.web import Web
from notewright.webpages import (
    UNDATED,
    WebPage,
    alias_addresses,
    feed_of,
    redirect_files,
    web_pages,
)

if TYPE_CHECKING:  # it takes as long to import as all of ours
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.notewright")

STYLE = f"{ASSETS}/notewright.css"
WEB_STYLE = f"{ASSETS}/web.css"
WEB_SCRIPT = f"{ASSETS}/web.js"
FEED = "feed.xml"


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    """Options of the plugin; `settings.py` says what they mean and checks them."""

    execute = config_options.Type(bool, default=True)
    timeout = config_options.Type((int, float), default=30.0)
    memory = config_options.Type(int, default=4096)
    output = config_options.Type(int, default=1024)
    snippets = config_options.Type(str, default="snippets")
    workers = config_options.Type(int, default=0)


class NotewrightPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Hands MkDocs' events to the engine and to the Markdown extension."""

    def __init__(self) -> None:
        self._serving = False
        self._engine: Engine | None = None
        self._vault: Vault | None = None
        self._run = Run()
        self._extension = NotewrightExtension()
        self._assets: dict[str, str] = {}
        self._problems: list[Problem] = []
        self._figures: list[str] = []
        self._linked: Linked | None = None
        self._made: dict[str, WebPage] = {}
        self._urls: dict[str, str] = {}
        self._tags = Tags()
        self._keeper: mkdocs_pages.Keeper | None = None
        self._downloads: dict[str, dict[str, File]] = {}
        self._inputs: Inputs | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep the plugin, and with it the warm parent, between the builds of `serve`."""
        self._serving = command == "serve"
        gc.freeze()  # what is imported stays: to look through it again and again costs a tenth

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Watch what the cells of the first build read, wherever it lies."""
        assert self._engine is not None
        seen = [config.docs_dir, config.config_file_path or "", *map(str, config.watch)]
        places = [self._engine.settings.docs_dir, *(Path(each).absolute() for each in seen if each)]
        self._inputs = Inputs(partial(_ask, server), self._engine, places)
        self._inputs.watch(self._run)
        self._inputs.start()
        return server

    def on_shutdown(self) -> None:
        """End the warm parent."""
        if self._engine is not None:
            self._engine.close()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the settings, and join the Markdown extensions, styles and watched folders."""
        if self._inputs is not None:
            self._inputs.begin_build()
        root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        try:
            settings = Settings.from_options(root, Path(config.docs_dir), dict(self.config))
        except VaultError as error:
            raise Abort(str(error)) from None
        self._report(linked_folders(settings), ends=True)
        if self._engine is None or self._engine.settings != settings:
            self.on_shutdown()
            self._engine = Engine(settings)
        self._assets = {}
        self._problems = []
        extensions: list[Any] = config.markdown_extensions
        self._extension = NotewrightExtension(extensions=extensions, configs=config.mdx_configs)
        config.markdown_extensions.append(self._extension)  # type: ignore[arg-type]
        config.extra_css[:0] = [STYLE, WEB_STYLE]
        config.extra_javascript.append(WEB_SCRIPT)
        config.watch += [str(each) for each in _watched(settings) if str(each) not in config.watch]
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Scan the vault and bring its records up to date, before any page is made."""
        assert self._engine is not None
        docs_dir = self._engine.settings.docs_dir
        for file in [file for file in files if file.src_dir == config.docs_dir]:
            if refusal(docs_dir / file.src_uri, docs_dir):
                files.remove(file)  # the vault's problems tell it
        self._vault = Vault.scan(self._engine.settings)
        try:
            self._run = self._engine.run(self._vault, progress=Bar())
            if self._inputs is not None:
                self._inputs.watch(self._run)
            write_figures(self._vault, self._run)
            if not self._serving:
                self._engine.rest()
        except EngineError as error:
            raise Abort(f"notewright: {error}") from None
        self._warn(self._vault)
        self._report(self._run.problems)
        log.info(self._run.summary)
        shown = published(self._vault)
        hidden = self._vault.notes.keys() - shown.notes.keys()
        for file in [file for file in files if file.src_uri in hidden]:
            files.remove(file)
        self._vault = shown
        notebooks = {path for path, note in self._vault.notes.items() if note.is_notebook}
        mkdocs_pages.as_pages(files, notebooks, self._vault.attachments)
        self._tags = Tags.read(self._vault, _tag_anchor(config))
        style = resources.files("notewright").joinpath("notewright.css").read_text("utf-8")
        for file in [file for file in files if file.src_uri.startswith(f"{FIGURES}/")]:
            files.remove(file)  # written for Obsidian; the page shows the record
        files.append(File.generated(config, STYLE, content=style))
        self._add_web(files, config)
        notes = [note for path, note in self._vault.notes.items() if self._run.cells[path]]
        self._downloads = mkdocs_pages.add_downloads(files, notes, config)
        return files

    def _add_web(self, files: Files, config: MkDocsConfig) -> None:
        """Read the links between notes, and add the pages that nobody writes."""
        assert self._vault is not None
        code = CodeIndex.of(self._run, self._vault.notes)
        self._linked = Linked(Web.of(self._vault, self._run.makers), code)
        self._made = {page.path: page for page in web_pages(self._vault, self._linked)}
        for path, made in self._made.items():
            level = InclusionLevel.UNDEFINED if made.is_listed else InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, path, content=made.markdown, inclusion=level))
        for path in (WEB_STYLE, WEB_SCRIPT):
            asset = resources.files("notewright").joinpath("assets", Path(path).name)
            files.append(File.generated(config, path, content=asset.read_text("utf-8")))

    @event_priority(100)  # what another plugin gives wins
    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give MkDocs the Markdown whose cells ran: meanwhile the note may have been saved."""
        note = self._vault.notes.get(page.file.src_uri) if self._vault else None
        if note is None or note.is_notebook:
            return note.text if note is not None else None
        file = page.file
        if not note.text or file.src_dir != config.docs_dir or file.abs_src_path is None:
            return None  # unreadable, or another plugin's
        if mkdocs_pages.text_now(file) != note.text:
            log.info(f"{note.file}: saved while the build ran; the next build shows it")
        return note.text

    def _join_tags(self, markdown: str, /, *, page: MkDocsPage, **_: Any) -> str:
        """Put the tags of the text beside those of the properties, before plugins read them."""
        tags = self._tags.of.get(page.file.src_uri)
        if tags:
            page.meta["tags"] = list(tags)
        return markdown

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Learn what pages depend on, now that no plugin adds files or extensions any more."""
        assert self._vault is not None and self._linked is not None
        host = mkdocs_pages.state(config, files, self._extension)
        found = Fingerprints(self._vault, self._run, self._linked, self._tags, host or "")
        is_known = host is not None and self._vault.settings.execute
        state_dir = self._vault.settings.state_dir
        self._keeper = mkdocs_pages.Keeper(found if is_known else None, state_dir, self._assets)
        return nav

    @event_priority(-100)
    def _set_page(self, markdown: str, /, *, page: MkDocsPage, **_: Any) -> str:
        """Tell the extension which note is converted next."""
        assert self._vault is not None
        note = self._vault.notes.get(page.file.src_uri)
        self._extension.page = None
        self._extension.made = self._made.get(page.file.src_uri)
        when = changed(note) if note is not None else None
        page.update_date = when.date().isoformat() if when else UNDATED  # not today
        if note is not None:
            vars(page).pop("render", None)  # mkdocs-jupyter's, which asks third parties for scripts
            to_root = get_relative_url(".", page.url).rstrip("/") + "/"
            trusted = self._vault.settings.execute
            renderer = Renderer(to_root, trusted, self._assets)
            self._extension.page = Page(
                self._vault, note, self._run, renderer, self._tags, linked=self._linked
            )
            offered = self._downloads.get(note.path, {})
            self._extension.page.downloads = {name: file.dest_uri for name, file in offered.items()}
            assert self._keeper is not None
            self._keeper.watch(page, self._extension.page, markdown)
        return markdown

    on_page_markdown = CombinedEvent(_join_tags, _set_page)

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep what was found wrong while the note was converted."""
        if self._extension.page is not None:
            self._problems += self._extension.page.problems
            # Cells are HTML before MkDocs looks for anchors that links may name.
            labels = {result.cell.label for result in self._extension.page.results}
            labels |= self._extension.page.anchors
            page.present_anchor_ids = (page.present_anchor_ids or set()) | labels
            html = with_classes(html, self._extension.page.note)
            if page.file.src_uri == self._tags.page:  # its list is made later
                page.present_anchor_ids |= set(self._tags.anchors.values())
        return html

    @event_priority(100)
    def _take_figures_out(
        self, context: dict[str, Any], /, *, page: MkDocsPage, **_: Any
    ) -> dict[str, Any]:
        """Before the search index reads a page: it would parse each path of each figure."""
        page.content, self._figures = theme.without_figures(page.content or "")
        return context

    @event_priority(-100)
    def _put_figures_back(
        self, context: dict[str, Any], /, *, page: MkDocsPage, **_: Any
    ) -> dict[str, Any]:
        """After all plugins have read the page, and before its template does."""
        page.content = theme.with_figures(page.content or "", self._figures)
        return context

    on_page_context = CombinedEvent(_take_figures_out, _put_figures_back)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Report what was found wrong in all notes, before any page is written."""
        self._report(self._problems)
        self._urls = {file.src_uri: file.url for file in files.documentation_pages()}
        self._fill_downloads(config)
        assert self._vault is not None and self._keeper is not None
        self._keeper.prune(self._vault.notes, self._downloads)
        return env

    def _fill_downloads(self, config: MkDocsConfig) -> None:
        """Write into the downloads what they hold."""
        assert self._vault is not None and self._linked is not None and self._keeper is not None
        site = config.site_url or ""
        addresses = {path: urljoin(site, url) for path, url in self._urls.items()} if site else {}
        for path, files in self._downloads.items():
            note, title = self._vault.notes[path], self._linked.web.titles[path]
            results, labels = self._run.cells[path], self._run.makers
            source = downloads.Source(self._vault, note, results, title, addresses, labels)
            near = self._linked.web.outgoing(path)
            made = self._keeper.made(note, site, title, near, partial(downloads.make, source))
            for name, file in files.items():
                file.content_string = made[name]

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Take dates out of the site map that no note has."""
        return output.replace(f"<lastmod>{UNDATED}</lastmod>", "")

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Tell feed readers where the feed is."""
        if not config.site_url:
            return output
        href = get_relative_url(FEED, page.url)
        link = f'<link rel="alternate" type="application/rss+xml" href="{href}">'
        return output.replace("</head>", f"{link}</head>", 1)

    @event_priority(100)
    def _complete_search(self, *, config: MkDocsConfig) -> None:
        """Before the search index is written: make the aliases of notes findable."""
        assert self._vault is not None
        aliases = alias_addresses(self._vault, self._urls)
        for name in ("material/search", "search"):
            index = getattr(config.plugins.get(name), "search_index", None)
            if index is not None:
                material = getattr(index, "config", None) if name == "material/search" else None
                entries = index.entries if material is not None else index._entries
                add_names(entries, aliases, material["fields"] if material else None)

    def _write_files(self, *, config: MkDocsConfig) -> None:
        """Write the feed, the redirects, and the figures that are too large for their pages."""
        assert self._vault is not None and self._linked is not None
        urls = self._urls
        written = dict(redirect_files(self._vault, urls, config.use_directory_urls))
        if config.site_url:
            site = {
                "name": config.site_name,
                "url": config.site_url,
                "description": config.site_description or "",
                "feed": FEED,
            }
            written[FEED] = feed_of(self._vault, self._linked.web, urls, site)
        for path, content in sorted({**self._assets, **written}.items()):
            target = Path(config.site_dir, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")

    def _end_build(self, *, config: MkDocsConfig) -> None:
        """Take what changes from now on for an edit."""
        if self._inputs is not None:
            self._inputs.end_build()

    on_post_build = CombinedEvent(_complete_search, _write_files, _end_build)

    def on_build_error(self, *, error: Exception) -> None:
        """The build has ended, too."""
        if self._inputs is not None:
            self._inputs.end_build()

    def _warn(self, vault: Vault) -> None:
        """Tell notices, and what is broken between notes: warnings, on which `--strict` ends."""
        for notice in (*self._run.notices, *link_notices(vault)):
            log.info(str(notice))
        broken = [
            *check_links(vault, self._run.labels),
            *check_figures(vault, self._run),
            *find_redirects(vault)[1],
            *check_published(vault),
        ]
        for problem in broken:
            log.warning(str(problem))
        for annotation in ci_lines(broken):
            print(annotation)

    def _report(self, problems: Iterable[Problem], *, ends: bool = False) -> None:
        """Show problems. A build ends with them; `serve` goes on and shows them in the page."""
        problems = list(problems)
        for problem in problems:
            log.error(str(problem))
        for annotation in ci_lines(problems):
            print(annotation)
        if problems and (ends or not self._serving):
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            raise Abort(f"notewright: {count} in the notes; see the lines above")


def _tag_anchor(config: MkDocsConfig) -> Callable[[str], str] | None:
    """How Material's tags plugin makes ids of tags, if it is there to list them."""
    plugin = config.plugins.get("material/tags") or config.plugins.get("tags")
    options = plugin.config if plugin is not None else {}
    if not options.get("listings") or not options.get("tags"):
        return None

    def anchor(tag: str) -> str:
        nests = options["tags_hierarchy"]
        names = tag.split(options["tags_hierarchy_separator"]) if nests else [tag]
        slugs = [options["tags_slugify"](name, options["tags_slugify_separator"]) for name in names]
        slug = options["tags_hierarchy_separator"].join(slugs)
        return str(options["tags_slugify_format"].format(slug=slug))

    return anchor


def _watched(settings: Settings) -> Iterable[Path]:
    """Folders beside the vault that its cells may read."""
    skipped = {settings.docs_dir, settings.root / "site", settings.root / "tests"}
    for path in sorted(settings.root.iterdir()):
        if path.is_dir() and path not in skipped and not path.name.startswith("."):
            yield path


def _ask(server: LiveReloadServer) -> None:
    """Have MkDocs build again; it has no public way to say so."""
    with server._rebuild_cond:
        server._want_rebuild = True
        server._rebuild_cond.notify_all()
