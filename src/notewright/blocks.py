"""Gives Python-Markdown the block structure that markdown-it-py sees: CommonMark's.

Python-Markdown's own blocks differ: a list needs a blank line before it, nests by four
spaces, cannot start at 3; a fence cannot stand in an item by two. Here its block parser is
replaced, while its inline patterns, tree processors and postprocessors go on as they are.
What only its extensions know, such as `!!! note` or `[^1]: …`, is handed back to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString, code_escape
from markdown_it.token import Token

from notewright.callouts import read_callout
from notewright.syntax import tokens_of

ShowFence = Callable[[Token], str | None]
"""Makes HTML of a fence; None leaves it to superfences, "" shows nothing."""

_CORE = frozenset(
    {
        "markdown.blockprocessors",
        "markdown.extensions.md_in_html",
        "markdown.extensions.sane_lists",
        "markdown.extensions.tables",
        "pymdownx.quotes",
        "pymdownx.superfences",
    }
)
"""Modules whose block processors know nothing that CommonMark with tables does not."""

_INDENT = re.compile(r"(?: {4}|\t)")


class CommonMarkParser:
    """Stands in for a Python-Markdown instance's block parser."""

    def __init__(self, md: Markdown, show_fence: ShowFence) -> None:
        self._md = md
        self._original: BlockParser = md.parser
        self._show_fence = show_fence
        # Superfences looks itself up by name, so it stays, and waits until it is given a fence.
        superfences: Any = md.preprocessors["fenced_code_block"]
        self._run_superfences: Callable[[list[str]], list[str]] = superfences.run
        superfences.run = lambda lines: lines
        self._foreign: list[BlockProcessor] = [
            processor
            for processor in self._original.blockprocessors
            if type(processor).__module__ not in _CORE
        ]
        # Fences and HTML come from the tokens; tabs in code are the writer's own.
        for name in ("html_block", "normalize_whitespace"):
            md.preprocessors.deregister(name, strict=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def parseDocument(self, lines: list[str]) -> ElementTree:  # noqa: N802
        """Build the tree of a page, as Python-Markdown's own parser would."""
        root = Element(self._md.doc_tag)
        self._original.root = root
        lines = [line.replace("\x00", "\ufffd") for line in lines]
        tokens, references = tokens_of("\n".join(lines))
        for label, reference in references.items():
            self._md.references[label.lower()] = (reference["href"], reference["title"])
        self._build(root, tokens, lines)
        return ElementTree(root)

    def _build(self, root: Element, tokens: Sequence[Token], lines: list[str]) -> None:
        reached = 0
        groups = list(_top_level(tokens))
        for number, group in enumerate(groups):
            start = group[0].map[0] if group[0].map else reached
            if start < reached:
                continue  # an extension has taken it
            if group[0].type == "paragraph_open" and self._is_foreign(root, group[1].content):
                reached = self._hand_back(root, groups[number:], lines)
                continue
            stack = [root]
            for index in range(len(group)):
                self._add(group, index, stack)

    def _add(self, tokens: Sequence[Token], index: int, stack: list[Element]) -> None:
        token, parent = tokens[index], stack[-1]
        if token.type == "inline":
            _add_text(parent, _unindented(token.content))
        elif token.hidden:
            pass  # the text of a tight list's item stands in the item itself
        elif token.type == "paragraph_open" and self._is_foreign(parent, tokens[index + 1].content):
            self._original.parseBlocks(parent, [tokens[index + 1].content])
            tokens[index + 1].content = ""
            tokens[index + 2].hidden = True
        elif token.type == "blockquote_open":
            callout = read_callout(tokens, index)
            stack.append(callout.open(parent) if callout else SubElement(parent, "blockquote"))
        elif token.type == "fence":
            self._add_html(parent, self._fence(token))
        elif token.type == "html_block":
            self._add_html(parent, self._md.htmlStash.store(token.content.rstrip("\n")))
        elif token.type == "code_block":
            code = SubElement(SubElement(parent, "pre"), "code")
            code.text = AtomicString(code_escape(token.content.rstrip("\n")) + "\n")
        elif token.type == "math_block":
            SubElement(parent, "div", {"class": "arithmatex"}).text = AtomicString(token.content)
        elif token.nesting == 0:
            SubElement(parent, token.tag)
        elif token.nesting > 0:
            stack.append(SubElement(parent, token.tag, _attributes(token)))
        else:
            stack.pop()

    def _is_foreign(self, parent: Element, block: str) -> bool:
        """Whether a paragraph is a block that CommonMark doesn't know, but an extension does."""
        return any(processor.test(parent, block) for processor in self._foreign)

    def _fence(self, token: Token) -> str:
        """Show a fence; returns the placeholder of its HTML, or nothing."""
        html = self._show_fence(token)
        if html is not None:
            return self._md.htmlStash.store(html) if html else ""
        ticks = token.markup
        body = token.content.removesuffix("\n").split("\n") if token.content else []
        language = token.info.split()[0] if token.info.split() else ""
        for header in (token.info, language, ""):
            shown = self._run_superfences([f"{ticks}{header}", *body, ticks])
            placeholders = [line for line in shown if line.strip()]
            if len(placeholders) == 1 and placeholders[0].startswith("\x02"):
                return str(placeholders[0])
        return str(
            self._md.htmlStash.store(f"<pre><code>{code_escape(token.content)}</code></pre>")
        )

    @staticmethod
    def _add_html(parent: Element, placeholder: str) -> None:
        if placeholder:
            SubElement(parent, "p").text = placeholder

    def _hand_back(self, root: Element, groups: Sequence[list[Token]], lines: list[str]) -> int:
        """Give a paragraph, and what is indented below it, to the extension that knows it.

        Returns:
            The line up to which the extension has taken the text.
        """
        assert groups[0][0].map is not None
        start, end = groups[0][0].map
        for group in groups[1:]:
            if group[0].map is None or not _INDENT.match(lines[group[0].map[0]]):
                break
            end = group[0].map[1]
        region = self._run_superfences([line.expandtabs(4) for line in lines[start:end]])
        self._original.parseChunk(root, "\n".join(region))
        return int(end)


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Split tokens into the blocks of the page's top level."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _attributes(token: Token) -> dict[str, str]:
    return {name: str(value) for name, value in token.attrs.items()}


def _add_text(parent: Element, text: str) -> None:
    if not text:
        return
    if len(parent):
        parent[-1].tail = f"{parent[-1].tail or ''}\n{text}"
    else:
        parent.text = f"{parent.text}\n{text}" if parent.text else text


def _unindented(text: str) -> str:
    """Text of a paragraph without the indent of its lines, which means nothing."""
    return re.sub(r"\n[ \t]+", "\n", text)
