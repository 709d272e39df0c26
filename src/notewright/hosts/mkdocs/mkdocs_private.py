"""Private parts of MkDocs: how it makes a page, what its server does, which folders it takes.

And what it looks through in a theme.
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from mkdocs.commands import build
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.base import Config
from mkdocs.config.config_options import DocsDir, SiteDir
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.structure import files as mkdocs_files
from mkdocs.structure import pages
from mkdocs.structure.files import File, Files, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.theme import Theme

from notewright.hosts.mkdocs.template_cache import (
    keep_templates,
    remember_words,
    share_globals,
)

if TYPE_CHECKING:  # it takes as long to import as all of ours
    from mkdocs.livereload import LiveReloadServer


log = logging.getLogger("mkdocs.plugins.notewright")

DELAY = 0.02
"""Seconds without a further change after which a build begins: editors write in several steps."""


_CONFIGURES = {"load_config", "_configure"}
"""Functions of MkDocs and of our plugin that read the configuration, before any page is made."""

_check_docs, _check_site = DocsDir.post_validation, SiteDir.post_validation


def as_written(config: MkDocsConfig, name: str) -> Any:
    """What the configuration's file says of an option, whatever MkDocs has put in its place."""
    written: Sequence[Any] = getattr(config, "_Config__user_configs", ())
    return next((each[name] for each in reversed(written) if name in each), None)


def allow_vault_as_root() -> None:
    """Have MkDocs take a vault that holds its configuration, if the site's folder is hidden.

    Most vaults of Obsidian are such folders. MkDocs refuses them, since it would copy the site into
    itself; what is hidden it does not read.
    """

    def check_docs(self: DocsDir, config: Config, key_name: str) -> None:
        if not _is_root(config):
            _check_docs(self, config, key_name)

    def check_site(self: SiteDir, config: Config, key_name: str) -> None:
        site, root = Path(config["site_dir"]), Path(config["docs_dir"])
        is_hidden = site.is_relative_to(root) and any(
            part.startswith(".") for part in site.relative_to(root).parts
        )
        if not (is_hidden and _is_root(config)):
            _check_site(self, config, key_name)

    DocsDir.post_validation = check_docs  # type: ignore[method-assign]
    SiteDir.post_validation = check_site  # type: ignore[method-assign]


def _is_root(config: Config) -> bool:
    """Whether the folder of the notes is that of the configuration."""
    file = config.config_file_path
    return bool(file) and Path(file).parent == Path(config["docs_dir"])


class _Os:
    """Stands for the module `os` where MkDocs looks for the files of a site."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    @staticmethod
    def walk(top: str, **options: Any) -> Iterator[tuple[str, list[str], list[str]]]:
        """Walk as `os` does, but follow no link to a folder that is hidden, or in a hidden one."""
        for folder, inner, names in os.walk(top, **options):
            is_hidden = f"{os.sep}." in folder[len(top) :]
            inner[:] = [
                each
                for each in inner
                if not (is_hidden or each.startswith(".")) or not Path(folder, each).is_symlink()
            ]
            yield folder, inner, names


def ease_hidden_links() -> None:
    """Have MkDocs go into no hidden folder by a link: nothing there is published.

    Tools keep such links in a vault, and some lead round for ever, or to all of a disk.
    """
    mkdocs_files.os = _Os()  # type: ignore[assignment, attr-defined]


class _Visible(FileSystemLoader):
    """Finds templates; of hidden folders it lists none, which MkDocs would leave out anyway."""

    def list_templates(self) -> list[str]:
        """The names of what it finds, sorted."""
        found = set()
        for root in self.searchpath:
            for folder, inner, names in os.walk(root, followlinks=self.followlinks):
                inner[:] = [each for each in inner if not each.startswith(".")]
                found |= {Path(folder, name).relative_to(root).as_posix() for name in names}
        return sorted(found)


def ease_templates() -> None:
    """Have MkDocs look for a theme's files where it takes any, and keep templates compiled.

    Material hides 14,000 icons, of which it takes none.
    """
    get_env = Theme.get_env

    def get_visible(self: Theme) -> Environment:
        env = get_env(self)
        if type(env.loader) is FileSystemLoader:
            env.loader = _Visible(self.dirs)
        keep_templates(env)
        share_globals(env)
        remember_words(env)
        return env

    Theme.get_env = get_visible  # type: ignore[method-assign]


_LENT: ContextVar[Any] = ContextVar("lent")
"""The Markdown instance with which a page is converted, where that is not one of its own."""


class _Lending:
    """Stands for the module of Python-Markdown where MkDocs converts a page."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def Markdown(self, **given: Any) -> Any:  # noqa: N802 -- as that module calls it
        """The instance that is lent for a page, or a new one."""
        lent = _LENT.get(None)
        return self._module.Markdown(**given) if lent is None else lent


def lend_markdown() -> None:
    """Have MkDocs convert a page by an instance of Markdown that it is given; see `render`."""
    if not isinstance(vars(pages)["markdown"], _Lending):
        vars(pages)["markdown"] = _Lending(vars(pages)["markdown"])


