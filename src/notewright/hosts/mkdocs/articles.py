"""Articles of a project, for other programs: made by the build that MkDocs would begin.

It goes as far as the first template. So the same extensions, settings and plugins make a page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url
from mkdocs.utils.yaml import yaml_load

from notewright.errors import EngineError
from notewright.hosts.mkdocs import mkdocs_private, navigation, problems
from notewright.hosts.mkdocs.files import FORMULAS
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.plugin import NotewrightPlugin
from notewright.hosts.mkdocs.unforeseen import PLUGINS
from notewright.hosts.shells.configurations import CARRIED
from notewright.hosts.shells.stage import Given
from notewright.note.note import BASE
from notewright.render.articles import SHOWN, Article, Heading, other_names, through_folder
from notewright.render.reading_copies import INDEX

_SEARCH_AND_TAGS = {"search", "material/search", "tags", "material/tags"}
"""Plugins whose work the other program does, or the article has in it."""


@contextmanager
def project(file: Path) -> Iterator[Project]:
    """A project, by its configuration, until its articles are made for the last time."""
    with tempfile.TemporaryDirectory(prefix="notewright-") as scratch:
        found = Project(file, Path(scratch))
        try:
            yield found
        finally:
            found.end()


class Project:
    """A project whose pages other programs put into a theme.

    Args:
        file: Its configuration.
        scratch: A folder for what the build writes beside its pages.
    """

    def __init__(self, file: Path, scratch: Path) -> None:
        self._file, self._scratch = file, scratch
        self._config: MkDocsConfig | None = None
        self._site: _Site | None = None
        self._theme: Mapping[str, Any] = {}
        self._articles: dict[str, Article] = {}

    def given(self, files: Set[str] | None = None) -> Given:
        """All that its site shows, as it is now.

        Args:
            files: Paths of the notes that matter, from the project's root; None for all.

        Raises:
            EngineError: If one of them has a problem, which is told, or MkDocs one with the
                configuration.
        """
        try:
            if self._site is None or not self._is_patched(self._site):
                self._site, self._articles = None, {}
                self._site = self._whole()
            build = self._site.build
            failures = build.failures if files is None else build.teller.count(files)
            problems.end(failures, "Nothing was written")
        except (Abort, MkDocsException) as error:
            raise EngineError(str(error)) from None
        return _Converted(self._site, self._articles).given(self._theme)

    @property
    def config(self) -> MkDocsConfig:
        """MkDocs' configuration, once its site was looked at."""
        assert self._config is not None, "`given` comes first"
        return self._config

    def _whole(self) -> _Site:
        """Make all pages."""
        with self._file.open("rb") as source:
            raw = yaml_load(source)
        plugins = [each for each in _listed(deepcopy(raw)) if _name(each) not in _SEARCH_AND_TAGS]
        site_dir = tempfile.mkdtemp(dir=self._scratch)
        config = load_config(str(self._file), plugins=plugins, site_dir=site_dir)
        if "notewright" not in config.plugins:
            raise Abort(
                "notewright: the plugin is not enabled. Add `notewright` to `plugins` in "
                f"{self._file.name}"
            )
        if self._config is None:
            config.plugins.on_startup(command="build", dirty=True)
            problems.notice(_notices(raw, config))
        self._config, self._theme = config, _theme(raw)
        made = mkdocs_private.converted(config, without={navigation.SCRIPT})
        plugin = config.plugins["notewright"]
        assert isinstance(plugin, NotewrightPlugin)
        plugin.build.write_files()
        return _Site(config, plugin.found, *made, plugin.build, is_served=False)

    def _is_patched(self, site: _Site) -> bool:
        """Rebuild the pages that a change concerns; returns whether that could be done."""
        plugin = site.config.plugins["notewright"]
        assert isinstance(plugin, NotewrightPlugin)
        if not site.can_change or site.patch(partial(plugin.begin, goes_on=True)) is None:
            return False
        for unused in site.unused(Path(site.config.site_dir)):
            unused.unlink()
        for path in site.made:
            self._articles.pop(path, None)
        return True

    def end(self) -> None:
        """End what the plugins keep."""
        if self._config is not None:
            self._config.plugins.on_shutdown()


class _Site(Site):
    """A site whose pages nobody puts into a theme here."""

    def _write(self, pages: Sequence[Page], *, is_last: bool = True) -> None:
        """Leave it to another program."""


def _listed(raw: Mapping[str, Any]) -> list[Any]:
    """The plugins of a configuration, as MkDocs takes them."""
    found = raw.get("plugins") or []
    return [{name: each} for name, each in found.items()] if isinstance(found, dict) else found


def _name(plugin: Any) -> str:
    return str(next(iter(plugin), "")) if isinstance(plugin, dict) else str(plugin)


def _notices(raw: Mapping[str, Any], config: MkDocsConfig) -> Iterator[str]:
    """Yield what the owner of a project should know about what is not carried over."""
    others = sorted({_name(each) for each in _listed(raw)} - PLUGINS)
    if others:
        names = ", ".join(f"`{name}`" for name in others)
        yield f"stage: changes that these plugins make to themed pages are lost: {names}"
    if config.hooks:
        yield "stage: `hooks` run while articles are built, but not while the theme is applied"


