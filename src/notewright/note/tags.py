"""Tags of a note: those of its properties, and `#tags` in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from notewright.note.parse import Parse

_PERHAPS = re.compile(r"#[^\s#|()\[\]{}'\"`.,;:!]")
"""What a tag begins with, and little else does: no heading, and no option of a cell."""


def find_tags(properties: Mapping[str, Any], parse: Parse | None) -> list[str]:
    """The tags of a note as written, each once, from its properties and then from its text.

    Args:
        properties: Its properties.
        parse: Its text; None to ignore `#word` in it.
    """
    found: dict[str, str] = {}
    in_text = _of_text(parse) if parse is not None else ()
    for tag in (*_of_properties(properties), *in_text):
        found.setdefault(tag.casefold(), tag)
    return list(found.values())


def _of_properties(properties: Mapping[str, Any]) -> Iterator[str]:
    for name in ("tags", "tag"):
        value = properties.get(name)
        values = value if isinstance(value, list) else re.split(r"[,\s]+", str(value or ""))
        for each in values:
            tag = str(each if each is not None else "").strip().lstrip("#").rstrip("/")
            if tag:
                yield tag


def _of_text(parse: Parse) -> Iterator[str]:
    for block in parse.blocks:
        if block.type == "inline" and _PERHAPS.search(block.content):  # few have any
            for child in parse.children(block):
                if child.type == "hashtag":
                    yield child.content
