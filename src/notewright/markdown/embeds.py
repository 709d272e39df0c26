"""Embeds: results of cells, notes and parts of them, PDFs, sound and films."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notewright.markdown import fragments, questions
from notewright.markdown.bases import Bases
from notewright.markdown.other_notes import TO_ROOT, Siblings
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import HTML_PLACEHOLDER_RE
from notewright.note.links import Link, figure_label
from notewright.note.note import Note
from notewright.run.verdicts import CellResult
from notewright.vault.links import find_heading, relative

EMBED_CLASS = "nw-embed"
NOTE_CLASS = "nw-embed-note"

DEPTH = 5
"""Embeds within embeds that are shown; Obsidian stops there too."""
LIMIT = 200
"""Embeds that one page shows: notes that embed notes could go on for ever."""

_SOUND = frozenset({".flac", ".m4a", ".mp3", ".ogg", ".oga", ".opus", ".wav", ".3gp"})
_FILMS = frozenset({".mkv", ".mov", ".mp4", ".ogv", ".webm"})
_CODE = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)")
_HEIGHT = re.compile(r"(?:^|&)height=(\d+)")
PART_OF, PART = "data-nw-note", "data-nw-part"
"""Where an embed waits for the part of a note that it shows."""


class Embeds:
    """Makes elements of embeds: `![[Note]]`, `![[Note#^label]]`, `![[figure.svg|caption]]`."""

    def __init__(self, page: Page, md: Markdown, siblings: Siblings, bases: Bases) -> None:
        self._page = page
        self._md = md
        self._siblings = siblings
        self._bases = bases
        self._results = count(1)

    def element(self, link: Link, target: str | None) -> Element | None:
        """The element of an embed; None if it embeds an image, or what cannot be shown."""
        html, result = self._result(link, target)
        if result is not None:
            return self._result_element(html, result)
        if target is None:
            return None
        if target in self._page.vault.notes:
            return self._note_element(link, target)
        return self._medium(link, target)

    def _result_element(self, html: str, result: CellResult) -> Element:
        prefix = f"result-{next(self._results)}-"
        html = fragments.rename_html(html, fragments.ids_of(Element("div"), [html]), prefix)
        element = Element("div", {"class": EMBED_CLASS})
        element.text = self._md.htmlStash.store(html)
        note = next(
            note.path for note in self._page.vault.notes.values() if note.file == result.cell.file
        )
        self._page.consulted.add(note)
        href = quote(relative(note, self._page.note.path)) + f"#{result.cell.label}"
        source = SubElement(element, "a", {"href": href, "class": "nw-embed-source"})
        source.text = "Code"
        return element

    def _result(self, link: Link, target: str | None) -> tuple[str, CellResult | None]:
        label = figure_label(link)
        maker = self._page.names.maker(label) if label else None
        result = self._page.run.labelled(maker, label) if maker else None
        if result is not None:
            return self._page.renderer.figures(result, link.alt), result
        if target is None or not link.fragment.startswith("^"):
            return "", None
        self._page.consulted.add(target)
        result = self._page.run.labelled(target, link.fragment[1:])
        shown = self._page.renderer.still(result) if result else ""
        return shown, result

    def _note_element(self, link: Link, target: str) -> Element | None:
        """An embed that waits for its note; None if the note has no such part."""
        note = self._page.vault.notes[target]
        anchor = self._siblings.anchor(self._page, note, link.fragment) if link.fragment else ""
        href = quote(relative(target, self._page.note.path)) + (f"#{anchor}" if anchor else "")
        if anchor is None:
            element = Element("span", {"class": "nw-broken", "title": "broken embed"})
            element.text = AtomicString(_CODE.sub(r"\g<code>", link.label))
            return element
        if note.is_base:
            return self._base_element(link, note, href)
        attributes = {"class": f"{EMBED_CLASS} {NOTE_CLASS}", PART_OF: target, PART: anchor}
        element = Element("div", attributes)
        source = SubElement(element, "a", {"href": href, "class": "nw-embed-source"})
        if link.fragment.startswith("^"):  # an id says nothing to readers
            source.text = AtomicString(note.title)
        else:
            parts = [note.name, *filter(None, link.fragment.split("#"))]
            label = " > ".join(part.strip() for part in parts)
            source.text = AtomicString(_CODE.sub(r"\g<code>", label))
        return element

    def _base_element(self, link: Link, note: Note, href: str) -> Element:
        """A base, asked by the note of the page; the one view that the link names, or all."""
        index = find_heading(note, link.fragment) if link.fragment else None
        view = note.outline[index].text if index is not None else ""
        element = Element("div", {"class": EMBED_CLASS})
        element.append(self._bases.embed(note, view))
        source = SubElement(element, "a", {"href": href, "class": "nw-embed-source"})
        source.text = AtomicString(f"{note.title} > {view}" if view else note.title)
        return element

    def _medium(self, link: Link, target: str) -> Element | None:
        """A PDF, a sound or a film; the browser gets its address, since the host changes none."""
        kind = PurePosixPath(target).suffix.lower()
        fragment = f"#{quote(link.fragment, safe='=&,')}" if link.fragment else ""
        href = quote(relative(target, self._page.note.path)) + fragment
        source = self._page.renderer.to_root + quote(target) + fragment
        title = link.alt or PurePosixPath(target).name
        if kind == ".pdf":
            element = Element("iframe", {"src": source, "loading": "lazy"} | link.size)
            height = _HEIGHT.search(link.fragment)
            if height is not None:
                element.set("height", height[1])
        elif kind in _SOUND | _FILMS:
            element = Element("audio" if kind in _SOUND else "video", {"src": source} | link.size)
            element.attrib.update({"controls": "controls", "preload": "metadata"})
        else:
            return None
        element.attrib.update({"title": title, "class": f"nw-{element.tag}"})
        around = Element("div", {"class": EMBED_CLASS})
        around.append(element)
        SubElement(around, "a", {"href": href, "class": "nw-embed-source"}).text = AtomicString(
            title
        )
        return around


class EmbedParagraphs(Treeprocessor):
    """A block cannot stand in a paragraph: one that holds an embed becomes a `div`."""

    def run(self, root: Element) -> None:
        """Turn such paragraphs."""
        for paragraph in root.iter("p"):
            if any(EMBED_CLASS in child.get("class", "").split() for child in paragraph.iter()):
                paragraph.tag = "div"


class EmbedNotes(Treeprocessor):
    """Fills the embeds of a page with the notes that they wait for.

    Register it at the priority of the table of contents (5), after it: headings of other
    notes are none of the page's, but the host checks and rewrites the links among them.
    """

    def __init__(self, md: Markdown, page: Page, siblings: Siblings) -> None:
        super().__init__(md)
        self._page = page
        self._siblings = siblings
        self._numbers = count(1)

    def run(self, root: Element) -> None:
        """Fill the embeds."""
        self._fill(root, ((self._page.note.path, ""),))

    def _fill(self, root: Element, chain: tuple[tuple[str, str], ...]) -> None:
        """Fill the embeds in some elements.

        Args:
            root: The elements.
            chain: Notes and parts that these elements stand in, the page first.
        """
        for embed in list(root.iter("div")):
            key = embed.attrib.pop(PART_OF, ""), embed.attrib.pop(PART, "")
            if not key[0]:
                continue
            if key in chain:
                _end(embed, "Embed not shown: it would contain itself")
            elif len(chain) > DEPTH:
                _end(embed, f"Embed not shown: it is nested in {DEPTH} other embeds")
            elif (number := next(self._numbers)) > LIMIT:
                _end(embed, f"Embed not shown: the page already has {LIMIT} embeds")
            else:
                self._show(embed, key, chain, f"embed-{number}-")

    def _show(
        self, embed: Element, key: tuple[str, str], chain: tuple[tuple[str, str], ...], prefix: str
    ) -> None:
        note = self._page.vault.notes[key[0]]
        self._page.embedded.add(note.path)
        only_asks = key[1] == questions.ALL
        converted = self._siblings.converted(self._page, note, only_asks=only_asks)
        part = _part(converted.root, key[1])
        if part is None:
            _end(embed, "This part of the note cannot be shown here")
            return
        html = list(_used(part, converted.stash))
        ids = fragments.ids_of(part, html)
        self._page.anchors.update(prefix + each for each in ids)
        fragments.lead_from(part, note.path, self._page.note.path, ids)
        fragments.rename(part, ids, prefix)
        transplant = _Transplant(self.md, self._page, converted.stash, ids, prefix)
        fragments.replace_texts(part, transplant.text)
        self._fill(part, (*chain, key))
        part.tag, part.tail = "div", None
        part.set("class", "nw-embed-content")
        embed.insert(0, part)


class _Transplant:
    """Moves the HTML that an embedded note keeps apart into the page that shows it."""

    def __init__(
        self, md: Markdown, page: Page, stash: Sequence[Any], ids: set[str], prefix: str
    ) -> None:
        self._md = md
        self._page = page
        self._stash = stash
        self._ids = ids
        self._prefix = prefix

    def text(self, text: str) -> str:
        """A text with placeholders and addresses of the page."""
        text = text.replace(TO_ROOT, self._page.renderer.to_root)
        return HTML_PLACEHOLDER_RE.sub(lambda match: self._store(int(match[1])), text)

    def _store(self, number: int) -> str:
        if number >= len(self._stash):
            return ""
        html = self._stash[number]
        if isinstance(html, str):
            html = self.text(fragments.rename_html(html, self._ids, self._prefix))
        return self._md.htmlStash.store(html)


def _part(root: Element, name: str) -> Element | None:
    """The part of a note by its id: a heading's, a block's, or all that asks."""
    if name != questions.ALL:
        return fragments.cut(root, name) if name else root
    part = Element("div")
    part.extend(questions.questions_in(root))
    return part


def _used(part: Element, stash: Sequence[Any]) -> list[str]:
    """The pieces of HTML that elements refer to, and those that these refer to."""
    texts = [text for each in part.iter() for text in (each.text, each.tail) if text]
    found: dict[int, str] = {}
    while texts:
        for match in HTML_PLACEHOLDER_RE.finditer(texts.pop()):
            number = int(match[1])
            if number < len(stash) and number not in found and isinstance(stash[number], str):
                found[number] = stash[number]
                texts.append(stash[number])
    return list(found.values())


def _end(embed: Element, why: str) -> None:
    """Show in an embed's place why it is not shown; its link stays."""
    notice = Element("p", {"class": "nw-embed-end", "role": "note"})
    notice.text = why
    embed.insert(0, notice)
