"""Pages that nobody writes: the graph, the folders, the tags, the symbols of each library."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from notewright.note.titles import folder_title
from notewright.render import graphs, source_pages
from notewright.render.code_backlinks import CodeIndex, Use
from notewright.render.feed import Entry, changed, written
from notewright.render.page_foot import CODE, GRAPH, Linked, frame, link, symbol_page
from notewright.vault.backlinks import Web
from notewright.vault.redirects import Redirect, find_redirects, redirect_page
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault


@dataclass(frozen=True)
class WebPage:
    """One page that is made, once somebody asks for what it shows.

    Attributes:
        path: Where a note of the vault would stand for it.
        title: Its title.
        body: Makes what it shows below its title.
        is_listed: Whether the navigation names it.
        text: Markdown that it shows instead of elements.
        is_wide: Whether it takes the room of the navigation, too.
        known: Its digest, where an earlier process has made it; see `said`.
        given: All that `body` makes it of, to compare it with another; None if nobody says.
    """

    path: str
    title: str
    body: Callable[[], Iterable[Element]] = tuple
    is_listed: bool = True
    text: str = ""
    is_wide: bool = False
    known: str = ""
    given: Any = None

    def or_like(self, last: WebPage | None) -> WebPage:
        """The page of the last build if it is made of the same: it need not be made to tell."""
        if last is None or self.given is None:
            return self
        if (self.title, self.is_listed, self.text) != (last.title, last.is_listed, last.text):
            return self
        if self.given != last.given:
            return self
        return replace(self, known=last.known) if last.known else last

    def elements(self) -> Sequence[Element]:
        """Make what it shows, its title among it: the host will change the links in it."""
        heading = Element("h1")
        heading.text = self.title
        elements = [] if self.text else [heading, *self.body()]
        if "said" not in vars(self):
            vars(self)["said"] = self._digest(elements)
        return elements

    @cached_property
    def said(self) -> str:
        """Digest of what it says."""
        return self.known or self._digest(self.elements())

    def recall(self, said: str) -> None:
        """Take over what it says, as an earlier process made it of the same."""
        vars(self).setdefault("said", said)

    def _digest(self, elements: Iterable[Element]) -> str:
        parts = [self.title, self.text, *(tostring(each, "unicode") for each in elements)]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    @property
    def markdown(self) -> str:
        """Its Markdown, or what stands in for it: it may not be empty."""
        title = self.title.replace('"', "").replace("\\", "")
        wide = "hide: [navigation, toc]\n" if self.is_wide else ""
        return f'---\ntitle: "{title}"\n{wide}---\n\n{self.text or "…"}\n'


def web_pages(
    vault: Vault,
    linked: Linked,
    tags: Tags,
    last: Mapping[str, WebPage],
    holder: Callable[[str], str] = lambda path: "",
) -> Mapping[str, WebPage]:
    """Make the pages that a vault's settings name. A note at the same address replaces one.

    Args:
        vault: The vault.
        linked: What lies around its notes.
        tags: Its tags.
        last: The pages of the build before this one, which stay if they are made of the same.
        holder: The file that already has the address of a page; empty if the address is free.
    """
    named = vault.settings.generated_pages
    pages = [*_code(linked), *_modules(linked)]
    if "folders" in named:
        pages += _folders(vault, linked.web, holder)
    if tags.is_made:
        pages.append(_tags(tags, linked.web))
    if linked.web.references and "graph" in named:
        pages.append(_map(linked.web))
    taken = {path.casefold() for path in vault.notes}
    taken |= {path.removesuffix("README.md") + "index.md" for path in vault.notes}
    free = (page for page in pages if page.path.casefold() not in taken)
    made = {page.path: page for page in free if not holder(page.path)}
    return {path: page.or_like(last.get(path)) for path, page in made.items()}


def _map(web: Web) -> WebPage:
    # Two lists of what is there anyway: a pair for each of so many links would take longer.
    sources = [each.source for each in web.references]
    given = web.titles, sources, [each.target for each in web.references]
    return WebPage(GRAPH, "Graph", partial(_graph, web), is_wide=True, given=given)


def _graph(web: Web) -> Iterator[Element]:
    unsearched = {"data-search-exclude": ""}  # a name is found where it is told
    around = Element("div", {"class": "nw-web", **unsearched})
    around.append(graphs.kinds_legend(web))
    skip = SubElement(around, "a", {"href": "#the-same-as-a-list", "class": "nw-skip"})
    skip.text = "Skip the graph and go to the list"
    both = SubElement(around, "div", {"class": "nw-map"})
    frame(both, "Graph of all notes").append(graphs.whole(web, GRAPH))
    beside = SubElement(both, "div", {"class": "nw-map-list"})
    heading = SubElement(beside, "h2", {"id": "the-same-as-a-list"})
    heading.text = "All notes as a list"
    entries = SubElement(beside, "ul", unsearched)
    for path in _by_title(web, web.titles):
        entry = SubElement(entries, "li")
        here = _listed(entry, web.titles[path], path)
        targets = web.outgoing(path)
        here.tail = " links to " if targets else ""
        for number, target in enumerate(targets):
            there = _listed(entry, web.titles[target], target)
            there.tail = ", " if number < len(targets) - 1 else ""
    yield around


def _listed(entry: Element, title: str, path: str) -> Element:
    """A link of the list beside the graph: a short title has the width of a finger all the same."""
    made = link(entry, title, path, GRAPH)
    if len(title) < 4:
        made.set("class", "nw-short")
    return made


def _tags(tags: Tags, web: Web) -> WebPage:
    """The list of tags with their notes; where a plugin of the host fills it, its place."""
    if tags.is_filled:
        return WebPage(tags.page, "Tags", text="# Tags\n\n<!-- material/tags -->", given=())
    return WebPage(tags.page, "Tags", partial(_tag_list, tags, web), given=(tags, web.titles))


def _tag_list(tags: Tags, web: Web) -> Iterator[Element]:
    for tag, notes in tags.notes.items():
        heading = Element("h2", {"id": tags.anchors[tag.casefold()]})
        heading.text = f"#{tag}"
        yield heading
        entries = Element("ul")
        for note in _by_title(web, notes):
            link(SubElement(entries, "li"), web.titles[note], note, tags.page)
        yield entries


def _by_title(web: Web, paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (web.titles[path].casefold(), path))


def _folders(vault: Vault, web: Web, holder: Callable[[str], str]) -> Iterator[WebPage]:
    """A page for each folder that has none of its own."""
    listed = [path for path in web.titles if not vault.exclusions.unlisted(path)]
    folders = sorted(_folders_of(listed))
    inner_of, notes_of = _by_folder(folders), _by_folder(_by_title(web, listed))
    for folder in folders:
        path = f"{folder}/index.md"
        inner = [_index(vault, each, holder) for each in inner_of.get(folder, [])]
        notes = notes_of.get(folder, [])
        title = folder_title(PurePosixPath(folder).name)
        given = path, inner, [(each, web.titles[each]) for each in notes]
        # A list of one tells no more than the navigation does, which names that one itself.
        is_listed = len(inner) + len(notes) > 1
        yield WebPage(path, title, partial(_folder, *given), is_listed, given=given)


def _folders_of(paths: Iterable[str]) -> set[str]:
    """The folders in which files stand, and those in which these do."""
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found


def _index(vault: Vault, folder: str, holder: Callable[[str], str]) -> str:
    """Path of the page of a folder: the note that stands for it, or the page that is made."""
    own = f"{folder}/index.md", f"{folder}/README.md"
    return next((path for path in own if path in vault.notes), holder(own[0]) or own[0])


def _folder(path: str, inner: Sequence[str], notes: Sequence[tuple[str, str]]) -> Iterator[Element]:
    entries = Element("ul")
    for each in inner:
        place = PurePosixPath(each)
        is_own = place.name in ("index.md", "README.md")
        name = folder_title(place.parent.name if is_own else place.stem)
        link(SubElement(entries, "li"), name, each, path)
    for note, title in notes:
        link(SubElement(entries, "li"), title, note, path)
    yield entries


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Paths by the folder that they stand in; one pass, however many folders there are."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(posixpath.dirname(path), []).append(path)
    return found


def _modules(linked: Linked) -> Iterator[WebPage]:
    """A page for each module of the project that notes use, with its source."""
    modules = linked.sources.modules if linked.sources else {}
    users_of: dict[str, dict[str, Sequence[tuple[str, str]]]] = {name: {} for name in modules}
    for symbol in linked.code.uses if modules else ():
        parts = symbol.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            if name in users_of:
                users_of[name][symbol] = _users(linked, symbol)
    for name, module in modules.items():
        target, users = source_pages.page(name), users_of[name]
        body = partial(source_pages.body, module, partial(_used_in, users, target))
        yield WebPage(target, name, body, is_listed=False, given=(module.text, users))


def _users(linked: Linked, symbol: str) -> Sequence[tuple[str, str]]:
    """The notes that use a symbol of a module, with their titles."""
    notes = dict.fromkeys(use.note for use in linked.code.uses[symbol])
    return [(note, linked.web.titles[note]) for note in _by_title(linked.web, notes)]


def _used_in(
    users: Mapping[str, Sequence[tuple[str, str]]], target: str, symbol: str
) -> Element | None:
    """A line that names the notes that use a symbol; None if none does."""
    if symbol not in users:
        return None
    line = Element("p", {"class": "nw-users", "data-search-exclude": ""})
    line.text = "Used in: "
    for number, (note, title) in enumerate(users[symbol], start=1):
        added = link(line, title, note, target)
        added.tail = ", " if number < len(users[symbol]) else ""
    return line


def _code(linked: Linked) -> Iterator[WebPage]:
    """The list of libraries, and a page for each with its symbols."""
    code, web = linked.code, linked.web
    libraries = code.libraries()
    if not libraries:
        return
    index = f"{CODE}/index.md"
    listed = {name: linked.symbol_page(name) for names in libraries.values() for name in names}
    body = partial(_libraries, libraries, listed, index)
    yield WebPage(index, "Code index", body, given=(libraries, listed))
    for library, symbols in libraries.items():
        target, _ = symbol_page(library)
        symbols = [name for name in symbols if listed[name][0] == target]
        if not symbols:
            modules = list(_modules_of(linked, library))
            body = partial(_module_list, modules, target)
            yield WebPage(target, library, body, is_listed=False, given=modules)
            continue
        body = partial(_symbols, code, web, symbols, target)
        uses = [(name, code.uses[name]) for name in symbols]
        titles = {use.note: web.titles[use.note] for _, each in uses for use in each}
        yield WebPage(target, library, body, is_listed=False, given=(uses, titles))


def _libraries(
    libraries: Mapping[str, Sequence[str]], listed: Mapping[str, tuple[str, str]], path: str
) -> Iterator[Element]:
    yield _paragraph("Library functions and classes used in cells, and the notes that use them.")
    for library, symbols in libraries.items():
        heading = Element("h2", {"id": library})
        heading.text = library
        yield heading
        entries = Element("ul", {"class": "nw-inline nw-symbols"})
        for name in symbols:
            target, label = listed[name]
            entry = SubElement(entries, "li")
            SubElement(link(entry, "", target, path, label), "code").text = name
        yield entries


def _modules_of(linked: Linked, library: str) -> Iterator[tuple[str, str]]:
    """Yield the modules of a package of the project, each with what it is for."""
    for name, module in linked.sources.modules.items() if linked.sources else ():
        if name.partition(".")[0] == library:
            yield name, module.outline.summary


def _module_list(modules: Iterable[tuple[str, str]], path: str) -> Iterator[Element]:
    entries = Element("ul")
    for name, summary in modules:
        entry = SubElement(entries, "li")
        named = link(entry, "", source_pages.page(name), path)
        SubElement(named, "code").text = name
        named.tail = f": {summary}"
    yield entries


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
) -> Iterator[tuple[Redirect, str, str]]:
    """Redirects, with the files of the site that lead from them to notes, and their HTML."""
    redirects, _ = find_redirects(vault)
    pages = {url.rstrip("/").removesuffix(".html") for url in urls.values()}
    for each in redirects:
        if each.note in urls and quote(each.address) not in pages:
            file = each.file(directory_urls)
            yield each, file, redirect_page(file, urls[each.note])


def dated_entries(vault: Vault, web: Web, urls: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the dated notes of a vault, for its feed.

    Args:
        vault: The vault.
        web: Knows the titles of its notes, and what they are about.
        urls: The whole address of each page by the path of its note.
    """
    for path, title in web.titles.items():
        note = vault.notes[path]
        first, last = written(note), changed(note)
        if last is not None and path in urls:
            mark = last.isoformat() if last != first else ""
            yield Entry(last, title, urls[path], web.description(note), mark)
