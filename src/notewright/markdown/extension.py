"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown_it.token import Token

from notewright.errors import Problem
from notewright.markdown import citations, formulas, heading_labels, inline
from notewright.markdown.append import AppendProcessor
from notewright.markdown.bases import Bases
from notewright.markdown.block_ids import BlockIds, keep_apart
from notewright.markdown.blocks import CommonMarkParser
from notewright.markdown.cross_references import Equations, number_figures
from notewright.markdown.drawings import DrawingPage
from notewright.markdown.embeds import EmbedNotes, EmbedParagraphs, Embeds
from notewright.markdown.instances import Instances
from notewright.markdown.long_names import LongNames
from notewright.markdown.other_notes import Siblings
from notewright.markdown.page import Page as Page
from notewright.markdown.pymdownx_private import Superfences
from notewright.markdown.python_markdown_private import (
    footnotes_of,
    skip_patterns,
    skip_raw_html,
    unescape,
    use_parser,
)
from notewright.markdown.question_lists import QuestionLists
from notewright.markdown.questions import CELL_LEFT_OUT, Questions
from notewright.markdown.raw_html_ids import replace_finder
from notewright.markdown.result_tables import ResultTables
from notewright.markdown.safe_links import SafeLinks
from notewright.markdown.shown_values import Follows, given_value, said_value
from notewright.markdown.wikilinks import AddressProcessor, WikilinkProcessor
from notewright.note.cells import LANGUAGES, OUTPUT, Cell, parse_info
from notewright.note.comments import hide_comments
from notewright.note.drawings import without_data
from notewright.note.grammar import tokens_of
from notewright.note.parse import Parse
from notewright.note.values import Value, find_values
from notewright.render import checked_values, downloads
from notewright.render.cell_code import CellCode
from notewright.render.cell_html import NOTES, NOTES_END, without_controls
from notewright.render.cleaning import clean_page
from notewright.render.diagrams import Diagrams, store_of
from notewright.render.made_pages import WebPage
from notewright.render.note_checks import formula_fault
from notewright.render.preamble import Preamble
from notewright.render.provenance import anchor_of
from notewright.run.verdicts import CellResult, givers, paired, spreads_of

