"""Converts other notes than the page's own: whole, to embed them, or their headings, for ids."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown

from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import stash_of, unique
from notewright.note.anchors import Heading, find_headings
from notewright.note.note import Note
from notewright.note.parse import Parse
from notewright.note.properties import PROPERTIES
from notewright.render.page_digests import Fingerprints, Part, part_of, taken_from_others
from notewright.run.engine import Run
from notewright.vault.links import find_heading
from notewright.vault.names import Asked

TO_ROOT = "\ue000nw-root\ue000"
"""Stands for the way from a page to the site's root, until it is known which page it is."""

KEPT = ("converted", "questions")
"""Under what a note has its elements, whole and of its questions."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


_PLAIN = re.compile(r"[^\W_]+(?:(?:,? |-)[^\W_]+)*[?!]?")
"""A heading in which no extension finds anything: most are."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A note as HTML, before it is text.

    Attributes:
        root: Its elements. The ids and links are those of the note's own page.
        stash: The HTML that its placeholders stand for.
        consulted: What it took from which notes; see `page_digests.part_of`.
        asked: What names it asked for.
        assets: Files of the site that its figures are.
    """

    root: Element
    stash: Sequence[Any]
    consulted: Set[str]
    asked: Asked
    assets: Set[str]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A note as it was converted, which holds while all is the same that it was made of.

    Attributes:
        converted: Its elements.
        assets: The figures that it has as files.
        consulted: Digests of what it took from other notes.
    """

    converted: Converted
    assets: Mapping[str, str]
    consulted: Mapping[str, str]

    @staticmethod
    def of(page: Page, note: Note, *, only_asks: bool) -> _Kept | None:
        """What an earlier build in this process made, if this one would make the same."""
        found = page.fingerprints
        given, kept = note.elements.get(KEPT[only_asks], ("", None))
        if found is None or not isinstance(kept, _Kept) or given != _given(found, note):
            return None
        is_same = all(found.taken(each) == digest for each, digest in kept.consulted.items())
        return kept if is_same and page.names.are_same(kept.converted.asked) else None

    def keep(self, page: Page, note: Note, *, only_asks: bool) -> _Kept:
        """Keep it for later builds; returns it."""
        found = page.fingerprints
        if found is not None:
            others = taken_from_others(found, self.converted.consulted, note.path)
            kept = replace(self, consulted=others)
            note.elements[KEPT[only_asks]] = _given(found, note), kept
        return self


def _given(found: Fingerprints, note: Note) -> str:
    return f"{found.common} {found.note(note.path)}"


@dataclass
class Siblings:
    """The other notes of one build, each converted once.

    Attributes:
        make: Makes a Markdown instance for a page, with all extensions of the host.
    """

    make: Callable[[Page], Markdown]
    _build: tuple[object, ...] = ()
    _converted: dict[tuple[str, bool], Converted] = field(default_factory=dict)
    _ids: dict[str, list[str]] = field(default_factory=dict)
    _toc: Any = None

    def converted(self, page: Page, note: Note, *, only_asks: bool = False) -> Converted:
        """Convert a note; its cells show what they showed in the run, and run no more.

        Args:
            page: The page that shows a part of it.
            note: The note.
            only_asks: Whether that part is its questions alone.
        """
        self._begin(page)
        key = note.path, only_asks
        if key not in self._converted:
            kept = _Kept.of(page, note, only_asks=only_asks)
            if kept is None:
                kept = self._convert(page, note, only_asks=only_asks)
            page.renderer.assets.update(kept.assets)
            self._converted[key] = kept.converted
        found = self._converted[key]
        page.consulted.update({note.path}, found.consulted)
        page.names.asked.update(found.asked)
        page.renderer.used.update(found.assets)
        return replace(found, root=copy.deepcopy(found.root))

    def _convert(self, page: Page, note: Note, *, only_asks: bool) -> _Kept:
        own = replace(_page_of(page, note), only_asks=only_asks)
        md = self.make(own)
        root = Element("div")
        with note.reading():
            root = _tree(md, PROPERTIES.sub("", note.text))
        used = own.renderer.used
        found = Converted(root, stash_of(md), own.consulted, own.names.asked, used)
        kept = _Kept(found, {each: page.renderer.assets[each] for each in used}, {})
        return kept if own.problems or note.faults else kept.keep(page, note, only_asks=only_asks)

    def anchor(self, page: Page, note: Note, fragment: str) -> str | None:
        """The id that a heading or block has in the page of its note; None if there is none."""
        page.consulted.add(part_of(note.path, Part.HEADINGS))
        if fragment.startswith("^"):
            return note.block_id(fragment[1:])
        index = find_heading(note, fragment)
        ids = self.heading_ids(page, note) if index is not None else ()
        return ids[index] if index is not None and index < len(ids) else None

    def heading_ids(self, page: Page, note: Note) -> Sequence[str]:
        """The ids that the headings of a note have in its page, in order."""
        if page.only_headings:
            return [""] * len(note.outline)
        self._begin(page)
        if note.path not in self._ids:
            self._ids[note.path] = []
            with note.reading():
                self._ids[note.path] = self._heading_ids(page, note)
        return self._ids[note.path]

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
        own = _page_of(replace(page, run=Run({note.path: []})), bare)
        md = self.make(replace(own, only_headings=True))
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
        if not any("{python" in each.text or "<!--" in each.text for each in note.outline):
            return note.outline
        md = self.make(_page_of(page, note))
        preprocessor: Any = md.preprocessors["notewright-note"]
        lines = preprocessor.run(_lines(PROPERTIES.sub("", note.text)))
        return find_headings(Parse("\n".join(lines)))


def _page_of(page: Page, note: Note) -> Page:
    """What the conversion of another note knows; where it will be shown, it does not."""
    shown = page.renderer
    renderer = replace(shown, to_root=TO_ROOT, note=note.path, used=set())
    return Page(page.names.fresh(), note, page.run, renderer, drawings=page.drawings)


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
