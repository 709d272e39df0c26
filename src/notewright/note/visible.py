"""The text of inline Markdown that is visible to a reader, without the marks of the writer."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it.token import Token

from notewright.note.grammar import parse_inline
from notewright.note.links import read_link

BLOCK_ID = re.compile(r"(?:^|(?<!\s)\s+|(?<=\]\]))\^[\w-]+\s*$")
_MARK = re.compile(r"(?<!\w)==(?=[^\s=]|$)|(?:^|(?<=[^\s=]))==(?!\w)")
_SPACES = re.compile(r"\s{2,}|[^\S ]")  # a space alone is one already
_WORDS = re.compile(r"[\w\s.,:;?'’“”()/+–—-]*")


@lru_cache(maxsize=1 << 12)  # a note is asked for its title by each that links to it
def visible(text: str) -> str:
    """What a heading shows.

    Args:
        text: Its Markdown, in one line.
    """
    if _WORDS.fullmatch(text) and "_" not in text:
        return text.strip()
    parts = []
    for token in parse_inline(BLOCK_ID.sub("", text), {}):
        if token.type == "wikilink":
            link = read_link(token.meta)
            parts.append(link.alt or link.label)
        else:
            parts.append(plain(token))
    return "".join(parts).strip()


def plain(token: Token) -> str:
    """The text of an inline token."""
    if token.type == "formula":
        return token.content.strip("$")
    if token.type == "code_inline":
        return "…" if token.content.startswith(("{python}", "{python~}")) else token.content
    if token.type == "hashtag":
        return f"#{token.content}"
    if token.type in ("html_inline", "inline_note"):
        return ""
    text = _MARK.sub("", token.content) if "==" in token.content else token.content
    return _SPACES.sub(" ", text)
