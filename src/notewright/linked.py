"""What stands at the foot of a note's page: its links in both directions, its graph, its code.

A Python-Markdown extension puts it into the page's tree, so that the site generator checks
and rewrites these links as it does the writer's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright import graphs
from notewright.code_index import CodeIndex
from notewright.links import relative
from notewright.web import Reference, Web

CODE = "code"
"""Folder of the pages of library symbols."""


@dataclass(frozen=True)
class Linked:
    """What is known of the notes around a note, and of their code."""

    web: Web
    code: CodeIndex = field(default_factory=CodeIndex)

    def foot(self, path: str) -> Element | None:
        """The sections at the foot of a note's page; None if there is nothing to tell."""
        foot = Element("aside", {"class": "nw-web", "aria-label": "Around this note"})
        foot.set("data-search-exclude", "")  # what is said here is said in the notes
        incoming, outgoing = self.web.backlinks(path), self.web.outgoing(path)
        if incoming:
            self._backlinks(section(foot, "Linked from"), incoming, path)
        if outgoing:
            links = SubElement(section(foot, "Links to"), "ul", {"class": "nw-inline"})
            for target in outgoing:
                link(SubElement(links, "li"), self.web.titles[target], target, path)
        drawing = graphs.local(self.web, path)
        if drawing is not None:
            frame(section(foot, "Graph"), "Graph of this note's links").append(drawing)
        symbols = self.code.notes.get(path, ())
        if symbols:
            self._symbols(section(foot, "Library symbols in its code"), symbols, path)
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

    @staticmethod
    def _symbols(parent: Element, symbols: Sequence[str], path: str) -> None:
        entries = SubElement(parent, "ul", {"class": "nw-inline nw-symbols"})
        for name in symbols:
            target, label = symbol_page(name)
            entry = link(SubElement(entries, "li"), "", target, path, label)
            SubElement(entry, "code").text = name


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


def link(parent: Element, text: str, target: str, source: str, fragment: str = "") -> Element:
    """Add a link from one page to another."""
    href = quote(relative(target, source)) + (f"#{fragment}" if fragment else "")
    added = SubElement(parent, "a", {"href": href})
    added.text = text
    return added


class AppendProcessor(Treeprocessor):
    """Puts elements behind a page's own, or in their place.

    Register it at priority 4: below the toc (5), whose list is of the writer's headings, and
    above MkDocs' rewriting of links (0). Pages that are made and not written stand above it.
    """

    def __init__(self, md: Markdown, elements: Iterable[Element], replace: bool = False) -> None:
        super().__init__(md)
        self._elements = list(elements)
        self._replace = replace

    def run(self, root: Element) -> None:
        """Add the elements."""
        if self._replace:
            root.clear()
        root.extend(self._elements)