@dataclass(frozen=True)
class _Converted:
    """A site whose pages are converted.

    Attributes:
        site: The site.
        articles: Those of pages that did not change, by the paths of their notes; added to.
    """

    site: _Site
    articles: dict[str, Article]

    def given(self, theme: Mapping[str, Any]) -> Given:
        """What another program is given."""
        others = dict([*self._attached(), *_read(Path(self.site.config.site_dir))])
        names = other_names(others)
        if INDEX in others:  # it tells where the reading copies are
            others[INDEX] = _renamed(others[INDEX], names)
        pages = [file.page for file in self._published() if file.is_documentation_page()]
        custom = self.site.config.theme.custom_dir
        return Given(
            [self._article(page, names) for page in pages if page is not None],
            {names.get(path, path): content for path, content in others.items()},
            [self._item(each) for each in self.site.nav.items],
            {**_options(self.site.config), "theme": theme},
            dict(_read(Path(custom))) if custom else {},
        )

    def _published(self) -> Iterator[File]:
        for file in sorted(self.site.files, key=lambda file: file.src_uri):
            if file.inclusion.value > InclusionLevel.DRAFT.value:
                yield file

    def _attached(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files of the site that are no pages, but for those of the theme."""
        theme = {str(Path(folder)) for folder in self.site.config.theme.dirs}
        for file in self._published():
            if not file.is_documentation_page() and str(file.src_dir) not in theme:
                yield file.dest_uri, file.content_bytes

    def _article(self, page: Page, names: Mapping[str, str]) -> Article:
        if page.file.src_uri not in self.articles:
            self.articles[page.file.src_uri] = self._made(page, names)
        return self.articles[page.file.src_uri]

    def _made(self, page: Page, names: Mapping[str, str]) -> Article:
        path, html = _path(page), f"{self._tags(page)}{page.content or ''}".strip()
        html, cuts = through_folder(html, path, page.url, names)
        contents = [_heading(each) for each in page.toc]
        shown = {name: _plain(page.meta[name]) for name in SHOWN if name in page.meta}
        return Article(path, page.url, self._title(page), html, cuts, contents, shown)

    def _title(self, page: Page) -> str:
        """The title that a page says itself; empty where the navigation says it.

        Themes take the tags out of the second kind, and with it make tags of what is text.
        """
        own, title = page.meta.get("title"), str(page.title or "")
        is_said = own or id(page) not in self._listed or "&lt;" in title
        return str(own or title) if is_said else ""

    @cached_property
    def _listed(self) -> Set[int]:
        """The pages that the navigation lists."""
        return {id(page) for page in self.site.nav.pages}

    def _tags(self, page: Page) -> str:
        """The tags of a page, as themes of Material's family show them."""
        build = self.site.build
        tags = build.tags.of.get(page.file.src_uri, ())
        if not tags or "tags" in (page.meta.get("hide") or ()):
            return ""
        listing = self.site.files.get_file_from_path(build.tags.page)
        address = get_relative_url(listing.url, page.url) if listing is not None else ""
        shown = []
        for tag in tags:
            anchor = quote(build.tags.anchors.get(tag.casefold(), ""), ":/")
            place = f' href="{address}#{anchor}"' if address and anchor else ""
            shown.append(f'<a class="md-tag"{place}>{escape(tag)}</a>')
        return f'<nav class="md-tags" aria-label="Tags">{"".join(shown)}</nav>\n'

    def _item(self, item: StructureItem) -> Any:
        """An item of the navigation, as a configuration has it."""
        if isinstance(item, Section):
            return {str(item.title): [self._item(each) for each in item.children]}
        title = str(item.title)
        if isinstance(item, Page):
            return _path(item) if title == self._title(item) else {title: _path(item)}
        return {title: getattr(item, "url", "")}


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _renamed(text: bytes, names: Mapping[str, str]) -> bytes:
    told = text.decode()
    for old, new in names.items():
        told = told.replace(f"{old})", f"{new})")
    return told.encode()


def _path(page: Page) -> str:
    """Where a note would stand for a page; its own note may be a notebook or a base."""
    if page.file.src_uri.endswith(BASE):
        return f"{page.file.src_uri}.md"
    return PurePosixPath(page.file.src_uri).with_suffix(".md").as_posix()


def _plain(value: Any) -> Any:
    """A property as YAML has it: `Markup` is text, a date its digits."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value)


def _heading(link: AnchorLink) -> Heading:
    return Heading(link.level, link.id, link.title, [_heading(each) for each in link.children])


def _options(config: MkDocsConfig) -> Mapping[str, Any]:
    found = {name: config[name] for name in CARRIED}
    found["extra"] = _plain(dict(config.extra))
    found["extra_css"] = [*config.extra_css, FORMULAS]  # nobody puts it into single pages there
    found["extra_javascript"] = [_script(each) for each in config.extra_javascript]
    return found


def _script(script: Any) -> Any:
    if isinstance(script, str):
        return script
    told = {"type": script.type, "async": script.async_, "defer": script.defer}
    return {"path": script.path, **{name: value for name, value in told.items() if value}}


def _theme(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a configuration says of the theme, but for the folder that changes it."""
    theme = raw.get("theme") or "mkdocs"
    told = dict(theme) if isinstance(theme, dict) else {"name": theme}
    told.pop("custom_dir", None)
    return {name: _plain(value) for name, value in told.items()}
