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

BLOCK_SYNTAX = re.compile(r"(?:===[+!]{0,2} |!!! |\?\?\?\+? |::: |/// |--8<-- |\[TOC\]|\{[%{])")
"""How a paragraph begins that an extension or a plugin turns into something else."""
_ANY_MARK = re.compile(r"[{+:\[]")
_EXTENSIONS = [
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"\{\+\+(.*?)\+\+\}|\{==(.*?)==\}", r"\1\2"),  # critic
        (r"\{--.*?--\}|\{>>.*?<<\}", ""),
        (r"\s?\{(?::[^{}]*|\s*[.#][^{}]*)\}", ""),  # attr_list
        (r"\+\+([\w\"'+-]+)\+\+", r"\1"),  # keys
        (r"\s?:(?:material|fontawesome|octicons|simple)-[\w-]+:", ""),  # emoji
        (r"\[\^[^\]\s]+\]", ""),  # footnotes
    )
]


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


def without_extensions(text: str) -> str:
    """A text without the marks of Python-Markdown's and PyMdown's extensions.

    >>> without_extensions('Go{ .md-button } with ++ctrl+c++ :material-rocket: and {++more++}[^1]')
    'Go with ctrl+c and more'
    """
    if not _ANY_MARK.search(text):
        return text
    for pattern, shown in _EXTENSIONS:
        text = pattern.sub(shown, text)
    return text


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
