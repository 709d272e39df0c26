"""Problems and notices of a vault, told in MkDocs' log."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from notewright.errors import LISTED, EngineError, Problem
from notewright.hosts.report import ci_lines
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.base_checks import base_notices
from notewright.vault.bibliography import citation_notices
from notewright.vault.dataview import dataview_summary
from notewright.vault.drawing_pictures import drawing_notices
from notewright.vault.exclusions import Exclusions
from notewright.vault.found_files import find_files, linked_folders
from notewright.vault.links import check_images, check_markdown_links
from notewright.vault.old_names import note_notices, setting_notices
from notewright.vault.published import published
from notewright.vault.vault import Vault

log = logging.getLogger("mkdocs.plugins.notewright")

SHOWN = "They are also shown on the site"
AS_IT_WAS = "The site is unchanged"
"""What became of a build whose notes have problems."""

MANY = 100
"""More warnings than a writer reads in a log: then what is said several times is said once."""


@contextmanager
def aborting() -> Iterator[None]:
    """Have MkDocs end the build, with one line, where the engine cannot go on."""
    try:
        yield
    except EngineError as error:
        raise Abort(f"notewright: {error}") from None


def tell(problems: Iterable[Problem]) -> int:
    """Show problems as errors, each with a line of its own.

    Returns:
        How many there are.
    """
    problems = list(problems)
    for problem in problems:
        log.error(str(problem))
    for annotation in ci_lines(problems):
        print(annotation)
    return len(problems)


def refuse_links(settings: Settings) -> None:
    """End a build whose vault has links to folders, into which MkDocs would go, perhaps for ever.

    What else stands in the vault and is not read is told with them.

    Args:
        settings: Where the vault is.

    Raises:
        Abort: If there is one.
    """
    linked = {problem.file: problem for problem in linked_folders(settings)}
    if linked:
        _, others = find_files(settings, Exclusions.of(settings))
        found = linked | {problem.file: problem for problem in others}
        end(tell(sorted(found.values())), AS_IT_WAS)


def notice(notices: Iterable[object]) -> None:
    """Say what the writer should know, though nothing is wrong."""
    for each in notices:
        log.info(str(each))


class Teller:
    """Tells problems as errors, each once; and warnings and notices, which are told as a whole.

    Args:
        last: Told those of the last build of a server, whose log stands above this one.

    Attributes:
        has_warned: Whether warnings and notices were told.
    """

    def __init__(self, last: Teller | None = None) -> None:
        self.has_warned = False
        self._told: set[tuple[str, int, str]] = set()
        self._warned: Counter[tuple[str, str]] = Counter()
        self._noticed: Set[str] = frozenset()
        self._last = last and (last._warned, last._noticed)

    def tell(self, problems: Iterable[Problem]) -> int:
        """Tell those that were not told before; returns how many."""
        found = {(each.file, each.line, each.message): each for each in problems}
        new = [each for named, each in found.items() if named not in self._told]
        self._told |= found.keys()
        return tell(new)

    def count(self, files: Collection[str]) -> int:
        """How many were told of some files."""
        return sum(file in files for file, _, _ in self._told)

    def notice(self, notices: Iterable[object]) -> None:
        """Say what the writer should know, though nothing is wrong; a server says it once."""
        said = [str(each) for each in notices]
        before = self._last[1] if self._last else ()
        self._noticed = frozenset(said)
        notice(each for each in said if each not in before)

    def warn(
        self,
        vault: Vault,
        broken: Sequence[Problem],
        others: Collection[str],
        config: MkDocsConfig,
        among: Sequence[Note] | None = None,
    ) -> None:
        """Tell what is broken between notes: warnings, on which `--strict` ends.

        Where a server told many of them in its last build, those that came since are told, and of
        the rest how many there are: else nobody would find the new one among hundreds.

        Args:
            vault: The vault.
            broken: What is broken.
            others: Paths of further files that the site has.
            config: MkDocs' configuration.
            among: The notes whose links were looked at; None for all.
        """
        self.has_warned = True
        self._warned = Counter(map(_said, broken))
        known = self._known(broken)
        dead = _quiet(vault, others, config, among)
        level = config.validation.links.not_found
        new = [each for each in broken if each not in known]
        for problem in _folded(new, set(check_images(vault, among))):
            log.log(level if problem in dead else logging.WARNING, str(problem))
        for annotation in ci_lines([problem for problem in new if problem not in dead]):
            print(annotation)
        if known:
            loudest = level if known <= dead else logging.WARNING
            said = f"notewright: {len(known):,} warnings are the same as in the last build"
            log.log(loudest, f"{said}. Run `notewright check` to list them all")

    def _known(self, problems: Iterable[Problem]) -> set[Problem]:
        """Those that the last build told, too, if they are many."""
        before = self._last[0] if self._last else Counter()
        # Lines move with each edit: of several that say the same in one note, none is known.
        known = {each for each in problems if self._warned[_said(each)] <= before[_said(each)]}
        return known if len(known) > LISTED else set()


def _quiet(
    vault: Vault, others: Collection[str], config: MkDocsConfig, among: Sequence[Note] | None
) -> set[Problem]:
    """The links that are told as loud as the project wants MkDocs to tell dead ones."""
    if config.validation.links.not_found == logging.WARNING:
        return set()
    return set(check_markdown_links(vault, others, among))


def _said(problem: Problem) -> tuple[str, str]:
    return problem.file, problem.message


def end(count: int, outcome: str = SHOWN) -> None:
    """End the build if problems were told.

    Args:
        count: How many.
        outcome: What became of what was made.

    Raises:
        Abort: If there are any.
    """
    if not count:
        return
    counted = f"{count} problem{'s' if count > 1 else ''}"
    raise Abort(f"notewright: {counted} in the notes, listed above. {outcome}")


def notices(vault: Vault) -> Iterator[object]:
    """Yield what the writer should know of a vault beside its links."""
    yield from dataview_summary(vault)
    yield from base_notices(published(vault))
    yield from citation_notices(vault)
    yield from drawing_notices(vault)
    yield from setting_notices(vault.settings)
    yield from note_notices(vault)


def _folded(problems: Sequence[Problem], unseen: Set[Problem]) -> Iterator[Problem]:
    """Yield problems, as one those of images without alt text if there are many.

    A vault that was never written for readers who do not see has hundreds, and thousands of links
    to notes that nobody has written yet, to some of them hundreds.
    """
    found = [each for each in problems if each in unseen]
    others = [each for each in problems if each not in unseen]
    if len(found) <= LISTED:
        found, others = [], list(problems)
    yield from _each_once(others) if len(others) > MANY else others
    if not found:
        return
    notes = len({each.file for each in found})
    first = min(found)
    remedy = (
        f"{first.remedy}. Run `notewright check` to list them all, or turn the rule off with "
        "`rules: {alt-text: off}`"
    )
    message = f"{len(found)} images in {notes} notes have no alt text. This is the first"
    yield replace(first, message=message, remedy=remedy)


def _each_once(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield what is said of several places for the first of them, and of the rest how many."""
    places: dict[str, list[Problem]] = {}
    for each in problems:
        places.setdefault(each.message, []).append(each)
    once = [_with_others(first, others) for first, *others in places.values()]
    yield from once[:MANY]
    if len(once) > MANY:
        left = f"{len(once) - MANY:,} more warnings ({len(problems):,} places in total)"
        where = once[MANY]
        remedy = "Run `notewright check` to list them all"
        yield replace(where, message=left, remedy=remedy, detail="")


def _with_others(first: Problem, others: Sequence[Problem]) -> Problem:
    """Name the places of a problem that are not reported on lines of their own."""
    if not others or first.detail:
        return first
    places = ", ".join(each.where for each in others[:LISTED])
    more = f" and {len(others) - LISTED} more" if len(others) > LISTED else ""
    return replace(first, detail=f"  also at {places}{more}")
