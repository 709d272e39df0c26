"""Pages of MkDocs, and what notes offer: kept for the next build, where they would be the same."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import mkdocs_private
from notewright.hosts.mkdocs.listening import listening
from notewright.hosts.mkdocs.taken_apart import put_together, taken_apart
from notewright.hosts.mkdocs.unforeseen import in_conversion
from notewright.markdown import page as converted
from notewright.markdown.extension import NotewrightExtension
from notewright.note.compact import Compact
from notewright.note.note import Note
from notewright.render.converters import converters
from notewright.render.made_pages import WebPage
from notewright.render.page_cache import Kept, KeptPages, Made
from notewright.render.page_digests import Fingerprints, host_state, note_of, taken_from_others
from notewright.run.worker.digests import digest_glob
from notewright.settings import Settings
from notewright.vault.kept_notes import KeptNotes
from notewright.vault.names import Asked, Names


def state(config: MkDocsConfig, own: object) -> str | None:
    """All of MkDocs' configuration that bears on the conversion of a page, as text.

    Args:
        config: The configuration, as all plugins left it.
        own: The extension of this package.

    Returns:
        The text; None if an extension is used whose pages depend on more than is known.
    """
    extensions = [each for each in config.markdown_extensions if each is not own]
    if in_conversion(extensions, own):
        return None
    # Where all is told, MkDocs leaves anchors to others; see `links_to_anchors`.
    debugs = logging.getLogger("mkdocs").isEnabledFor(logging.DEBUG)
    validation = {name: str(value) for name, value in config.validation.items()}
    icons = _icons(config.mdx_configs.get("pymdownx.emoji", {}))
    known = [extensions, config.mdx_configs, icons, debugs, str(validation)]
    return host_state(known)


def _icons(options: Mapping[str, Any]) -> list[str]:
    """What stands in the files that Material's icons are made of, beside its own."""
    folders = (options.get("options") or {}).get("custom_icons") or []
    return [_digest_icons(str(each)) for each in folders]


@cache  # Material reads them once for all builds of `serve`
def _digest_icons(folder: str) -> str:
    return digest_glob(folder, "**/*.svg")


def places(files: Files) -> Sequence[Sequence[str]]:
    """Where a site shows its files, by their paths."""
    return sorted([file.src_uri, _place(file)] for file in files)


def place(files: Files, path: str) -> str:
    """Where a site shows a file; empty if it has no such file."""
    file = files.src_uris.get(path)  # MkDocs would take each path apart first
    file = file if file is not None else files.get_file_from_path(path)
    return _place(file) if file is not None else ""


def _place(file: File) -> str:
    return f"{file.url} {file.inclusion.name}"


