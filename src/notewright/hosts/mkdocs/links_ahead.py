"""Links ahead: a copy of this process reads the links of notes, while it runs their cells itself.

To read links, all prose is parsed, and who waits for light cells has nothing else to do. The blocks
of some notes are parsed in both processes: the copy would wait while this one looks for cells in
them, and to hand a parse over takes as long. What the copy found is looked at again where it bears
on what ran, so nothing is other than without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from notewright.hosts.mkdocs.in_copy import InCopy, pays
from notewright.vault.kept_notes import reduced
from notewright.vault.link_reading import Links, read_links
from notewright.vault.vault import Vault

_LINKS = "links"
"""What notes remember their links as; see `Web.of`."""

_Read = tuple[Links, Mapping[str, Any]]


@contextmanager
def links_ahead(vault: Vault) -> Iterator[InCopy[_Read]]:
    """Have the links of new notes read while something else is done; then the notes know them."""
    new = [path for path, note in vault.notes.items() if _LINKS not in note.memory]
    with InCopy(new if pays(len(new)) else (), lambda path: _read(vault, path)) as copy:
        yield copy
        for path, (links, known) in copy.done().items():
            note = vault.notes[path]
            note.memory.setdefault(_LINKS, ("", links))
            vars(note).update({name: known[name] for name in known.keys() - vars(note).keys()})


def _read(vault: Vault, path: str) -> _Read | None:
    """What is known of a note once its links are read; None if something of it is to be told."""
    note = vault.notes[path]
    before, faults = set(vars(note)), list(note.faults)
    found: _Read | None = None
    with note.reading():
        links = read_links(vault, note, {})
        _ = note.wikilinks, note.markdown_links  # as they stand, for who tells dead ones
        state = reduced(note)[2]
        found = links, {name: state[name] for name in state.keys() - before}
    for name in vars(note).keys() - before:
        del vars(note)[name]  # a parse is large
    is_told, note.faults[:] = note.faults != faults, faults
    return None if is_told else found
