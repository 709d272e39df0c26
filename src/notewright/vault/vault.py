"""The vault on disk: its notes, their properties, and which file a name stands for."""

from __future__ import annotations

import hashlib
import json
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from posixpath import dirname, join, normpath
from typing import Any

from notewright.configuration import CONFIG_FILE
from notewright.errors import Problem, VaultError
from notewright.note import percent
from notewright.note.compact import Compact
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.exclusions import Exclusions
from notewright.vault.found_files import Stamp, find_files
from notewright.vault.kept_notes import KeptNotes
from notewright.vault.nearest import Nearest
from notewright.vault.reading import includes_of, is_note, read_note

ASIDE = ("_answers", "_bibliography", "_preamble", "_published", "addresses")
"""What other modules keep beside a vault as long as it is there."""
_OF_TEXTS = ("_answers", "_published")
"""What of it an edit of any note may change."""


@dataclass(frozen=True, slots=True)
class Found(Compact):
    """The file that a link names.

    Attributes:
        path: Its path in the vault.
        others: Further files that the same words could mean.
        is_alias: Whether the words are an alias of the note, which Obsidian does not look up.
    """

    path: str
    others: tuple[str, ...] = ()
    is_alias: bool = False


@dataclass(frozen=True)
class Vault:
    """All notes and attachments below one directory.

    Attributes:
        settings: Where it is, and how it runs.
        notes: The notes, by their paths.
        attachments: Paths of the other files.
        problems: What is wrong with files that are no notes.
        excluded: Paths of the files that are set aside.
        exclusions: Why they are, and which notes are drafts.
        stamps: How each file looked when it was found, before it was read.
        looked: When that was, in nanoseconds.
    """

    settings: Settings
    notes: Mapping[str, Note]
    attachments: frozenset[str]
    problems: tuple[Problem, ...] = ()
    excluded: frozenset[str] = frozenset()
    exclusions: Exclusions = field(default_factory=Exclusions)
    stamps: Mapping[str, Stamp] = field(default_factory=dict, compare=False, repr=False)
    looked: int = field(default=0, compare=False, repr=False)

    @classmethod
    def scan(
        cls,
        settings: Settings,
        exclusions: Exclusions | None = None,
        known: Vault | KeptNotes | None = None,
    ) -> Vault:
        """Read every note. Hidden files, and those that are set aside, are no notes.

        Python is a note if it is a percent notebook, and else an attachment.

        Args:
            settings: Where the vault is.
            exclusions: What is set aside; None for what `mkdocs.yml` names.
            known: What an earlier scan found, or an earlier process read: what is still the same
                is not parsed again.
        """
        notes: dict[str, Note] = {}
        attachments: set[str] = set()
        excluded: set[str] = set()
        exclusions = exclusions or Exclusions.of(settings)
        earlier = known.notes if known is not None else {}
        last = known if isinstance(known, Vault) and known.settings == settings else None
        looked = time.time_ns()
        stamps, problems = find_files(settings, exclusions)
        for path, stamp in stamps.items():
            note, was = earlier.get(path), last if last and last.is_same(path, stamp) else None
            if exclusions.excluded(path):
                excluded.add(path)
            elif was and note is not None and note.text and not note.faults:
                notes[path] = note.again()
            elif (was and path in was.attachments) or not is_note(
                settings.docs_dir / path, settings
            ):
                attachments.add(path)
            else:
                notes[path] = read_note(settings.docs_dir / path, settings, note)
        problems += _one_page(notes.values())
        found = frozenset(attachments), tuple(problems), frozenset(excluded)
        vault = cls(settings, notes, *found, exclusions, stamps, looked)
        if isinstance(known, Vault) and known.names_digest == vault.names_digest:
            of_names = {"_found": known._found, "addresses": known.addresses}
            vars(vault).update(of_names, nearest=known.nearest)
        return vault

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of it: what was worked out for it is worked out again."""
        return {name: each for name, each in vars(self).items() if name not in ASIDE}

    def require_notes(self) -> None:
        """Refuse a vault in which there is nothing to do: a wrong folder must not pass for right.

        Raises:
            VaultError: If its directory is missing, cannot be read, or holds no note.
        """
        place = self.settings.relative(self.settings.docs_dir)
        for problem in self.problems:
            if problem.file == place:
                raise VaultError(problem)
        if self.notes or self.problems:
            return
        config = self.settings.root / CONFIG_FILE
        other = f"correct `docs_dir` in {CONFIG_FILE}"
        remedy = (
            "Change to the project folder, or "
            f"{other if config.is_file() else 'run `notewright init`'}"
        )
        if not self.settings.docs_dir.is_dir():
            raise VaultError(Problem(place, 1, "this folder does not exist", remedy))
        raise VaultError(
            Problem(place, 1, ("the folder does not contain notes"), f"{remedy}, or write a note")
        )

    def changes(self) -> Iterator[str]:
        """Yield the paths of files that changed, or went, since the vault was scanned."""
        for path, stamp in self.stamps.items():
            now = Stamp.of(self.settings.docs_dir / path)
            if now is None or now[:2] != stamp[:2]:  # another mode is no other content
                yield path

    def is_same(self, path: str, stamp: Stamp) -> bool:
        """Whether a file, as it looks now, holds what it held when the vault was scanned."""
        return self.stamps.get(path) == stamp and stamp.is_settled(self.looked)

    def with_edit(self, note: Note) -> Vault:
        """The vault with another text of a note, by which nothing of it is called otherwise."""
        made = object.__new__(Vault)  # with what was worked out of names, and not of texts
        kept = {name: each for name, each in vars(self).items() if name not in _OF_TEXTS}
        vars(made).update(kept, notes={**self.notes, note.path: note})
        return made

    def edited_since(self, before: Vault) -> set[str]:
        """Paths of the notes that came since a vault was read, or were edited."""
        old = before.notes
        return {
            path
            for path, note in self.notes.items()
            if path not in old or old[path].text != note.text
        }

    @property
    def faults(self) -> list[Problem]:
        """Errors of ours, up to now, while notes were read: each names its note."""
        return [found for note in self.notes.values() for found in note.faults]

    def resolve(self, target: str, source: Note) -> str | None:
        """The path of the file that a link's words name; see `find`."""
        found = self.find(target, source)
        return found.path if found else None

    @cached_property
    def names_digest(self) -> str:
        """Digest of all names that a link could use: while they are the same, so is each link."""
        named = [[path, *note.aliases] for path, note in self.notes.items()]
        names = json.dumps([named, sorted(self.attachments)])
        return hashlib.sha256(names.encode()).hexdigest()

    @cached_property
    def _found(self) -> dict[tuple[str, str], Found | None]:
        """What links name, by their words and the note in which they stand."""
        return {}

    @cached_property
    def addresses(self) -> dict[tuple[str, str], Found | None]:
        """The same of Markdown links; see `notewright.vault.links.find_address`."""
        return {}

    def find(self, target: str, source: Note) -> Found | None:
        """Find the file that a link's words name, as Obsidian does; see `_find`."""
        place = target, source.path
        if place not in self._found:
            self._found[place] = self._find(target, source)
        return self._found[place]

    def _find(self, target: str, source: Note) -> Found | None:
        """Find the file that a link's words name, as Obsidian does.

        A whole path from the vault's root wins. Of several files whose paths end in the
        words, those in the folder of the linking note and below it come first, then the one
        with the shortest path. Case and `.md` do not matter. `./` and `../` start at the
        linking note's folder, `/` at the root. A notebook is found without its `.py`, where
        no other note has the name. An alias is the last resort. No words are the note itself.
        """
        wanted = _key(target)
        if not wanted:
            return Found(source.path)
        if wanted.startswith(("./", "../")):
            return self._exact(normpath(join(dirname(_key(source.path)), wanted)))
        if wanted.startswith("/"):
            return self._exact(wanted.strip("/"))
        for name in _names(wanted):
            candidates = [
                path
                for key, path in self._by_name.get(name.rpartition("/")[2], ())
                if f"/{key}".endswith(f"/{name}") and (name == wanted or path in self.notes)
            ]
            if candidates:
                if len(candidates) > 1:
                    candidates.sort(key=partial(_rank, name, target, source))
                others = () if "/" in wanted else tuple(candidates[1:])
                return Found(candidates[0], others)
        note = self._aliases.get(wanted)
        return Found(note, is_alias=True) if note else None

    def _exact(self, wanted: str) -> Found | None:
        for name in _names(wanted):
            for key, path in self._by_name.get(name.rpartition("/")[2], ()):
                if key == name and (name == wanted or path in self.notes):
                    return Found(path)
        return None

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, str]]]:
        """All files by their names, each with its path as it is compared, in a fixed order."""
        named: dict[str, list[tuple[str, str]]] = {}
        for path in sorted((*self.notes, *self.attachments)):
            key = _key(path)
            named.setdefault(key.rpartition("/")[2], []).append((key, path))
        return named

    @cached_property
    def _aliases(self) -> dict[str, str]:
        aliases: dict[str, str] = {}
        for note in self.notes.values():
            for alias in note.aliases:
                aliases.setdefault(_key(alias), note.path)
        return aliases

    def set_aside(self, target: str) -> str | None:
        """The path of the file that a link's words would name if it were not set aside."""
        endings = tuple(f"/{name}" for name in _names(_key(target).lstrip("./")))
        return next(
            (path for path in sorted(self.excluded) if f"/{_key(path)}".endswith(endings)), None
        )

    @property
    def includes(self) -> Includes:
        """Where `--8<--` in its cells finds files."""
        return includes_of(self.settings)

    def link_name(self, path: str) -> str:
        """The path of a file as a wikilink names it: notes without their `.md` or `.py`."""
        note = self.notes.get(path)
        return path[: -len(".md")] if note is not None and not note.is_base else path

    @cached_property
    def nearest(self) -> Nearest:
        """Suggests, for a wrong name, the nearest that a wikilink could use."""
        notes = self.notes.values()
        aliases = (alias for note in notes for alias in note.aliases)
        return Nearest([*(note.name for note in notes), *sorted(self.attachments), *aliases])


