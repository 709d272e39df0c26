"""Makes aliases findable: adds them to the entries of a search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

BOOST = 1e3
"""An alias counts as much as a title, as Material weighs it."""


def add_aliases(
    entries: Sequence[dict[str, Any]],
    aliases: Mapping[str, Sequence[str]],
    fields: dict[str, Any] | None,
) -> None:
    """Add the aliases of pages to their entries.

    Args:
        entries: Entries of the index, changed in place.
        aliases: Other names of pages, by their address.
        fields: Fields that the index searches (Material's), to which aliases are added; None
            for an index whose fields are fixed (MkDocs' own), where they join the text.
    """
    for entry in entries:
        names = ", ".join(aliases.get(entry["location"], ()))
        if names and fields is None:
            entry["text"] = f"{names}. {entry['text']}"
        elif names:
            entry["aliases"] = names
    if fields is not None:
        fields["aliases"] = {"boost": BOOST}
