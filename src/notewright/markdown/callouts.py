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

    def open(self, parent: Element) -> Element:
        """Add its element, with the title, in the form that Material styles."""
        known = ALIASES.get(self.kind, self.kind)
        classes = known if known in KINDS else f"note {re.sub(r'[^a-z0-9-]+', '-', known)}"
        if self.fold:
            attributes = {"class": classes, "data-callout": self.kind}
            attributes |= {"open": "open"} if self.fold == "+" else {}
            element = SubElement(parent, "details", attributes)
            SubElement(element, "summary").text = self.title
        else:
            attributes = {"class": f"admonition {classes}", "data-callout": self.kind}
            element = SubElement(parent, "div", attributes)
            SubElement(element, "p", {"class": "admonition-title"}).text = self.title
        return element


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
    kind = match["kind"].strip().lower()
    title = match["title"].strip() or kind.replace("-", " ").capitalize()
    return Callout(kind, title, match["fold"])
