"""Titles: whether a note begins with one, and how names of files and folders are said."""

from __future__ import annotations

import re

from notewright.note.parse import Parse

_SLUG = re.compile(r"[^\W\d_]\w*(?:-\w+)*")
_RAW = re.compile(r"<h1\b", re.IGNORECASE)
_PICTURES = re.compile(r"!\[\[[^\[\]]*\]\]|!?\[[^\[\]]*\]\([^()]*\)|<[^<>]*>")


def is_slug(name: str) -> bool:
    """Whether a name is spelt like an address: small letters, without blanks."""
    return name == name.lower() and _SLUG.fullmatch(name) is not None


def folder_title(name: str) -> str:
    """What readers call a folder: as MkDocs has it; a name with blanks is said as it is written."""
    if " " in name:
        return name
    said = re.sub("[-_]", " ", name)
    return said.capitalize() if said == said.lower() else said


def begins_with_title(parse: Parse, *, is_home: bool) -> bool:
    """Whether a text shows a heading of level 1 above all words, so that it needs no title.

    Pictures, badges and HTML may stand above it, as they do in the files that code hosts show.

    Args:
        parse: The text.
        is_home: Whether words may stand above it as well.
    """
    for token in parse.blocks:
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0:
            return True
        if token.type == "html_block" and _RAW.search(token.content):
            return True
        is_text = token.type in ("inline", "fence", "code_block", "math_block")
        if is_text and not is_home and _has_words(token.type, token.content):
            return False
    return False


def _has_words(kind: str, content: str) -> bool:
    """Whether a block is more than pictures; a picture that links is one."""
    if kind != "inline":
        return True
    while (left := _PICTURES.sub("", content)) != content:
        content = left
    return bool(content.strip())
