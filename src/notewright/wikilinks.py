"""Makes links of the page out of wikilinks, and of Markdown links that lead into the vault."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notewright.links import (
    Link,
    find_address,
    is_image,
    local_address,
    read_link,
    relative,
)
from notewright.syntax import WIKILINK
from notewright.vault import Note, Vault

LINK_CLASS = "nw-wikilink"

Embed = Callable[[Link, str | None], Element | None]
"""Makes the element of an embed; is given the link and the path of its target."""

Anchor = Callable[[Note, str], str | None]
"""The id of the heading or block that a fragment names in the page of a note."""


class WikilinkProcessor(InlineProcessor):
    r"""Makes `[[…]]` a link and `![[…]]` an image or an embed.

    Register it at priority 185: below code spans (190) and inline mathematics (189.9),
    above backslash escapes (180), which would take the `\|` of a table's cell.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(
        self, md: Markdown, vault: Vault, note: Note, embed: Embed, anchor: Anchor | None = None
    ) -> None:
        super().__init__(r"(?<!\\)" + WIKILINK.pattern, md)
        self._vault = vault
        self._note = note
        self._embed = embed
        self._anchor = anchor

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Make the element of one wikilink."""
        return self._element(read_link(m.groupdict())), m.start(0), m.end(0)

    def _element(self, link: Link) -> Element:
        target = self._vault.resolve(link.path, self._note)
        embedded = self._embed(link, target) if link.is_embed else None
        if embedded is not None:
            return embedded
        if target is None:
            element = Element("span", {"class": "nw-broken", "title": "broken link"})
            element.text = link.text or AtomicString(link.path)
            return element
        href = quote(relative(target, self._note.path))
        if link.is_embed and is_image(target):
            return Element("img", {"src": href, "alt": link.alt} | link.size)
        if link.fragment:
            here = "" if target == self._note.path else href
            href = f"{here}#{quote(self._fragment(target, link.fragment), safe=_SAFE)}"
        element = Element("a", {"href": href, "class": LINK_CLASS})
        element.text = link.text or AtomicString(link.label)
        return element

    def _fragment(self, target: str, fragment: str) -> str:
        note = self._vault.notes.get(target)
        if note is None:
            return fragment
        found = self._anchor(note, fragment) if self._anchor else None
        if found is not None:
            return found
        if fragment.startswith("^"):
            return note.block_id(fragment[1:]) or fragment[1:]
        toc: Any = self.md.treeprocessors["toc"]
        return str(toc.slugify(fragment.rpartition("#")[2].strip(), toc.sep))


_SAFE = "!$&'()*+,;=:@/?-._~"
"""Characters that a fragment may hold as they are, and all that `slugify` leaves."""


class AddressProcessor(Treeprocessor):
    """Leads Markdown links and images to the files and headings that Obsidian takes them for.

    Register it at a priority below inline patterns (20), above what makes addresses of the
    site out of paths (0).
    """

    def __init__(self, md: Markdown, vault: Vault, note: Note, embed: Embed, anchor: Anchor):
        super().__init__(md)
        self._vault = vault
        self._note = note
        self._embed = embed
        self._anchor = anchor

    def run(self, root: Element) -> None:
        """Rewrite the addresses."""
        for element in root.iter():
            if element.tag == "a" and element.get("class") is None:
                element.set("href", self._address(element.get("href", "")))
            elif element.tag == "img" and "src" in element.attrib:
                self._image(element)

    def _address(self, address: str) -> str:
        parts = local_address(address)
        found = find_address(self._vault, parts[0], self._note) if parts else None
        if parts is None or found is None:
            return address
        href = quote(relative(found.path, self._note.path)) if parts[0] else ""
        note = self._vault.notes.get(found.path)
        anchor = self._anchor(note, parts[1]) if note and parts[1] else None
        fragment = quote(anchor, safe=_SAFE) if anchor else address.partition("#")[2]
        return f"{href}#{fragment}" if fragment else href

    def _image(self, image: Element) -> None:
        """Give an image its file and size; show a note, a film or a PDF in its place."""
        source, alt = image.get("src", ""), image.get("alt", "")
        link = Link(0, "", "", alt.replace("\\|", "|"), True)
        if "|" in alt:
            image.attrib.update({"alt": link.alt} | link.size)
        parts = local_address(source)
        found = find_address(self._vault, parts[0], self._note) if parts and parts[0] else None
        if parts is None or found is None:
            return
        image.set("src", quote(relative(found.path, self._note.path)))
        if is_image(found.path):
            return
        embedded = self._embed(Link(0, *parts, link.text, True), found.path)
        if embedded is not None:
            tail = image.tail
            image.clear()
            image.tag, image.text, image.tail = embedded.tag, embedded.text, tail
            image.attrib.update(embedded.attrib)
            image.extend(embedded)
