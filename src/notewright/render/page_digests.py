"""Digests of all that a page is made of, so that a page that would be the same is kept.

A page shows its note, the outputs of its cells, what it took from other notes, and at its
foot what lies around it. It is converted by the host's extensions and by this package. Each
of these counts by content; see `Fingerprints.page` for the list.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict
from enum import StrEnum, auto
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from notewright.note.note import Note
from notewright.render.converters import converters
from notewright.render.graphs import kinds
from notewright.render.made_pages import WebPage
from notewright.render.own_modules import imported_by
from notewright.render.page_foot import Linked
from notewright.render.preamble import Preamble
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult
from notewright.vault.bibliography import Bibliography
from notewright.vault.names import Asked, Names

_APART = "\0"


class Part(StrEnum):
    """What a page may take from a note, if it is not all: see `Fingerprints.taken`.

    Attributes:
        HEADINGS: The ids of its headings and blocks, and the numbers of its formulas.
        RESULTS: What its cells gave, and its title.
        ASKS: Whether it may ask a question.
    """

    HEADINGS = auto()
    RESULTS = auto()
    ASKS = auto()


def part_of(path: str, part: Part) -> str:
    """What a page took from a note, as `Fingerprints.taken` knows it."""
    return f"{path}{_APART}{part}"


def note_of(taken: str) -> str:
    """The path of the note from which something was taken."""
    return taken.partition(_APART)[0]


class Fingerprints:
    """Digests of the notes and pages of one build.

    Args:
        names: What names stand for, those of the notes that have a page.
        run: What their cells showed.
        linked: What lies around each note.
        host: All of the host's configuration that bears on the conversion, as text.
        site: The files of the site.
    """

    def __init__(
        self, names: Names, run: Run, linked: Linked, host: str, site: Sequence[Sequence[str]]
    ) -> None:
        self._names, self._vault = names, names.vault
        self._run = run
        self._linked = linked
        self._host = host
        self._site = site
        self._notes: dict[str, str] = {}
        self._parts: dict[str, str] = {}

    def with_edit(self, names: Names, run: Run, linked: Linked) -> Fingerprints:
        """Those of a build in which notes say something else, and names stand for the same."""
        made = Fingerprints(names, run, linked, self._host, self._site)
        vars(made).update(common=self.common, names=self.names)
        return made

    def note(self, path: str) -> str:
        """Digest of a note's text and of what its cells showed; "" if there is no such note."""
        if path not in self._vault.notes:
            return ""
        if path not in self._notes:
            shown = [_shown(result) for result in self._run.cells.get(path, ())]
            self._notes[path] = _digest([self._vault.notes[path].text, shown])
        return self._notes[path]

    def taken(self, what: str) -> str:
        """Digest of what a page took from a note; "" if there is no such note.

        An edit of a note leaves a page as it is that took another part of it.

        Args:
            what: The path of the note for all of it, or what `part_of` gave.
        """
        path, _, part = what.partition(_APART)
        note = self._vault.notes.get(path)
        if note is None or not part:
            return self.note(path)
        if what not in self._parts:
            match Part(part):
                case Part.HEADINGS:
                    seen = self._headings(note)
                case Part.RESULTS:
                    seen = self._results(path)
                case Part.ASKS:
                    seen = "[!" in note.text
            self._parts[what] = _digest([part, seen])
        return self._parts[what]

    def page(self, note: Note, url: str, markdown: str) -> str:
        """Digest of what decides a page, but for what it takes from other notes.

        Args:
            note: Its note.
            url: Its address in the site, from which its links start.
            markdown: Its text, as the host's other plugins left it.
        """
        around = self._around(note.path)
        return _digest([self.common, url, note.path, self.note(note.path), markdown, around])

    def downloads(self, note: Note, *about: str) -> str:
        """Digest of what decides the downloads of a note, but for what its names stand for.

        Args:
            note: The note.
            about: Its title, and where the site is published.
        """
        own = self._code(note.path)
        return _digest([self.common, note.path, self.note(note.path), *about, *own])

    def made(self, page: WebPage, url: str) -> str:
        """Digest of what decides a page that nobody writes, but for what its names stand for.

        Args:
            page: The page.
            url: Its address in the site.

        Returns:
            The digest; "" if nobody says what the page is made of.
        """
        if page.given is None:
            return ""
        try:
            return _digest([self.common, url, page.path, page.title, page.text, page.given])
        except TypeError:
            return ""

    @cached_property
    def common(self) -> str:
        """What all pages share: what converts them, and its settings."""
        settings = self._vault.settings
        return _digest(
            [
                self._host,
                converters(),
                (settings.execute, settings.dialect, settings.only_asked, settings.run_docs),
                settings.snippets,
                dict(settings.launch_links),
                _text(settings.docs_dir / ".obsidian" / "app.json"),
                self._linked.map,
                Preamble.of(self._vault).digest,
            ]
        )

    @cached_property
    def kinds(self) -> Sequence[str]:
        """The folders whose notes have shapes of their own in graphs, in their order."""
        return kinds(self._linked.web)

    @cached_property
    def names(self) -> str:
        """All that a name can stand for: where it is the same, so is what each name stands for."""
        names, vault = self._names, self._vault
        return _digest(
            [
                sorted([note.path, note.title, *note.aliases] for note in vault.notes.values()),
                sorted(vault.attachments),
                sorted(names.makers.items()),
                [names.tags.page, sorted(names.tags.anchors.items())],
                self._site,
                Bibliography.of(vault).digest,
            ]
        )

    def are_same(self, asked: Asked, earlier: str = "") -> bool:
        """Whether names still stand for what they stood for when a page asked.

        Args:
            asked: What it asked.
            earlier: The `names` of the build in which it did, if that is known.
        """
        return self._names.are_same(asked, names_are_same=earlier == self.names)

    def _headings(self, note: Note) -> Any:
        """What decides the ids of headings and blocks; all, where cells give values in headings."""
        if any("{python" in each.text or "<!--" in each.text for each in note.outline):
            return self.note(note.path)
        headings = [[each.level, each.text] for each in note.outline]
        return [headings, list(note.block_ids), note.equations]

    def _results(self, path: str) -> Any:
        """What tables of results show of a note."""
        results = self._run.cells.get(path, ())
        shown = [[each.cell.label, each.cell.runs, _shown(each)] for each in results]
        return [self._linked.web.titles.get(path), shown]

    def _around(self, path: str) -> Any:
        """What stands at the foot of a page: sentences, titles and links of its neighbours."""
        web = self._linked.web
        near = {path, *web.neighbours(path)}
        return [
            [[each.source, each.before, each.shown, each.after] for each in web.backlinks(path)],
            list(web.outgoing(path)),
            [[each, web.titles[each], self._kind(each)] for each in sorted(near)],
            *self._code(path),
        ]

    def _code(self, path: str) -> Any:
        """The symbols that the cells of a note use, and the source behind all that they import."""
        names, sources = self._linked.code.notes.get(path, ()), self._linked.sources
        return [list(names), sources.digest([*names, *self._imported(path)]) if sources else ""]

    def _imported(self, path: str) -> Sequence[str]:
        """What the cells of a note import: a module may be of use by its being imported."""
        cells = [result.cell for result in self._run.cells.get(path, ())]
        if not cells:
            return ()
        note = self._vault.notes[path]
        read = partial(imported_by, [cell.code for cell in cells])
        return note.remembered("imports", note.code_digest, read)

    def _kind(self, path: str) -> int:
        """Which of the kinds a note is; -1 for none of them."""
        folder = path.partition("/")[0] if "/" in path else ""
        return self.kinds.index(folder) if folder in self.kinds else -1


