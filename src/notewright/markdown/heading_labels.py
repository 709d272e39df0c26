"""Labels of headings: ids such as L10, S3-T2 or B26 stand small behind a heading, not before it.

A note asks for it by its property `heading-labels: true`. Addresses stay: they are made of the
heading as it is written, with its id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

PROPERTY = "heading-labels"

_LABELS = re.compile(r"((?:[A-Z][A-Z0-9]*(?:-[A-Z]*)?\d+[a-z]?(?:, )?)+)\s+(?=\S)")
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})


class HeadingLabels(Treeprocessor):
    """Moves the ids behind the words, in headings and in the table of contents.

    Register it below the toc (5), which makes addresses and permanent links.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)

    def run(self, root: Element) -> None:
        """Change all headings of a page."""
        for heading in root.iter():
            match = _LABELS.match(heading.text or "") if heading.tag in _HEADINGS else None
            if match is not None:
                heading.text = (heading.text or "")[match.end() :]
                _append(heading, match[1])
        _rename(getattr(self.md, "toc_tokens", []))


def _append(heading: Element, label: str) -> None:
    """Add a label behind the words of a heading, before its permanent link."""
    small = Element("small", {"class": "nw-heading-label"})
    small.text = label
    links = [n for n, each in enumerate(heading) if each.get("class") == "headerlink"]
    place = links[0] if links else len(heading)
    if place:
        heading[place - 1].tail = f"{heading[place - 1].tail or ''} "
    else:
        heading.text = f"{heading.text} "
    heading.insert(place, small)


def _rename(tokens: Sequence[dict[str, Any]]) -> None:
    for token in tokens:
        for key in ("name", "html"):
            if key in token and token["level"] > 1:
                match = _LABELS.match(str(token[key]))
                token[key] = str(token[key])[match.end() if match else 0 :]
        _rename(token["children"])
