"""Titles of pages, sections and tags as text: themes print them as they are, as if they were HTML.

Such text is `Markup`, escaped once, which no filter of a template escapes again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from markupsafe import Markup, escape
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page
from mkdocs.utils import dirname_to_title

from notewright.note.note import Note
from notewright.note.property_checks import odd_properties
from notewright.note.titles import folder_title

PRINTED = frozenset({"author", "description", "subtitle"})
"""Properties that themes print into each page, beside its title."""


class WindowTitle(str):
    """A title that stays text where a theme takes its tags out: Jinja's `striptags` unescapes."""

    __slots__ = ()

    def __html__(self) -> str:
        """What `striptags` begins with."""
        return str(escape(str(self)))


def escape_title(page: Page) -> None:
    """Make text of a title in the properties of a page, before plugins read it."""
    title = page.meta.pop("title", None)
    if title not in (None, ""):
        page.meta["title"] = escape(str(title))


def settle_meta(page: Page, note: Note | None) -> None:
    """Take out of the properties of a page what the theme stumbles over; make text of its title.

    Args:
        page: The page, before plugins read its properties.
        note: Its note; None for a page that nobody writes.
    """
    page.meta = page.meta or dict(note.properties if note else {})  # MkDocs reads no odd date
    for name in odd_properties(page.meta):  # which is told
        del page.meta[name]
    escape_title(page)


def settle_title(page: Page, note: Note | None) -> None:
    """Make text of the title that MkDocs found; one that `mkdocs.yml` gives is the owner's.

    Args:
        page: The page.
        note: Its note; None for a page that nobody writes.
    """
    if "title" in vars(page):
        return
    heading = page._title_from_render
    if heading and "title" not in page.meta:  # escaped, and all tags are out of it
        page.title = Markup(heading.replace("<", "&lt;"))
    elif note is not None and "title" not in page.meta and page.file.name != "index":
        page.title = escape(note.said_name)
    else:
        page.title = escape(page.title or "")  # no twice: `Markup` stays


def with_title(page: Page, note: Note, html: str) -> str:
    """A page with its title, where a theme would leave it out: it looks for any such heading.

    Search reads it as the title of the page, not as its text.
    """
    if "<h1" not in html or note.shows_title or "template" in page.meta:
        return html
    return f'<h1 data-search-exclude="">{page.title}</h1>\n{html}'


def open_window(page: Page) -> None:
    """Before the template of a page: its title may become that of the window."""
    if isinstance(page.title, Markup):
        page.title = WindowTitle(page.title)


def close_window(page: Page) -> None:
    """After it: in the templates of other pages, its title is one of many."""
    if isinstance(page.title, WindowTitle):
        page.title = Markup(str(page.title))


def name_folders(items: Iterable[StructureItem], depth: int = 0) -> None:
    """Give the sections that MkDocs made of folders the names of these, as text.

    What another plugin calls a section stays.

    Args:
        items: Pages and sections of a folder.
        depth: In how many folders that is.
    """
    for item in items:
        if isinstance(item, Section):
            path = next(_paths(item), "")
            name = path.split("/")[depth] if path.count("/") > depth else ""
            is_name = str(item.title) == dirname_to_title(name)
            item.title = escape(folder_title(name) if is_name else str(item.title))
            name_folders(item.children, depth + 1)


def _paths(section: Section) -> Iterator[str]:
    """Yield the paths of the pages of a section."""
    for item in section.children:
        if isinstance(item, Section):
            yield from _paths(item)
        elif isinstance(item, Page):
            yield item.file.src_uri


def escape_properties(page: Page, names: Collection[str] | None = PRINTED) -> None:
    """Make text of what templates print of the properties of a page.

    Args:
        page: The page; no plugin reads its properties any more.
        names: Which ones; None for all.
    """
    for name in page.meta.keys() if names is None else page.meta.keys() & names:
        page.meta[name] = _as_text(page.meta[name])


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, dict):
        return {_as_text(name): _as_text(each) for name, each in value.items()}
    return value