class _AskedFiles:
    """The files of a site, of which it is remembered for which MkDocs asks."""

    def __init__(self, files: Files, names: Names) -> None:
        self._files, self._names = files, names

    def get_file_from_path(self, path: str) -> File | None:
        self._names.file(path)
        found = self._files.src_uris.get(path)  # as in `place`
        return found if found is not None else self._files.get_file_from_path(path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


@dataclass(frozen=True, slots=True)
class _Shown(Compact):
    """Of what a page was made: its text, all that decides it, and what it took from elsewhere."""

    markdown: str
    key: str
    consulted: Mapping[str, str]
    asked: Asked


@dataclass(frozen=True, slots=True)
class Offer:
    """What a note without cells offers to download.

    Attributes:
        about: Where the site is published, which may be empty; and the note's title.
        make: Makes it, by what names stand for.
    """

    about: Sequence[str]
    make: Callable[[Names], Made]


@dataclass(frozen=True, slots=True)
class Converted:
    """A page that nobody writes, as it was converted.

    Attributes:
        given: The page as it was made, its address, and what converted it.
        page: The page of MkDocs.
        asked: What names stood for.
    """

    given: tuple[WebPage, str, str]
    page: Made
    asked: Asked

    def is_of(self, given: tuple[WebPage, str, str]) -> bool:
        """Whether it would be converted from the same again."""
        return self.given[0] is given[0] and self.given[1:] == given[1:]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What one process knows of its builds before, so that it is neither made nor read again.

    Attributes:
        pages: Pages that nobody writes, by their paths.
        downloads: What notes offer to download, by their paths, and what decides it.
        kept: What is kept for other processes, by its directory.
    """

    pages: dict[str, Converted] = field(default_factory=dict)
    downloads: dict[str, tuple[str, Kept]] = field(default_factory=dict)
    kept: dict[Path, KeptPages] = field(default_factory=dict)

    def kept_in(self, directory: Path) -> KeptPages:
        """What is kept in a directory: each process goes on with what it wrote there."""
        return self.kept.setdefault(directory, KeptPages(directory))


class Keeper:
    """Lets pages and downloads be what they were in an earlier build, if they would be the same.

    Args:
        fingerprints: Of this build; None if nothing may be kept.
        settings: Where things are kept.
        assets: The files that the pages of this build refer to.
        remembered: What the builds before this one left; added to.
        own: The Markdown extension, which lends what converts pages.

    Attributes:
        fingerprints: Digests of this build; None if nothing may be kept.
        kept: How many pages are those of an earlier build.
        shown: By its path, of what each page was made that may stay.
        names: Digest of all that names can stand for.
        has_begun: Whether a copy of this process may have made a page that was left to copies.
    """

    def __init__(
        self,
        fingerprints: Fingerprints | None,
        settings: Settings,
        assets: dict[str, str],
        remembered: Remembered,
        own: NotewrightExtension,
    ) -> None:
        self._own = own
        self.fingerprints = fingerprints
        self._pages = remembered.kept_in(settings.state_dir / "pages")
        self._downloads = remembered.kept_in(settings.state_dir / "downloads")
        self._assets = assets
        self._remembered = remembered
        self.shown: dict[str, _Shown] = {}
        self.names = fingerprints.names if fingerprints is not None else ""
        self.kept = 0
        self._offered: dict[str, tuple[str, Made]] = {}
        self._new: set[str] = set()
        self._build = secrets.token_hex(8)
        self.has_begun: Callable[[Page], bool] = lambda page: True

    def is_same(self, note: Note, url: str, earlier: Keeper, suspects: Set[str]) -> bool:
        """Whether the page of a note is what it was in an earlier build; then it stays kept.

        Args:
            note: The note; its text did not change.
            url: The address of its page.
            earlier: What kept pages in that build.
            suspects: Paths of the notes that changed, or around which something did.
        """
        found, shown = self.fingerprints, earlier.shown.get(note.path)
        if found is None or shown is None:
            return False
        is_near = note.path in suspects or not suspects.isdisjoint(map(note_of, shown.consulted))
        if is_near and found.page(note, url, shown.markdown) != shown.key:
            return False
        if is_near and any(found.taken(each) != old for each, old in shown.consulted.items()):
            return False
        if not found.are_same(shown.asked, earlier.names):
            return False
        self.shown[note.path] = shown
        return True

    def watch(
        self, page: Page, own: converted.Page, markdown: str, offer: Offer | None = None
    ) -> None:
        """Take over how MkDocs renders the page of a note.

        Args:
            page: MkDocs' page.
            own: What the conversion knows of the note.
            markdown: The note's text, as all plugins left it.
            offer: What is made with the page, while the note's parse is at hand, and kept with it.
        """
        found = self.fingerprints
        if found is None:
            return
        path, key = own.note.path, found.page(own.note, page.url, markdown)
        kept = None
        if path not in self._new or self.has_begun(page):
            kept = self._pages.load(path, key, found.taken, found.are_same, self._build)

        def render(config: MkDocsConfig, files: Files) -> None:
            if kept is not None:
                made = kept.made
                self.kept += path not in self._new
                put_together(page, made["page"], files)
                own.anchors.update(made["anchors"])
                self._assets.update(made["assets"])
                own.renderer.used.update(made["assets"])
                self._offered[path] = made["offered"]
                self.shown[path] = _Shown(markdown, key, kept.consulted, kept.asked)
                return
            asked: Any = _AskedFiles(files, own.names)
            with listening() as said:
                self._render(page, config, asked)
            if said or own.problems or any(result.problems for result in own.results):
                return  # it is to be told again
            new: dict[str, Any] = {
                "page": taken_apart(page),
                "anchors": sorted(own.anchors),
                "assets": {name: self._assets[name] for name in sorted(own.renderer.used)},
                "offered": ("", {}),
            }
            with own.note.reading():
                if offer is not None:
                    new["offered"] = found.downloads(own.note, *offer.about), offer.make(own.names)
            self._offered[path] = new["offered"]
            digests = taken_from_others(found, own.consulted, path)
            whole = Kept(new, digests, own.names.asked)
            self._pages.keep(path, key, whole, found.common, self._build)
            self.shown[path] = _Shown(markdown, key, digests, own.names.asked)

        vars(page)["render"] = render

    def watch_made(self, page: Page, made: WebPage, names: Names) -> None:
        """Take over how MkDocs renders a page that nobody writes.

        Args:
            page: MkDocs' page.
            made: The page as it is made.
            names: What names stand for, for the page.
        """
        found = self.fingerprints
        if found is None:
            return
        last = self._remembered.pages.get(made.path)
        given = made, page.url, found.common

        def render(config: MkDocsConfig, files: Files) -> None:
            if last is not None and last.is_of(given) and found.are_same(last.asked):
                put_together(page, last.page, files)
                return
            key = found.made(made, page.url)
            known = key, found.taken, found.are_same, self._build
            kept = self._pages.load(made.path, *known) if key else None
            if kept is not None:
                made.recall(kept.made["said"])
                put_together(page, kept.made["page"], files)
                self._remembered.pages[made.path] = Converted(given, kept.made["page"], kept.asked)
                return
            asked: Any = _AskedFiles(files, names)
            with listening() as said:
                self._render(page, config, asked)
            if said:
                return  # it is to be told again
            new = Converted(given, taken_apart(page), names.asked)
            self._remembered.pages[made.path] = new
            if key:
                whole = Kept({"page": new.page, "said": made.said}, {}, new.asked)
                self._pages.keep(made.path, key, whole, found.common, self._build)

        vars(page)["render"] = render

    def _render(self, page: Page, config: MkDocsConfig, files: Any) -> None:
        with self._own.lent(config.markdown_extensions, config.mdx_configs) as md:
            mkdocs_private.render(page, config, files, md)

    def offered(self, note: Note, offer: Offer) -> Made | None:
        """What a note offers, if it was made or kept with its page."""
        known, made = self._offered.get(note.path, ("", {}))
        found = self.fingerprints
        return made if found is not None and known == found.downloads(note, *offer.about) else None

    def made(
        self,
        names: Names,
        note: Note,
        about: Sequence[str],
        make: Callable[[], Made],
    ) -> Made:
        """What a note offers to download: kept, or made now.

        Args:
            names: What names stand for, for the note.
            note: The note.
            about: Where the site is published, which may be empty; and the note's title.
            make: Makes it.
        """
        found = self.fingerprints
        if found is None:
            return make()
        key = found.downloads(note, *about)
        known, kept = self._remembered.downloads.get(note.path, ("", None))
        if known != key or kept is None or not found.are_same(kept.asked):
            kept = self._downloads.load(note.path, key, found.taken, found.are_same)
        if kept is None:
            kept = Kept(make(), {}, names.asked)
            self._downloads.keep(note.path, key, kept)
        self._remembered.downloads[note.path] = key, kept
        return kept.made

    def leave(self, paths: Iterable[str]) -> None:
        """Leave pages to copies of this process: those of which nothing is kept yet.

        Where what all pages share is another than for the first that is kept, these are all pages.
        """
        found, pages = self.fingerprints, set(paths)
        known = self._pages.known(pages)
        is_other = found and known and not self._pages.has_common(min(known), found.common)
        self._new = pages if is_other else pages - known

    @property
    def new(self) -> Set[str]:
        """Paths of the pages that were left to copies."""
        return self._new

    def prune(self) -> None:
        """Remove what was longest out of use, where there is too much."""
        if self.fingerprints is not None:  # else it may be a stranger's directory
            self._pages.prune()
            self._downloads.prune()


def kept_notes(settings: Settings) -> KeptNotes | None:
    """The notes as an earlier process read them; None for a vault that may be a stranger's."""
    if not settings.execute:
        return None
    how = settings.dialect, settings.only_asked, settings.run_docs
    return KeptNotes(settings.state_dir, f"{converters()} {settings.docs_dir} {how}")
