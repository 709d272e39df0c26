"""Python-Markdown patterns of Obsidian's inline text: `==marks==`, `~~gone~~`, `#tags`, addresses.

With them come three of CommonMark's rules that Python-Markdown does not have: each sign can be
escaped, a backslash at the end of a line is a break, `<any-scheme:…>` is an address.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from notewright.markdown.python_markdown_private import (
    ETX,
    STX,
    BacktickInlineProcessor,
    SubstituteTagInlineProcessor,
    code_escape,
    keep_references_apart,
    only_at,
    stop_early,
)
from notewright.note.grammar import TAG, in_braces

_CODE = (
    r"(?<!\\)(?P<escapes>(?:\\\\)+)(?=`)"
    r"|(?<![\\`])(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
)
_ESCAPE = rf"\\(?P<sign>[{re.escape(string.punctuation)}])"
_BREAK = r"\\\n"
_ADDRESS = (
    r"<(?!(?i:javascript|vbscript|file|data):)(?P<address>[A-Za-z][\w+.-]{1,31}:[^\s<>\x02]*)>"
)

_MARK = "notewright-mark"

TagLink = Callable[[str], str | None]
"""The address of a tag's list of notes, if there is one."""


class PairProcessor(InlineProcessor):
    """Makes `==text==` a mark, or `~~text~~` struck through.

    `a == b == c` is none: its signs stand apart from the text.
    """

    def __init__(self, md: Markdown, sign: str, tag: str) -> None:
        super().__init__(rf"(?<!{sign}){sign}{sign}(?![\s{sign}])", md)
        only_at(self, sign + sign)
        self._end = re.compile(rf"(?<![\s{sign}]){sign}{sign}(?!{sign})")
        self._tag = tag
        self._endless: tuple[str, int] = "", 0  # a text, and from where on no pair ends

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the element; other patterns read its text afterwards."""
        text, place = self._endless
        if data is text and m.end(0) >= place:
            return None, None, None  # else a long text would be searched for each sign
        end = self._end.search(data, m.end(0))
        if end is None:
            self._endless = data, m.end(0)
            return None, None, None
        element = Element(self._tag)
        element.text = data[m.end(0) : end.start()]
        return element, m.start(0), end.end()


class TagProcessor(InlineProcessor):
    """Makes `#tag` a link to the notes that bear it."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, link: TagLink) -> None:
        super().__init__(TAG.pattern, md)
        only_at(self, "#")
        self._link = link

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the element of one tag."""
        if in_braces(data, m.start(0), m.end(0)):
            return None, None, None
        tag = m["tag"].rstrip("/")
        href = self._link(tag)
        element = Element("a" if href else "span", {"class": "nw-tag"})
        if href:
            element.set("href", href)
        element.text = AtomicString(f"#{tag}")
        return element, m.start(0), m.start(0) + len(tag) + 1


class CodeProcessor(InlineProcessor):
    """Makes code of what stands between equal rows of backticks, without one space at each end."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(_CODE, md)
        only_at(self, "`")

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str, int, int]:
        """Make the element."""
        if m["escapes"]:
            return m["escapes"].replace("\\\\", f"{STX}{ord(chr(92))}{ETX}"), m.start(0), m.end(0)
        code = m["code"].replace("\n", " ")
        if code.strip() and code[0] == code[-1] == " ":
            code = code[1:-1]
        element = Element("code")
        element.text = AtomicString(code_escape(code))
        return element, m.start(0), m.end(0)


class EscapeProcessor(InlineProcessor):
    """Makes a sign behind a backslash that sign. `&` is kept from being a part of an entity."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(_ESCAPE, md)
        only_at(self, "\\")

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        """Hide the sign from the other patterns, as Python-Markdown does."""
        sign = m["sign"]
        hidden = self.md.htmlStash.store("&amp;") if sign == "&" else f"{STX}{ord(sign)}{ETX}"
        return hidden, m.start(0), m.end(0)


class BreakProcessor(InlineProcessor):
    """Makes a backslash at the end of a line a break."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(_BREAK, md)
        only_at(self, "\\\n")

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Make the break."""
        return Element("br"), m.start(0), m.end(0)


class AddressProcessor(InlineProcessor):
    """Makes `<scheme:address>` a link."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(_ADDRESS, md)
        only_at(self, "<")

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Make the link."""
        element = Element("a", {"href": m["address"]})
        element.text = AtomicString(m["address"])
        return element, m.start(0), m.end(0)


def prepare(md: Markdown) -> None:
    """Add the patterns to a Markdown instance, but for those of tags; unless they are there."""
    if _MARK in md.inlinePatterns:
        return
    if "magic-link" not in md.inlinePatterns:
        md.registerExtensions(["pymdownx.magiclink"], {})
        md.inlinePatterns.deregister("magic-mail")  # Obsidian makes no link of it
    if type(md.inlinePatterns["backtick"]) is BacktickInlineProcessor:  # no extension's own
        md.inlinePatterns.register(CodeProcessor(md), "backtick", 190)
    keep_references_apart(md)
    stop_early(md)
    md.inlinePatterns.register(EscapeProcessor(md), "escape", 180)
    md.inlinePatterns.register(BreakProcessor(md), "notewright-break", 179)
    md.inlinePatterns.register(AddressProcessor(md), "notewright-address", 121)
    # Below code (190), escapes (180), links (160) and HTML (90), which have taken their own.
    md.inlinePatterns.register(PairProcessor(md, "=", "mark"), _MARK, 72)
    md.inlinePatterns.register(PairProcessor(md, "~", "del"), "notewright-struck", 71.5)


def enable_tags(md: Markdown, tag_link: TagLink) -> None:
    """Add the pattern of tags to a Markdown instance.

    Args:
        md: The instance.
        tag_link: Tells the address of a tag.
    """
    md.inlinePatterns.register(TagProcessor(md, tag_link), "notewright-tag", 71)


def break_lines(md: Markdown) -> None:
    """Make a break of each line end, except before the attributes of a paragraph, `{: .class }`."""
    pattern = SubstituteTagInlineProcessor(r"\n(?![ ]*\{:?[^{}\n]*\}[ ]*$)", "br")
    only_at(pattern, "\n")
    md.inlinePatterns.register(pattern, "nl", 5)  # in the place of nl2br's, which leaves a break


def ensure(md: Markdown, module: str, processors: Iterable[Any]) -> None:
    """Register an extension, unless the site has done so, with settings of its own.

    Args:
        md: The instance.
        module: The extension's module.
        processors: Those among which one of its own is, if it is registered.
    """
    if not any(type(each).__module__ == module for each in processors):
        md.registerExtensions([module], {})
