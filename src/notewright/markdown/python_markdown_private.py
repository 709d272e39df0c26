"""Private parts of Python-Markdown that are used: what its documentation does not promise.

Every other module imports only what the page on writing extensions names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from notewright.libraries import private_parts

with private_parts("Markdown", "site"):
    from markdown.blockparser import BlockParser
    from markdown.extensions.footnotes import (
        FN_BACKLINK_TEXT,
        FootnoteExtension,
        FootnoteReorderingProcessor,
    )
    from markdown.extensions.toc import slugify, unique
    from markdown.inlinepatterns import (
        BacktickInlineProcessor,
        LinkInlineProcessor,
        SubstituteTagInlineProcessor,
    )
    from markdown.treeprocessors import UnescapeTreeprocessor
    from markdown.util import ETX, HTML_PLACEHOLDER_RE, INLINE_PLACEHOLDER_RE, STX, code_escape

__all__ = [
    "ETX",
    "FN_BACKLINK_TEXT",
    "HTML_PLACEHOLDER_RE",
    "INLINE_PLACEHOLDER_RE",
    "STX",
    "BacktickInlineProcessor",
    "BlockParser",
    "FootnoteExtension",
    "FootnoteReorderingProcessor",
    "SubstituteTagInlineProcessor",
    "UnescapeTreeprocessor",
    "change_stash",
    "code_escape",
    "footnotes_of",
    "keep_references_apart",
    "only_at",
    "slugify",
    "stash_of",
    "stop_early",
    "unique",
    "use_parser",
]

_LABEL = re.compile(r"\[([^\]]*)\]")


def use_parser(md: Markdown, parser: object) -> None:
    """Let another object parse the blocks of a Markdown instance."""
    md.parser = cast(BlockParser, parser)


def stash_of(md: Markdown) -> Sequence[Any]:
    """The HTML for which placeholders stand in the elements of a Markdown instance."""
    return md.htmlStash.rawHtmlBlocks


def change_stash(md: Markdown, change: Callable[[str], str]) -> None:
    """Change the HTML for which placeholders stand; elements among it are left alone."""
    blocks: list[Any] = md.htmlStash.rawHtmlBlocks
    blocks[:] = [change(each) if isinstance(each, str) else each for each in blocks]


def footnotes_of(md: Markdown) -> FootnoteExtension:
    """The footnotes of a Markdown instance, which get them if the site has none."""
    if not any(isinstance(each, FootnoteExtension) for each in md.registeredExtensions):
        md.registerExtensions(["footnotes"], {})
    return next(each for each in md.registeredExtensions if isinstance(each, FootnoteExtension))


def keep_references_apart(md: Markdown) -> None:
    """Read `[a] [b]` as two references: there is a space between them."""
    for name in ("reference", "image_reference"):
        reference: Any = md.inlinePatterns[name]
        reference.RE_LINK = _LABEL


class _At:
    """A regular expression that is looked for only in texts that hold one of some signs."""

    def __init__(self, pattern: re.Pattern[str], *signs: str) -> None:
        self._pattern, self._signs = pattern, signs

    def finditer(self, text: str, start: int = 0) -> Iterable[re.Match[str]]:
        """The matches, as Python-Markdown asks for them."""
        holds_one = any(text.find(sign, start) >= 0 for sign in self._signs)
        return self._pattern.finditer(text, start) if holds_one else ()


def only_at(pattern: InlineProcessor, *signs: str) -> None:
    """Look for a pattern only in texts that hold one of some signs: else each place is tried."""
    compiled: Any = _At(pattern.compiled_re, *signs)
    pattern.compiled_re = compiled


def stop_early(md: Markdown) -> None:
    """Keep Python-Markdown from reading to the end of the text for each bracket left open."""
    for pattern in md.inlinePatterns:
        if not isinstance(pattern, LinkInlineProcessor):
            continue

        def text_of(
            data: str, index: int, read: Callable[..., Any] = pattern.getText
        ) -> tuple[str, int, bool]:
            found: tuple[str, int, bool] = (
                read(data, index) if data.find("]", index) >= 0 else ("", index, False)
            )
            return found

        pattern.getText = text_of  # type: ignore[method-assign]
