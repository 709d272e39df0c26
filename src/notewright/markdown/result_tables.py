"""Tables of results: what cells of many notes gave, collected while the page is made.

A fence `results` shows those of the notes that it names, as Dataview does with properties. Nothing
runs for it, and no number of it is typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString
from markdown_it.token import Token

from notewright.markdown.guessing import beginning
from notewright.markdown.page import Page
from notewright.markdown.result_code import add_links, in_words, modules_of
from notewright.note.queries import (
    REFUSED,
    RESULTS,
    Query,
    QueryError,
    language_of,
    read_query,
)
from notewright.render.interval_plots import drawing, read_intervals, scales, unit
from notewright.render.page_digests import Part, part_of
from notewright.render.result_checks import CODE, NOTE, STATUS, refuse
from notewright.run.given_results import given
from notewright.vault.links import relative

MEASURED = "measured"
"""The name under which a result says what its numbers are, with their unit behind a comma."""

_FIGURE = re.compile(r"!\[\[[^\[\]|#]+\.svg(?:\|[^\[\]]*)?\]\]")
"""A text of a result that shows the figure of a cell."""


@dataclass(frozen=True)
class Row:
    """One result, and where its cell stands.

    Attributes:
        note: Path of the note in the vault.
        label: Label of the cell; may be empty.
        values: The result, and the title of the note.
        modules: Paths of the pages of the modules that the cell uses.
    """

    note: str
    label: str
    values: Mapping[str, Any]
    modules: Sequence[str] = ()


def find_rows(page: Page, query: Query) -> list[Row]:
    """Collect the results that a query asks for.

    Raises:
        QueryError: If there is none, or none has one of the names.
    """
    rows = [
        row
        for row in _rows(page, query.source)
        if all(row.values.get(name) == value for name, value in query.where.items())
    ]
    refuse(query, [row.values for row in rows])
    if query.sort:
        rows.sort(key=lambda row: _order(row.values.get(query.sort, "")))
    return rows


def _sources(page: Page, source: str) -> Iterator[str]:
    """Yield the notes that a query names."""
    for path in page.names.like(source):
        page.consulted.add(part_of(path, Part.RESULTS))
        yield path


def _awaited(page: Page, source: str) -> str:
    """The place of the first session that some results wait for; empty if all are there."""
    results = (result for path in _sources(page, source) for result in page.run.cells.get(path, ()))
    return next((result.waits_for for result in results if result.waits_for), "")


def _rows(page: Page, source: str) -> Iterator[Row]:
    for path in _sources(page, source):
        for result in page.run.cells.get(path, ()):
            for output in result.outputs:
                for values in given(output):
                    own = {NOTE: _title(page, path), STATUS: _status(page, path)}
                    modules = modules_of(page, path, result.cell.label)
                    own[CODE] = in_words(modules)
                    yield Row(path, result.cell.label, own | dict(values), modules)


def _title(page: Page, path: str) -> str:
    note = page.vault.notes[path]
    return page.linked.web.titles[path] if page.linked else note.name


def _status(page: Page, path: str) -> str:
    results = [result for result in page.run.cells[path] if result.cell.runs]
    if any(result.problems for result in results):
        return "fails"
    return "runs" if all(result.record for result in results) else "not run"


def _order(value: Any) -> tuple[bool, Any]:
    """Numbers first, then texts."""
    is_text = not isinstance(value, (int, float))
    return is_text, str(value) if is_text else value


def _refused(error: QueryError) -> Element:
    """What stands in the place of a table that cannot be shown."""
    notice = Element("p", {"class": "nw-broken"})
    notice.text = AtomicString(f"{REFUSED[RESULTS]}: {error}")
    return notice


class ResultTables:
    """Makes the tables of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def make(self, token: Token) -> Element | None:
        """The table of a fence; a notice if it asks for none; None for another fence."""
        if language_of(token.info) != RESULTS:
            return None
        try:
            query = read_query(token.content)
        except QueryError as error:  # told by `check_queries`
            return _refused(error)
        try:
            awaited = _awaited(self._page, query.source)
            rows = [] if awaited else find_rows(self._page, query)
        except QueryError as error:
            self._page.report(
                token.content.strip("\n"), f"{REFUSED[RESULTS]}: {error}", error.remedy
            )
            return _refused(error)
        if awaited:  # part of a table, with its totals, would say something else
            notice = Element("p", {"class": "nw-waiting", "data-nw-session": awaited})
            notice.text = "Some cells with results for this table have not run yet"
            return notice
        around = Element("div", {"class": "nw-html nw-results", "tabindex": "0"})
        if query.totals:
            around.append(_totals(query.totals, rows))
        if query.filters and self._page.renderer.trusted:
            places = [str(list(query.columns).index(name)) for name in query.filters]
            around.set("data-nw-filter", " ".join(places))
            around.append(_picks(query, rows))
        around.append(self._table(query, rows))
        if query.guess is None or not self._page.renderer.trusted:
            return around
        verdicts = [str(row.values.get(query.guess.verdict, "")) for row in rows]
        both = Element("div", {"class": "nw-guessed"})
        both.append(beginning(query.guess, query.shown, verdicts))
        both.append(around)
        return both

    def _table(self, query: Query, rows: Sequence[Row]) -> Element:
        table = Element("table", {"class": "nw-table"})
        head = SubElement(SubElement(table, "thead"), "tr")
        for name in query.shown:  # by its name a style sheet knows a column
            attributes = {"scope": "col", "data-nw-name": name}
            SubElement(head, "th", attributes).text = AtomicString(query.columns[name])
        if query.details:
            SubElement(head, "th", {"scope": "col", "class": "nw-rest"}).text = "More"
        body = SubElement(table, "tbody")
        plots = {name: Plots(name, rows) for name in query.columns}
        for number, row in enumerate(rows):
            cells = SubElement(body, "tr")
            for name in query.shown:
                cell = SubElement(cells, "td", {"data-nw-name": name})
                self._fill(cell, query, name, row, plots[name].drawn(number))
                if "\n" in (cell.text or ""):
                    _open(cell)
            if query.details:
                told = _rest(cells, str(row.values.get(query.shown[0], "")))
                for name in query.details:
                    SubElement(told, "dt").text = AtomicString(query.columns[name])
                    cell = SubElement(told, "dd")
                    self._fill(cell, query, name, row, plots[name].drawn(number))
                    if "\n" in (cell.text or ""):
                        _list(cell)
        return table

    def _fill(
        self, cell: Element, query: Query, name: str, row: Row, drawn: Element | None
    ) -> None:
        """Put into a cell what a row says under a name."""
        text = str(row.values.get(name, ""))
        if name in query.filters:
            cell.set("data-nw-pick", text)
        if name == query.totals or (query.guess and name == query.guess.verdict):
            cell.set("data-value", text)  # for a style sheet that gives it a sign
        if drawn is not None:
            cell.append(drawn)
            return
        if name == CODE and text == in_words(row.modules):  # else it is the result's own
            add_links(cell, self._page, row.modules)
            return
        shown = text if _FIGURE.fullmatch(text) else AtomicString(text)
        linked = NOTE if NOTE in query.columns else next(iter(query.columns))
        if name == linked and shown is not text:
            SubElement(cell, "a", {"href": self._address(row)}).text = shown
        else:
            cell.text = shown

    def _address(self, row: Row) -> str:
        fragment = f"#{row.label}" if row.label else ""
        return quote(relative(row.note, self._page.note.path)) + fragment


