"""Symbols of a search index: they stand in the entry of their page, each by its name alone.

Most entries of a vault with code are of symbols, and the address of each says its name a second
time. `search-worker.js` makes entries of them again before it reads any.
"""

from __future__ import annotations

from collections.abc import Sequence

from notewright.render.search_entries import Entry

WHOLE = "."
"""Sign before a name: the title of the entry is that of its page, too, as in `numpy.mean`."""

_FIELDS = {"location", "title", "text", "kind"}


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of which those of symbols are in that of their page; they come behind it.

    Args:
        entries: Entries; they are left as they are.
    """
    found: list[Entry] = []
    for entry in entries:
        name = _name(entry, found[-1]) if found else ""
        if name:
            found[-1]["symbols"] = f"{found[-1].get('symbols', '')} {name}".lstrip()
        else:
            found.append(dict(entry))
    return found


def _name(entry: Entry, page: Entry) -> str:
    """The name by which an entry is known from that of its page; empty for any other entry."""
    title = str(entry["title"])
    if set(entry) != _FIELDS or entry["text"] or entry["kind"] != page.get("kind") or " " in title:
        return ""
    of_page = f"{page['title']}{WHOLE}"
    if entry["location"] == f"{page['location']}#{of_page}{title}":
        return title
    is_whole = title.startswith(of_page) and entry["location"] == f"{page['location']}#{title}"
    return title.removeprefix(str(page["title"])) if is_whole else ""
