"""Names that a page asks for: what they stand for, kept with the page that was made of the answers.

While all answers are the same, so is the page. A note that comes, goes or gets another title then
changes only the pages that name it, and not those of the whole vault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import TYPE_CHECKING

from notewright.note.links import Link
from notewright.note.note import Note
from notewright.vault.base_answers import Answers
from notewright.vault.base_files import Results
from notewright.vault.bibliography import Bibliography
from notewright.vault.drawing_pictures import pictures
from notewright.vault.links import find_address, find_heading, leads_nowhere, shown_label
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from notewright.bases.document import Base
    from notewright.bases.query import Result

Asked = dict[str, str]
"""Questions with their answers; an empty one is none."""

_APART = "\0"
_OF_ALL = f"base{_APART}", f"first figure{_APART}"
"""What is no question of names: an edit of any note may change the answer."""


def nowhere(path: str) -> str:
    """The place of a file in a site that has no others than the vault's."""
    return ""


@dataclass(frozen=True)
class Names:
    """The names of one build, for one page.

    Attributes:
        vault: The notes and files.
        tags: The tags.
        makers: By its label, the path of the note whose cell draws a figure.
        place: Where the site shows a file, by its path; empty if it has no such file.
        results: What the cells of notes gave; None where nothing ran.
        asked: What the page asked, and was told.
    """

    vault: Vault
    tags: Tags = field(default_factory=Tags)
    makers: Mapping[str, str] = field(default_factory=dict)
    place: Callable[[str], str] = nowhere
    results: Results | None = None
    asked: Asked = field(default_factory=dict)

    def fresh(self) -> Names:
        """The same for another page, which asked for nothing yet."""
        return replace(self, asked={})

    def with_edit(self, vault: Vault, results: Results) -> Names:
        """The same where notes say something else, and their cells are called as they were."""
        return replace(self, vault=vault, results=results, asked={})

    def resolve(self, words: str, note: Note) -> str | None:
        """The path of the file that a wikilink names."""
        return self._told(self.vault.resolve(words, note), "wikilink", note.path, words)

    def address(self, path: str, note: Note) -> str | None:
        """The path of the file that a Markdown link leads to."""
        found = find_address(self.vault, path, note)
        return self._told(found.path if found else None, "address", note.path, path)

    def leads_nowhere(self, path: str, note: Note) -> bool:
        """Whether a Markdown link names a file, but none of the vault or of the site."""
        told = self._told(self._leads_nowhere(path, note), "nowhere", note.path, path)
        return told is not None

    def label(self, link: Link, target: str | None) -> str:
        """What a wikilink shows that says nothing else."""
        note = self.vault.notes.get(target or "")
        if note is not None:
            self._told(note.title, "title", note.path)
        return shown_label(self.vault, link, target)

    def maker(self, label: str) -> str | None:
        """The path of the note whose cell draws a figure."""
        return self._told(self.makers.get(label), "figure", label)

    def tag(self, tag: str, note: Note) -> str | None:
        """The address of a tag in the list of all, from a note."""
        return self._told(self.tags.link(tag, note), "tag", note.path, tag)

    def has_heading(self, path: str, fragment: str) -> bool:
        """Whether a note has the heading that the fragment of a link names."""
        return bool(self._told(self._heading(path, fragment), "heading", path, fragment))

    def reference(self, key: str) -> str | None:
        """What decides how a work of the bibliography is cited; None if there is no such work."""
        return self._told(Bibliography.of(self.vault).told(key), "reference", key)

    def equation(self, path: str, name: str) -> str | None:
        """The number of a formula of a note, by its block id."""
        return self._told(self._equation(path, name), "equation", path, name)

    def like(self, pattern: str) -> Sequence[str]:
        """The paths of the notes whose name is like a pattern, in order."""
        found = self._like(pattern)
        self._told("\n".join(found), "like", pattern)
        return found

    def pictures(self, path: str) -> Sequence[str]:
        """The paths of the picture of a drawing, if it is one; see `drawing_pictures`."""
        note = self.vault.notes.get(path)
        if note is None or not note.is_drawing:
            return ()
        found = pictures(self.vault, path)
        self._told("\n".join(found), "pictures", path)
        return found

    def file(self, path: str) -> str | None:
        """Where the site shows a file."""
        return self._told(self.place(path), "file", path)

    def base(self, text: str, note: Note, view: str = "") -> tuple[Base, Sequence[Result]]:
        """What a base shows in a note: the view of a name, or all.

        Raises:
            BaseError: If it is no YAML, or too much of it.
        """
        answers = Answers.of(self.vault)
        told = f"{answers.key(text, self.results)} {self._shown(text, note.path, view)}"
        self._told(told, "base", note.path, text, view)
        return answers.ask(text, note.path, view, self.results)

    def first_figure(self, path: str) -> str:
        """The first figure that a note shows, as SVG; empty without one."""
        svg = self.results.first_figure(path) if self.results is not None else ""
        self._told(_digest(svg), "first figure", path)
        return svg

    def awaited(self, text: str, note: Note, view: str = "") -> str:
        """The place of the first session that a base waits for; empty if for none."""
        return Answers.of(self.vault).awaited(text, note.path, view, self.results)

    def _told(self, answer: str | None, *question: str) -> str | None:
        self.asked[_APART.join(question)] = answer or ""
        return answer or None

    def _leads_nowhere(self, path: str, note: Note) -> str:
        return "yes" if leads_nowhere(self.vault, path, note, self.place) else ""

    def _heading(self, path: str, fragment: str) -> str:
        note = self.vault.notes.get(path)
        return "yes" if note is not None and find_heading(note, fragment) is not None else ""

    def _equation(self, path: str, name: str) -> str:
        note = self.vault.notes.get(path)
        own = note.block_id(name) if note is not None else None
        return str(note.equations.get(own, "")) if note is not None and own else ""

    def _like(self, pattern: str) -> Sequence[str]:
        def names(path: str) -> Sequence[str]:
            return path, self.vault.link_name(path)

        notes = sorted(self.vault.notes)
        return [path for path in notes if any(fnmatchcase(name, pattern) for name in names(path))]

    def are_same(self, asked: Asked, *, names_are_same: bool = False) -> bool:
        """Whether these names give the answers that a page got earlier.

        An answer of a base that was given for another key takes the new one: it is not worked
        out again while the vault stays as it is.

        Args:
            asked: What the page asked, with the answers.
            names_are_same: Whether each name is known to stand for what it stood for: then only
                that is asked again which any note may change.
        """
        questions = [each for each in asked if not names_are_same or each.startswith(_OF_ALL)]
        for question in questions:
            told = asked[question]
            kind, *rest = question.split(_APART)
            if kind == "base":
                asked[question] = self._answer_of_base(told, *rest)
            elif self._answer(kind, *rest) != told:
                return False
            if kind == "base" and asked[question].split()[1:] != told.split()[1:]:
                return False
        return True

    def _answer_of_base(self, told: str, path: str, text: str, view: str) -> str:
        """What a page would be told now of a base: as before, while its key is the same."""
        answers = Answers.of(self.vault)
        key = answers.key(text, self.results)
        if told.split()[:1] == [key]:
            return told
        return f"{key} {self._shown(text, path, view)}" if path in self.vault.notes else ""

    def _shown(self, text: str, path: str, view: str) -> str:
        """Digest of what a base shows, and the session that it waits for."""
        answers, asked = Answers.of(self.vault), (text, path, view, self.results)
        return f"{answers.digest(*asked)} {answers.awaited(*asked)}"

    def _answer(self, kind: str, place: str, words: str = "") -> str:
        """What a page would be told now; see the methods that ask."""
        vault, note = self.vault, self.vault.notes.get(place)
        match kind:
            case "title":
                return note.title if note is not None else ""
            case "figure":
                return self.makers.get(place, "")
            case "first figure":
                return _digest(self.results.first_figure(place) if self.results else "")
            case "heading":
                return self._heading(place, words)
            case "equation":
                return self._equation(place, words)
            case "like":
                return "\n".join(self._like(place))
            case "pictures":
                return "\n".join(pictures(vault, place))
            case "file":
                return self.place(place)
            case "reference":
                return Bibliography.of(vault).told(place)
        if note is None:
            return ""
        match kind:
            case "wikilink":
                return vault.resolve(words, note) or ""
            case "address":
                found = find_address(vault, words, note)
                return found.path if found else ""
            case "nowhere":
                return self._leads_nowhere(words, note)
        return self.tags.link(words, note) or ""


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32] if text else ""
