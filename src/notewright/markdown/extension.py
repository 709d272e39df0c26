"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown_it.token import Token

from notewright.errors import Problem
from notewright.markdown import citations, formulas, heading_labels, inline, project_notes
from notewright.markdown.append import AppendProcessor
from notewright.markdown.bases import Bases
from notewright.markdown.block_ids import BlockIds, keep_apart
from notewright.markdown.blocks import CommonMarkParser
from notewright.markdown.cell_formatter import CellFormatter
from notewright.markdown.cross_references import Equations, number_figures
from notewright.markdown.drawings import DrawingPage
from notewright.markdown.embeds import EmbedNotes, EmbedParagraphs, Embeds
from notewright.markdown.instances import Instances
from notewright.markdown.long_names import LongNames
from notewright.markdown.other_notes import Siblings
from notewright.markdown.page import Page as Page
from notewright.markdown.prose_values import with_values
from notewright.markdown.python_markdown_private import (
    footnotes_of,
    join_others,
    skip_patterns,
    skip_raw_html,
    unescape,
    use_parser,
)
from notewright.markdown.question_lists import QuestionLists
from notewright.markdown.questions import Questions
from notewright.markdown.raw_html_ids import replace_finder
from notewright.markdown.result_tables import ResultTables
from notewright.markdown.safe_links import SafeLinks
from notewright.markdown.wikilinks import AddressProcessor, WikilinkProcessor
from notewright.note.comments import hide_comments
from notewright.note.drawings import without_data
from notewright.note.grammar import tokens_of
from notewright.render import checked_values, downloads
from notewright.render.cleaning import clean_page
from notewright.render.diagrams import Diagrams, store_of
from notewright.render.made_pages import WebPage
from notewright.render.note_checks import formula_fault
from notewright.render.preamble import Preamble

