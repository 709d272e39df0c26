"""The search index of a build: aliases are findable in it, and words with accents without them."""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import unescape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import get_relative_url

from notewright.render.cell_html import ASSETS
from notewright.render.made_pages import alias_addresses
from notewright.render.search_entries import popular
from notewright.render.search_locations import short_locations
from notewright.render.search_symbols import folded
from notewright.render.search_words import gathered
from notewright.vault.backlinks import Web
from notewright.vault.vault import Vault

Entries = dict[str, list[dict[str, Any]]]
"""What an index says of each page, by its address, before anything is added to it."""

BOOST = 1e3
"""An alias counts as much as a title, as Material weighs it."""

ALIASES, FOLDED = "aliases", "folded"
"""Fields that are added to Material's index."""

ON_DEMAND = f"{ASSETS}/search.js"
"""The script by which the index of a large site is loaded when somebody searches."""
MANY = 1_000
"""Notes above which it is: the index of so many takes two megabytes."""

DIALOG = f"{ASSETS}/search-dialog.js"
"""The script of our own dialog, which loads the index when its field gets the focus."""
WORKER = f"{ASSETS}/search-worker.js"
"""The script that finds, beside the dialog's."""
PASSAGES = f"{ASSETS}/search-passages.js"
"""The script that takes the passage which was asked for out of a page."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_TAG = re.compile(r"<[^<>]*>")


def waits(notes: int, config: MkDocsConfig) -> bool:
    """Whether the index of a site of so many notes is loaded when somebody searches."""
    return notes > MANY and config.theme.name == "material" and not is_ours(config)


def is_ours(config: MkDocsConfig) -> bool:
    """Whether our own dialog searches the site."""
    return DIALOG in config.extra_javascript


def scripts(notes: int, config: MkDocsConfig) -> list[str]:
    """The scripts that search a site of so many notes, beside the theme's."""
    if is_ours(config):
        return [DIALOG, WORKER, PASSAGES]
    return [ON_DEMAND] if waits(notes, config) else []


def script(url: str) -> str:
    """The element by which a page loads `ON_DEMAND`, before the theme asks for the index."""
    return f'<script src="{get_relative_url(ON_DEMAND, url)}"></script>'


class Index:
    """The search index of a build: Material's, or that of MkDocs itself."""

    def __init__(self, config: MkDocsConfig) -> None:
        names = ("material/search", "search")
        name = next((each for each in names if config.plugins.get(each)), "")
        self._plugin: Any = config.plugins.get(name)
        self._config = config
        self._index: Any = getattr(self._plugin, "search_index", None)
        self._name = "entries" if hasattr(self._index, "entries") else "_entries"
        options = getattr(self._index, "config", None)
        self._fields = options["fields"] if options and name == "material/search" else None

    def by_page(self) -> Entries:
        """Copies of its entries by the addresses of their pages."""
        found: Entries = {}
        for entry in getattr(self._index, self._name, ()):
            found.setdefault(entry["location"].partition("#")[0], []).append(dict(entry))
        return found

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(getattr(self._index, self._name, ()))

    def since(self, count: int) -> list[dict[str, Any]]:
        """Its entries but the first ones."""
        return list(getattr(self._index, self._name, ())[count:])

    def add(self, entries: Iterable[dict[str, Any]]) -> None:
        """Add entries."""
        if self._index is not None:
            getattr(self._index, self._name).extend(entries)

    def fill(self, entries: Entries, addresses: Iterable[str] = ()) -> None:
        """Let it hold copies of the entries of some pages, and no others."""
        if self._index is not None:
            kept = [dict(each) for address in addresses for each in entries.get(address, ())]
            setattr(self._index, self._name, kept)

    def complete(self, vault: Vault, web: Web, addresses: Mapping[str, str]) -> None:
        """Make other names of notes findable, and say which are offered before a word is typed.

        Args:
            vault: The notes.
            web: The links between them.
            addresses: The addresses of pages by the paths of their notes.
        """
        if self._index is None:
            return
        entries = getattr(self._index, self._name)
        is_forgiving = is_ours(self._config)
        add_names(entries, alias_addresses(vault, addresses), self._fields, folds=not is_forgiving)
        if not is_forgiving:
            return
        offered = popular(vault, web, addresses)
        for entry in entries if offered else ():
            if entry["location"] in offered:
                entry["popular"] = offered.index(entry["location"]) + 1
        self._index.generate_search_index = partial(_generated, self._index)

    def write(self) -> None:
        """Have its plugin write it."""
        if self._plugin is not None:
            self._plugin.on_post_build(config=self._config)


def _generated(index: Any, last: Any) -> str:
    """The text of an index of Material as our script reads it.

    Args:
        index: The index; its own entries keep all their words, since patches take them over.
        last: That of the last build, if only pages that changed are built.
    """
    bare = copy.copy(index)  # of many entries, text would be made twice
    bare.entries = index.entries if last else []
    said = json.loads(type(index).generate_search_index(bare, last))
    entries = short_locations(folded(said["docs"] if last else index.entries))
    return json.dumps({**said, **gathered(entries)}, separators=(",", ":"), default=str)


def add_names(
    entries: Sequence[dict[str, Any]],
    aliases: Mapping[str, Sequence[str]],
    fields: dict[str, Any] | None,
    folds: bool = True,
) -> None:
    """Add other names of pages to their entries: aliases, and for Material words without accents.

    Args:
        entries: Entries of the index, changed in place.
        aliases: Other names of pages, by their address.
        fields: Fields that the index searches (Material's), to which aliases are added; None
            for an index whose fields are fixed (MkDocs' own), where they join the text.
        folds: Whether words without accents are added, for a script that cannot take them away.
    """
    for entry in entries:
        if fields is None and "title" in entry:  # MkDocs' own script escapes titles itself
            entry["title"] = unescape(str(entry["title"]))
        names = ", ".join(aliases.get(entry["location"], ()))
        if names and fields is None:
            entry["text"] = f"{names}. {entry['text']}"
        elif names:
            entry[ALIASES] = names
    if fields is not None:
        fields[ALIASES] = {"boost": BOOST}
        if folds:
            _add_folded(entries, fields)


def _add_folded(entries: Sequence[dict[str, Any]], fields: dict[str, Any]) -> None:
    """Add to entries their words without accents: our script takes them from queries."""
    fields.pop(FOLDED, None)
    for entry in entries:
        texts = [str(entry.get(field) or "") for field in ("title", ALIASES, "text")]
        strange = [text for text in texts if not text.isascii()]
        if not strange:
            continue
        text = _TAG.sub(" ", " ".join(strange))
        words = dict.fromkeys(re.findall(r"\w+", unicodedata.normalize("NFC", text)))
        folded = " ".join(dict.fromkeys(fold(word) for word in words if fold(word) != word))
        if folded:
            entry[FOLDED] = folded
            fields[FOLDED] = {"boost": 1.0}


def fold(text: str) -> str:
    """A text without the accents of its letters; the marks of other scripts are no accents."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)
