"""MkDocs plugin: runs the notes, then shows their records. Its hooks call, they do not decide."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url

from notewright.engine import Engine, Run
from notewright.errors import EngineError, Problem, VaultError
from notewright.figure_files import check_figures, write_figures
from notewright.links import check_links
from notewright.pages import NotewrightExtension, Page
from notewright.progress import Bar
from notewright.rendering import ASSETS, Renderer
from notewright.report import ci_lines
from notewright.settings import Settings
from notewright.vault import FIGURES, Vault

log = logging.getLogger("mkdocs.plugins.notewright")

STYLE = f"{ASSETS}/notewright.css"


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

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep the plugin, and with it the warm parent, between the builds of `serve`."""
        self._serving = command == "serve"

    def on_shutdown(self) -> None:
        """End the warm parent."""
        if self._engine is not None:
            self._engine.close()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the settings, and join the Markdown extensions, styles and watched folders."""
        root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        try:
            settings = Settings.from_options(root, Path(config.docs_dir), dict(self.config))
        except VaultError as error:
            raise Abort(str(error)) from None
        if self._engine is None or self._engine.settings != settings:
            self.on_shutdown()
            self._engine = Engine(settings)
        self._assets = {}
        self._problems = []
        self._extension = NotewrightExtension()
        config.markdown_extensions.append(self._extension)  # type: ignore[arg-type]
        config.extra_css.insert(0, STYLE)
        config.watch += [str(each) for each in _watched(settings) if str(each) not in config.watch]
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Scan the vault and bring its records up to date, before any page is made."""
        assert self._engine is not None
        self._vault = Vault.scan(self._engine.settings)
        try:
            self._run = self._engine.run(self._vault, progress=Bar())
            write_figures(self._vault, self._run)
        except EngineError as error:
            raise Abort(f"notewright: {error}") from None
        for notice in self._run.notices:
            log.info(notice)
        broken = list(check_links(self._vault, self._run.labels))
        broken += check_figures(self._vault, self._run)
        for problem in broken:
            log.warning(str(problem))
        for annotation in ci_lines(broken):
            print(annotation)
        self._report(self._run.problems)
        log.info(self._run.summary)
        style = resources.files("notewright").joinpath("notewright.css").read_text("utf-8")
        for file in [file for file in files if file.src_uri.startswith(f"{FIGURES}/")]:
            files.remove(file)  # written for Obsidian; the page shows the record
        files.append(File.generated(config, STYLE, content=style))
        return files

    @event_priority(-100)
    def on_page_markdown(
        self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Tell the extension which note is converted next."""
        assert self._vault is not None
        note = self._vault.notes.get(page.file.src_uri)
        self._extension.page = None
        if note is not None:
            to_root = get_relative_url(".", page.url).rstrip("/") + "/"
            trusted = self._vault.settings.execute
            renderer = Renderer(to_root, trusted, self._assets)
            self._extension.page = Page(self._vault, note, self._run, renderer)
        return markdown

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep what was found wrong while the note was converted."""
        if self._extension.page is not None:
            self._problems += self._extension.page.problems
            # Cells are HTML before MkDocs looks for anchors that links may name.
            labels = {result.cell.label for result in self._extension.page.results}
            page.present_anchor_ids = (page.present_anchor_ids or set()) | labels
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Report what was found wrong in all notes, before any page is written."""
        self._report(self._problems)
        return env

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the figures that are too large to be parts of their pages."""
        for path, content in sorted(self._assets.items()):
            target = Path(config.site_dir, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")

    def _report(self, problems: Iterable[Problem]) -> None:
        """Show problems. A build ends with them; `serve` goes on and shows them in the page."""
        problems = list(problems)
        for problem in problems:
            log.error(str(problem))
        for annotation in ci_lines(problems):
            print(annotation)
        if problems and not self._serving:
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            raise Abort(f"notewright: {count} in the notes; see the lines above")


def _watched(settings: Settings) -> Iterable[Path]:
    """Folders beside the vault that its cells may read."""
    skipped = {settings.docs_dir, settings.root / "site", settings.root / "tests"}
    for path in sorted(settings.root.iterdir()):
        if path.is_dir() and path not in skipped and not path.name.startswith("."):
            yield path
