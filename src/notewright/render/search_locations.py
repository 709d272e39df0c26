"""Locations in a search index: that of a section follows from its title and from its page.

The entries of a page follow each other, and the address of most sections is their title in small
letters. So an entry says of its location only what cannot be told from these; `search-worker.js`
puts it together again before it reads the entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from notewright.render.search_entries import Entry

_STRANGE = re.compile(r"[^a-z0-9_\- ]")


def short_locations(entries: Sequence[Entry]) -> list[Entry]:
    """Entries with as little of their locations as tells them.

    On the page of the entry before, a section whose address is that of its title has none, another
    only what comes from the `#` on. Any other entry has all of it, behind one more `/` if it begins
    as an address on a page does.

    Args:
        entries: Entries, those of a page one after the other; they are left as they are.
    """
    found: list[Entry] = []
    page = None
    for entry in entries:
        location = str(entry["location"])
        path, sign, section = location.partition("#")
        if not sign or path != page:
            location = f"/{location}" if location.startswith(("/", "#")) else location
            found.append({**entry, "location": location})
        elif section == address(str(entry["title"])):
            found.append({name: each for name, each in entry.items() if name != "location"})
        else:
            found.append({**entry, "location": f"#{section}"})
        page = path
    return found


def address(title: str) -> str:
    """The address on its page of most sections with a title; `search-worker.js` has it, too."""
    return _STRANGE.sub("", title.lower()).replace(" ", "-")
