"""Ids in the raw HTML of a page, found in time that grows with its length and no faster.

MkDocs looks for them with Python's parser of HTML, which reads from each tag that is never closed
to the end of the text: 10,000 times `<a ` keep it busy for 15 s, and ten times as many for half an
hour. It is the only reader of a page that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from weakref import proxy

from markdown import Markdown

_HOST = "mkdocs_raw_html"
"""The name under which MkDocs registers what looks for ids."""

_TAG = re.compile(r"<(?P<name>[a-zA-Z][^\s<>/]*)(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'<>/=]+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'=<>`]+)))?"
)


def find_ids(html: str) -> Iterator[str]:
    """Yield the ids of elements, and the names of `<a>`, that links can lead to."""
    for tag in _TAG.finditer(html):
        names = ("id", "name") if tag["name"].lower() == "a" else ("id",)
        for found in _ATTRIBUTE.finditer(tag["attributes"]):
            if found["name"].lower() in names:
                yield found["double"] or found["single"] or found["bare"] or ""


def replace_finder(md: Markdown) -> None:
    """Have the host, if it is one that looks for ids, find them so."""
    if _HOST in md.preprocessors:
        finder: Any = md.preprocessors[_HOST]
        finder.run = partial(_run, proxy(finder))  # one that holds itself is found as garbage only


def _run(finder: Any, lines: list[str]) -> list[str]:
    finder.present_anchor_ids = set(find_ids("\n".join(lines)))
    return lines
