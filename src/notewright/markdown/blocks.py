"""Gives Python-Markdown the block structure that markdown-it-py sees: CommonMark's.

Python-Markdown's own blocks differ: a list needs a blank line before it, nests by four
spaces, cannot start at 3; a fence cannot stand in an item by two. Here its block parser is
replaced, while its inline patterns, tree processors and postprocessors go on as they are.
What only its extensions know, such as `!!! note` or `: definition`, is handed back to them,
and what stands inside of it is CommonMark again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString
from markdown_it.token import Token

from notewright.markdown.callouts import read_callout
from notewright.markdown.footnotes import Footnotes
from notewright.markdown.pymdownx_private import Superfences, keep_tails
from notewright.markdown.python_markdown_private import BlockParser, code_escape
from notewright.markdown.task_lists import mark_tasks
from notewright.note.cells import OUTPUT, parse_info
from notewright.note.comments import hide_comments
from notewright.note.density import is_too_dense
from notewright.note.grammar import tokens_of
from notewright.render.cell_html import NOTES, NOTES_END

ShowFence = Callable[[Token], str | None]
"""Makes HTML of a fence; None leaves it to superfences, "" shows nothing."""

ParsePage = Callable[[str], tuple[list[Token], Mapping[str, Any]]]
"""Parses the text of a whole page: block tokens to change, and reference definitions."""

MakeFence = Callable[[Token], Element | None]
"""Makes elements of a fence, whose links the host rewrites; None for another fence."""

_CORE = frozenset(
    {
        "markdown.blockprocessors",
        "markdown.extensions.footnotes",
        "markdown.extensions.md_in_html",
        "markdown.extensions.sane_lists",
        "markdown.extensions.tables",
        "pymdownx.quotes",
        "pymdownx.superfences",
    }
)
"""Modules whose block processors know nothing that the parser here does not."""

_DEEPEST = 20
"""Blocks of extensions that stand in one another; what is deeper is shown as text."""

_INDENTED = re.compile(r"^(?: {4}|\t)")
_BODY = "\x02nw-body:{}\x03"
_BODIES = re.compile("\x02nw-body:[0-9]+\x03")
_MARKERS = str.maketrans({"\x00": "\ufffd", "\x02": "\ufffd", "\x03": "\ufffd"})
"""What CommonMark forbids, and what Python-Markdown marks its own places with."""
_BLOCK_FENCE = re.compile(r"(?P<mark>/{3,})[ \t]*\S")
_MOST_TABS = 200
"""Tabs of one set: for each more, the extension looks at all that are there."""
_ABBREVIATION = re.compile(r"\*\[[^\\\n]*?\] ?: *\S.*")
_MARKDOWN_ATTRIBUTE = re.compile(r"(<\w[^<>]*?)\s+markdown(?:=(?:\"\w*\"|'\w*'|\w+))?(?=[\s>])")


class CommonMarkParser:
    """Stands in for a Python-Markdown instance's block parser."""

    def __init__(
        self,
        md: Markdown,
        parse_page: ParsePage,
        show_cell: ShowFence,
        show_diagram: ShowFence,
        makers: Sequence[MakeFence],
    ) -> None:
        self._md = md
        self._parse_page = parse_page
        self._original: BlockParser = md.parser
        self._show_cell = show_cell
        self._show_diagram = show_diagram
        self._makers = makers
        self._shows_cells = False
        self._keeps_tails = False
        self._depth = 0
        self._bodies: dict[str, str] = {}
        self._footnotes = Footnotes(md, self)
        self._superfences = Superfences(md)
        self._superfences.wait()
        self._foreign: list[BlockProcessor] = [
            processor
            for processor in self._original.blockprocessors
            if type(processor).__module__ not in _CORE
        ]
        for processor in self._foreign:
            processor.parser = self  # type: ignore[assignment]
        # Fences and HTML come from the tokens; tabs in code are the writer's own.
        for name in ("html_block", "normalize_whitespace"):
            md.preprocessors.deregister(name, strict=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def parseDocument(self, lines: list[str]) -> ElementTree:  # noqa: N802
        """Build the tree of a page, as Python-Markdown's own parser would."""
        self._keeps_tails = self._keeps_tails or keep_tails(self._md)
        self._depth = 0
        root = Element(self._md.doc_tag)
        self._original.root = root
        self._bodies.clear()
        self._shows_cells = True
        self._parse(root, "\n".join(lines).translate(_MARKERS), self._parse_page)
        self._shows_cells = False
        return ElementTree(root)

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802
        """Build what stands inside of a block of an extension. No cell can stand there."""
        shows_cells, self._shows_cells = self._shows_cells, False
        self._parse(parent, text)
        self._shows_cells = shows_cells

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Build some blocks of an extension, and take them out of the list."""
        text = "\n\n".join(blocks)
        blocks.clear()
        self.parseChunk(parent, text)

    def _parse(self, parent: Element, text: str, parse: ParsePage = tokens_of) -> None:
        self._depth += 1
        tokens, references = parse(text)
        for label, reference in references.items():
            self._md.references[label.lower()] = (reference["href"], reference["title"])
        if self._original.state.isstate("list") and tokens and tokens[0].type == "paragraph_open":
            tokens[0].hidden = tokens[2].hidden = True  # as in the item of a tight list
        mark_tasks(tokens)
        for token in tokens:
            if token.content not in self._bodies:  # a mark that an extension put into other text
                token.content = _BODIES.sub(lambda mark: self._bodies[mark[0]], token.content)
        stack = [parent]
        skipped_to, is_skipped = 0, False
        for index, token in enumerate(tokens):
            if token.level == 0 and token.map and token.nesting >= 0:
                if token.map[0] >= skipped_to and token.type == "paragraph_open":
                    skipped_to = self._add_fenced_block(parent, tokens, index, text)
                is_skipped = token.map[0] < skipped_to
            if not is_skipped:
                self._add(tokens, index, stack)
        self._depth -= 1

    def _add(self, tokens: Sequence[Token], index: int, stack: list[Element]) -> None:
        token, parent = tokens[index], stack[-1]
        if token.hidden:
            return  # the text of a tight list's item stands in the item itself
        if token.type == "inline" and is_too_dense(token.content):
            SubElement(parent, "span").text = AtomicString(token.content)
        elif token.type == "inline":
            box = self._md.htmlStash.store(token.meta["box"]) if "box" in token.meta else ""
            text = self._footnotes.with_references(_unindented(token.content))
            _add_text(parent, f"{box} {text}" if box else text)
        elif token.type == "paragraph_open" and self._take_paragraph(parent, tokens, index):
            for each in tokens[index : index + 3]:
                each.hidden = True
        elif token.type == "blockquote_open":
            callout = read_callout(tokens, index)
            if callout is not None:
                callout = replace(callout, title=self._footnotes.with_references(callout.title))
            stack.append(callout.open(parent) if callout else SubElement(parent, "blockquote"))
        elif token.type == "fence":
            tried = (make(token) for make in self._makers)
            made = next((each for each in tried if each is not None), None)
            if made is not None:
                parent.append(made)
            else:
                self._add_html(parent, self._fence(token, _list_below(tokens, index)))
        elif token.type == "html_block":
            self._add_html_block(parent, token.content)
        elif token.type == "code_block":
            code = SubElement(SubElement(parent, "pre"), "code")
            code.text = AtomicString(code_escape(token.content.rstrip("\n")) + "\n")
        elif token.type == "math_block":
            SubElement(parent, "div", {"class": "arithmatex"}).text = AtomicString(token.content)
        elif token.nesting == 0:
            SubElement(parent, token.tag, _attributes(token))
        elif token.nesting > 0:
            stack.append(SubElement(parent, token.tag, _attributes(token)))
        else:
            stack.pop()
            self._add_html(stack[-1], token.meta.get("rest", ""))

    def _take_paragraph(self, parent: Element, tokens: Sequence[Token], index: int) -> bool:
        """Take a paragraph that CommonMark has no other name for, if an extension knows it."""
        text = tokens[index + 1]
        if text.content in self._bodies:
            self._parse(parent, self._bodies[text.content])
            return True
        if self._depth > _DEEPEST:
            return False
        body = tokens[index + 3 : index + 4]  # what is indented below it, over any blank lines
        indented = body[0].content if body and body[0].type == "code_block" else ""
        if self._footnotes.define(text, indented):
            is_taken = not text.content
            hides = bool(indented)
        else:
            is_taken = hides = self._hand_back(parent, text.content, indented)
        if hides and indented:
            body[0].hidden = True
        return is_taken

    def _hand_back(self, parent: Element, block: str, indented: str) -> bool:
        """Give a paragraph, and what is indented below it, to the extension that knows it."""
        if not any(processor.test(parent, block) for processor in self._foreign):
            return False
        is_term = any(
            type(processor).__module__ == "markdown.extensions.def_list"
            and processor.test(parent, block)
            for processor in self._foreign
        )
        if not (is_term or indented) and (left := self._abbreviate(parent, block)) != block:
            self.parseBlocks(parent, [left] if left else [])
            return True
        head, body, rest = _divide(block)
        if is_term:  # its lines go on below its mark
            head, body, rest = block, "", ""
        elif indented and not rest:
            body, indented = f"{body}\n\n{indented}" if body else indented, ""
        blocks = [head]
        if body:
            blocks[0] += f"\n    {self._keep(body)}"
        if indented:
            blocks.append(f"    {self._keep(indented)}")
        if not self._offer(parent, blocks):
            return False
        while blocks and self._offer(parent, blocks):
            pass
        if rest:
            blocks.append(rest)
        self.parseBlocks(parent, blocks)
        return True

    def _abbreviate(self, parent: Element, block: str) -> str:
        """Take the abbreviations at the head of a paragraph; returns what is left of it.

        One by one: for each, the extension would look through all that is left.
        """
        lines = block.split("\n")
        taken = 0
        while taken < len(lines) and _ABBREVIATION.fullmatch(lines[taken]):
            if not self._offer(parent, [lines[taken]]):
                break
            taken += 1
        return "\n".join(lines[taken:])

    def _offer(self, parent: Element, blocks: list[str]) -> bool:
        """Let the extensions take the first of some blocks, as Python-Markdown's parser does."""
        before = list(blocks)
        if len(parent) and _is_full(parent[-1]):
            SubElement(parent, "div")  # what comes next begins a set of its own
        for processor in self._foreign:
            if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                return True
            blocks[:] = before
        return False

    def _keep(self, body: str) -> str:
        """Keep a text for later; returns the one line that stands for it."""
        mark = _BODY.format(len(self._bodies))
        self._bodies[mark] = hide_comments(body)  # it looked like code, where none is hidden
        return mark

    def _add_fenced_block(
        self, parent: Element, tokens: Sequence[Token], index: int, text: str
    ) -> int:
        """Build a block of pymdownx that ends with `///`.

        Returns:
            The line up to which the text has been taken; 0 if there is no such block.
        """
        opening = _BLOCK_FENCE.match(tokens[index + 1].content)
        if opening is None or not any(
            type(processor).__module__.startswith("pymdownx.blocks") for processor in self._foreign
        ):
            return 0
        lines, first = text.split("\n"), (tokens[index].map or [0])[0]
        ends = (n for n in range(first + 1, len(lines)) if lines[n].strip() == opening["mark"])
        last = next(ends, 0)
        if not last:
            return 0
        start = first + 1
        while start < last and _INDENTED.match(lines[start]):
            start += 1  # options of the block
        head = "\n".join(lines[first:start])
        body = self._keep("\n".join(lines[start:last]))
        blocks = [head, body, opening["mark"]]
        while blocks and self._offer(parent, blocks):
            pass
        return last + 1

    def _fence(self, token: Token, notes: Token | None) -> str:
        """Show a fence; returns the placeholder of its HTML, or nothing.

        Args:
            token: The fence.
            notes: The end of a list right below it, which may hold notes on its code: these then
                stand in the cell, below the code, where themes look for them.
        """
        html = self._show_cell(token) if self._shows_cells else None
        if html is None:
            html = self._show_diagram(token)
        if html is not None and notes is not None and NOTES in html:
            html, _, rest = html.partition(NOTES_END)
            notes.meta = {**notes.meta, "rest": self._md.htmlStash.store(f"{NOTES_END}{rest}")}
        if html is not None:
            return self._md.htmlStash.store(html) if html else ""
        ticks = token.markup
        body = token.content.removesuffix("\n").split("\n") if token.content else []
        language = token.info.split()[0] if token.info.split() else ""
        for header in (token.info, language, ""):
            shown = self._superfences.show([f"{ticks}{header}", *body, ticks])
            if shown is not None:
                return shown
        return str(
            self._md.htmlStash.store(f"<pre><code>{code_escape(token.content)}</code></pre>")
        )

    @staticmethod
    def _add_html(parent: Element, placeholder: str) -> None:
        if placeholder:
            SubElement(parent, "p").text = placeholder

    def _add_html_block(self, parent: Element, html: str) -> None:
        """HTML stands in the page as it is written, in no paragraph."""
        html = _MARKDOWN_ATTRIBUTE.sub(r"\1", html.rstrip("\n")) + "\n"
        _add_text(parent, self._md.htmlStash.store(html), gap="")  # a line end would be a break


def _divide(block: str) -> tuple[str, str, str]:
    """Split a paragraph into its head, the lines indented below it, and those after them."""
    lines = block.split("\n")
    indented = [bool(_INDENTED.match(line)) for line in lines]
    start = indented.index(True) if True in indented else len(lines)
    end = indented.index(False, start) if False in indented[start:] else len(lines)
    body = "\n".join(_INDENTED.sub("", line, count=1) for line in lines[start:end])
    return "\n".join(lines[:start]), body, "\n".join(lines[end:])


def _list_below(tokens: Sequence[Token], index: int) -> Token | None:
    """The end of the ordered list right below a fence, or below the output of that."""
    below = tokens[index + 1 : index + 3]
    if below and below[0].type == "fence" and parse_info(below[0].info).language == OUTPUT:
        below = below[1:]
    if not below or below[0].type != "ordered_list_open":
        return None
    ends = (each for each in tokens[index:] if each.type == "ordered_list_close")
    return next(each for each in ends if each.level == below[0].level)


def _is_full(element: Element) -> bool:
    """Whether an element is a set of so many tabs that it ends here."""
    return len(element) > _MOST_TABS and element.get("class", "").startswith("tabbed-set")


def _attributes(token: Token) -> dict[str, str]:
    return {name: str(value) for name, value in token.attrs.items()}


def _add_text(parent: Element, text: str, gap: str = "\n") -> None:
    if len(parent):
        before = parent[-1].tail
        parent[-1].tail = f"{before}{gap}{text}" if before else text
    else:
        parent.text = f"{parent.text}{gap}{text}" if parent.text else text


def _unindented(text: str) -> str:
    """Text of a paragraph without the indent of its lines, which means nothing."""
    return re.sub(r"\n[ \t]+", "\n", text)
