"""Takes a converted MkDocs page apart into plain values, and puts it together again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from notewright import context, downloads
from notewright.fingerprints import Fingerprints, host_state
from notewright.kept import KeptPages, Made
from notewright.tracing import digest_glob
from notewright.vault import Note

_LOGS = ("mkdocs", "MARKDOWN", "pymdownx")

_KNOWN = """
    abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs
    legacy_em md_in_html meta nl2br sane_lists smarty tables toc wikilinks
    pymdownx.arithmatex pymdownx.betterem pymdownx.caret pymdownx.critic pymdownx.details
    pymdownx.emoji pymdownx.escapeall pymdownx.extra pymdownx.fancylists pymdownx.highlight
    pymdownx.inlinehilite pymdownx.keys pymdownx.magiclink pymdownx.mark pymdownx.progressbar
    pymdownx.quotes pymdownx.saneheaders pymdownx.smartsymbols pymdownx.striphtml
    pymdownx.superfences pymdownx.tabbed pymdownx.tasklist pymdownx.tilde
"""
"""Extensions that read nothing but the page: not `snippets` or `b64`, which read files.

Of `emoji` the files are known; see `_icons`.
"""


def state(config: MkDocsConfig, files: Files, own: object) -> str | None:
    """All of MkDocs' configuration that bears on the conversion of a page, as text.

    Args:
        config: The configuration, as all plugins left it.
        files: The files that links may lead to.
        own: The extension of this package.

    Returns:
        The text; None if an extension is used whose pages depend on more than is known.
    """
    extensions = [each for each in config.markdown_extensions if each is not own]
    if not all(isinstance(each, str) and _is_known(each) for each in extensions):
        return None
    # Where all is told, MkDocs leaves anchors to others; see `links_to_anchors`.
    debugs = logging.getLogger("mkdocs").isEnabledFor(logging.DEBUG)
    links = [[file.src_uri, file.url, file.inclusion.name] for file in files]
    validation = {name: str(value) for name, value in config.validation.items()}
    icons = _icons(config.mdx_configs.get("pymdownx.emoji", {}))
    known = [extensions, config.mdx_configs, icons, debugs, sorted(links), str(validation)]
    return host_state(known)


def _icons(options: Mapping[str, Any]) -> list[str]:
    """What stands in the files that Material's icons are made of, beside its own."""
    folders = (options.get("options") or {}).get("custom_icons") or []
    return [_digest_icons(str(each)) for each in folders]


@cache  # Material reads them once for all builds of `serve`
def _digest_icons(folder: str) -> str:
    return digest_glob(folder, "**/*.svg")


def _is_known(extension: str) -> bool:
    name = extension.removeprefix("markdown.extensions.")
    return name in _KNOWN.split() or name.startswith("pymdownx.blocks.")


def text_now(file: File) -> str | None:
    """The text of a file as it is now; None if it cannot be read any more."""
    try:
        return file.content_string
    except (OSError, ValueError):
        return None


class NotebookFile(File):
    """A percent notebook, of which MkDocs makes a page; otherwise it would copy the file."""

    def is_documentation_page(self) -> bool:
        """It is one."""
        return True


def as_pages(files: Files, notebooks: Collection[str], others: Collection[str]) -> None:
    """Make pages of notebooks, unless another plugin (mkdocs-jupyter) has done so already.

    Args:
        files: The files of the site.
        notebooks: Paths of percent notebooks.
        others: Paths of attachments; Python that is no notebook is copied as it is.
    """
    for file in list(files):
        is_page = file.is_documentation_page()
        if file.src_uri in notebooks and not is_page:
            kind: type[File] = NotebookFile
        elif file.src_uri in others and file.src_uri.endswith(".py") and is_page:
            kind = File
        else:
            continue
        files.remove(file)
        where = (file.src_uri, file.src_dir, file.dest_dir, file.use_directory_urls)
        files.append(kind(*where, inclusion=file.inclusion))


class Download(File):
    """A file that is written as it is, though its name may end in `.md`."""

    def is_documentation_page(self) -> bool:
        """It is none."""
        return False


