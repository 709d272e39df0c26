"""Makes HTML of what a cell showed. Text is escaped; rich HTML is shown as the cell made it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from notewright.errors import Problem
from notewright.files import Store
from notewright.note.cells import Cell
from notewright.render import (
    figure_html,
    formula_html,
    frame_controls,
    frame_files,
    markdown_output,
    pandas_tables,
    plotly_html,
    provenance,
    shown_frames,
)
from notewright.render.cleaning import clean_output, clean_svg
from notewright.render.control_characters import without_controls as without_controls
from notewright.render.shown_frames import ShownFrames
from notewright.render.unique_ids import with_unique_ids
from notewright.run.cell_records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import Output, is_image

ASSETS = "assets/notewright"
"""Where files that pages refer to stand in the site."""

NOTES, NOTES_END = "<!--nw-notes-->", "<!--/nw-notes-->"
"""What stands before and after the notes on the code of a cell."""

Highlight = Callable[[Cell], str]
"""Makes highlighted HTML of a cell's code."""

FIGURES, ALL, NONE = "figures", "all", "none"
FOLDS = (FIGURES, ALL, NONE)
"""Which code a note shows folded: that of cells that show figures alone, all, or none."""


@dataclass
class Renderer:
    """Makes the HTML of cells for one page.

    Attributes:
        to_root: Relative URL from the page to the site's root, ending in `/`.
        trusted: Whether outputs come from code that this build may run. If not, rich HTML
            is cleaned of scripts, and figures are images, in which no script runs.
        assets: Files that pages refer to, by their path in the site.
        used: The paths of those that this page refers to.
        note: The note whose cells are shown, which makes ids unique where it is embedded.
        pictures: Where pictures of interactive figures are kept; None if none are drawn.
        is_alone: Whether nobody writes files for the page: then it holds its figures itself,
            and whoever completes it puts those in that are images.
        has_directories: Whether the address of a page is that of a folder.
        is_interactive: Whether the site has the script that moves the frames of cells.
        prefix: What ids begin with, if they do not tell what they belong to: those of frames.
    """

    to_root: str = ""
    trusted: bool = True
    assets: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    note: str = ""
    pictures: Store | None = None
    is_alone: bool = False
    has_directories: bool = True
    is_interactive: bool = False
    prefix: str = ""
    _names: dict[str, str] = field(default_factory=dict, init=False)
    _has_figure: bool = field(default=False, init=False)
    _figures: Iterable[int] = field(default_factory=itertools.count, init=False)

    def cell(
        self,
        result: CellResult,
        highlight: Highlight,
        fold: str = FIGURES,
        copies: str = "",
        number: int = 1,
    ) -> str:
        """The code of a cell, and below it what it showed.

        Args:
            result: The cell and what it showed.
            highlight: Makes HTML of its code.
            fold: Which code is folded where the cell does not say so; see `FOLDS`.
            copies: Attributes that say where copies of its code are found.
            number: Its place among the cells of its note.
        """
        cell, anchor = result.cell, provenance.anchor_of(result.cell, number)
        own = f' id="{escape(anchor)}"'
        if not cell.options.include and not result.problems:  # a value in the prose leads there
            return f"<div{own}></div>" if cell.label or cell.runs else ""
        code = highlight(cell) if cell.options.echo or result.problems else ""
        draws = bool(result.outputs) and all(map(is_image, result.outputs))
        folds = cell.options.code_fold
        if folds is None:
            folds = fold == ALL or (fold == FIGURES and draws)
        folds = folds and not result.problems
        mark = provenance.tick(cell, number) if cell.runs else ""
        has_tick = mark and (result.outputs or (code and not folds))
        label = "" if has_tick and not cell.label else own if cell.label or cell.runs else ""
        lines = f' data-nw-lines="{provenance.lines_of(cell)}"'  # the room that its code needs
        if code and not folds:
            shown = f"{provenance.bar(cell, mark)}{code}{self.outputs(result, anchor=anchor)}"
            return f'<div class="nw-cell"{label}{copies}{lines}>{shown}</div>'
        outputs = self.outputs(result, mark, anchor)
        if not code:
            return f'<div class="nw-cell"{label}>{outputs}</div>'
        code = f'<details class="nw-fold"><summary>Code</summary>{code}</details>'
        # What only draws is there for its figure, which comes first.
        shown = f"{outputs}{code}" if draws else f"{code}{outputs}"
        return f'<div class="nw-cell"{label}{copies}{lines}>{shown}</div>'

    def outputs(self, result: CellResult, mark: str = "", anchor: str = "") -> str:
        """All that a cell showed, and what is wrong with it.

        Args:
            result: The cell, and what it showed.
            mark: The cell's tick, if its code does not carry it.
            anchor: The cell's id on this page, if its results lead there.
        """
        if self._plays(result):
            return self._frames(result, mark, anchor)
        number = itertools.count()
        parts = list(_state(result))
        for output in result.outputs:
            data = output.get("data", {})
            if is_image(output) or shown_mime(data) == plotly_html.MIME:
                parts.append(self._figure(output, result, next(number)))
                parts.append(self._origin(result, output, mark, anchor))
                mark = ""
            else:
                parts.append(self._output(output))
        if mark and result.outputs:  # code that is folded or left out tells nothing of these
            parts.append(self._origin(result, {}, mark, anchor))
        if result.cell.options.has_frames:
            parts += map(frame_controls.says, result.said("vary-caption"))
        accepted = result.cell.accepted
        if accepted is not None and not result.cell.runs:  # nothing else will show it
            parts.append(_text(accepted.text, "nw-stdout"))
        parts += map(failure, result.problems)
        return f'<div class="nw-outputs">{"".join(parts)}</div>' if parts else ""

    def still(self, result: CellResult) -> str:
        """What a cell showed, where another note shows it: of its frames the first."""
        return replace(self, is_interactive=False).outputs(result)

    def _plays(self, result: CellResult) -> bool:
        """Whether the page has the frames of a cell, and a script that shows them."""
        has_script = self.is_interactive and self.trusted and not self.is_alone
        has_frames = result.record is not None and len(result.record.frames) > 1
        return has_script and has_frames and not result.problems

    def _frames(self, result: CellResult, mark: str, anchor: str) -> str:
        """The first frame of a cell with frames, and what moves it to the others."""
        assert result.record is not None
        told = frames_of(result.record)
        digest = hashlib.sha256(told.file.encode()).hexdigest()[:12]
        address = self.address(f"{ASSETS}/{digest}.json", told.file)
        prefix = f"nw{next(iter(self._figures))}-{digest[:6]}-"
        shown = told.first.replace(frame_files.PREFIX, prefix)
        origin = self._origin(result, {}, mark, anchor)  # the data of one frame would be half
        script = f'<script src="{self.to_root}{frame_controls.SCRIPT}" defer></script>'
        every = "" if result.cell.options.print_frames != "all" else self._multiples(result, told)
        return frame_controls.html(result, anchor, address, shown) + every + origin + script

    def _multiples(self, result: CellResult, told: ShownFrames) -> str:
        """All frames beside each other, for print and for pages without scripts."""
        assert result.record is not None
        pairs = zip(told.htmls, result.record.frames, strict=True)
        shown = (
            each.replace(frame_files.PREFIX, f"nw{next(iter(self._figures))}-")
            + frame_controls.says(next(iter(frame.texts["vary-caption"]), ""))
            for each, frame in pairs
        )
        return frame_controls.multiples(shown)

    def figures(self, result: CellResult, caption: str) -> str:
        """The figures of a cell alone, under a caption of the embedding note or their own."""
        images = [output for output in result.outputs if is_image(output)]
        shown = list(_state(result))
        for number, output in enumerate(images):
            shown.append(self._figure(output, result, number, caption))
            shown.append(self._origin(result, output))
        return "".join(shown)

    def _origin(self, result: CellResult, output: Output, mark: str = "", anchor: str = "") -> str:
        """The line below a result that says where it comes from, with what it offers."""
        if not result.cell.runs:
            return ""
        name = escape(result.cell.label or f"line-{result.cell.line}", quote=True)
        links = []
        data = output.get("metadata", {}).get("notewright", {}).get("data", "")
        if data and self.trusted and not self.is_alone:
            path = f"{ASSETS}/{_short_digest(data)}.csv"
            links.append(f'<a href="{self.address(path, data)}" download="{name}.csv">Data</a>')
        if anchor:
            links.append(f'<a class="nw-link" href="#{escape(anchor, quote=True)}">Link</a>')
        return provenance.line(result, mark, *links)

    def _output(self, output: Output) -> str:
        kind = output["output_type"]
        if kind == "stream":
            return _text(output["text"], f"nw-{escape(output['name'])}")
        if kind == "error":
            name, message = output["ename"], output["evalue"]
            return _text(f"{name}: {message}" if message else name, "nw-expected")
        data = output["data"]
        mime = shown_mime(data)
        if mime == "text/html":
            return self._html(data[mime])
        if mime == "text/markdown":
            return self._html(markdown_output.html(data[mime]))
        if mime == "text/latex":
            try:
                shown = formula_html.output(without_controls(data[mime]))
                return f'<div class="nw-html" tabindex="0">{shown}</div>'
            except formula_html.FormulaError:  # told, where the text says less; see `note_checks`
                pass
        return _text(data.get("text/plain", ""), "nw-result")

    def _html(self, html: str) -> str:
        html = pandas_tables.plain(without_controls(html))
        if not self.trusted:
            html = clean_output(html)
        digest = hashlib.sha256(f"{self.note}\0{html}".encode("utf-8", "replace")).hexdigest()
        prefix = self.prefix or f"nw{next(iter(self._figures))}-{digest[:6]}"
        html = with_unique_ids(html, prefix, self._names)
        return f'<div class="nw-html" tabindex="0">{html}</div>'

    def _plotly(self, figure: Any, alt: str) -> str:
        if not self.trusted or not isinstance(figure, dict):
            return _text("Interactive figure; its script is disabled here", "nw-result")
        picture = plotly_html.picture(figure, self.pictures) if self.pictures else None
        if picture is not None:
            return self._svg(picture, alt)
        self.used.add(plotly_html.ASSET)
        self.assets.setdefault(plotly_html.ASSET, "")  # read once, when it is written
        return plotly_html.html(figure, f"{self.to_root}{plotly_html.ASSET}", alt)

    def _figure(self, output: Output, result: CellResult, number: int, caption: str = "") -> str:
        caption = caption or _nth(result.said("fig-cap"), number)
        alt = _nth(result.said("fig-alt"), number) or caption
        return self._captioned(output, alt, caption)

    def _captioned(self, output: Output, alt: str, caption: str) -> str:
        data = output["data"]
        if "image/svg+xml" in data:
            shown = self._svg(data["image/svg+xml"], alt)
        elif is_image(output):
            shown = _bitmap(data, alt)
        else:
            shown = self._plotly(data[plotly_html.MIME], alt)
        below = f"<figcaption>{markdown_output.inline(caption)}</figcaption>" if caption else ""
        return f'<figure class="nw-figure">{shown}{below}</figure>'

    def frame(self, outputs: Sequence[Output], texts: Mapping[str, Sequence[str]]) -> str:
        """What a cell shows in one of its frames; figures are whole, and without provenance."""
        number, parts = itertools.count(), []
        for output in outputs:
            if is_image(output):
                place = next(number)
                caption = _nth(texts.get("fig-cap", ()), place)
                alt = _nth(texts.get("fig-alt", ()), place) or caption
                parts.append(self._captioned(output, alt, caption))
            else:
                parts.append(self._output(output))
        return "".join(parts)

    def _svg(self, svg: str, alt: str) -> str:
        # The first is near the top of most pages: to wait for it would be seen.
        loading = "lazy" if self._has_figure else "eager"
        self._has_figure = True
        if not self.trusted:
            svg = clean_svg(svg)
        if self.prefix:
            return figure_html.inline(svg, f"{self.prefix}{next(iter(self._figures))}", alt)
        if self.trusted and (self.is_alone or len(svg) <= figure_html.INLINE_LIMIT):
            prefix = f"nw{next(iter(self._figures))}-{_short_digest(svg)[:6]}"
            return figure_html.inline(svg, prefix, alt)
        return self._images(svg, alt, loading)

    def thumbnail(self, svg: str) -> str:
        """A figure as an image that says nothing: what stands beside it names its note."""
        return self._images(svg if self.trusted else clean_svg(svg), "", "lazy")

    def _images(self, svg: str, alt: str, loading: str) -> str:
        shown = figure_html.in_both_schemes(svg)
        address = self.address(f"{ASSETS}/{_short_digest(svg)}.svg", shown)
        return "".join(
            f'<img class="nw-svg" src="{address}#{scheme}" '
            f'alt="{escape(alt, quote=True)}"{figure_html.size(shown)} '
            f'loading="{loading}">'
            for scheme in figure_html.SCHEMES
        )

    def address(self, path: str, text: str) -> str:
        """Where the page finds a file that it refers to, such as a figure that is an image."""
        self.used.add(path)
        self.assets[path] = text
        return f"{self.to_root}{path}"

    def drawing(self, svg: str, alt: str) -> str:
        """A diagram as an image: in its file no script runs, whoever wrote its text."""
        svg = clean_svg(svg, is_drawing=True)
        source = self.address(f"{ASSETS}/{_short_digest(svg)}.svg", svg)
        return f'<img src="{source}" alt="{escape(alt, quote=True)}" loading="lazy">'


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def frames_of(record: CellRecord) -> ShownFrames:
    """The frames of a cell that has some, as HTML; ids begin with `frame_files.PREFIX`."""

    def draw(outputs: Sequence[Output], said: Mapping[str, Sequence[str]]) -> str:
        return Renderer(is_alone=True, prefix=frame_files.PREFIX).frame(outputs, said)

    return shown_frames.made(record, draw)