_UNSHOWN = "This note cannot be shown. The build log shows the reason."
_NOTED = re.compile(r"#[ \t]*\(\d+\)!?[ \t]*$", re.M)  # code that leads to a list below it
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
        found = self._of_notes if self.page is not None else self._of_others
        return found.lent(extensions, configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register with one Markdown instance."""
        page = self.page
        if self.made is not None and not self.made.text:
            # Above the toc (5), which lists its headings.
            made = AppendProcessor(md, self.made.elements(), replace=True)
            md.treeprocessors.register(made, "notewright-made", 15)
        if page is None:
            return
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
        siblings = self._siblings or self._own_siblings
        anchor = partial(siblings.anchor, page)
        bases = Bases(page, partial(siblings.heading_ids, page), md.htmlStash.store)
        embeds = Embeds(page, md, siblings, bases)
        wikilinks = WikilinkProcessor(md, page.names, page.note, embeds.element, anchor)
        md.inlinePatterns.register(wikilinks, "notewright-wikilinks", 185)
        citations.enable(md, page, is_embedded=self._siblings is not None)
        inline.enable_tags(md, lambda tag: page.names.tag(tag, page.note))
        # Before inline patterns (20), while the text of an element is still in one piece.
        labels = {result.cell.label for result in page.results}
        md.treeprocessors.register(BlockIds(md, labels), "notewright-block-ids", 25)
        keep_apart(md, labels - {""})
        md.treeprocessors.register(Questions(md, page), "notewright-questions", 26)
        # Above the toc (5), which would take a `<` for a tag that was escaped as `\<`.
        unescape(md, "notewright-unescape", 6)
        skip_patterns(md)
        addresses = AddressProcessor(md, page, embeds.element, anchor)
        md.treeprocessors.register(addresses, "notewright-addresses", 18)
        md.treeprocessors.register(EmbedParagraphs(md), "notewright-embeds", 17)
        if page.note.is_drawing:
            shown = DrawingPage(md, page.names, page.note)
            md.treeprocessors.register(shown, "notewright-drawing", 16.5)
        if self._siblings is None:  # an embedded note's own embeds are filled where they are shown
            notes = EmbedNotes(md, page, siblings)
            md.treeprocessors.register(notes, "notewright-embedded-notes", 5)
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
        _name_faults(md, page)
        if self._siblings is None:
            number_figures(md)
        if not page.renderer.trusted and self._siblings is None:
            _clean(md)


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


def _name_faults(md: Markdown, page: Page) -> None:
    """Let an error of ours in the conversion be a problem of the note, and no end of the build."""
    convert = md.convert

    def convert_or_tell(source: str) -> str:
        before = len(page.note.faults)
        with page.note.reading():
            return convert(source)
        page.problems += page.note.faults[before:]
        return f'<p class="nw-broken">{_UNSHOWN}</p>'

    md.convert = convert_or_tell  # type: ignore[method-assign]


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
        return self._with_values(text).split("\n")

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

    def _with_values(self, text: str) -> str:
        """Put computed values into the prose, and take the expressions of checked ones out."""
        values, shift = self._page.note.values, self._start
        if shift is None:
            values, shift = list(find_values(Parse(text))), 0
        is_waiting = any(result.waits_for for result in self._page.results)
        results = self._page.results
        followed = dict(_followed(results))
        told = zip(
            paired(values, results),
            givers(values, results),
            spreads_of(values, results),
            strict=False,
        )
        for (value, result), giver, spread in reversed(list(told)):
            line = giver.cell.line if giver is not None else 0
            start, end = value.visible - shift, value.visible_end - shift
            shown, follows = text[start:end], followed.get(value)
            if value.is_checked:
                # Else what stands around it could become a fence, which nobody ran.
                joins = text[start - 1 : start] in ("`", "~") and text[end : end + 1] in ("`", "~")
                shown = "<!-- -->" if joins else ""
                said = said_value(value, result, text[:start], line, follows, spread)
                if said is not None:
                    start, shown = said[0], said[1] + shown
            elif result is not None:
                shown = without_controls(result)
                shown = _PLAIN.sub(lambda match: f"&#{ord(match[0])};", shown)
                shown = given_value(shown, text[:start], line, follows, spread)
            elif is_waiting:
                shown = "…"
            # Line breaks stay, so that cells below are still found at their lines.
            shown += "\n" * (text.count("\n", start, end) - shown.count("\n"))
            text = text[:start] + shown + text[end:]
        return text


def _followed(results: Sequence[CellResult]) -> Iterator[tuple[Value, Follows]]:
    """Yield each value that follows frames: whose, and its place among those that do."""
    for number, result in enumerate(results, start=1):
        following = [each for each in result.cell.values if each.follows]
        if not result.problems:
            for place, value in enumerate(following):
                yield value, (anchor_of(result.cell, number), place)


class CellFormatter:
    """Makes HTML of the cells, as the page's fences come by."""

    def __init__(self, page: Page, md: Markdown) -> None:
        self._page = page
        self._superfences = Superfences(md)
        self.begin()

    def begin(self) -> None:
        """Start with the first cell: a blog converts an excerpt for each page that shows it."""
        self._results = iter(enumerate(self._page.results, start=1))
        self._accepts_output = False

    def show(self, token: Token) -> str | None:
        """The HTML of a cell; nothing for its accepted output; None for a fence that is no cell."""
        language = parse_info(token.info).language
        if language == OUTPUT and self._accepts_output:
            self._accepts_output = False
            return ""
        if language not in LANGUAGES or self._page.is_altered:
            return None
        number, result = next(self._results)
        self._page.anchors.add(anchor_of(result.cell, number))
        self._accepts_output = result.cell.accepted is not None
        if self._page.only_asks and token.level == 0:
            return CELL_LEFT_OUT
        copies = self._code.attributes(result.cell)
        return self._page.renderer.cell(result, self._highlight, self._page.fold, copies, number)

    @cached_property
    def _code(self) -> CellCode:
        page = self._page
        return CellCode(page.linked, page.results, page.renderer)

    def _highlight(self, cell: Cell) -> str:
        options = self._superfences.options(cell.info.attributes)
        for name in sorted({"hl_lines", "linenums"} & cell.info.attributes.keys() - options.keys()):
            message = f"invalid value for `{name}`: `{cell.info.attributes[name]}`"
            remedy = "Use line numbers, such as `2 4-6`"
            self._page.problems.append(Problem(cell.file, cell.line, message, remedy))
        language = "pycon" if cell.is_doctest else "python"
        code = cell.code.rstrip("\n")
        given = code, language, options, cell.info.classes
        html = self._superfences.highlight(*given, lines=len(cell.source))
        html = self._code.with_links(cell, html)
        return f"{html}{NOTES}{NOTES_END}" if _NOTED.search(code) else html


def _has_strict_line_breaks(docs_dir: Path) -> bool:
    """Whether a line end is a space and no break, as the vault's Obsidian settings say."""
    try:
        settings = json.loads((docs_dir / ".obsidian/app.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(settings, dict) and settings.get("strictLineBreaks") is True
