"""The vault as an RSS feed: its dated notes, the newest first, and its verdicts.

A reader of feeds shows an entry once, by its `guid`. That of a note holds the day on which it was
last changed, that of a result its verdict: so a note that was revised, and a verdict that became
another, are news. No clock is asked.

mkdocs-rss-plugin takes its dates from git, so that the same notes would give other bytes in
another clone, and brings a second site generator with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from notewright.note.note import Note
from notewright.note.property_checks import is_usual

LIMIT = 50
"""Most notes of a feed."""
VERDICTS = 500
"""Most verdicts of a feed."""
DATES = ("date", "created")
"""Properties that date a note; the first that it has counts."""
CHANGES = ("updated", "modified", *DATES)
"""Properties that say when it was last changed."""

_NO_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # slow to compile
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of the feed, or a verdict.

    Attributes:
        when: When the note was written or last changed; None for a verdict.
        title: What it is called.
        url: Its whole address.
        summary: What it says, in a sentence; may be empty.
        mark: What is new about it, where its address alone does not tell.
    """

    when: datetime | None
    title: str
    url: str
    summary: str
    mark: str = ""


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
    if not isinstance(value, date) or not is_usual(value):
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def _of_xml(text: str) -> str:
    """A text without the characters that XML cannot hold, not even as numbers."""
    return re.sub(_NO_XML, "\ufffd", text)


def feed(site: Mapping[str, str], entries: list[Entry]) -> str:
    """Write the feed.

    Args:
        site: `name`, `url` and `description` of the site, and `feed`, the feed's own address.
        entries: Its notes, in any order, and its verdicts, in theirs.
    """
    rss = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = SubElement(rss, "channel")
    for name, text in (
        ("title", site["name"]),
        ("link", site["url"]),
        ("description", site["description"] or site["name"]),
    ):
        SubElement(channel, name).text = _of_xml(text)
    own = {"href": site["feed"], "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, "atom:link", own)
    dated = ((-each.when.timestamp(), each.url, each) for each in entries if each.when)
    newest = [entry for *_, entry in sorted(dated, key=lambda each: each[:2])]
    verdicts = [each for each in entries if each.when is None]
    for entry in [*newest[:LIMIT], *verdicts[:VERDICTS]]:
        item = SubElement(channel, "item")
        SubElement(item, "title").text = _of_xml(entry.title)
        SubElement(item, "link").text = entry.url
        guid = SubElement(item, "guid", {"isPermaLink": "false" if entry.mark else "true"})
        guid.text = _of_xml(" ".join(filter(None, (entry.url, entry.mark))))
        if entry.when is not None:
            SubElement(item, "pubDate").text = format_datetime(entry.when)
        if entry.summary:
            SubElement(item, "description").text = _of_xml(entry.summary)
    indent(rss)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(rss, "unicode")}\n'
