"""Tables of results: what cells of many notes gave, collected while the page is made.

A cell whose value has a representation of the type `MIME` gives a result: a flat mapping of
names to texts and numbers. A fence `results` shows those of the notes that it names, as
Dataview does with properties. Nothing runs for it, and no number of it is typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

import yaml
from markdown.util import AtomicString
from markdown_it.token import Token

from notewright.context import Page
from notewright.errors import did_you_mean
from notewright.links import relative
from notewright.plain_yaml import load_yaml

LANGUAGE = "results"
MIME = "application/vnd.notewright.result+json"

NOTE = "note"
"""The column that holds the title of the note, with a link to it."""

STATUS = "status"
"""The column that says whether all cells of the note ran and gave what it says."""

_FIGURE = re.compile(r"!\[\[[^\[\]|#]+\.svg(?:\|[^\[\]]*)?\]\]")
"""A text of a result that shows the figure of a cell."""

_KEYS = ("from", "where", "columns", "sort", "totals")


class QueryError(ValueError):
    """A fence that asks for no table; the message says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True)
class Query:
    """What a fence asks for.

    Attributes:
        source: Pattern of the paths of notes in the vault, such as `lessons/*`.
        columns: Heading of each column by the name of what it shows.
        where: Values that a result must have.
        sort: The name by whose value the rows are sorted; otherwise they stand in the order
            of notes and cells.
        totals: The name whose values are counted above the table.
    """

    source: str
    columns: Mapping[str, str]
    where: Mapping[str, Any]
    sort: str = ""
    totals: str = ""


@dataclass(frozen=True)
class Row:
    """One result, and where its cell stands.

    Attributes:
        note: Path of the note in the vault.
        label: Label of the cell; may be empty.
        values: The result, and the title of the note.
    """

    note: str
    label: str
    values: Mapping[str, Any]


def read_query(text: str) -> Query:
    """Read the YAML of a fence.

    Raises:
        QueryError: If it is no query.
    """
    try:
        found = load_yaml(text)
    except (yaml.YAMLError, ValueError) as error:
        raise QueryError(f"it is no YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, dict):
        raise QueryError(
            "it is no mapping", "Write `from: folder/*` and `columns: {name: Heading}`"
        )
    for key in found:
        if key not in _KEYS:
            raise QueryError(f"there is no key `{key}`", did_you_mean(str(key), _KEYS))
    columns, where = found.get("columns"), found.get("where", {})
    if not isinstance(found.get("from"), str):
        raise QueryError("`from` is missing", "Name notes, such as `from: lessons/*`")
    if not isinstance(columns, dict) or not columns:
        raise QueryError("`columns` is missing", "Write `columns: {name: Heading}`")
    if not isinstance(where, dict):
        raise QueryError("`where` is no mapping", "Write `where: {name: value}`")
    named = {str(name): str(heading) for name, heading in columns.items()}
    sort, totals = str(found.get("sort", "")), str(found.get("totals", ""))
    return Query(found["from"], named, where, sort, totals)


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
    if not rows:
        raise QueryError(
            f"no cell of `{query.source}` gives such a result", "Correct `from` or `where`"
        )
    known = list(dict.fromkeys(name for row in rows for name in row.values))
    for name in (*query.columns, *filter(None, (query.sort, query.totals))):
        if name not in known:
            raise QueryError(f"no result has a `{name}`", did_you_mean(name, known))
    if query.sort:
        rows.sort(key=lambda row: _order(row.values.get(query.sort, "")))
    return rows


def _rows(page: Page, source: str) -> Iterator[Row]:
    for path in sorted(page.vault.notes):
        names = (path, page.vault.link_name(path))
        if not any(fnmatchcase(name, source) for name in names):
            continue
        page.consulted.add(path)
        for result in page.run.cells.get(path, ()):
            for output in result.outputs:
                values = output.get("data", {}).get(MIME)
                if isinstance(values, Mapping):
                    own = {NOTE: _title(page, path), STATUS: _status(page, path)}
                    yield Row(path, result.cell.label, own | dict(values))


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


class ResultTables:
    """Makes the tables of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def make(self, token: Token) -> Element | None:
        """The table of a fence; a notice if it asks for none; None for another fence."""
        if token.info.strip().split(maxsplit=1)[:1] != [LANGUAGE]:
            return None
        try:
            query = read_query(token.content)
            rows = find_rows(self._page, query)
        except QueryError as error:
            message = f"the table of results cannot be shown: {error}"
            first = next((line for line in token.content.split("\n") if line.strip()), "results")
            self._page.report(first, message, error.remedy)
            notice = Element("p", {"class": "nw-broken"})
            notice.text = AtomicString(message)
            return notice
        around = Element("div", {"class": "nw-html nw-results", "tabindex": "0"})
        if query.totals:
            SubElement(around, "p").text = AtomicString(_totals(query.totals, rows))
        around.append(self._table(query, rows))
        return around

    def _table(self, query: Query, rows: Sequence[Row]) -> Element:
        table = Element("table", {"class": "nw-table"})
        head = SubElement(SubElement(table, "thead"), "tr")
        for heading in query.columns.values():
            SubElement(head, "th", {"scope": "col"}).text = AtomicString(heading)
        body = SubElement(table, "tbody")
        linked = NOTE if NOTE in query.columns else next(iter(query.columns))
        for row in rows:
            cells = SubElement(body, "tr")
            for name in query.columns:
                cell = SubElement(cells, "td")
                text = str(row.values.get(name, ""))
                shown = text if _FIGURE.fullmatch(text) else AtomicString(text)
                if name == linked and shown is not text:
                    SubElement(cell, "a", {"href": self._address(row)}).text = shown
                else:
                    cell.text = shown
        return table

    def _address(self, row: Row) -> str:
        fragment = f"#{row.label}" if row.label else ""
        return quote(relative(row.note, self._page.note.path)) + fragment


def _totals(name: str, rows: Sequence[Row]) -> str:
    """How many rows have each value, the most frequent first."""
    counts = Counter(str(row.values.get(name, "")) for row in rows)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value}: {count}" for value, count in ordered) + f"; in all {len(rows)}"
