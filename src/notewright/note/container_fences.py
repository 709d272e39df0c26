"""Finds fences in containers that CommonMark does not have: admonitions, tabs, HTML with Markdown.

Extensions of Python-Markdown read them. In an MkDocs project, they may contain cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from notewright.note.parse import Parse

_OPENING = re.compile(r"(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)")
_CONTAINER = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?|///)[ \t]+\S")
_MARKDOWN_IN_HTML = re.compile(r"[ \t]*<\w+[^>]*\smarkdown\b")


def find_container_fences(parse: Parse) -> Iterator[Token]:
    """Yield the fences in such containers as tokens, in order."""
    lines = parse.lines
    plain, in_html = _known_lines(parse)
    reached = 0
    for number, line in enumerate(lines):
        match = _OPENING.fullmatch(line)
        if match is None or number < reached or number in plain:
            continue
        if number not in in_html and not is_in_container(number, lines):
            continue
        mark = match["mark"]
        closing = re.compile(rf"[ \t]*{re.escape(mark)}{mark[0]}*[ \t]*")
        rest = range(number + 1, len(lines))
        last = next((each for each in rest if closing.fullmatch(lines[each])), None)
        if last is None:
            continue
        reached = last + 1
        indent = len(match["indent"])
        body = [_without_indent(each, indent) for each in lines[number + 1 : last]]
        content = "".join(f"{each}\n" for each in body)
        token = Token("fence", "code", 0, content=content, info=match["info"].strip())
        token.markup, token.map = mark, [number, reached]
        yield token


def _known_lines(parse: Parse) -> tuple[set[int], set[int]]:
    """The lines of fences and plain HTML, and the lines of HTML with Markdown in it."""
    plain: set[int] = set()
    in_html: set[int] = set()
    for token in parse.blocks:
        if token.map is None or token.type not in ("fence", "html_block"):
            continue
        has_markdown = token.type == "html_block" and _MARKDOWN_IN_HTML.match(token.content)
        (in_html if has_markdown else plain).update(range(*token.map))
    return plain, in_html


def is_in_container(number: int, lines: Sequence[str]) -> bool:
    """Whether a line is indented below `!!! note`, `=== "Tab"` or the like, at any depth."""
    indent = _indent(lines[number])
    for line in reversed(lines[:number]):
        if line.strip() and _indent(line) < indent:
            if _CONTAINER.match(line):
                return True
            indent = _indent(line)
        if not indent:
            return False
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_indent(line: str, indent: int) -> str:
    return line[min(indent, _indent(line)) :]