def frames_size(record: CellRecord, store: Store) -> float:
    """KiB of the file of a cell's frames as a server sends it, made or kept."""
    return shown_frames.size(record, store, lambda: frames_of(record))


def shown_mime(data: dict[str, Any]) -> str:
    """Which form of a value a page shows: the richest that it can."""
    known = ("text/html", plotly_html.MIME, "text/markdown", "text/latex")
    return next((mime for mime in known if mime in data), "text/plain")


def _text(text: str, kind: str) -> str:
    shown = escape(without_controls(text.rstrip("\n")), quote=False)
    return f'<pre class="nw-text {kind}" tabindex="0">{shown}</pre>'


def problems_html(problems: Sequence[Problem]) -> str:
    """What is wrong with a note as a whole, such as its properties; empty if nothing is."""
    return f'<div class="nw-outputs">{"".join(map(failure, problems))}</div>' if problems else ""


def _state(result: CellResult) -> Iterator[str]:
    """Yield what is said above what a cell showed, or in its place."""
    if result.waits_for:  # a script asks by it how many run before
        name = escape(result.waits_for, quote=True)
        said = _PROVISIONAL if result.record is not None else ""
        text = said or "This cell has not run yet"
        yield f'<p class="nw-waiting" data-nw-session="{name}" data-nw-said="{said}">{text}</p>'
    if result.unmet:
        yield f'<p class="nw-unmet">{escape(result.unmet)}</p>'
    if result.was_otherwise:
        yield f'<p class="nw-waiting">{_OTHERWISE}</p>'


_PROVISIONAL = "Provisional: run from the edited cell onwards. The whole session: "
_OTHERWISE = (
    "The provisional output of this cell was different. "
    "This output is from a run of the whole session"
)


def failure(problem: Problem) -> str:
    """A problem as it stands in a page that shows what is wrong."""
    detail = _text(problem.detail, "nw-detail") if problem.detail else ""
    headline = escape(without_controls(problem.headline))
    return (
        '<div class="admonition failure nw-failure" role="alert">'
        f'<p class="admonition-title">{headline}</p>{detail}</div>'
    )


def _bitmap(data: dict[str, Any], alt: str) -> str:
    mime = next(each for each in data if each.startswith("image/"))
    source = escape(f"data:{mime};base64,{data[mime]}", quote=True)
    return f'<img src="{source}" alt="{escape(alt, quote=True)}">'


def _nth(texts: Sequence[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""