_UNSHOWN = "This note cannot be shown. The build log shows the reason."


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
        self._converts = False
        self._siblings = siblings
        self._own_siblings = Siblings(self._sibling)
        self._of_notes = Instances(self, _prepare)
        self._of_others = Instances(self, lambda md: None)

    def _sibling(self, page: Page) -> Markdown:
        """A Markdown instance for another note."""
        others = [each for each in self.extensions if each is not self]
        own = NotewrightExtension(page, self.extensions, self.configs, self._own_siblings)
        return Markdown(extensions=[*others, own], extension_configs=dict(self.configs))

    def lent(
        self, extensions: Sequence[Any], configs: Mapping[str, Any]
    ) -> AbstractContextManager[Markdown | None]:
        """Lend a Markdown instance for the page that is converted next; see `Instances.lent`.

        Args:
            extensions: All extensions of the host, as it would make an instance of them.
            configs: Their configuration.
        """
        is_note = self.page is not None and not project_notes.reads(self.page.note)
        found = self._of_notes if is_note else self._of_others
        return found.lent(extensions, configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register with one Markdown instance."""
        if self._converts:
            return  # an extension converts a part of the page, such as a docstring
        page = self.page
        if self.made is not None and not self.made.text:
            # Above the toc (5), which lists its headings.
            made = AppendProcessor(md, self.made.elements(), replace=True)
            md.treeprocessors.register(made, "notewright-made", 15)
        if page is None:
            return
        self._join_around(md, page)
        if project_notes.reads(page.note):
            self._join_project(md, page)
        else:
            self._join_vault(md, page)
        self._convert_safely(md, page)
        if self._siblings is None:
            number_figures(md)
        if not page.renderer.trusted and self._siblings is None:
            _clean(md)

    def _join_around(self, md: Markdown, page: Page) -> None:
        """Add the part below a note: links to and from it, downloads, checked values."""
        foot = page.linked.foot(page.note.path) if page.linked else None
        if foot is not None:
            md.treeprocessors.register(AppendProcessor(md, [foot]), "notewright-foot", 4)
        if page.downloads and self._siblings is None:
            links = page.vault.settings.launch_links
            line = downloads.element(page.note, page.downloads, links)
            offered = AppendProcessor(md, [line])
            md.treeprocessors.register(offered, "notewright-downloads", 4.5)
        is_own = page.linked is not None and self._siblings is None
        checked = checked_values.elements(page.note.values, page.results) if is_own else ()
        md.treeprocessors.register(AppendProcessor(md, checked), "notewright-checked-values", 4.6)

    def _join_project(self, md: Markdown, page: Page) -> None:
        """Add cells, wikilinks, callouts and embeds; the project's extensions do the rest."""
        cells = project_notes.ProjectCells(md, page, CellFormatter(page, md))
        md.preprocessors.register(cells, "notewright-note", 40)
        md.preprocessors.register(cells.shown, "notewright-cells", 29)
        self._join_links(md, page, keeps_dead=True)
        md.treeprocessors.register(project_notes.Callouts(md), "notewright-callouts", 26)

    def _join_links(self, md: Markdown, page: Page, *, keeps_dead: bool = False) -> Bases:
        """Add wikilinks, embeds and citations.

        Returns:
            Builds the tables of bases.
        """
        siblings = self._siblings or self._own_siblings
        anchor = partial(siblings.anchor, page)
        bases = Bases(page, partial(siblings.heading_ids, page), md.htmlStash.store)
        embeds = Embeds(page, md, siblings, bases)
        given = md, page.names, page.note, embeds.element, anchor
        wikilinks = WikilinkProcessor(*given, keeps_dead=keeps_dead)
        md.inlinePatterns.register(wikilinks, "notewright-wikilinks", 185)
        citations.enable(md, page, is_embedded=self._siblings is not None)
        if not keeps_dead:
            addresses = AddressProcessor(md, page, embeds.element, anchor)
            md.treeprocessors.register(addresses, "notewright-addresses", 18)
        md.treeprocessors.register(EmbedParagraphs(md), "notewright-embeds", 17)
        if self._siblings is None:  # an embedded note's own embeds are filled where they are shown
            notes = EmbedNotes(md, page, siblings)
            md.treeprocessors.register(notes, "notewright-embedded-notes", 5)
        return bases

    def _join_vault(self, md: Markdown, page: Page) -> None:
        """Convert a note as Obsidian reads it: CommonMark with Obsidian's additions."""
        _prepare(md)
        if not _has_strict_line_breaks(page.vault.settings.docs_dir):
            inline.break_lines(md)
        cells = CellFormatter(page, md)
        # Above pymdownx.snippets (32): what stands in a cell is the cell's own.
        body = NotePreprocessor(md, page, cells)
        md.preprocessors.register(body, "notewright-note", 40)
        if page.note.properties.get(heading_labels.PROPERTY) is True:
            labelled = heading_labels.HeadingLabels(md)
            md.treeprocessors.register(labelled, "notewright-heading-labels", 4.8)
        bases = self._join_links(md, page)
        inline.enable_tags(md, lambda tag: page.names.tag(tag, page.note))
        # Before inline patterns (20), while the text of an element is still in one piece.
        labels = {result.cell.label for result in page.results}
        md.treeprocessors.register(BlockIds(md, labels), "notewright-block-ids", 25)
        keep_apart(md, labels - {""})
        md.treeprocessors.register(Questions(md, page), "notewright-questions", 26)
        # Above the toc (5), which would take a `<` for a tag that was escaped as `\<`.
        unescape(md, "notewright-unescape", 6)
        skip_patterns(md)
        if page.note.is_drawing:
            shown = DrawingPage(md, page.names, page.note)
            md.treeprocessors.register(shown, "notewright-drawing", 16.5)
        md.treeprocessors.register(SafeLinks(md, partial(_tell_unsafe, page)), "notewright-safe", 3)
        md.treeprocessors.register(LongNames(md), "notewright-long-names", 2)
        formulas.enable(
            md,
            lambda tex, reason: page.report(tex, *formula_fault(tex, reason)),
            Preamble.of(page.vault).macros.copy(),
        )
        # Below formulas (16), above embeds of other notes, which have numbers of their own.
        md.treeprocessors.register(Equations(md, page.note), "notewright-equations", 15.5)
        diagrams = _diagrams(page)
        lists = QuestionLists(md, page, self._own_siblings if self._siblings is None else None)
        makers = (ResultTables(page).make, bases.make, lists.make)
        parser = CommonMarkParser(md, body.blocks, cells.show, diagrams.show, makers)
        use_parser(md, parser)

    def _convert_safely(self, md: Markdown, page: Page) -> None:
        """Report an internal error as a problem of the note, and show it as plain Markdown."""
        convert = md.convert

        def convert_or_tell(source: str) -> str:
            before = len(page.note.faults)
            self._converts = True
            try:
                with page.note.reading():
                    return convert(source)
                page.problems += page.note.faults[before:]
                return self._plain(md, source)
            finally:
                self._converts = False

        md.convert = convert_or_tell  # type: ignore[method-assign]

    def _plain(self, md: Markdown, source: str) -> str:
        """Convert a text with the project's extensions and the host's tree processors only."""
        others = [each for each in self.extensions if each is not self]
        plain = Markdown(extensions=others, extension_configs=dict(self.configs))
        try:
            join_others(plain, md)
            html = plain.convert(source)
        except Exception:  # an extension fails, too
            return f'<p class="nw-broken">{_UNSHOWN}</p>'
        md.toc_tokens = getattr(plain, "toc_tokens", [])  # type: ignore[attr-defined]
        return html


def _prepare(md: Markdown) -> None:
    """Register what is the same for all notes, unless it is there."""
    inline.ensure(md, "markdown.extensions.tables", md.parser.blockprocessors)
    inline.ensure(md, "markdown.extensions.toc", md.treeprocessors)
    inline.ensure(md, "pymdownx.superfences", md.preprocessors)
    footnotes_of(md)
    inline.prepare(md)
    formulas.prepare(md)
    skip_raw_html(md)


def _diagrams(page: Page) -> Diagrams:
    """What draws the diagrams of a page. Drawings that a stranger kept are not read."""
    if not page.renderer.trusted:
        return Diagrams(None, page.note.path, page.report, page.renderer.drawing)
    drawings = page.drawings or store_of(page.vault.settings.state_dir)
    return Diagrams(drawings, page.note.path, page.report)


def _clean(md: Markdown) -> None:
    """Take out of the finished page of a note that is not trusted what could run."""
    convert = md.convert
    md.convert = lambda source: clean_page(convert(source))  # type: ignore[method-assign]


def _tell_unsafe(page: Page, address: str) -> None:
    message = f"the address `{address[:80]}` would run as a script, so it is not published"
    page.report(address, message, "Remove the link, or show it as code")


class NotePreprocessor(Preprocessor):
    """Takes comments out of a note's body, and puts values in."""

    def __init__(self, md: Markdown, page: Page, cells: CellFormatter) -> None:
        super().__init__(md)
        self._page = page
        self._cells = cells
        self._start: int | None = None  # where the note's own body begins in it

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of a note's body."""
        self._cells.begin()
        replace_finder(self.md)
        note, body = self._page.note, "\n".join(lines)
        body = without_data(body) if note.is_drawing else body  # other hosts give the file's text
        self._start = len(note.text.rstrip()) - len(body.rstrip())
        is_own = note.text.rstrip().endswith(body.rstrip())
        text = note.parse.shown_from(self._start) if is_own else None
        if text is None:
            self._start = None
            text = hide_comments(body)
            if not is_own:
                self._look_for_other_cells(text)
        values, shift = note.values, self._start
        if shift is None:
            values, shift = replace(note, text=text).values, 0
        return with_values(text, values, shift, self._page.results).split("\n")

    def blocks(self, text: str) -> tuple[list[Token], Mapping[str, Any]]:
        """The block tokens of a page's text: the note's own, but where something changed it."""
        if self._start is None:
            return tokens_of(text)
        return self._page.note.parse.blocks_of(text, self._start)

    def _look_for_other_cells(self, text: str) -> None:
        """Tell if a text that another plugin has changed holds other cells than the note."""
        page = self._page
        cells = replace(page.note, text=text).cells
        if [cell.code for cell in cells] != [result.cell.code for result in page.results]:
            message = "the cells on the page differ from the cells that ran"
            remedy = "Another plugin changes the text of the note. Load it after notewright"
            page.problems.append(Problem(page.note.file, 1, message, remedy))
            page.is_altered = True


def _has_strict_line_breaks(docs_dir: Path) -> bool:
    """Whether a line end is a space and no break, as the vault's Obsidian settings say."""
    try:
        settings = json.loads((docs_dir / ".obsidian/app.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(settings, dict) and settings.get("strictLineBreaks") is True
