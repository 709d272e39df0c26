"""Counts of what the records of a site hold: a home page shows them, and nobody types them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notewright.render.code_backlinks import CodeIndex
from notewright.run.engine import Run
from notewright.run.given_results import given
from notewright.run.machines import this_machine
from notewright.run.records import packages_of
from notewright.run.verdicts import CellResult, paired
from notewright.vault.vault import Vault

SHOWN = 4
"""Libraries whose versions are named: those that most notes use."""


@dataclass(frozen=True)
class Counts:
    """What a site holds.

    Attributes:
        notes: How many notes are published.
        cells: How many of their cells ran.
        figures: How many figures these drew.
        values: How many numbers and words of the prose agree with what the run gave.
        verdicts: How often each verdict was given, of the results that have one.
        versions: Python, and the libraries that most notes use, with their versions.
    """

    notes: int
    cells: int
    figures: int
    values: int
    verdicts: Mapping[str, int]
    versions: Sequence[str]


def count(vault: Vault, run: Run, code: CodeIndex) -> Counts:
    """Count what the published notes show. No clock is asked: the same notes count the same."""
    pairs = [(note, run.cells.get(path, [])) for path, note in vault.notes.items()]
    ran = [result for _, results in pairs for result in results if result.record is not None]
    outputs = [output for result in ran for output in result.outputs]
    agreed = sum(
        got is not None and not value.is_claim and value.agrees(got)
        for note, results in pairs
        for value, got in (paired(note.values, results) if note.values else ())
    )
    return Counts(
        notes=sum(not note.is_base for note in vault.notes.values()),
        cells=len(ran),
        figures=sum("image/svg+xml" in output.get("data", {}) for output in outputs),
        values=agreed,
        verdicts=Counter(sorted(values["verdict"] for _, values in verdicts(ran))),
        versions=_versions(vault, code),
    )


def verdicts(results: Iterable[CellResult]) -> Iterator[tuple[CellResult, Mapping[str, Any]]]:
    """Yield the results of cells that have a verdict, each with its cell."""
    for result in results:
        for output in result.outputs:
            for values in given(output):
                if isinstance(values.get("verdict"), str):
                    yield result, values


def _versions(vault: Vault, code: CodeIndex) -> Sequence[str]:
    used = Counter(
        library
        for path in vault.notes
        for library in sorted({name.partition(".")[0] for name in code.notes.get(path, ())})
    )
    most = [library for library, _ in sorted(used.items(), key=lambda each: (-each[1], each[0]))]
    said: list[str] = []
    for library in most:
        said += [f"{name} {found}" for name, found in packages_of([library]).items()]
    return [f"Python {this_machine()['python']}", *said[:SHOWN]]
