r"""Bracketed formulas: `\(x\)` and `\[x\]`, where a site names pymdownx.arithmatex.

In Obsidian, and where the site does not, those are brackets with a backslash before them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

ROUND, SQUARE, BEGIN = "round", "square", "begin"
"""Arithmatex's names of what it reads beside dollars."""

INLINE = (
    r"(?<!\\)(?P<before>(?:\\\\)+)(?=\\\()"
    r"|(?<!\\)\\\((?P<bracketed>(?:\\[^)]|[^\\\x02\x03])+?)\\\)"
)
"""In the text."""

BLOCKS = {
    SQUARE: r"\\\[(?P<math3>(?:\\[^\]]|[^\\])+?)\\\]",
    BEGIN: r"(?P<math2>\\begin\{(?P<name>[a-z]+\*?)\}(?:\\.|[^\\])+?\\end\{(?P=name)\})",
}
"""As a paragraph."""

_CODE = r"(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
_DOLLARS = r"(?<!\\)(?P<dollars>\$\$?)(?!\s)(?:\\.|[^\\$])+?(?<!\s)(?P=dollars)(?!\d)"
_TEXT = re.compile(f"{_CODE}|{_DOLLARS}|{INLINE}", re.S)


class Bracketed(NamedTuple):
    """A formula: where it begins in a paragraph, its LaTeX, and how it is displayed."""

    start: int
    tex: str
    display: str


def block_pattern(kinds: Collection[str]) -> re.Pattern[str]:
    """What a paragraph is that is one of some kinds of formula."""
    forms = "|".join(form for kind, form in BLOCKS.items() if kind in kinds) or r"(?!)"
    return re.compile(rf"(?:{forms})[ ]*\Z", re.S)


def bracketed(paragraph: str, kinds: Collection[str]) -> Iterator[Bracketed]:
    """Yield the formulas in brackets of a paragraph.

    Args:
        paragraph: Its Markdown.
        kinds: Those that arithmatex reads.
    """
    whole = block_pattern(kinds).match(paragraph)
    if whole is not None:
        yield _found(whole, "math3" if paragraph.startswith("\\[") else "math2", "block")
    elif ROUND in kinds and "\\(" in paragraph:
        for each in _TEXT.finditer(paragraph):
            if each["bracketed"]:
                yield _found(each, "bracketed", "inline")


def _found(match: re.Match[str], group: str, display: str) -> Bracketed:
    before = len(match[group]) - len(match[group].lstrip())
    return Bracketed(match.start(group) + before, match[group].strip(), display)
