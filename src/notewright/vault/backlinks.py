"""Backlinks: which note links to which, in which sentence. Data only, no HTML."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

from notewright.note.note import Note
from notewright.vault.link_reading import Links, Reference, read_links
from notewright.vault.vault import Vault

_OF_EDGES = ("edges", "top_folders", "_neighbours")
"""What is worked out of which notes are linked, whatever their links say."""


@dataclass(frozen=True)
class Web:
    """All links between the notes of a vault.

    Attributes:
        titles: Title of each note by its path.
        references: Every link from one note to another, in order of place.
        leads: The first sentence of each note by its path; empty if it begins with no text.
    """

    titles: Mapping[str, str]
    references: Sequence[Reference]
    leads: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, vault: Vault, figures: Mapping[str, str] | None = None, last: Web | None = None
    ) -> Web:
        """Read the links of a vault.

        Args:
            vault: The vault.
            figures: By label, the path of the note whose cell makes that figure.
            last: That of the build before.
        """
        titles: dict[str, str] = {}
        leads: dict[str, str] = {}
        own: dict[str, Sequence[Reference]] = {}
        known = [[path, note.title] for path, note in vault.notes.items()]
        labels = json.dumps([vault.names_digest, known, sorted((figures or {}).items())])
        given = hashlib.sha256(labels.encode()).hexdigest()
        for path, note in vault.notes.items():
            read = partial(read_links, vault, note, figures or {})
            links = note.remembered("links", given, read)
            if links.references:
                own[path] = links.references
            leads[path] = links.lead
            heading = links.heading if note.first_heading else ""  # further down, it is a part's
            title = str(note.properties.get("title") or heading or note.name)
            titles[path] = note.title if note.is_base else title
        web = cls(titles, list(chain.from_iterable(own.values())), leads)
        vars(web)["_from"] = own
        if last is not None:
            web._go_on(last)
        return web

    def _go_on(self, last: Web) -> None:
        """Take over what was worked out of the edges between notes, if they are the same."""
        before, now = last._from, self._from
        if last.titles.keys() != self.titles.keys() or before.keys() != now.keys():
            return
        if all(
            now[path] is each or _targets(now[path]) == _targets(each)
            for path, each in before.items()
        ):
            self._take_edges(last)

    def _take_edges(self, last: Web) -> None:
        vars(self).update({name: vars(last)[name] for name in _OF_EDGES if name in vars(last)})

    def with_edit(self, path: str, links: Links) -> Web:
        """The links of the vault had a note others, and the same title.

        Args:
            path: The path of the note.
            links: Its links.
        """
        before, own = self._from.get(path, ()), {**self._from, path: links.references}
        if not links.references:
            del own[path]
        elif not before:  # it joins the others in its place
            own = {note: own[note] for note in self.titles if note in own}
        leads = {**self.leads, path: links.lead}
        made = Web(self.titles, list(chain.from_iterable(own.values())), leads)
        vars(made)["_from"] = own
        if _targets(before) == _targets(links.references):
            made._take_edges(self)
        if "_backlinks" in vars(self):  # those to the note itself are the same
            vars(made)["_backlinks"] = self._backlinks
        return made

    def description(self, note: Note) -> str:
        """What a note is about, in a sentence: by its property, else its first one."""
        said = note.properties.get("description")
        return said.strip() if isinstance(said, str) and said.strip() else self.leads[note.path]

    def backlinks(self, path: str) -> Sequence[Reference]:
        """Links to a note, in order of the notes that make them."""
        return self._backlinks.get(path, ())

    def outgoing(self, path: str) -> Sequence[str]:
        """Paths of the notes that a note links to, in the order of its first links."""
        return list(dict.fromkeys(each.target for each in self._from.get(path, ())))

    def neighbours(self, path: str) -> Set[str]:
        """Paths of the notes that a note links to, or that link to it."""
        return self._neighbours.get(path, frozenset())

    @cached_property
    def _neighbours(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for first, second in self.edges:
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
        return found

    @cached_property
    def edges(self) -> Sequence[tuple[str, str]]:
        """Pairs of notes that are linked, each once, in order."""
        pairs = {tuple(sorted((each.source, each.target))) for each in self.references}
        return sorted((first, second) for first, second in pairs)

    @cached_property
    def top_folders(self) -> Mapping[str, int]:
        """The first folder of each note, "" for none, with how many pairs of linked notes have it.

        Asked by each page, and so counted once.
        """
        found = dict.fromkeys(map(_top_folder, self.titles), 0)
        for edge in self.edges:
            for folder in set(map(_top_folder, edge)):
                found[folder] += 1
        return found

    @cached_property
    def _backlinks(self) -> dict[str, list[Reference]]:
        found: dict[str, list[Reference]] = {}
        for each in self.references:
            found.setdefault(each.target, []).append(each)
        return found

    @cached_property
    def _from(self) -> Mapping[str, Sequence[Reference]]:
        found: dict[str, list[Reference]] = {}
        for each in self.references:
            found.setdefault(each.source, []).append(each)
        return found


def _targets(references: Sequence[Reference]) -> Set[str]:
    return {each.target for each in references}


def _top_folder(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def around(old: Web, new: Web) -> set[str]:
    """Paths of the notes around which some link changed, or a sentence with one.

    A note's graph shows the links between its neighbours, too.
    """
    found: set[str] = set()
    for path in old.titles.keys() | new.titles.keys():
        before, after = old._from.get(path, ()), new._from.get(path, ())
        if before is not after and [*before] != [*after]:
            found |= {path, *(each.target for each in (*before, *after))}
            found |= old.neighbours(path) | new.neighbours(path)
    return found