def _picks(query: Query, rows: Sequence[Row]) -> Element:
    """What picks rows by the words of some columns; in the page, so that nothing moves for it."""
    bar = Element("p", {"class": "nw-picks"})
    for name in (*query.shown, *query.details):  # as their words stand in each row
        if name not in query.filters:
            continue
        label = SubElement(bar, "label")
        label.text = AtomicString(f"{query.columns[name]} ")
        label.tail = " "
        select = SubElement(label, "select", {"class": "nw-pick", "autocomplete": "off"})
        SubElement(select, "option", {"value": ""}).text = "all"
        for value in sorted({str(row.values.get(name, "")) for row in rows}):
            SubElement(select, "option", {"value": value}).text = AtomicString(value)
    SubElement(bar, "span", {"class": "nw-count", "role": "status"})
    return bar


def _open(cell: Element) -> None:
    """A text of several lines: the first is shown, and opens the others as a list."""
    details = Element("details", {"class": "nw-opened"})
    summary = SubElement(details, "summary")
    _list(cell)
    summary.text, cell.text = cell.text, None
    details.extend(cell)
    cell[:] = [details]


def _list(cell: Element) -> None:
    """A text of several lines: the first, and the others as a list."""
    first, *others = (cell.text or "").split("\n")
    cell.text = AtomicString(first)
    items = SubElement(cell, "ul")
    for line in others:
        SubElement(items, "li").text = AtomicString(line)


def _rest(cells: Element, name: str) -> Element:
    """What a row opens in place, where its other columns are told one below the other."""
    cell = SubElement(cells, "td", {"class": "nw-rest"})
    details = SubElement(cell, "details", {"class": "nw-opened"})
    SubElement(details, "summary").text = AtomicString(f"More about {name}")
    return SubElement(details, "dl")


class Plots:
    """The plots of a column, if all that stands in it are intervals.

    Rows of one unit, which stands at the end of what a row says of `MEASURED`, have one scale.
    """

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        read = [read_intervals(str(row.values.get(name, ""))) for row in rows]
        self._intervals = read if all(read) else []
        self._units = [unit(str(row.values.get(MEASURED, ""))) for row in rows]
        self._scales = scales(list(zip(self._units, self._intervals, strict=False)))

    def drawn(self, number: int) -> Element | None:
        """The plot of a row; None if the column is one of texts."""
        if not self._intervals:
            return None
        name = self._units[number]
        return drawing(self._intervals[number], self._scales[name], name)


def _totals(name: str, rows: Sequence[Row]) -> Element:
    """How many rows have each value, the most frequent first, and how many there are."""
    counts = Counter(str(row.values.get(name, "")) for row in rows)
    made = Element("ul", {"class": "nw-totals"})
    for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        _total(made, count, value).set("data-value", value)  # as in the rows, for a style sheet
    _total(made, len(rows), "in all")
    return made


def _total(parent: Element, count: int, words: str) -> Element:
    item = SubElement(parent, "li")
    number = SubElement(item, "b")
    number.text, number.tail = str(count), " "
    SubElement(item, "span").text = AtomicString(words)
    return item
