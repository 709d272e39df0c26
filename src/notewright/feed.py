"""The vault as an RSS feed: its dated notes, the newest first. No clock is asked.

mkdocs-rss-plugin takes its dates from git, so that the same notes would give other bytes in
another clone, and brings a second site generator with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from notewright.vault import Note

LIMIT = 50
"""Most notes of a feed."""
DATES = ("date", "created")
"""Properties that date a note; the first that it has counts."""
CHANGES = ("updated", "modified", *DATES)
"""Properties that say when it was last changed."""

_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of the feed."""

    when: datetime
    title: str
    url: str
    summary: str


def written(note: Note) -> datetime | None:
    """When a note was written, by its properties."""
    return _first_date(note, DATES)


def changed(note: Note) -> datetime | None:
    """When a note was last changed, by its properties."""
    return _first_date(note, CHANGES)


def _first_date(note: Note, names: tuple[str, ...]) -> datetime | None:
    for name in names:
        found = _date(note.properties.get(name))
        if found is not None:
            return found
    return None


def _date(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def feed(site: Mapping[str, str], entries: list[Entry]) -> str:
    """Write the feed.

    Args:
        site: `name`, `url` and `description` of the site, and `feed`, the feed's own address.
        entries: Its notes, in any order.
    """
    rss = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = SubElement(rss, "channel")
    for name, text in (
        ("title", site["name"]),
        ("link", site["url"]),
        ("description", site["description"] or site["name"]),
    ):
        SubElement(channel, name).text = text
    own = {"href": site["feed"], "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, "atom:link", own)
    newest = sorted(entries, key=lambda each: (-each.when.timestamp(), each.url))
    for entry in newest[:LIMIT]:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = entry.title
        SubElement(item, "link").text = entry.url
        SubElement(item, "guid", {"isPermaLink": "true"}).text = entry.url
        SubElement(item, "pubDate").text = format_datetime(entry.when)
        if entry.summary:
            SubElement(item, "description").text = entry.summary
    indent(rss)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(rss, "unicode")}\n'
