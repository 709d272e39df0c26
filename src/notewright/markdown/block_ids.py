"""Obsidian's block ids: `^id` at the end of a block, or alone below one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright.markdown.fragments import ANCHOR, HEADINGS
from notewright.markdown.python_markdown_private import HTML_PLACEHOLDER_RE, unique
from notewright.note.anchors import BLOCK_ID


def keep_apart(md: Markdown, labels: Collection[str]) -> None:
    """Have headings leave out the ids of cells, which stand in the HTML of these alone.

    Args:
        md: Converts the page; it has a table of contents.
        labels: The labels of the page's cells.
    """
    toc: Any = md.treeprocessors["toc"]
    slugify = toc.slugify

    def another(text: str, separator: str) -> str:
        slug = str(slugify(text, separator))
        return unique(slug, set(labels))

    toc.slugify = another


_BLOCKS = frozenset({"p", "li"}) | HEADINGS


class BlockIds(Treeprocessor):
    """Makes ids of the page out of block ids.

    Those of cells are taken away: a cell has its id in its own HTML. Register it above inline
    patterns (20), while the text of an element is still in one piece.
    """

    def __init__(self, md: Markdown, labels: Collection[str]) -> None:
        super().__init__(md)
        self._labels = labels

    def run(self, root: Element) -> None:
        """Set the ids."""
        for parent in list(root.iter()):
            previous: Element | None = None
            for element in list(parent):
                text = element.text or ""
                match = BLOCK_ID.search(text) if element.tag in _BLOCKS else None
                if match is None:
                    previous = element
                    continue
                element.text = text[: match.start()].rstrip()
                target = _block(element, parent)
                if not element.text and not len(element) and previous is not None:
                    target = previous
                    previous.tail = (previous.tail or "") + (element.tail or "")
                    parent.remove(element)
                    if previous.get("id") or previous.tag in HEADINGS:  # by which it is linked to
                        target = Element("span", {"class": ANCHOR})
                        parent.insert(list(parent).index(previous), target)
                else:
                    previous = element
                if match["id"] not in self._labels:
                    _set_id(target, match["id"])


def _block(element: Element, parent: Element) -> Element:
    """The block that an id at the end of an element's text belongs to.

    The last line of a quote or callout ends the quote, the first paragraph of an item the item.
    """
    if element.tag != "p":
        return element
    is_quote = parent.tag in ("blockquote", "details") or "admonition" in parent.get("class", "")
    if is_quote and parent[-1] is element and not parent.get("id"):
        return parent
    if parent.tag == "li" and parent[0] is element:
        return parent
    return element


def _set_id(target: Element, block_id: str) -> None:
    if target.tag == "p" and HTML_PLACEHOLDER_RE.fullmatch((target.text or "").strip()):
        target.tag = "div"  # the HTML of a fence cannot stand in a paragraph
    target.set("id", block_id)
