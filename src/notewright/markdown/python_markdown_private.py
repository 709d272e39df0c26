"""Private parts of Python-Markdown that are used: what its documentation does not promise.

Every other module imports only what the page on writing extensions names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any, cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from notewright.libraries import private_parts

with private_parts("Markdown", "site"):
    from markdown import inlinepatterns
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
    from markdown.postprocessors import RawHtmlPostprocessor
    from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
    from markdown.treeprocessors import UnescapeTreeprocessor
    from markdown.util import (
        ETX,
        HTML_PLACEHOLDER,
        HTML_PLACEHOLDER_RE,
        INLINE_PLACEHOLDER_RE,
        STX,
        AtomicString,
        code_escape,
    )

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
    "change_stash",
    "code_escape",
    "footnotes_of",
    "join_others",
    "keep_references_apart",
    "only_at",
    "skip_patterns",
    "skip_raw_html",
    "slugify",
    "stash_of",
    "stop_early",
    "unescape",
    "unique",
    "use_parser",
]

_LABEL = re.compile(r"\[([^\]]*)\]")
_PLACEHOLDER = HTML_PLACEHOLDER.partition("%s")[0]
"""With what each place of raw HTML begins."""


def use_parser(md: Markdown, parser: object) -> None:
    """Let another object parse the blocks of a Markdown instance."""
    md.parser = cast(BlockParser, parser)


def join_others(md: Markdown, other: Markdown) -> None:
    """Register with an instance the tree processors that a host joined to another one."""
    known: Any = other.treeprocessors
    for item in known._priority:
        if item.name not in md.treeprocessors and not item.name.startswith("notewright"):
            md.treeprocessors.register(other.treeprocessors[item.name], item.name, item.priority)


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


def unescape(md: Markdown, name: str, priority: float) -> None:
    """Put escaped signs back at some time, as Python-Markdown does at the end.

    Both look only where there are some: its own takes all texts and attributes apart.
    """
    md.treeprocessors.register(_Unescape(md), name, priority)
    for each in md.treeprocessors:
        if type(each) is UnescapeTreeprocessor and "run" not in vars(each):
            each.run = partial(_unescape, each.unescape)  # type: ignore[method-assign]


class _Unescape(UnescapeTreeprocessor):
    def run(self, root: Element) -> None:
        """Change the page in place."""
        _unescape(self.unescape, root)


def _unescape(change: Callable[[str], str], root: Element) -> None:
    for element in root.iter():
        if element.text and STX in element.text and element.tag != "code":
            element.text = change(element.text)
        if element.tail and STX in element.tail:
            element.tail = change(element.tail)
        for name, value in element.items():
            if value and STX in value:
                element.set(name, change(value))


class _At:
    """A regular expression that is looked for only in texts that hold one of some signs.

    Attributes:
        signs: The signs.
    """

    def __init__(self, pattern: re.Pattern[str], *signs: str) -> None:
        self._pattern, self.signs = pattern, signs

    def finditer(self, text: str, start: int = 0) -> Iterable[re.Match[str]]:
        """The matches, as Python-Markdown asks for them."""
        holds_one = any(text.find(sign, start) >= 0 for sign in self.signs)
        return self._pattern.finditer(text, start) if holds_one else ()


def only_at(pattern: InlineProcessor, *signs: str) -> None:
    """Look for a pattern only in texts that hold one of some signs: else each place is tried."""
    compiled: Any = _At(pattern.compiled_re, *signs)
    pattern.compiled_re = compiled


_SIGNS = {
    inlinepatterns.LINK_RE: "[",
    inlinepatterns.IMAGE_LINK_RE: "![",
    inlinepatterns.AUTOMAIL_RE: "<",
    inlinepatterns.HTML_RE: "<",
    inlinepatterns.ENTITY_RE: "&",
    inlinepatterns.LINE_BREAK_RE: "  \n",
    r"\[\^([^\]]*)\]": "[^",  # of footnotes
}
"""Without which sign Python-Markdown's own regular expressions match nothing."""
_HANDLE, _APPLY = (f"_InlineProcessor__{name}" for name in ("handleInline", "applyPattern"))

_Apply = Callable[[Any, str, int, int], tuple[str, bool, int]]


class _Handled:
    """Inline patterns, each tried only on texts that hold a sign without which it matches none.

    Args:
        md: Whose patterns they are.
        apply: Applies one of them once, from some place of a text on.
    """

    def __init__(self, md: Markdown, apply: _Apply) -> None:
        self._md, self._apply = md, apply

    @cached_property
    def _patterns(self) -> Sequence[tuple[Any, Sequence[str]]]:
        """The patterns with their signs. Asked for once no extension adds one any more."""
        return [(each, _signs(each)) for each in self._md.inlinePatterns]

    def __call__(self, data: str, number: int = 0) -> str:
        """Put what a text becomes in place of what matches, from one pattern on."""
        if isinstance(data, AtomicString):
            return data
        start = 0
        while number < len(self._patterns):
            pattern, signs = self._patterns[number]
            matched = False
            for sign in signs:
                if sign in data:
                    data, matched, start = self._apply(pattern, data, number, start)
                    break
            if not matched:
                number, start = number + 1, 0
        return data


def _signs(pattern: Any) -> Sequence[str]:
    compiled = getattr(pattern, "compiled_re", None)
    if isinstance(compiled, _At):
        return compiled.signs
    return (_SIGNS.get(getattr(compiled, "pattern", ""), ""),)  # each text holds the empty one


def skip_patterns(md: Markdown) -> None:
    """Try no inline pattern on a text in which it matches nothing.

    Python-Markdown tries all of them on each text, for a twentieth of a build.
    """
    for processor in md.treeprocessors:
        apply = getattr(processor, _APPLY, None)
        if type(processor) is InlineTreeprocessor and apply and hasattr(processor, _HANDLE):
            setattr(processor, _HANDLE, _Handled(md, apply))


def skip_raw_html(md: Markdown) -> None:
    """Look for the places of raw HTML only in texts that hold one.

    Python-Markdown does it for each heading, by a function that holds itself: to find such garbage
    took a hundredth of a build.
    """
    for each in md.postprocessors:
        if isinstance(each, RawHtmlPostprocessor) and "run" not in vars(each):
            each.run = partial(_with_raw_html, each.run)  # type: ignore[method-assign]


def _with_raw_html(put_back: Callable[[str], str], text: str) -> str:
    return put_back(text) if _PLACEHOLDER in text else text


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
