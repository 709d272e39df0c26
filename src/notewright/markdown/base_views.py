"""Views of bases: what one asks the vault for, as a table, as cards or as a list.

They are made when the page is made, of the notes that the site publishes. A view that is none of
these three is shown as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from notewright.bases.mistakes import Mistake
from notewright.bases.query import Group, Result, Row
from notewright.bases.values import Value, is_empty
from notewright.markdown.base_values import address_of, colour_of, image_of, literal, show
from notewright.markdown.page import Page


def draw(around: Element, result: Result, page: Page, as_text: Callable[[str], str]) -> None:
    """Draw a view at the end of an element.

    Args:
        around: The element.
        result: What the view shows.
        page: The page.
        as_text: Gives the text that stands for some HTML, until all is serialised.
    """
    _Drawing(page, as_text).draw(around, result)


class _Drawing:
    """Draws views in one page."""

    def __init__(self, page: Page, as_text: Callable[[str], str]) -> None:
        self._page, self._as_text = page, as_text

    def draw(self, around: Element, result: Result) -> None:
        """Draw a view by its type."""
        if not result.groups:
            SubElement(around, "p").text = "No matching files."
        elif result.view.type == "list":
            self._list(around, result)
        elif result.view.type == "cards":
            self._cards(around, result)
        else:
            self._table(around, result)

    def _table(self, around: Element, result: Result) -> None:
        frame = SubElement(around, "div", {"class": "nw-base-table", "tabindex": "0"})
        table = SubElement(frame, "table")
        head = SubElement(SubElement(table, "thead"), "tr")
        for column in result.columns:
            SubElement(head, "th", {"scope": "col"}).text = AtomicString(column.head)
        for group in result.groups:
            body = SubElement(table, "tbody")
            if result.is_grouped:
                wide = {"colspan": str(max(len(result.columns), 1)), "scope": "rowgroup"}
                top = SubElement(body, "tr", {"class": "nw-base-group"})
                self._heading(SubElement(top, "th", wide), result, group)
                self._summaries(body, result, group.summaries)
            for row in group.rows:
                cells = SubElement(body, "tr")
                for column, value in zip(result.columns, row.values, strict=True):
                    self._value(SubElement(cells, "td"), column.name, row, value)
        if not result.is_grouped:
            self._summaries(SubElement(table, "tfoot"), result, result.summaries)

    def _heading(self, parent: Element, result: Result, group: Group) -> None:
        _label(parent, result.grouped_by or "")
        show(
            SubElement(parent, "span"),
            group.heading if group.heading is not None else "No value",
            self._page,
        )

    def _summaries(
        self, parent: Element, result: Result, values: Sequence[Value | Mistake]
    ) -> None:
        """A row of summaries, if the view asks for one; each says which it is."""
        if not any(column.summary for column in result.columns):
            return
        row = SubElement(parent, "tr", {"class": "nw-base-summary"})
        for column, value in zip(result.columns, values, strict=True):
            cell = SubElement(row, "td")
            if column.summary:
                _label(cell, column.summary)
                show(SubElement(cell, "span"), value, self._page)

    def _value(self, parent: Element, name: str, row: Row, value: Value | Mistake) -> None:
        """A value of a row. The name of the file leads to it: else a table would lead nowhere."""
        if name in ("file.name", "file.basename", "file") and isinstance(value, str):
            link = SubElement(parent, "a", {"href": address_of(row.file, self._page)})
            link.text = literal(value.removesuffix(".md"))
        else:
            show(parent, value, self._page)

    def _list(self, around: Element, result: Result) -> None:
        kind = "ol" if result.view.options.get("markers") == "number" else "ul"
        is_indented = result.view.options.get("indentProperties") is True
        apart = str(result.view.options.get("separator") or ",").strip()
        for group in result.groups:
            if result.is_grouped:
                self._heading(SubElement(around, "p", {"class": "nw-base-group"}), result, group)
            items = SubElement(around, kind)
            for row in group.rows:
                item = SubElement(items, "li")
                below: Element | None = None
                for number, (column, value) in enumerate(
                    zip(result.columns, row.values, strict=True)
                ):
                    has_value = isinstance(value, Mistake) or not is_empty(value)
                    place = item
                    if number and has_value and is_indented:
                        below = SubElement(item, "ul") if below is None else below
                        place = SubElement(below, "li")
                        _label(place, column.head)
                    elif number and has_value:
                        SubElement(item, "span").text = AtomicString(f"{apart} ")
                    self._value(SubElement(place, "span"), column.name, row, value)

    def _cards(self, around: Element, result: Result) -> None:
        for group in result.groups:
            if result.is_grouped:
                self._heading(SubElement(around, "p", {"class": "nw-base-group"}), result, group)
            cards = SubElement(around, "div", {"class": "nw-base-cards"})
            for row in group.rows:
                card = SubElement(cards, "div", {"class": "nw-base-card"})
                self._image(card, result, row)
                for number, (column, value) in enumerate(
                    zip(result.columns, row.values, strict=True)
                ):
                    if number and not isinstance(value, Mistake) and is_empty(value):
                        continue
                    line = SubElement(card, "p")
                    if number:
                        _label(line, column.head)
                    self._value(SubElement(line, "span"), column.name, row, value)

    def _image(self, card: Element, result: Result, row: Row) -> None:
        """What stands on top of a card: an image of the vault, a colour, or its first figure."""
        address, colour = image_of(row.image, self._page), colour_of(row.image)
        if address:
            SubElement(card, "img", {"src": address, "alt": "", "loading": "lazy"})
        elif colour:
            SubElement(card, "div", {"class": "nw-base-colour", "style": f"background:{colour}"})
        elif not result.view.image and (svg := self._page.names.first_figure(row.file.path)):
            figure = SubElement(card, "div", {"class": "nw-base-figure"})
            figure.text = self._as_text(self._page.renderer.thumbnail(svg))


def _label(parent: Element, text: str) -> None:
    """Add the name of a value; who reads or copies it gets a blank before the value."""
    label = SubElement(parent, "small")
    label.text, label.tail = literal(text), AtomicString(" ")