class _Remembering(_RelativePathTreeprocessor):
    """Finds out once for each page where a link leads: the foot of a note names most of them again.

    If a link leads to a page that is not published, that is told once, too.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._known: dict[str, str] = {}

    def path_to_url(self, url: str) -> str:
        """The address to which a link of the page leads."""
        known = self._known.get(url)
        if known is None:
            known = super().path_to_url(url)
            if known != url:  # what is left as it is may be wrong, and told each time
                self._known[url] = known
        return known


def remember_links() -> None:
    """Have MkDocs find out once for each page where a link leads."""
    vars(pages)["_RelativePathTreeprocessor"] = _Remembering


def render(page: Page, config: MkDocsConfig, files: Any, lent: object) -> None:
    """Convert a page.

    Args:
        page: The page.
        config: The configuration.
        files: The files of the site.
        lent: The instance of Markdown that converts it; None for one of its own.
    """
    before = _LENT.set(lent)
    try:
        Page.render(page, config, files)
    finally:
        _LENT.reset(before)


def populate(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Read and convert a page."""
    _populate_page(page, config, files)


def converted(
    config: MkDocsConfig, without: Collection[str]
) -> tuple[Files, Navigation, Environment]:
    """Do what MkDocs does in a build before it writes the first file.

    Args:
        config: The configuration.
        without: Scripts that plugins add and pages are to do without.

    Returns:
        The files with their converted pages, the navigation, and the templates.
    """
    plugins = config.plugins
    config = plugins.on_config(config)
    config.extra_javascript = [each for each in config.extra_javascript if each not in without]
    plugins.on_pre_build(config=config)
    files, env = get_files(config), config.theme.get_env()
    files.add_files_from_theme(env, config)
    files = plugins.on_files(files, config=config)
    set_exclusions(files, config)
    nav = plugins.on_nav(get_navigation(files, config), config=config, files=files)
    for file in files.documentation_pages():
        page = file.page or Page(None, file, config)
        populate(page, config, files)
    env = plugins.on_env(env, config=config, files=files)
    return files, nav, env


def write(
    page: Page, config: MkDocsConfig, files: Sequence[File], nav: Navigation, env: Environment
) -> None:
    """Put a page into its template, and write it."""
    excluded = page.file.inclusion in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT)
    _build_page(page, config, files, nav, env, excluded=excluded)


def take_pages(take: Callable[[Page], bool]) -> Callable[[], None]:
    """Have MkDocs leave out pages that are made already.

    Args:
        take: Puts a page in its place, if it is made.

    Returns:
        What has MkDocs make all pages itself again.
    """

    def build_page(page: Page, *given: Any, **named: Any) -> None:
        if not take(page):
            _build_page(page, *given, **named)

    build._build_page = build_page

    def restore() -> None:
        build._build_page = _build_page

    return restore


def ask(server: LiveReloadServer) -> None:
    """Have a server build again."""
    with server._rebuild_cond:
        server._want_rebuild = True
        server._rebuild_cond.notify_all()


def build_by(server: LiveReloadServer, builder: Callable[[], None], observer: Any) -> None:
    """Have a server build in another way, and hear of changes from another observer.

    Args:
        server: The server, before it serves.
        builder: Builds again.
        observer: Tells of changes as soon as it knows; so the server waits less for more of them.
    """
    server.builder = builder
    paths = list(server._watched_paths)
    for path in paths:
        while path in server._watched_paths:
            server.unwatch(path)
    server.observer = observer
    server.build_delay = DELAY
    for path in paths:
        server.watch(path)


def inject(server: LiveReloadServer, injected: Callable[[bytes, int], bytes]) -> None:
    """Have a server put another script into its pages.

    Args:
        server: The server.
        injected: A page with the script, by the page as it was built and the build's number.
    """
    vars(server)["_inject_js_into_html"] = injected


def _forget_builds() -> None:
    """Let MkDocs say that a build has ended: it drops a line that it has said before.

    Two builds that take the same time, to a hundredth of a second, have the same line.
    """
    for each in logging.getLogger("mkdocs.commands.build").filters:
        said = getattr(each, "msgs", None)
        if isinstance(said, set):
            said -= {line for line in said if str(line).startswith("Documentation built")}


def say_edited() -> None:
    """Say in a server's words, and with its clock, that a build begins for an edit."""
    from mkdocs.livereload import log

    log.info("Detected file changes: building")


def let_in(server: LiveReloadServer) -> None:
    """Answer while a build goes on, which changes no file yet."""
    with server._epoch_cond:
        server._wanted_epoch = server._visible_epoch
        server._epoch_cond.notify_all()


def keep_out(server: LiveReloadServer) -> None:
    """Let who asks wait until the build is done: its files are written now."""
    with server._epoch_cond:
        server._wanted_epoch = max(round(time.monotonic() * 1000), server._visible_epoch + 1)


@contextmanager
def kept_out(server: LiveReloadServer) -> Iterator[None]:
    """Let who asks wait while some files are written, and then answer while the build goes on."""
    keep_out(server)
    yield
    let_in(server)


def wait_in(server: LiveReloadServer) -> None:
    """Wait until no build keeps out who asks."""
    with server._epoch_cond:
        server._epoch_cond.wait_for(lambda: server._visible_epoch == server._wanted_epoch)


def keep_browsers(server: LiveReloadServer) -> None:
    """Have browsers not load their pages again after a build: it changed nothing."""
    server._wanted_epoch = server._visible_epoch


def build_all(server: LiveReloadServer, builder: Callable[[], None]) -> None:
    """Build again while who asks waits; where the configuration is none, the pages stay.

    An editor may save it half-written: nobody has to wait until it is fixed.
    """
    keep_out(server)
    _forget_builds()
    try:
        builder()
    except MkDocsException as error:
        steps = traceback.walk_tb(error.__traceback__)
        if _CONFIGURES.isdisjoint(frame.f_code.co_name for frame, _ in steps):
            raise  # pages may be half-written
        log.error(f"{error}\nnotewright: pages are not updated until `mkdocs.yml` is fixed")
        let_in(server)
