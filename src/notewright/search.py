"""Makes aliases findable, and words with accents without them, in the entries of an index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

BOOST = 1e3
"""An alias counts as much as a title, as Material weighs it."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_TAG = re.compile(r"<[^<>]*>")


def add_names(
    entries: Sequence[dict[str, Any]],
    aliases: Mapping[str, Sequence[str]],
    fields: dict[str, Any] | None,
) -> None:
    """Add other names of pages to their entries: aliases, and for Material words without accents.

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
        _add_folded(entries, fields)


def _add_folded(entries: Sequence[dict[str, Any]], fields: dict[str, Any]) -> None:
    """Add to entries their words without accents: our script takes them from queries."""
    for entry in entries:
        texts = (str(entry.get(field) or "") for field in ("title", "aliases", "text"))
        text = _TAG.sub(" ", " ".join(text for text in texts if not text.isascii()))
        words = dict.fromkeys(re.findall(r"\w+", unicodedata.normalize("NFC", text)))
        folded = " ".join(dict.fromkeys(fold(word) for word in words if fold(word) != word))
        if folded:
            entry["folded"] = folded
            fields["folded"] = {"boost": 1.0}


def fold(text: str) -> str:
    """A text without the accents of its letters; the marks of other scripts are no accents."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)
