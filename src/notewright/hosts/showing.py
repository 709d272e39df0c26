"""Showing what the cells of a note gave when they last ran: `notewright show`; nothing runs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent
from typing import Any

from notewright.errors import Problem
from notewright.hosts.finding import find_readable
from notewright.hosts.parsers import Parser
from notewright.hosts.running import as_text
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.render.figure_html import on_paper
from notewright.run.engine import Engine
from notewright.run.unmet_needs import able, unmet
from notewright.run.verdicts import CellResult, recorded
from notewright.run.worker.outputs import Output
from notewright.vault.vault import Vault

FRESH, STALE, FAILED, BROKEN = "fresh", "stale", "failed", "broken"
"""States of a cell: up to date; would run again; failed, or unlike the note; cannot run."""


@dataclass(frozen=True)
class Shown:
    """A cell with what it last showed.

    Attributes:
        cell: The cell.
        state: One of the four words above.
        reasons: Why it is not fresh.
        result: What it showed, if a record of this code is there; an older one is of old inputs.
        errors: Why it failed when it last ran.
    """

    cell: Cell
    state: str
    reasons: tuple[str, ...] = ()
    result: CellResult | None = None
    errors: tuple[Problem, ...] = ()


def shown(engine: Engine, note: Note) -> Iterator[Shown]:
    """Yield the cells of a note that run, in sessions, with what their records hold.

    Args:
        engine: What knows the records.
        note: The note.
    """
    root = engine.settings.root
    for session in group(note.cells):
        if session.problem is not None:
            yield from _broken(session)
            continue
        yield from _shown(engine, able(session, root))
        lines = {cell.line: cell for cell in session.cells}
        yield from (
            Shown(lines[line], BROKEN, (said,)) for line, said in unmet(session, root).items()
        )


def _broken(session: Session) -> Iterator[Shown]:
    for cell in session.cells:
        own = cell.problem or session.problem
        assert own is not None
        yield Shown(cell, BROKEN, (f"line {own.line}: {own.advice}",))


def _shown(engine: Engine, session: Session) -> Iterator[Shown]:
    if not session.cells:
        return
    record, reasons = engine.records.find(session)
    failures = engine.failed_runs.find(session) if reasons else []
    results = recorded(session, record) if record is not None else [None] * len(session.cells)
    if failures:
        reasons = [f"its session failed at line {failures[0][1].line}"]
    for index, (cell, result) in enumerate(zip(session.cells, results, strict=True)):
        if own := tuple(problem for number, problem in failures if number == index):
            yield Shown(cell, FAILED, tuple(each.advice for each in own), result, own)
            continue
        problems = tuple(problem.advice for problem in result.problems) if result else ()
        state = STALE if reasons else FAILED if problems else FRESH
        yield Shown(cell, state, (*reasons, *problems), result)


def add_command(parser: Parser) -> None:
    """Add `show` to the command line."""
    showing = parser.add_command(
        "show",
        "print the outputs of a note without running it",
        "notewright show k-means",
        "notewright show k-means --json",
    )
    showing.add_argument("note", metavar="NOTE", help="path or name of a note")
    said = "print cells and their outputs as JSON, with outputs in the notebook format"
    showing.add_argument("--json", action="store_true", help=said)
    showing.set_defaults(command=_show)


def _show(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Print what the cells of a note gave."""
    note = find_readable(vault, options.note)
    cells = list(shown(engine, note))
    if options.json:
        told = {"file": note.file, "execute": vault.settings.execute}
        print(json.dumps({**told, "cells": list(map(as_json, cells))}, ensure_ascii=False))
        return 0
    for each in cells:
        named = f" `{each.cell.label}`" if each.cell.label else ""
        print(f"{note.file}:{each.cell.line}:{named} {each.state}")
        for reason in each.reasons:
            print(f"    {reason}")
        for error in each.errors:
            print(indent(error.detail, "    "))
        for output in each.result.outputs if each.result else ():
            print(as_text(output))
    return 0


def as_json(shown: Shown) -> dict[str, Any]:
    """A cell with what it showed, for an editor that draws it below the fence."""
    cell, result = shown.cell, shown.result
    texts = {name: list(result.said(name)) if result else [] for name in ("fig-alt", "fig-cap")}
    return {
        "line": cell.line,
        "last_line": cell.last_line,
        "label": cell.label,
        "state": shown.state,
        "reasons": list(shown.reasons),
        "errors": [
            {
                "line": each.line,
                "message": each.message,
                "remedy": each.remedy,
                "detail": each.detail,
            }
            for each in shown.errors
        ],
        "hidden": not cell.options.include,
        "outputs": [_for_readers(output) for output in result.outputs] if result else [],
        "alt": texts["fig-alt"],
        "captions": texts["fig-cap"],
        "values": list(_values(shown)),
    }


def _values(shown: Shown) -> Iterator[dict[str, Any]]:
    """The values that the run writes into the prose below a cell."""
    got = shown.result.values if shown.result else ()
    for value, text in zip(shown.cell.values, got, strict=False):
        if value.held is None and not value.is_checked and text is not None:
            yield {"line": value.line, "expression": value.expression, "text": text}


def _for_readers(output: Output) -> Output:
    """An output without what only the site asks for, its figure in light colours."""
    if "data" not in output:
        return output
    kinds = {
        kind: on_paper(data) if kind == "image/svg+xml" else data
        for kind, data in output["data"].items()
        if not kind.startswith("application/vnd.notewright")
    }
    return {**output, "data": kinds, "metadata": {}}
