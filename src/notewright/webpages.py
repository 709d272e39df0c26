"""Pages that nobody writes: the graph, the folders, the symbols of each library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin
from xml.etree.ElementTree import Element, SubElement

from notewright import graphs
from notewright.code_index import CodeIndex, Use
from notewright.feed import Entry, feed, written
from notewright.linked import CODE, Linked, frame, link, symbol_page
from notewright.redirects import find_redirects, redirect_page
from notewright.vault import Vault
from notewright.web import Web

GRAPH = "graph.md"


@dataclass(frozen=True)
class WebPage:
    """One page that is made.

    Attributes:
        path: Where a note of the vault would stand for it.
        title: Its title.
        elements: What it shows, the title among it.
        is_listed: Whether the navigation names it.
    """

    path: str
    title: str
    elements: Sequence[Element]
    is_listed: bool = True

    @property
    def markdown(self) -> str:
        """What stands in for its Markdown: it may not be empty."""
        title = self.title.replace('"', "").replace("\\", "")
        return f'---\ntitle: "{title}"\n---\n\n…\n'


def web_pages(vault: Vault, linked: Linked) -> list[WebPage]:
    """Make the pages of a vault. A note at the path of one takes its place."""
    pages = [*_folders(vault, linked.web), *_code(linked.code, linked.web)]
    if linked.web.references:
        pages.append(_graph(linked.web))
    taken = {path.casefold() for path in vault.notes}
    taken |= {path.removesuffix("README.md") + "index.md" for path in vault.notes}
    return [page for page in pages if page.path.casefold() not in taken]


def _page(path: str, title: str, body: Iterable[Element], is_listed: bool = True) -> WebPage:
    heading = Element("h1")
    heading.text = title
    return WebPage(path, title, [heading, *body], is_listed)


def _graph(web: Web) -> WebPage:
    around = Element("div", {"class": "nw-web"})
    skip = SubElement(around, "a", {"href": "#the-same-as-a-list", "class": "nw-skip"})
    skip.text = "Skip the graph: the same as a list"
    frame(around, "Graph of all notes").append(graphs.whole(web, GRAPH))
    heading = Element("h2", {"id": "the-same-as-a-list"})
    heading.text = "The same as a list"
    entries = Element("ul")
    for path in _by_title(web, web.titles):
        entry = SubElement(entries, "li")
        here = link(entry, web.titles[path], path, GRAPH)
        targets = web.outgoing(path)
        here.tail = " links to " if targets else ""
        for number, target in enumerate(targets):
            there = link(entry, web.titles[target], target, GRAPH)
            there.tail = ", " if number < len(targets) - 1 else ""
    return _page(GRAPH, "Graph", [around, heading, entries])


def _by_title(web: Web, paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (web.titles[path].casefold(), path))


def _folders(vault: Vault, web: Web) -> Iterator[WebPage]:
    """A page for each folder that has none of its own."""
    parents = {parent for path in web.titles for parent in PurePosixPath(path).parents}
    folders = sorted(parent.as_posix() for parent in parents if parent.name)
    for folder in folders:
        path = f"{folder}/index.md"
        entries = Element("ul")
        for inner in (each for each in folders if PurePosixPath(each).parent.as_posix() == folder):
            name = PurePosixPath(inner).name
            link(SubElement(entries, "li"), _folder_title(name), f"{inner}/index.md", path)
        inside = [each for each in web.titles if PurePosixPath(each).parent.as_posix() == folder]
        for note in _by_title(web, inside):
            link(SubElement(entries, "li"), web.titles[note], note, path)
        title = _folder_title(PurePosixPath(folder).name)
        # A list of one tells no more than the navigation does, which names that one itself.
        yield _page(path, title, [entries], is_listed=len(entries) > 1)


def _folder_title(name: str) -> str:
    title = name.replace("-", " ").replace("_", " ")
    return title[:1].upper() + title[1:]


def _code(code: CodeIndex, web: Web) -> Iterator[WebPage]:
    """The list of libraries, and a page for each with its symbols."""
    libraries = code.libraries()
    if not libraries:
        return
    path = f"{CODE}/index.md"
    body: list[Element] = [_paragraph("Every library symbol that a cell uses, with its notes.")]
    for library, symbols in libraries.items():
        heading = Element("h2", {"id": library})
        heading.text = library
        entries = Element("ul", {"class": "nw-inline nw-symbols"})
        for name in symbols:
            target, label = symbol_page(name)
            entry = SubElement(entries, "li")
            SubElement(link(entry, "", target, path, label), "code").text = name
        body += [heading, entries]
    yield _page(path, "Code index", body)
    for library, symbols in libraries.items():
        target, _ = symbol_page(library)
        yield _page(target, library, _symbols(code, web, symbols, target), is_listed=False)


def _symbols(code: CodeIndex, web: Web, symbols: Sequence[str], path: str) -> Iterator[Element]:
    for name in symbols:
        heading = Element("h2", {"id": name})
        heading.text = name
        yield heading
        entries = Element("ul")
        uses = code.uses[name]
        for note in dict.fromkeys(use.note for use in uses):
            _uses(SubElement(entries, "li"), [use for use in uses if use.note == note], web, path)
        yield entries


def _uses(entry: Element, uses: Sequence[Use], web: Web, path: str) -> None:
    """One note that uses a symbol, and the figures of the cells that do."""
    link(entry, web.titles[uses[0].note], uses[0].note, path)
    figures = [(use, text) for use in uses for text in use.figures]
    if figures:
        entries = SubElement(entry, "ul")
        for use, text in figures:
            shown = SubElement(entries, "li")
            shown.text = "Figure: "
            link(shown, text, use.note, path, use.label)


def _paragraph(text: str) -> Element:
    element = Element("p")
    element.text = text
    return element


UNDATED = "1970-01-01"
"""Stands for the date of a page that has none: MkDocs would take today's."""


def alias_addresses(vault: Vault, urls: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """The aliases of notes by the address of their page."""
    return {
        urls[path]: note.aliases
        for path, note in vault.notes.items()
        if note.aliases and path in urls
    }


def redirect_files(
    vault: Vault, urls: Mapping[str, str], directory_urls: bool
) -> Iterator[tuple[str, str]]:
    """The files of the site that lead from old addresses to notes, with their HTML."""
    redirects, _ = find_redirects(vault)
    pages = {url.rstrip("/").removesuffix(".html") for url in urls.values()}
    for each in redirects:
        if each.note in urls and quote(each.address) not in pages:
            file = each.file(directory_urls)
            yield file, redirect_page(file, urls[each.note])


def feed_of(vault: Vault, web: Web, urls: Mapping[str, str], site: Mapping[str, str]) -> str:
    """The feed of the dated notes of a vault.

    Args:
        vault: The vault.
        web: Knows the titles of its notes.
        urls: The address of each note in the site.
        site: `name`, `url` and `description` of the site, and `feed`, the feed's own path in it.
    """
    entries = []
    for path, title in web.titles.items():
        note = vault.notes[path]
        when = written(note)
        if when is not None and path in urls:
            summary = str(note.properties.get("description") or "")
            entries.append(Entry(when, title, urljoin(site["url"], urls[path]), summary))
    return feed({**site, "feed": urljoin(site["url"], site["feed"])}, entries)
