"""What stands at the foot of a note's page: its links in both directions, its graph, its code.

A Python-Markdown extension puts it into the page's tree, so that the site generator checks
and rewrites these links as it does the writer's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement

from notewright.render import graphs
from notewright.render.code_backlinks import CodeIndex
from notewright.render.source_pages import FOLDER, Sources
from notewright.vault.backlinks import Web
from notewright.vault.link_reading import Reference
from notewright.vault.links import relative
from notewright.vault.vault import Vault

CODE = FOLDER
"""Folder of the pages of library symbols."""
GRAPH = "graph.md"
"""The page with the graph of all notes."""


@dataclass(frozen=True)
class Linked:
    """What is known of the notes around a note, and of their code.

    Attributes:
        web: The notes and their links.
        code: Which cells use which symbol.
        sources: The project's own modules, if their source is published.
        map: Path of the page with the graph of all notes; empty if there is none.
    """

    web: Web
    code: CodeIndex = field(default_factory=CodeIndex)
    sources: Sources | None = None
    map: str = ""

    def symbol_page(self, name: str) -> tuple[str, str]:
        """The page of a symbol, and its place there: of its module, or of its library."""
        own = self.sources.place(name) if self.sources else None
        return own or symbol_page(name)

    def foot(self, path: str) -> Element | None:
        """The sections at the foot of a note's page; None if there is nothing to tell."""
        foot = Element("aside", {"class": "nw-web", "aria-label": "Related"})
        foot.set("data-search-exclude", "")  # what is said here is said in the notes
        incoming, outgoing = self.web.backlinks(path), self.web.outgoing(path)
        if incoming:
            self._backlinks(section(foot, "Linked from"), incoming, path)
        if outgoing:
            links = SubElement(section(foot, "Mentions"), "ul", {"class": "nw-inline"})
            for target in outgoing:
                link(SubElement(links, "li"), self.web.titles[target], target, path)
        drawing = graphs.local(self.web, path)
        if drawing is not None:
            around = section(foot, "Graph")
            around.set("class", "nw-around")
            around.append(drawing)
            legend = graphs.local_kinds(self.web, path)
            around.append(legend)
            if self.map:
                more = SubElement(legend, "li", {"class": "nw-more"})
                link(
                    more,
                    "Show notes two links away",
                    self.map,
                    path,
                    query=urlencode({"around": path}),
                )
        symbols = self.code.notes.get(path, ())
        if symbols:
            self._symbols(section(foot, "Library code used here"), symbols, path)
        return foot if len(foot) else None

    def _backlinks(self, parent: Element, references: Iterable[Reference], path: str) -> None:
        entries = SubElement(parent, "ul", {"class": "nw-backlinks"})
        for source, group in groupby(references, key=lambda each: each.source):
            entry = SubElement(entries, "li")
            link(entry, self.web.titles[source], source, path)
            told: set[str] = set()
            for each in group:
                sentence = f"{each.before}{each.shown}{each.after}"
                if sentence in told or sentence.strip() == self.web.titles[path]:
                    continue
                told.add(sentence)
                quoted = SubElement(entry, "p")
                quoted.text = each.before
                shown = SubElement(quoted, "mark")
                shown.text, shown.tail = each.shown, each.after

    def _symbols(self, parent: Element, symbols: Sequence[str], path: str) -> None:
        entries = SubElement(parent, "ul", {"class": "nw-inline nw-symbols"})
        shown: dict[str, tuple[str, str]] = {}
        for name in symbols:
            own = self.sources.place(name) if self.sources else None
            if own is None:
                shown[name] = symbol_page(name)
            else:  # an own module once, whatever is used of it: its names lead there from the code
                module = own[0].removeprefix(f"{CODE}/").removesuffix(".md")
                shown[module.replace("/", ".")] = own[0], ""
        for name, (target, label) in sorted(shown.items()):
            entry = link(SubElement(entries, "li"), "", target, path, label)
            SubElement(entry, "code").text = name


_OPENING = '<aside aria-label="Related" class="nw-web"'
_CLOSING = "</aside>"


def without_foot(html: str) -> tuple[str, str, str]:
    """A page's HTML before its foot, the foot, and what follows; the last two may be empty."""
    start = html.rfind(_OPENING)
    end = html.find(_CLOSING, start) + len(_CLOSING)
    if start < 0 or end < len(_CLOSING):
        return html, "", ""
    return html[:start], html[start:end], html[end:]


def map_of(vault: Vault) -> str:
    """The page with the graph of all notes, made or written; empty if there is none."""
    return GRAPH if "graph" in vault.settings.generated_pages or GRAPH in vault.notes else ""


def symbol_page(name: str) -> tuple[str, str]:
    """The page of a symbol's library, and the symbol's place on it."""
    return f"{CODE}/{name.partition('.')[0]}.md", name


def section(parent: Element, title: str) -> Element:
    """Add a section under its heading, which is none of the page's own."""
    added = SubElement(parent, "section")
    name = "nw-" + title.lower().replace(" ", "-")
    added.set("aria-labelledby", name)
    SubElement(added, "h2", {"id": name}).text = title
    return added


def frame(parent: Element, label: str) -> Element:
    """Add what a wide drawing scrolls in, by keyboard too."""
    attributes = {"class": "nw-frame", "role": "region", "aria-label": label, "tabindex": "0"}
    return SubElement(parent, "div", attributes)


def link(
    parent: Element, text: str, target: str, source: str, fragment: str = "", query: str = ""
) -> Element:
    """Add a link from one page to another."""
    href = quote(relative(target, source)) + (f"?{query}" if query else "")
    href += f"#{fragment}" if fragment else ""
    added = SubElement(parent, "a", {"href": href})
    added.text = text
    return added
