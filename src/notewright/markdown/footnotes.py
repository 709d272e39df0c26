"""Footnotes: `[^1]: …` with its blocks, and Obsidian's `^[notes in the text]`.

Python-Markdown's own extension numbers and shows them; here they are only found, since
CommonMark knows none and the extension finds no `^[…]`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, KeysView, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown_it.token import Token

from notewright.markdown.python_markdown_private import (
    FN_BACKLINK_TEXT,
    FootnoteReorderingProcessor,
    footnotes_of,
)
from notewright.note.comments import hide_comments
from notewright.note.grammar import find_inline_notes

_DEFINITION = re.compile(r" {0,3}\[\^(?P<id>[^\]\n]+)\]:[ \t]*(?P<text>.*)")
_INDENT = re.compile(r"^(?: {4}|\t)")


class _Reordering(FootnoteReorderingProcessor):
    """Puts the footnotes in order, also those that show nothing and so have no way back."""

    def run(self, root: Element) -> None:
        """Give each footnote its way back, and put them in order."""
        for item in root.findall(".//div[@class='footnote']/ol/li"):
            if item.find(".//a[@class='footnote-backref']") is None:
                name = item.get("id", "").split(self.footnotes.get_separator(), 1)[-1]
                href = "#" + self.footnotes.makeFootnoteRefId(name)
                attributes = {"href": href, "class": "footnote-backref"}
                back = SubElement(SubElement(item, "p"), "a", attributes)
                back.text = FN_BACKLINK_TEXT
        super().run(root)


class _Growing(OrderedDict[str, str]):
    """Footnotes that are shown one after the other, while more come: a note may hold a note."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.order: list[str] = []
        super().__init__(given)

    def __setitem__(self, name: str, text: str) -> None:
        """Keep a note; a new one comes last."""
        if name not in self:
            self.order.append(name)
        super().__setitem__(name, text)

    def keys(self) -> Any:
        """Their names; whoever goes through them meets those that come in the meantime, too."""
        return _Names(self)


class _Names(KeysView[str]):
    _mapping: _Growing

    def __iter__(self) -> Iterator[str]:
        return iter(self._mapping.order)


class Footnotes:
    """The footnotes of one page."""

    def __init__(self, md: Markdown, parser: Any) -> None:
        self._extension = footnotes_of(md)
        self._extension.parser = parser
        # Numbers go up as one reads, as in Obsidian, wherever the definitions stand.
        self._extension.setConfig("USE_DEFINITION_ORDER", False)
        reordering = _Reordering(self._extension)
        md.treeprocessors.register(reordering, "footnote-reorder", 19)

    def define(self, text: Token, indented: str) -> bool:
        """Take the definitions out of a paragraph.

        Args:
            text: The paragraph's text, of which what stands above the definitions is left.
            indented: What is indented below it, which belongs to the last definition.

        Returns:
            Whether there are any.
        """
        if "[^" not in text.content:
            return False
        before: list[str] = []
        found: list[tuple[str, list[str]]] = []
        for line in text.content.split("\n"):
            match = _DEFINITION.match(line)
            if match is not None:
                found.append((match["id"], [match["text"]]))
            else:
                (found[-1][1] if found else before).append(line)
        if not found:
            return False
        for name, lines in found:
            body = "\n".join(_INDENT.sub("", line, count=1) for line in lines)
            if indented and name is found[-1][0]:
                body = f"{body}\n\n{hide_comments(indented)}"
            self._keep(name, body.strip("\n"))
        text.content = "\n".join(before)
        return True

    def with_references(self, text: str) -> str:
        """Put a reference in the place of each note in a text, and keep the note."""
        if "^[" not in text:
            return text
        for start, end in reversed(list(find_inline_notes(text))):
            name = f"note-{len(self._extension.footnotes)}"
            while name in self._extension.footnotes:
                name += "-"
            self._keep(name, text[start + 2 : end - 1])
            text = f"{text[:start]}[^{name}]{text[end:]}"
        return text

    def _keep(self, name: str, text: str) -> None:
        if not isinstance(self._extension.footnotes, _Growing):  # it starts again with each page
            self._extension.footnotes = _Growing(self._extension.footnotes)
        self._extension.setFootnote(name, text)