def _key(name: str) -> str:
    """A name or path as it is compared: case, and how accents and blanks are encoded, don't matter.

    macOS takes letters and accents apart in the names of files; writers type them as one.
    """
    return unicodedata.normalize("NFC", re.sub(r"[\xa0\u202f]", " ", name)).strip().lower()


def _one_page(notes: Iterable[Note]) -> Iterator[Problem]:
    """Yield notebooks beside which a note has the same name: both would have one page."""
    pages = {_key(note.path) for note in notes if not note.is_notebook}
    for note in notes:
        other = f"{_key(note.path).removesuffix(percent.SUFFIX)}.md"
        if note.is_notebook and other in pages:
            message = f"`{other}` has the same name, so both would have the same page"
            yield Problem(note.file, 1, message, "Rename one with `notewright rename`")


def _names(wanted: str) -> tuple[str, ...]:
    """The names of files that words may stand for: a note comes first."""
    return f"{wanted}.md", f"{wanted}{percent.SUFFIX}", wanted


def _rank(name: str, target: str, source: Note, path: str) -> tuple[bool, bool, int, bool, str]:
    """The order in which files are meant by words that fit several of them."""
    folder = _key(dirname(source.path))
    is_elsewhere = bool(folder) and not _key(path).startswith(f"{folder}/")
    words = target.strip().removesuffix(".md").removesuffix(percent.SUFFIX)
    other_case = not re.sub(r"\.(?:md|py)$", "", path).endswith(words)
    return _key(path) != name, is_elsewhere, len(path), other_case, path
