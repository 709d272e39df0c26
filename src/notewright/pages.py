"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown_it.token import Token
from pymdownx.superfences import highlight_validator

from notewright import formulas
from notewright.blocks import CommonMarkParser
from notewright.cells import LANGUAGES, OUTPUT, Cell, find_cells, parse_info
from notewright.engine import Run
from notewright.errors import Problem
from notewright.links import Link, WikilinkProcessor, figure_label, relative
from notewright.rendering import Renderer
from notewright.syntax import hide_comments
from notewright.values import find_values
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

EMBED_CLASS = "nw-embed"

_BLOCK_ID = re.compile(r"(?:^|\s)\^(?P<id>[\w-]+)\s*$")
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6"})
_PLAIN = re.compile(r"[^\w ]|_")  # all that could be Markdown, line breaks too


@dataclass
class Page:
    """The note that is being converted, and what the host needs to know afterwards.

    Attributes:
        vault: The vault.
        note: The note.
        run: What the cells of the vault showed.
        renderer: Makes the HTML of outputs.
        problems: What was found wrong during conversion.
        is_altered: Whether the page holds other cells than the note: then it shows no result.
    """

    vault: Vault
    note: Note
    run: Run
    renderer: Renderer = field(default_factory=Renderer)
    problems: list[Problem] = field(default_factory=list)
    is_altered: bool = False

    @property
    def results(self) -> Sequence[CellResult]:
        """What the note's own cells showed, in order."""
        return self.run.cells[self.note.path]

    def report(self, text: str, message: str, remedy: str = "") -> None:
        """Report a problem at the line where some text of the note stands."""
        line = self.note.text[: max(self.note.text.find(text), 0)].count("\n") + 1
        self.problems.append(Problem(self.note.file, line, message, remedy))


class NotewrightExtension(Extension):
    """Cells, values, wikilinks, comments and formulas of a vault.

    Attributes:
        page: Set by the host before each conversion. Without it, nothing is done.
    """

    def __init__(self, page: Page | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register with one Markdown instance."""
        page = self.page
        if page is None:
            return
        md.registerExtensions(["tables", "toc", "pymdownx.superfences"], {})
        if not _has_strict_line_breaks(page.vault.settings.docs_dir):
            md.registerExtensions(["nl2br"], {})
        cells = CellFormatter(page, md)
        # Above pymdownx.snippets (32): what stands in a cell is the cell's own.
        md.preprocessors.register(NotePreprocessor(md, page), "notewright-note", 40)
        embeds = Embeds(page, md)
        wikilinks = WikilinkProcessor(md, page.vault, page.note, embeds.element)
        md.inlinePatterns.register(wikilinks, "notewright-wikilinks", 185)
        # Before inline patterns (20), while the text of an element is still in one piece.
        md.treeprocessors.register(BlockIds(md), "notewright-block-ids", 25)
        md.treeprocessors.register(EmbedParagraphs(md), "notewright-embeds", 17)
        formulas.enable(
            md,
            lambda tex, reason: page.report(
                tex, f"the formula `{tex}` cannot be shown: {reason}", "Use plainer LaTeX"
            ),
        )
        md.parser = cast(BlockParser, CommonMarkParser(md, cells.show))


class NotePreprocessor(Preprocessor):
    """Takes comments out of a note's body, and puts values in."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of a note's body."""
        text = hide_comments("\n".join(lines))
        settings = self._page.vault.settings
        includes = settings.root / settings.snippets
        cells = find_cells(text, self._page.note.file, includes=includes, root=settings.root)
        if [cell.code for cell in cells] != [result.cell.code for result in self._page.results]:
            message = "the page shows other cells than those that ran"
            remedy = "Another plugin changes the note's text; load it after notewright"
            self._page.problems.append(Problem(self._page.note.file, 1, message, remedy))
            self._page.is_altered = True
        return self._with_values(text).split("\n")

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


class Embeds:
    """Makes elements of embedded results: `![[Note#^label]]`, `![[label.svg|caption]]`."""

    def __init__(self, page: Page, md: Markdown) -> None:
        self._page = page
        self._md = md

    def element(self, link: Link, target: str | None) -> Element | None:
        """The element of an embed; None if it embeds no result of a cell."""
        html, result = self._result(link, target)
        if result is None:
            return None
        element = Element("div", {"class": EMBED_CLASS})
        element.text = self._md.htmlStash.store(html)
        note = next(
            note.path for note in self._page.vault.notes.values() if note.file == result.cell.file
        )
        href = quote(relative(note, self._page.note.path)) + f"#{result.cell.label}"
        source = Element("a", {"href": href, "class": "nw-embed-source"})
        source.text = "Its code"
        element.append(source)
        return element

    def _result(self, link: Link, target: str | None) -> tuple[str, CellResult | None]:
        makers = self._page.run.labels.get(figure_label(link), [])
        if makers:
            return self._page.renderer.figures(makers[0], link.text), makers[0]
        if target is None or not link.fragment.startswith("^"):
            return "", None
        result = self._page.run.labelled(target, link.fragment[1:])
        return (self._page.renderer.outputs(result), result) if result else ("", None)


class EmbedParagraphs(Treeprocessor):
    """A block cannot stand in a paragraph: one that holds an embedded result becomes a `div`."""

    def run(self, root: Element) -> None:
        """Turn such paragraphs."""
        for paragraph in root.iter("p"):
            if any(child.get("class") == EMBED_CLASS for child in paragraph):
                paragraph.tag = "div"


class BlockIds(Treeprocessor):
    """Makes ids of Obsidian's block ids, `^id` at the end of a block or alone below one."""

    def run(self, root: Element) -> None:
        """Set the ids."""
        for parent in list(root.iter()):
            previous: Element | None = None
            for element in list(parent):
                match = _BLOCK_ID.search(element.text or "") if not len(element) else None
                if match is not None and element.tag in _BLOCKS:
                    alone = not element.text[: match.start()].strip()  # type: ignore[index]
                    target = previous if alone and previous is not None else element
                    target.set("id", match["id"])
                    if target is not element:
                        parent.remove(element)
                        continue
                    element.text = element.text[: match.start()]  # type: ignore[index]
                previous = element


def _has_strict_line_breaks(docs_dir: Path) -> bool:
    """Whether a line end is a space and no break, as the vault's Obsidian settings say."""
    try:
        settings = json.loads((docs_dir / ".obsidian/app.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and settings.get("strictLineBreaks") is True