def _shown(result: CellResult) -> Any:
    return [
        result.cell.code,
        [str(problem) for problem in result.problems],
        result.record.digest if result.record else None,
        result.waits_for,
        result.was_otherwise,
        result.unmet,
        list(result.spreads),
        dict(result.packages),
    ]


def taken_from_others(found: Fingerprints, taken: Set[str], path: str) -> Mapping[str, str]:
    """Digests of what a page took from other notes, by `Fingerprints.taken`.

    Args:
        found: The digests of this build.
        taken: What it took from notes.
        path: The path of its own note, which its key counts whole.
    """
    return {each: found.taken(each) for each in sorted(taken) if note_of(each) != path}


def host_state(values: Sequence[Any]) -> str | None:
    """Write the configuration of a host as text that is the same in each build.

    Args:
        values: Plain values, and functions of the packages that are known by version.

    Returns:
        The text; None if it holds something whose content cannot be told.
    """
    try:
        return json.dumps(values, sort_keys=True, default=_named)
    except TypeError:
        return None


_KNOWN = ("markdown", "pymdownx", "material", "notewright")


def _named(value: Any) -> Any:
    """A function stands for itself by its name, if it comes from a known package."""
    module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    if str(module).partition(".")[0] in _KNOWN and name:
        return f"{module}:{name}"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"cannot compute a digest of {value!r}")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _digest(values: Iterable[Any]) -> str:
    content = json.dumps(list(values), ensure_ascii=False, sort_keys=True, default=asdict)
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:32]
