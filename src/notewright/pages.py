"""Python-Markdown extension: shows in the page what the cells of a note showed.

It knows no site generator: the host gives it a `Page` before it converts a note.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown_it import MarkdownIt
from pymdownx.superfences import SuperFencesCodeExtension

from notewright import formulas, theme
from notewright.cells import Cell, find_cells
from notewright.errors import Problem
from notewright.links import WikilinkProcessor
from notewright.outputs import Output
from notewright.syntax import hide_comments
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

FENCE = "notewright-cell"
ASSETS = "assets/notewright"

_FENCE_MARK = re.compile(r"[`~]{3,}.*$")
_LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])(?=\s)")


@dataclass
class Page:
    """The note that is being converted, and what the host needs to know afterwards.

    Attributes:
        vault: The vault.
        note: The note.
        results: What its cells showed, in order.
        to_root: Relative URL from the page to the site's root, ending in `/`.
        problems: What was found wrong during conversion.
        assets: Files that the page refers to, by their path in the site.
    """

    vault: Vault
    note: Note
    results: Sequence[CellResult]
    to_root: str = ""
    problems: list[Problem] = field(default_factory=list)
    assets: dict[str, str] = field(default_factory=dict)

    def report(self, text: str, message: str, remedy: str = "") -> None:
        """Report a problem at the line where some text of the note stands."""
        line = self.note.text[: max(self.note.text.find(text), 0)].count("\n") + 1
        self.problems.append(Problem(self.note.file, line, message, remedy))


class NotewrightExtension(Extension):
    """Cells, wikilinks, comments and formulas of a vault.

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
        md.registerExtensions(["tables", "toc"], {})
        _superfences(md).extend_super_fences(
            FENCE, CellFormatter(page, md).format, _accept_options, None
        )
        # Above pymdownx.snippets (32) and before tabs are expanded (30): a cell's code is its own.
        md.preprocessors.register(CellPreprocessor(md, page), "notewright-cells", 40)
        processor = WikilinkProcessor(md, page.vault, page.note)
        md.inlinePatterns.register(processor, "notewright-wikilinks", 185)
        formulas.enable(
            md,
            lambda tex, reason: page.report(
                tex, f"the formula `{tex}` cannot be shown: {reason}", "Use plainer LaTeX"
            ),
        )


class CellPreprocessor(Preprocessor):
    """Replaces each cell by a fence that superfences gives back to us, wherever it stands."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of a note's body."""
        lines = hide_comments("\n".join(lines)).split("\n")
        settings = self._page.vault.settings
        cells = find_cells(
            "\n".join(lines),
            self._page.note.file,
            includes=settings.root / settings.snippets,
            root=settings.root,
        )
        if [cell.code for cell in cells] != [result.cell.code for result in self._page.results]:
            message = "the page shows other cells than those that ran"
            remedy = "Another plugin changes the note's text; load it after notewright"
            self._page.problems.append(Problem(self._page.note.file, 1, message, remedy))
            return lines
        for index, cell in reversed(list(enumerate(cells))):
            lines[cell.line - 1 : cell.last_line] = _stand_in(lines, cell, index)
        return lines


