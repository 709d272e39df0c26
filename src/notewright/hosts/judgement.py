"""Judgement of a vault: all that is wrong with it, the same for every command that asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, starmap

from notewright.errors import Problem
from notewright.note.note import Note
from notewright.render.figure_files import check_figures
from notewright.render.note_checks import check_shown
from notewright.render.preamble import Preamble
from notewright.render.references import check_style
from notewright.render.result_checks import check_results
from notewright.run import hidden_names, unrepeatable
from notewright.run.engine import Run
from notewright.run.hidden_names import Hidden, check_hidden_names, hidden_files
from notewright.run.unrepeatable import check_repeatable
from notewright.settings import LEVELS
from notewright.vault.base_checks import check_bases
from notewright.vault.bibliography import check_citations
from notewright.vault.file_names import check_names
from notewright.vault.links import check_images, check_links, check_markdown_links
from notewright.vault.private_looks import check_private
from notewright.vault.published import check_comments, check_publish, check_published, published
from notewright.vault.redirects import find_redirects
from notewright.vault.vault import Vault


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a vault.

    Attributes:
        errors: What no site is built with.
        warnings: What a site can be built with, unless the build is strict. Whoever checks or
            tests the vault, without building it, fails with these too.
    """

    errors: list[Problem]
    warnings: list[Problem]

    @property
    def problems(self) -> list[Problem]:
        """All of it, in order of place."""
        return sorted([*self.errors, *self.warnings])


def judge(
    vault: Vault,
    run: Run,
    others: Collection[str] = (),
    linking: Sequence[Note] | None = None,
) -> Judgement:
    """Judge a vault by all of its notes and what their cells showed.

    Args:
        vault: The vault.
        run: What its cells showed.
        others: Paths of further files that the site has, to which notes may link.
        linking: The notes of which it is not known that nothing is wrong with their links, or
            that they do not look private; None for all.
    """
    shown: list[Problem] = [*Preamble.of(vault).problems]
    for path, note in vault.notes.items():
        with note.reading():
            shown += check_shown(vault, note, run.cells.get(path, ()))
    shown += check_comments(published(vault))
    shown += check_bases(published(vault))
    shown += check_results(published(vault), run.cells)
    levels: dict[str, list[Problem]] = {level: [] for level in LEVELS}
    between = _by_rule(vault, run.labels, others, linking)
    by_rule = between, _of_outputs(vault, run, hidden_files(vault))
    for rule, problems in chain(*by_rule):
        levels[vault.settings.level(rule)] += problems
    errors = {*run.problems, *shown, *vault.faults, *levels["error"]}
    return Judgement(sorted(errors), levels["warn"])


def check_outputs(vault: Vault, note: Note, run: Run) -> Iterator[Problem]:
    """Yield what is wrong with what the cells of a note showed, though none of them failed.

    Args:
        vault: The whole vault.
        note: The note.
        run: What its cells showed.
    """
    alone = replace(vault, notes={note.path: note})
    yield from _told(vault, _of_outputs(alone, run, hidden_files(vault)))


def check_between(
    vault: Vault, labels: Collection[str], others: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong between the files of a vault, whatever its cells show.

    Args:
        vault: The vault.
        labels: The labels that its cells make.
        others: Paths of further files that the site has, to which notes may link.
    """
    yield from _told(vault, _by_rule(vault, labels, others))
    yield from check_bases(published(vault))


def _told(vault: Vault, by_rule: Iterable[tuple[str, Iterable[Problem]]]) -> Iterator[Problem]:
    for rule, problems in by_rule:
        if vault.settings.level(rule) != "off":
            yield from problems


def _of_outputs(
    vault: Vault, run: Run, hidden: Sequence[Hidden]
) -> Iterator[tuple[str, Iterable[Problem]]]:
    """What is wrong with what cells showed, by the rule that says so."""
    shown = [(note, run.cells.get(path, ())) for path, note in vault.notes.items()]
    yield "figure", check_figures(vault, run)
    yield unrepeatable.RULE, chain.from_iterable(starmap(check_repeatable, shown))
    names = (check_hidden_names(note.path, results, hidden) for note, results in shown)
    yield hidden_names.RULE, chain.from_iterable(names)


def _by_rule(
    vault: Vault,
    labels: Collection[str],
    others: Collection[str],
    linking: Sequence[Note] | None = None,
) -> Iterator[tuple[str, Iterable[Problem]]]:
    """What is wrong between the files of a vault, by the rule that says so."""
    dead = check_links(vault, labels, linking), check_markdown_links(vault, others, linking)
    yield "dead-link", chain(*dead)
    yield "alt-text", check_images(vault, linking)
    yield "redirect", find_redirects(vault)[1]
    yield "publish", check_publish(vault)
    yield "hidden-link", check_published(vault)
    yield "private", check_private(vault, linking)
    yield "file-name", check_names(vault)
    yield "citation", chain(check_citations(vault), check_style(vault))
