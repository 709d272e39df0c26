"""Answers to bases: what those of a vault show, each asked once, and what that depends on.

To ask a base is to look at every note. Whether an answer may be another than it was is told by a
key: it is made of what the base can see, which an edit of a text rarely changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from notewright.note.note import Note
from notewright.vault.base_files import Results, VaultFiles, links_of
from notewright.vault.moments import is_declared, moment_of
from notewright.vault.vault import Vault

if TYPE_CHECKING:  # the language is loaded where a vault has a base: most have none
    from notewright.bases.document import Base
    from notewright.bases.query import Result

STEPS = 1_000_000
"""Steps of all views of a base together, about a second; what is beyond becomes errors."""
STEPS_OF_A_FILE = 200
"""As many are allowed for each file, however many there are."""

_WORDS = {
    "tags": ("tags", "hasTag"),
    "links": ("links", "embeds", "hasLink"),
    "size": ("size",),
}
"""What a base can ask of a file beside its properties, and the words by which it does."""

Answer: TypeAlias = "tuple[Base, Sequence[Result]]"
"""A base, and what its views show."""

_ASKS_NOW = re.compile(r"\b(?:now|today|relative)\s*\(")

_RESULTS = "result"

_COMPUTED_NAME = re.compile(r"""[\w)\]"']\s*\[(?!\s*(?:"[^"]*"|'[^']*'|\d+)\s*\])""")
"""A field whose name is computed, as in `file[which]`: it may be any."""


class Answers:
    """What the bases of one vault show.

    Args:
        vault: The notes and files that are published.

    Attributes:
        follow_commits: Whether a further commit may be another answer, though no file changed.
    """

    def __init__(self, vault: Vault) -> None:
        self.follow_commits: bool = False
        self._vault = vault
        self._files = VaultFiles(vault)
        self._known: dict[tuple[str, ...], Answer] = {}
        self._asked: dict[tuple[str, ...], Set[str]] = {}
        self._seen: dict[str, str] = {}

    @classmethod
    def of(cls, vault: Vault) -> Answers:
        """The answers of a vault: those that it has given already, if it was asked before."""
        found: Answers = vars(vault).get("_answers") or cls(vault)
        vars(vault)["_answers"] = found
        return found

    def ask(self, text: str, path: str, view: str = "", given: Results | None = None) -> Answer:
        """A base, and what its views show.

        Args:
            text: Its YAML.
            path: The file that shows it.
            view: The name of the view that is asked for; all if there is none of this name.
            given: What cells gave; None where nothing ran.

        Raises:
            BaseError: If it is no YAML, or too much of it.
        """
        from notewright.bases.document import read_base
        from notewright.bases.query import run_views
        from notewright.bases.scope import Budget, World

        question = text, path, view, _digest_of(text, given)
        if question not in self._known:
            base = read_base(text)
            files = VaultFiles(self._vault, given) if asks_results(text) else self._files
            world = World(files, files.at(path), self._moment_for(text))
            named = [each for each in base.views if view and each.name == view][:1]
            budget = Budget(max(STEPS, STEPS_OF_A_FILE * len(files.all())))
            results = run_views(base, named or base.views, world, budget)
            self._known[question] = base, results
            self._asked[question] = frozenset(files.asked)
        return self._known[question]

    def awaited(self, text: str, path: str, view: str = "", given: Results | None = None) -> str:
        """The place of the first session that gives what a base asks for, and is going to run.

        Args:
            text: Its YAML.
            path: The file that shows it.
            view: The name of a view; see `ask`.
            given: What cells gave; None where nothing ran.

        Returns:
            The place; empty if nothing is waited for.

        Raises:
            BaseError: If it is no YAML, or too much of it.
        """
        if given is None or not asks_results(text):
            return ""
        self.ask(text, path, view, given)
        return given.awaited(self._asked[text, path, view, given.digest])

    def digest(self, text: str, path: str, view: str = "", given: Results | None = None) -> str:
        """Digest of all that a base shows; see `ask`."""
        return _digest([repr(self.ask(text, path, view, given)[1])])

    def key(self, text: str, given: Results | None = None) -> str:
        """Digest of all that the answer to a base can depend on, beside who asks."""
        is_any = _may_ask_all(text)
        kinds = [kind for kind, words in _WORDS.items() if is_any or any(w in text for w in words)]
        seen = map(self._seen_of, ["properties", *kinds])
        stands = str(self._moment_for(text)), _digest_of(text, given)
        return _digest([self._vault.names_digest, *stands, *seen])

    def _moment_for(self, text: str) -> datetime | None:
        """The moment, for a base that asks for one."""
        if not _ASKS_NOW.search(text):
            return None
        self.follow_commits = self.follow_commits or not is_declared()
        return self._moment

    @cached_property
    def _moment(self) -> datetime | None:
        return moment_of(self._vault.settings)

    def _seen_of(self, kind: str) -> str:
        """Digest of what all files say of one kind."""
        if kind not in self._seen:
            if kind == "size":
                said = [f"{file.path} {file.size}" for file in self._files.all()]
            else:
                look, notes = _OF_A_NOTE[kind], self._vault.notes.values()
                said = [each.remembered(f"base {kind}", "", partial(look, each)) for each in notes]
            self._seen[kind] = _digest(said)
        return self._seen[kind]


def asks_results(text: str) -> bool:
    """Whether a base may ask for what cells gave."""
    return _RESULTS in text or _may_ask_all(text)


def _may_ask_all(text: str) -> bool:
    """Whether a name in a base is computed, or escaped in its YAML: it may be any."""
    return "\\" in text or _COMPUTED_NAME.search(text) is not None


def _digest_of(text: str, given: Results | None) -> str:
    """Digest of the results that a base may ask for."""
    return given.digest if given is not None and asks_results(text) else ""


def _digest(texts: Iterable[str]) -> str:
    found = sha256()
    for text in texts:
        found.update(text.encode("utf-8", "replace") + b"\0")
    return found.hexdigest()


def _properties(note: Note) -> str:
    return _digest([repr(note.properties)])


def _tags(note: Note) -> str:
    return _digest(note.tags)


def _links(note: Note) -> str:
    return _digest(map(repr, links_of(note)))


_OF_A_NOTE = {"properties": _properties, "tags": _tags, "links": _links}
