"""Values of a base as elements of a page: links, dates, boxes that are ticked, text."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from notewright.bases.files import File
from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.values import Date, FileValue, Items, KindOfText, Link, Value, file_of
from notewright.bases.written import date_text, text_of
from notewright.markdown.page import Page
from notewright.vault.links import relative

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def show(parent: Element, value: Value | Mistake, page: Page) -> None:
    """Show a value at the end of an element; of nothing, nothing.

    Args:
        parent: The element.
        value: The value, or why there is none.
        page: The page.
    """
    if isinstance(value, Mistake):
        SubElement(parent, "span", {"class": "nw-broken"}).text = literal(str(value))
    elif isinstance(value, bool):
        box = {"type": "checkbox", "disabled": "disabled", "aria-label": text_of(value)}
        SubElement(parent, "input", box | ({"checked": "checked"} if value else {}))
    elif isinstance(value, Items):
        for number, each in enumerate(value):
            if number:
                _append(parent, ", ")
            show(parent, each, page)
    elif isinstance(value, Date):
        date = date_text(value)
        SubElement(parent, "time", {"datetime": date}).text = AtomicString(date.replace("T", " "))
    elif isinstance(value, Link | FileValue):
        _link(parent, value, page)
    elif isinstance(value, KindOfText) and value.kind == "image" and image_of(value, page):
        alt = value.file.basename if value.file is not None else ""
        SubElement(parent, "img", {"src": image_of(value, page), "alt": alt, "loading": "lazy"})
    else:
        try:
            _text(parent, text_of(value))
        except ExpressionError as error:  # it is too long to be shown
            show(parent, error.mistake, page)


def literal(text: str) -> AtomicString:
    """A text as it is: Python-Markdown writes what looks like an entity without escaping it."""
    return AtomicString(text.replace("&", "&amp;"))


def image_of(value: Value | Mistake, page: Page) -> str:
    """The address of the image that a value is or leads to; empty if it is none of the vault.

    An image that lies elsewhere is shown as its address: no page asks a third party for it.

    Args:
        value: The value.
        page: The page.
    """
    if isinstance(value, Mistake):
        return ""
    file = value.file if isinstance(value, KindOfText) else file_of(value)
    return address_of(file, page) if file is not None else ""


def address_of(file: File, page: Page) -> str:
    """Where a link of a page leads to a file of the vault."""
    return _address(file.path, page.note.path)


@lru_cache(maxsize=4096)  # the views of a base lead to the same files
def _address(path: str, source: str) -> str:
    return quote(relative(path, source))


def colour_of(value: Value | Mistake) -> str:
    """The colour that a value names, as `#rrggbb`; empty if it names none."""
    found = _COLOUR.fullmatch(value) if isinstance(value, str) else None
    return found[0] if found else ""


def _link(parent: Element, value: Link | FileValue, page: Page) -> None:
    file = file_of(value)
    if file is None:
        assert isinstance(value, Link)
        address = value.target if urlsplit(value.target).scheme in ("http", "https") else ""
        _text(parent, value.shown, address)
        return
    fragment = value.target.partition("#")[2] if isinstance(value, Link) else ""
    href = f"{address_of(file, page)}{f'#{fragment}' if fragment else ''}"
    shown = SubElement(parent, "a", {"href": href})
    shown.text = literal(text_of(value))


def _text(parent: Element, text: str, address: str = "") -> None:
    """Show a text; one that is an address leads there."""
    is_address = urlsplit(text).scheme in ("http", "https") and not re.search(r"\s", text)
    address = address or (text if is_address else "")
    if address:
        SubElement(parent, "a", {"href": address}).text = literal(text)
    else:
        _append(parent, text)


def _append(parent: Element, text: str) -> None:
    """Add text behind all that an element holds; what stands behind an element is no Markdown."""
    if len(parent):
        SubElement(parent, "span").text = literal(text)
    else:
        parent.text = AtomicString(f"{parent.text or ''}{literal(text)}")