def add_downloads(
    files: Files, notes: Iterable[Note], config: MkDocsConfig
) -> dict[str, dict[str, File]]:
    """Add the files that notes offer, still empty, beside their pages.

    Returns:
        By the path of each note its downloads, by what they are called. What would lie in the
        place of another file is left out.
    """
    taken = {file.dest_uri for file in files}
    added: dict[str, dict[str, File]] = {}
    for note in notes:
        page = files.get_file_from_path(note.path)
        for name, path in downloads.paths(note, page.dest_uri).items() if page else ():
            if path not in taken and files.get_file_from_path(path) is None:
                file = Download.generated(config, path, content="")
                files.append(file)
                added.setdefault(note.path, {})[name] = file
    return added


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect what is logged: a page about which something is said is made anew each time.

    Where the log is too quiet to tell, there is an entry too.
    """
    said: list[str] = []
    if not logging.getLogger("mkdocs").isEnabledFor(logging.INFO):
        said.append("")

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener = Listener(logging.INFO)
    loggers = [logging.getLogger(name) for name in _LOGS]
    for log in loggers:
        log.addHandler(listener)
    try:
        yield said
    finally:
        for log in loggers:
            log.removeHandler(listener)


class Keeper:
    """Lets pages and downloads be what they were in an earlier build, if they would be the same.

    Args:
        fingerprints: Of this build; None if nothing may be kept.
        state_dir: Where things are kept.
        assets: The files that the pages of this build refer to.
    """

    def __init__(
        self, fingerprints: Fingerprints | None, state_dir: Path, assets: dict[str, str]
    ) -> None:
        self._fingerprints = fingerprints
        self._pages = KeptPages(state_dir / "pages")
        self._downloads = KeptPages(state_dir / "downloads")
        self._assets = assets

    def watch(self, page: Page, own: context.Page, markdown: str) -> None:
        """Take over how MkDocs renders the page of a note.

        Args:
            page: MkDocs' page.
            own: What the conversion knows of the note.
            markdown: The note's text, as all plugins left it.
        """
        found = self._fingerprints
        if found is None:
            return
        path, key = own.note.path, found.page(own.note, page.url, markdown)
        made = self._pages.load(path, key, found.note)

        def render(config: MkDocsConfig, files: Files) -> None:
            if made is not None:
                put_together(page, made["page"], files)
                own.anchors.update(made["anchors"])
                self._assets.update(made["assets"])
                return
            with listening() as said:
                Page.render(page, config, files)
            if said or own.problems or any(result.problems for result in own.results):
                return  # it is to be told again
            new = {
                "page": taken_apart(page),
                "anchors": sorted(own.anchors),
                "assets": {name: self._assets[name] for name in sorted(own.renderer.used)},
            }
            self._pages.keep(path, key, _digests(found, own.consulted - {path}), new)

        vars(page)["render"] = render

    def made(
        self, note: Note, site: str, title: str, consulted: Iterable[str], make: Callable[[], Made]
    ) -> Made:
        """What a note offers to download: kept, or made now.

        Args:
            note: The note.
            site: Where the site is published; may be empty.
            title: The note's title.
            consulted: Paths of the notes that it takes something from.
            make: Makes it.
        """
        found = self._fingerprints
        if found is None:
            return make()
        key = found.page(note, site, title)
        kept = self._downloads.load(note.path, key, found.note)
        if kept is None:
            kept = make()
            self._downloads.keep(note.path, key, _digests(found, consulted), kept)
        return kept

    def prune(self, pages: Iterable[str], downloads: Iterable[str]) -> None:
        """Remove what is kept of all notes but these, by their paths."""
        if self._fingerprints is not None:  # else it may be a stranger's directory
            self._pages.prune(pages)
            self._downloads.prune(downloads)


def _digests(found: Fingerprints, paths: Iterable[str]) -> Mapping[str, str]:
    return {path: found.note(path) for path in sorted(paths)}


def taken_apart(page: Page) -> Made:
    """What the conversion gave a page, as values of JSON."""
    links = page.links_to_anchors or {}
    return {
        "content": page.content,
        "toc": _tokens(page.toc),
        "title": page._title_from_render,
        "ids": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: dict(anchors) for file, anchors in links.items()},
    }


def put_together(page: Page, made: Made, files: Files) -> None:
    """Give a page what its conversion would give it."""
    page.content = made["content"]
    page.toc = get_toc(made["toc"])
    page._title_from_render = made["title"]
    page.present_anchor_ids = set(made["ids"])
    links: Mapping[str, dict[str, str]] = made["links"]
    found = ((files.get_file_from_path(path), anchors) for path, anchors in links.items())
    page.links_to_anchors = {file: anchors for file, anchors in found if file is not None}


def _token(link: AnchorLink) -> Any:
    return {
        "name": link.title,
        "id": link.id,
        "level": link.level,
        "children": _tokens(link.children),
    }


def _tokens(links: Iterable[AnchorLink]) -> list[Any]:
    return [_token(each) for each in links]
