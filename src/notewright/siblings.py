"""Converts other notes than the page's own: whole, to embed them, or their headings, for ids."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.toc import unique

from notewright.context import Page
from notewright.engine import Run
from notewright.links import find_heading
from notewright.outline import Heading, find_headings
from notewright.rendering import Renderer
from notewright.syntax import PROPERTIES
from notewright.vault import Note

TO_ROOT = "\ue000nw-root\ue000"
"""Stands for the way from a page to the site's root, until it is known which page it is."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


_PLAIN = re.compile(r"[^\W_]+(?:(?:,? |-)[^\W_]+)*[?!]?")
"""A heading in which no extension finds anything: most are."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A note as HTML, before it is text.

    Attributes:
        root: Its elements. The ids and links are those of the note's own page.
        stash: The HTML that its placeholders stand for.
        consulted: Paths of the notes whose text or results it looked at.
        assets: Files of the site that its figures are.
    """

    root: Element
    stash: Sequence[Any]
    consulted: Set[str]
    assets: Set[str]


@dataclass
class Siblings:
    """The other notes of one build, each converted once.

    Attributes:
        make: Makes a Markdown instance for a page, with all extensions of the host.
    """

    make: Callable[[Page], Markdown]
    _build: tuple[object, ...] = ()
    _converted: dict[str, Converted] = field(default_factory=dict)
    _ids: dict[str, list[str]] = field(default_factory=dict)
    _toc: Any = None

    def converted(self, page: Page, note: Note) -> Converted:
        """Convert a note; its cells show what they showed in the run, and run no more."""
        self._begin(page)
        if note.path not in self._converted:
            own = _page_of(page, note)
            md = self.make(own)
            root = _tree(md, PROPERTIES.sub("", note.text))
            self._converted[note.path] = Converted(
                root, md.htmlStash.rawHtmlBlocks, own.consulted, own.renderer.used
            )
        found = self._converted[note.path]
        page.consulted.update({note.path}, found.consulted)
        page.renderer.used.update(found.assets)
        return replace(found, root=copy.deepcopy(found.root))

    def anchor(self, page: Page, note: Note, fragment: str) -> str | None:
        """The id that a heading or block has in the page of its note; None if there is none."""
        page.consulted.add(note.path)
        if fragment.startswith("^"):
            return note.block_id(fragment[1:])
        index = find_heading(note, fragment)
        if index is None:
            return None
        self._begin(page)
        if note.path not in self._ids:
            self._ids[note.path] = self._heading_ids(page, note)
        ids = self._ids[note.path]
        return ids[index] if index < len(ids) else None

    def _begin(self, page: Page) -> None:
        """Forget what belongs to another build."""
        build = (page.vault, page.run, page.renderer.assets)
        if len(self._build) != len(build) or any(map(_differs, self._build, build)):
            self._build = build
            self._converted.clear()
            self._ids.clear()

    def _heading_ids(self, page: Page, note: Note) -> list[str]:
        """Ids of a note's headings, made as its page makes them, of its headings alone.

        Its block ids are there too, since two ids of one page differ.
        """
        headings = self._with_values(page, note)
        if all(_PLAIN.fullmatch(each.text) for each in headings):
            used = set(note.block_ids)
            toc = self._toc_of(page)
            return [unique(toc.slugify(each.text, toc.sep), used) for each in headings]
        lines = [f"{'#' * each.level} {_in_one_line(each.text)}\n" for each in headings]
        lines += [f"- x ^{block_id}" for block_id in note.block_ids]
        bare = Note(note.path, note.file, "\n".join(lines))
        md = self.make(_page_of(replace(page, run=Run({note.path: []})), bare))
        return [each.get("id", "") for each in _tree(md, bare.text).iter() if each.tag in HEADINGS]

    def _toc_of(self, page: Page) -> Any:
        """What makes ids of the text of headings."""
        if self._toc is None:
            bare = Note(page.note.path, page.note.file, "")
            md = self.make(_page_of(replace(page, run=Run({bare.path: []})), bare))
            self._toc = md.treeprocessors["toc"]
        return self._toc

    def _with_values(self, page: Page, note: Note) -> Sequence[Heading]:
        """The headings of a note, with the values that its cells give in them."""
        if not any("{python}" in each.text or "<!--=" in each.text for each in note.outline):
            return note.outline
        md = self.make(_page_of(page, note))
        preprocessor: Any = md.preprocessors["notewright-note"]
        return find_headings("\n".join(preprocessor.run(_lines(PROPERTIES.sub("", note.text)))))


def _page_of(page: Page, note: Note) -> Page:
    """What the conversion of another note knows; where it will be shown, it does not."""
    renderer = Renderer(TO_ROOT, page.renderer.trusted, page.renderer.assets)
    return Page(page.vault, note, page.run, renderer, page.tags)


def _tree(md: Markdown, text: str) -> Element:
    """Do what Python-Markdown does to a text, up to where it writes it out."""
    lines = _lines(text)
    for preprocessor in md.preprocessors:
        lines = preprocessor.run(lines)
    root: Any = md.parser.parseDocument(lines).getroot()
    for processor in md.treeprocessors:
        changed = processor.run(root)
        if changed is not None:
            root = changed
    assert isinstance(root, Element)
    return root


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _in_one_line(text: str) -> str:
    """A heading that is underlined can have several lines."""
    return text.replace("\n", " ")


def _differs(one: object, other: object) -> bool:
    return one is not other
