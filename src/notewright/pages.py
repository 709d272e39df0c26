"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown_it.token import Token
from pymdownx.superfences import highlight_validator

from notewright import downloads, formulas, inline
from notewright.block_ids import BlockIds
from notewright.blocks import CommonMarkParser
from notewright.cells import LANGUAGES, OUTPUT, Cell, find_cells, parse_info
from notewright.context import Page as Page
from notewright.diagrams import Diagrams
from notewright.embeds import EmbedNotes, EmbedParagraphs, Embeds
from notewright.errors import Problem
from notewright.linked import AppendProcessor
from notewright.results import ResultTables
from notewright.safety import SafeLinks
from notewright.siblings import Siblings
from notewright.syntax import hide_comments
from notewright.values import find_values
from notewright.webpages import WebPage
from notewright.wikilinks import AddressProcessor, WikilinkProcessor

_PLAIN = re.compile(r"[^\w ]|_")  # all that could be Markdown, line breaks too


class NotewrightExtension(Extension):
    """Cells, values, wikilinks, comments and formulas of a vault.

    Attributes:
        page: Set by the host before each conversion. Without it, nothing is done.
        extensions: All extensions of the host, this one among them or not: notes that are
            embedded are converted with the same.
        configs: Their configuration.
        made: A page that nobody wrote, and that is converted instead.
    """

    def __init__(
        self,
        page: Page | None = None,
        extensions: Sequence[Any] = (),
        configs: Mapping[str, Any] | None = None,
        siblings: Siblings | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.page = page
        self.extensions = extensions
        self.configs = configs or {}
        self.made: WebPage | None = None
        self._siblings = siblings
        self._own_siblings = Siblings(self._sibling)

    def _sibling(self, page: Page) -> Markdown:
        """A Markdown instance for another note."""
        others = [each for each in self.extensions if each is not self]
        own = NotewrightExtension(page, self.extensions, self.configs, self._own_siblings)
        return Markdown(extensions=[*others, own], extension_configs=dict(self.configs))

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register with one Markdown instance."""
        page = self.page
        if self.made is not None:
            # Above the toc (5), which lists its headings.
            made = AppendProcessor(md, self.made.elements, replace=True)
            md.treeprocessors.register(made, "notewright-made", 15)
        if page is None:
            return
        foot = page.linked.foot(page.note.path) if page.linked else None
        if foot is not None:
            md.treeprocessors.register(AppendProcessor(md, [foot]), "notewright-foot", 4)
        if page.downloads and self._siblings is None:
            offered = AppendProcessor(md, [downloads.element(page.note, page.downloads)])
            md.treeprocessors.register(offered, "notewright-downloads", 4.5)
        inline.ensure(md, "markdown.extensions.tables", md.parser.blockprocessors)
        inline.ensure(md, "markdown.extensions.toc", md.treeprocessors)
        inline.ensure(md, "pymdownx.superfences", md.preprocessors)
        if not _has_strict_line_breaks(page.vault.settings.docs_dir):
            inline.break_lines(md)
        cells = CellFormatter(page, md)
        # Above pymdownx.snippets (32): what stands in a cell is the cell's own.
        md.preprocessors.register(NotePreprocessor(md, page), "notewright-note", 40)
        siblings = self._siblings or self._own_siblings
        anchor = partial(siblings.anchor, page)
        embeds = Embeds(page, md, siblings)
        wikilinks = WikilinkProcessor(md, page.vault, page.note, embeds.element, anchor)
        md.inlinePatterns.register(wikilinks, "notewright-wikilinks", 185)
        inline.enable(md, lambda tag: page.tags.link(tag, page.note))
        # Before inline patterns (20), while the text of an element is still in one piece.
        labels = {result.cell.label for result in page.results}
        md.treeprocessors.register(BlockIds(md, labels), "notewright-block-ids", 25)
        addresses = AddressProcessor(md, page.vault, page.note, embeds.element, anchor)
        md.treeprocessors.register(addresses, "notewright-addresses", 18)
        md.treeprocessors.register(EmbedParagraphs(md), "notewright-embeds", 17)
        if self._siblings is None:  # an embedded note's own embeds are filled where they are shown
            notes = EmbedNotes(md, page, siblings)
            md.treeprocessors.register(notes, "notewright-embedded-notes", 5)
        md.treeprocessors.register(SafeLinks(md, partial(_tell_unsafe, page)), "notewright-safe", 3)
        formulas.enable(
            md,
            lambda tex, reason: page.report(
                tex, f"the formula `{tex}` cannot be shown: {reason}", "Use plainer LaTeX"
            ),
        )
        diagrams = Diagrams(page.vault.settings.state_dir / "diagrams", page.note.path, page.report)
        tables = ResultTables(page)
        md.parser = cast(BlockParser, CommonMarkParser(md, cells.show, diagrams.show, tables.make))


def _tell_unsafe(page: Page, address: str) -> None:
    message = f"the address `{address[:80]}` would run as a script, so it is not published"
    page.report(address, message, "Take the link away, or show it as code")


class NotePreprocessor(Preprocessor):
    """Takes comments out of a note's body, and puts values in."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of a note's body."""
        body = "\n".join(lines)
        text = hide_comments(body)
        if not self._page.note.text.rstrip().endswith(body.rstrip()) and self._has_other_cells(
            text
        ):
            message = "the page shows other cells than those that ran"
            remedy = "Another plugin changes the note's text; load it after notewright"
            self._page.problems.append(Problem(self._page.note.file, 1, message, remedy))
            self._page.is_altered = True
        return self._with_values(text).split("\n")

    def _has_other_cells(self, text: str) -> bool:
        """Whether a text that another plugin has changed holds other cells than the note."""
        settings = self._page.vault.settings
        includes = settings.root / settings.snippets
        cells = find_cells(text, self._page.note.file, includes=includes, root=settings.root)
        return [cell.code for cell in cells] != [result.cell.code for result in self._page.results]

    def _with_values(self, text: str) -> str:
        """Put computed values into the prose, and take the expressions of checked ones out."""
        results = list(self._value_results())
        values = list(find_values(text))
        # A value above every cell has no result.
        without = [None] * (len(values) - len(results))
        for value, result in reversed(list(zip(values, [*without, *results], strict=False))):
            shown = text[value.start : value.end]
            if value.is_checked:
                shown = ""
            elif result is not None:
                shown = _PLAIN.sub(lambda match: f"&#{ord(match[0])};", result)
            # Line breaks stay, so that cells below are still found at their lines.
            shown += "\n" * (text.count("\n", value.start, value.end) - shown.count("\n"))
            text = text[: value.start] + shown + text[value.end :]
        return text

    def _value_results(self) -> Iterator[str | None]:
        for result in self._page.results:
            got = result.record.values if result.record else []
            yield from (
                got[number] if number < len(got) else None
                for number in range(len(result.cell.values))
            )


class CellFormatter:
    """Makes HTML of the cells, as the page's fences come by."""

    def __init__(self, page: Page, md: Markdown) -> None:
        self._page = page
        self._md = md
        self._fences: Any = md.preprocessors["fenced_code_block"]
        self._results = iter(page.results)
        self._accepts_output = False

    def show(self, token: Token) -> str | None:
        """The HTML of a cell; nothing for its accepted output; None for a fence that is no cell."""
        language = parse_info(token.info).language
        if language == OUTPUT and self._accepts_output:
            self._accepts_output = False
            return ""
        if language not in LANGUAGES or self._page.is_altered:
            return None
        result = next(self._results)
        self._accepts_output = result.cell.accepted is not None
        return self._page.renderer.cell(result, self._highlight)

    def _highlight(self, cell: Cell) -> str:
        fences = self._fences
        fences.get_hl_settings()
        options: dict[str, str] = {}
        highlight_validator("python", dict(cell.info.attributes), options, {}, self._md)
        for name in sorted({"hl_lines", "linenums"} & cell.info.attributes.keys() - options.keys()):
            message = f"`{name}` of the cell is `{cell.info.attributes[name]}`"
            remedy = "Give numbers of lines, such as `2 4-6`"
            self._page.problems.append(Problem(cell.file, cell.line, message, remedy))
        fences.line_count = len(cell.source)  # else the stand-in's, and no line of ours is marked
        html = fences.highlight(
            src=cell.code.rstrip("\n"),
            language="pycon" if cell.is_doctest else "python",
            options=options,
            md=self._md,
            classes=[],
            id_value="",
            attrs={},
        )
        return str(html)


def _has_strict_line_breaks(docs_dir: Path) -> bool:
    """Whether a line end is a space and no break, as the vault's Obsidian settings say."""
    try:
        settings = json.loads((docs_dir / ".obsidian/app.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and settings.get("strictLineBreaks") is True
