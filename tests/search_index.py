"""A search index as `search-worker.js` reads it: whole locations, an entry for each symbol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from notewright.render.search_locations import address
from notewright.render.search_symbols import WHOLE


def located(docs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of an index, each with its whole location as its first field."""
    found = []
    page = ""
    for doc in docs:
        told = doc.get("location", f"#{address(doc['title'])}")
        location = page + told if told.startswith("#") else told.removeprefix("/")
        page = location.partition("#")[0]
        found.append({**doc, "location": location})
    return found


def unfolded(docs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of an index, with those of symbols behind that of their page."""
    found = []
    for doc in located(docs):
        page = {name: each for name, each in doc.items() if name != "symbols"}
        found.append(page)
        for name in doc.get("symbols", "").split():
            full = f"{doc['title']}{WHOLE}{name.removeprefix(WHOLE)}"
            title = full if name.startswith(WHOLE) else name
            place = {"location": f"{doc['location']}#{full}", "title": title}
            found.append({**place, "text": "", "kind": doc["kind"]})
    return found
