"""The feed: notes by the dates that they name."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.note import Note
from notewright.render.feed import Entry, changed, feed, written


def test_a_feed_is_sorted_and_escaped() -> None:
    """The newest first; titles are text; dates are those of the notes."""
    site = {"name": "A & B", "url": "https://h/", "description": "", "feed": "https://h/feed.xml"}
    day = datetime(2024, 5, 6, tzinfo=UTC)
    entries = [
        Entry(day, "Old <b>", "https://h/old/", ""),
        Entry(day.replace(year=2025), "New & ü", "https://h/new/", "Why"),
    ]
    channel = ElementTree.fromstring(feed(site, entries)).find("channel")
    assert channel is not None and channel.findtext("title") == "A & B"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["New & ü", "Old <b>"]
    assert items[1].findtext("pubDate") == "Mon, 06 May 2024 00:00:00 +0000"
    assert items[0].findtext("description") == "Why"
    assert feed(site, entries) == feed(site, entries[::-1])


@pytest.mark.parametrize(
    ("properties", "day"),
    [
        ("date: 2024-05-06", (6, 6)),
        ("created: 2024-05-06T10:00:00", (6, 6)),
        ("date: '2024-05-06'\nupdated: 2024-05-09", (6, 9)),
        ("date: soon", None),
        ("date: [1]", None),
        ("title: x", None),
    ],
)
def test_dates_are_the_notes_own(properties: str, day: tuple[int, int] | None) -> None:
    """Written and changed, by the properties alone."""
    note = Note("a.md", "docs/a.md", "", yaml.safe_load(properties))
    first, last = written(note), changed(note)
    assert (first and last and (first.day, last.day)) == day


@given(st.text())
def test_a_feed_is_xml_whatever_a_title_holds(title: str) -> None:
    """Also control characters, which XML cannot hold at all."""
    site = {"name": title, "url": "https://example.org/", "description": title, "feed": "x"}
    entries = [Entry(datetime(2024, 1, 1, tzinfo=UTC), title, "https://example.org/a/", title)]
    ElementTree.fromstring(feed(site, entries))
