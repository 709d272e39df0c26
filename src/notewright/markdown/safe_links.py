"""Takes addresses that would run a script out of a page's links.

Raw HTML of a note is the writer's own, as in Obsidian; this is about Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright.render.cleaning import is_unsafe


class SafeLinks(Treeprocessor):
    """Makes text of links with such an address. Register it after all that makes links."""

    def __init__(self, md: Markdown, tell: Callable[[str], None]) -> None:
        super().__init__(md)
        self._tell = tell

    def run(self, root: Element) -> None:
        """Take the addresses away, and tell each."""
        for element in root.iter():
            for name in ("href", "src"):
                address = element.get(name)
                if address and ":" in unescape(unescape(address)) and is_unsafe(address):
                    element.tag = "span"
                    element.text = element.text or element.get("alt", "")
                    element.attrib = {"class": "nw-broken", "title": "unsafe address"}
                    self._tell(address)
