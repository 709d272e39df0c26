"""Checks of results: whether the cells of a vault give what its tables of results ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from notewright.errors import Problem, did_you_mean
from notewright.note.note import Note
from notewright.note.queries import REFUSED, RESULTS, Query, QueryError, fences, read_query
from notewright.run.given_results import given
from notewright.run.verdicts import CellResult
from notewright.vault.names import Names
from notewright.vault.vault import Vault

NOTE = "note"
"""The column that holds the title of the note, with a link to it."""

STATUS = "status"
"""The column that says whether all cells of the note ran and gave what it says."""

CODE = "code"
"""The column that leads to the modules of the project that the cell uses."""

_OURS = frozenset({NOTE, STATUS, CODE})


def check_results(
    vault: Vault,
    cells: Mapping[str, Sequence[CellResult]],
    among: Iterable[Note] | None = None,
) -> Iterator[Problem]:
    """Yield each fence `results` whose table cannot be made of what the cells gave.

    Nothing is said of a table while a cell of its notes has not run: what it gives is not known.

    Args:
        vault: The notes and files that are published.
        cells: What the cells of each note showed.
        among: The notes whose fences are looked at; None for all.
    """
    names = Names(vault)
    for note in vault.notes.values() if among is None else among:
        for line, query in _queries(note):
            results = [each for path in names.like(query.source) for each in cells.get(path, ())]
            if any(each.cell.runs and each.record is None for each in results):
                continue
            try:
                refuse(query, list(_rows(query, results)))
            except QueryError as error:
                yield Problem(note.file, line, f"{REFUSED[RESULTS]}: {error}", error.remedy)


def sources(vault: Vault, note: Note) -> list[str]:
    """The paths of the notes whose results a note shows."""
    names = Names(vault)
    return [path for _, query in _queries(note) for path in names.like(query.source)]


def _queries(note: Note) -> Sequence[tuple[int, Query]]:
    """The queries of a note that can be read, each with its line; see `check_queries`."""
    if RESULTS not in note.text:
        return ()
    return note.remembered("results", "", partial(_read, note))


def _read(note: Note) -> Sequence[tuple[int, Query]]:
    found = []
    for language, line, text in fences(note):
        if language == RESULTS:
            try:
                found.append((line, read_query(text)))
            except QueryError:
                continue
    return found


def _rows(query: Query, results: Sequence[CellResult]) -> Iterator[Mapping[str, Any]]:
    """The results that a query may ask for; what we say of each is not known here."""
    where = {name: value for name, value in query.where.items() if name not in _OURS}
    for values in (each for result in results for out in result.outputs for each in given(out)):
        if all(values.get(name) == value for name, value in where.items()):
            yield dict.fromkeys(_OURS, "") | dict(values)


def refuse(query: Query, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a query for which there is no table.

    Args:
        query: What is asked for.
        rows: The values of the results that answer it.

    Raises:
        QueryError: If there is none, or none has one of the names.
    """
    if not rows:
        raise QueryError(
            f"no cell in `{query.source}` has a matching result", "Correct `from` or `where`"
        )
    known = list(dict.fromkeys(name for row in rows for name in row))
    for name in (*query.columns, *filter(None, (query.sort, query.totals))):
        if name not in known:
            raise QueryError(f"no result has the field `{name}`", did_you_mean(name, known))
