"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.superfences import SuperFencesCodeExtension, highlight_validator

from notewright import formulas
from notewright.cells import Cell, find_cells
from notewright.engine import Run
from notewright.errors import Problem
from notewright.links import Link, WikilinkProcessor, figure_label, relative
from notewright.rendering import Renderer
from notewright.syntax import hide_comments
from notewright.values import find_values
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

FENCE = "notewright-cell"
EMBED_CLASS = "nw-embed"

_FENCE_MARK = re.compile(r"[`~]{3,}.*$")
_LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])(?=\s)")
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
    """

    vault: Vault
    note: Note
    run: Run
    renderer: Renderer = field(default_factory=Renderer)
    problems: list[Problem] = field(default_factory=list)

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
        md.registerExtensions(
            ["tables", "toc", "pymdownx.quotes"], {"pymdownx.quotes": {"callouts": True}}
        )
        formatter = CellFormatter(page, md)
        _superfences(md).extend_super_fences(FENCE, formatter.format, _accept_options, None)
        # Above pymdownx.snippets (32) and before tabs are expanded (30): a cell's code is its own.
        md.preprocessors.register(CellPreprocessor(md, page), "notewright-cells", 40)
        embeds = Embeds(page, md)
        wikilinks = WikilinkProcessor(md, page.vault, page.note, embeds.element)
        md.inlinePatterns.register(wikilinks, "notewright-wikilinks", 185)
        md.treeprocessors.register(EmbedParagraphs(md), "notewright-embeds", 17)
        formulas.enable(
            md,
            lambda tex, reason: page.report(
                tex, f"the formula `{tex}` cannot be shown: {reason}", "Use plainer LaTeX"
            ),
        )
        # After all others: every cell that ran must have been shown.
        md.treeprocessors.register(MissedCells(md, page, formatter), "notewright-missed", -10)


class CellPreprocessor(Preprocessor):
    """Replaces each cell by a fence that superfences gives back to us, wherever it stands."""

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
            return text.split("\n")
        lines = self._with_values(text).split("\n")
        for index, cell in reversed(list(enumerate(cells))):
            lines[cell.line - 1 : _last_line(cell)] = _stand_in(lines, cell, index)
        return lines

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
    """Gives superfences the HTML of a cell.

    Attributes:
        shown: Numbers of the cells that were asked for.
    """

    def __init__(self, page: Page, md: Markdown) -> None:
        self.shown: set[int] = set()
        self._page = page
        self._md = md

    def format(self, *, options: dict[str, str], **_: Any) -> str:
        """Format the cell whose number the fence carries, as superfences asks for it."""
        number = int(options["cell"])
        html = self._page.renderer.cell(self._page.results[number], self._highlight)
        self.shown.add(number)  # not before: superfences is silent about what we raise
        return html

    def _highlight(self, cell: Cell) -> str:
        fences: Any = self._md.preprocessors["fenced_code_block"]
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


class MissedCells(Treeprocessor):
    """Reports cells that ran, but that Python-Markdown does not take for fences."""

    def __init__(self, md: Markdown, page: Page, formatter: CellFormatter) -> None:
        super().__init__(md)
        self._page = page
        self._formatter = formatter

    def run(self, root: Element) -> None:
        """Look which cells were not asked for."""
        for number, result in enumerate(self._page.results):
            if number not in self._formatter.shown:
                message = "this cell runs, but the site would not show it"
                remedy = (
                    "Leave a blank line above its fence, and in a list indent it by four spaces"
                )
                cell = result.cell
                self._page.problems.append(Problem(cell.file, cell.line, message, remedy))


def _superfences(md: Markdown) -> SuperFencesCodeExtension:
    for extension in md.registeredExtensions:
        if isinstance(extension, SuperFencesCodeExtension):
            return extension
    md.registerExtensions(["pymdownx.superfences"], {})
    return _superfences(md)


def _accept_options(
    language: str, inputs: dict[str, str], options: dict[str, str], attrs: Any, md: Markdown
) -> bool:
    fences: Any = md.preprocessors["fenced_code_block"]
    fences.get_hl_settings()  # what `highlight` goes by
    options.update(inputs)
    return True


def _last_line(cell: Cell) -> int:
    """The last line that the cell's HTML stands for: its label and accepted output included."""
    accepted = cell.accepted.last_line if cell.accepted else 0
    return max(cell.last_line, accepted, cell.block_id_line)


def _stand_in(lines: list[str], cell: Cell, index: int) -> list[str]:
    """A fence in the place of a cell's, in the same list item or quote."""
    opening = _FENCE_MARK.sub("", lines[cell.line - 1])
    inside = _LIST_MARK.sub(lambda match: " " * len(match[0]), opening)
    fence = [f'{opening}```{FENCE} cell="{index}"', f"{inside}cell", f"{inside}```"]
    # Beside text, Python-Markdown would put the cell into its paragraph.
    before, after = (
        [inside.rstrip()] if any(line.strip("> \t") for line in beside) else []
        for beside in (lines[: cell.line - 1][-1:], lines[_last_line(cell) :][:1])
    )
    return [*(before if opening == inside else []), *fence, *after]