class CellFormatter:
    """Makes the HTML of a cell: its code, and below it what it showed."""

    def __init__(self, page: Page, md: Markdown) -> None:
        self._page = page
        self._md = md

    def format(self, *, options: dict[str, str], **_: Any) -> str:
        """Format the cell whose number the fence carries, as superfences asks for it."""
        result = self._page.results[int(options["cell"])]
        cell = result.cell
        if not cell.options.include and not result.problem:
            return ""
        parts = []
        if cell.options.echo or result.problem:
            parts.append(self._code(cell))
        figures = itertools.count()
        outputs = "".join(self._output(output, cell, figures) for output in result.outputs)
        if result.problem:
            outputs += _failure(result.problem)
        if outputs:
            parts.append(f'<div class="nw-outputs">{outputs}</div>')
        label = f' id="{escape(cell.options.label)}"' if cell.options.label else ""
        return f'<div class="nw-cell"{label}>{"".join(parts)}</div>'

    def _code(self, cell: Cell) -> str:
        fences: Any = self._md.preprocessors["fenced_code_block"]
        html = fences.highlight(
            src=cell.code.rstrip("\n"),
            language="python",
            options=dict(cell.info.attributes),
            md=self._md,
            classes=[],
            id_value="",
            attrs={},
        )
        return str(html)

    def _output(self, output: Output, cell: Cell, figures: Iterator[int]) -> str:
        kind = output["output_type"]
        if kind == "stream":
            return _text(output["text"], f"nw-{output['name']}")
        if kind == "error":
            name, message = output["ename"], output["evalue"]
            return _text(f"{name}: {message}" if message else name, "nw-expected")
        data = output["data"]
        if any(mime.startswith("image/") for mime in data):
            return self._figure(data, cell, next(figures))
        if "text/html" in data:
            return f'<div class="nw-html" tabindex="0">{data["text/html"]}</div>'
        if "text/markdown" in data:
            return f'<div class="nw-html">{_MARKDOWN.render(data["text/markdown"])}</div>'
        return _text(data.get("text/plain", ""), "nw-result")

    def _figure(self, data: dict[str, Any], cell: Cell, number: int) -> str:
        caption = _nth(cell.options.fig_cap, number)
        alt = _nth(cell.options.fig_alt, number) or caption
        shown = self._svg(data, alt) if "image/svg+xml" in data else _bitmap(data, alt)
        below = f"<figcaption>{_MARKDOWN.renderInline(caption)}</figcaption>" if caption else ""
        return f'<figure class="nw-figure">{shown}{below}</figure>'

    def _svg(self, data: dict[str, Any], alt: str) -> str:
        svg = data["image/svg+xml"]
        digest = hashlib.sha256(svg.encode()).hexdigest()[:12]
        if len(svg) <= theme.INLINE_LIMIT:
            prefix = f"nw{self._md.htmlStash.html_counter}-{digest[:6]}"
            return theme.inline(svg, prefix, alt)
        images = []
        for name, colours in (("light", theme.LIGHT), ("dark", theme.DARK)):
            path = f"{ASSETS}/{digest}-{name}.svg"
            self._page.assets[path] = theme.recolour(svg, colours)
            images.append(
                f'<img class="nw-svg" src="{self._page.to_root}{path}#only-{name}" '
                f'alt="{escape(alt, quote=True)}" loading="lazy">'
            )
        return "".join(images)


_MARKDOWN = MarkdownIt("commonmark", {"html": False})


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


def _stand_in(lines: list[str], cell: Cell, index: int) -> list[str]:
    """A fence in the place of a cell's, in the same list item or quote."""
    opening = _FENCE_MARK.sub("", lines[cell.line - 1])
    inside = _LIST_MARK.sub(lambda match: " " * len(match[0]), opening)
    return [f'{opening}```{FENCE} cell="{index}"', f"{inside}cell", f"{inside}```"]


def _text(text: str, kind: str) -> str:
    shown = escape(text.rstrip("\n"), quote=False)
    return f'<pre class="nw-text {kind}" tabindex="0">{shown}</pre>'


def _failure(problem: Problem) -> str:
    detail = _text(problem.detail, "nw-detail") if problem.detail else ""
    return (
        '<div class="admonition failure nw-failure" role="alert">'
        f'<p class="admonition-title">{escape(problem.headline)}</p>{detail}</div>'
    )


def _bitmap(data: dict[str, Any], alt: str) -> str:
    mime = next(each for each in data if each.startswith("image/"))
    return f'<img src="data:{mime};base64,{data[mime]}" alt="{escape(alt, quote=True)}">'


def _nth(texts: Sequence[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""
