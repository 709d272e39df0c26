"""Obsidian's callouts: quotes that begin with `[!note]`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown_it.token import Token

_HEAD = re.compile(r"\[!(?P<kind>[^\]|]+)(?:\|[^\]]*)?\](?P<fold>[+-]?)[ \t]*(?P<title>[^\n]*)\n?")

ALIASES = {
    "summary": "abstract",
    "tldr": "abstract",
    "hint": "tip",
    "important": "tip",
    "check": "success",
    "done": "success",
    "help": "question",
    "faq": "question",
    "caution": "warning",
    "attention": "warning",
    "fail": "failure",
    "missing": "failure",
    "error": "danger",
    "cite": "quote",
}
KINDS = frozenset(
    {
        "note",
        "abstract",
        "info",
        "todo",
        "tip",
        "success",
        "question",
        "warning",
        "failure",
        "danger",
        "bug",
        "example",
        "quote",
    }
)


@dataclass(frozen=True, slots=True)
class Callout:
    """The first line of a callout.

    Attributes:
        kind: What is written between `[!` and `]`, in lower case.
        title: Its title, as Markdown; the kind's name if it has none.
        fold: "" for one that does not fold, "+" for open, "-" for closed.
    """

    kind: str
    title: str
    fold: str

    @classmethod
    def of_head(cls, match: re.Match[str]) -> Callout:
        """The callout of a matched first line."""
        kind = match["kind"].strip().lower()
        return cls(
            kind, match["title"].strip() or kind.replace("-", " ").capitalize(), match["fold"]
        )

    def open(self, parent: Element) -> Element:
        """Add its element, with the title, in the form that Material styles."""
        element = SubElement(parent, "div")
        self.fill(element)
        return element

    def fill(self, element: Element) -> None:
        """Turn an element into the callout, with the title as its first child."""
        known = ALIASES.get(self.kind, self.kind)
        classes = known if known in KINDS else f"note {re.sub(r'[^a-z0-9-]+', '-', known)}"
        if self.fold:
            element.tag, title = "details", Element("summary")
            element.attrib.update({"class": classes, "data-callout": self.kind})
            element.attrib.update({"open": "open"} if self.fold == "+" else {})
        else:
            element.tag, title = "div", Element("p", {"class": "admonition-title"})
            element.attrib.update({"class": f"admonition {classes}", "data-callout": self.kind})
        title.text = self.title
        element.insert(0, title)


def take_callout(quote: Element, first: Element) -> None:
    """Turn a quote into a callout if it starts with `[!kind]`.

    Args:
        quote: The quote.
        first: Its first paragraph, before inline patterns run. The head is removed from its text.
    """
    match = _HEAD.match(first.text or "")
    if match is None:
        return
    first.text = (first.text or "")[match.end() :]
    if not (first.text or len(first)):
        quote.remove(first)
    Callout.of_head(match).fill(quote)


def read_callout(tokens: Sequence[Token], index: int) -> Callout | None:
    """Read the callout that a quote opens, taking its first line out of the tokens.

    Args:
        tokens: Tokens of the page; the quote's first text loses the callout's head.
        index: Which of them opens the quote.

    Returns:
        The callout, or None if the quote is a quote.
    """
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return None
    text = tokens[index + 2]
    match = _HEAD.match(text.content)
    if match is None:
        return None
    text.content = text.content[match.end() :]
    if not text.content:  # nothing is left of the paragraph
        for token in tokens[index + 1 : index + 4]:
            token.hidden = True
    return Callout.of_head(match)
