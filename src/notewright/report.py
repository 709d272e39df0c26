"""Tells people and machines what a pass over the vault found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence

from notewright.engine import Run
from notewright.errors import Problem
from notewright.verdicts import CellResult

SLOWEST = 10


def ci_lines(problems: Iterable[Problem]) -> list[str]:
    """Problems in the form that code hosts show beside the line; none outside of CI."""
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        return []
    return [
        f"::error file={_property(problem.file)},line={problem.line}"
        + (f",col={problem.column}" if problem.column else "")
        + f",title=notewright::{_escaped(problem.advice)}"
        for problem in problems
    ]


def as_json(run: Run) -> str:
    """A pass as one JSON object, in a stable order."""
    return json.dumps(
        {
            "ran": run.ran,
            "fresh": run.fresh,
            "failed": run.failed,
            "seconds": round(run.seconds, 3),
            "notices": run.notices,
            "problems": [
                {
                    "file": problem.file,
                    "line": problem.line,
                    "message": problem.message,
                    "remedy": problem.remedy,
                    "detail": problem.detail,
                }
                for problem in run.problems
            ],
            "cells": [
                {
                    "file": result.cell.file,
                    "line": result.cell.line,
                    "label": result.cell.label,
                    "state": _state(result),
                    "seconds": round(result.record.seconds, 3) if result.record else None,
                }
                for result in _results(run)
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def profile(run: Run) -> str:
    """The slowest cells, as their records tell: a fresh cell counts with the run it came from."""
    timed = [
        (result.record.seconds, f"{result.cell.file}:{result.cell.line}")
        for result in _results(run)
        if result.record is not None
    ]
    total = sum(seconds for seconds, _ in timed)
    rows = sorted(timed, key=lambda row: (-row[0], row[1]))[:SLOWEST]
    lines = [f"{seconds:8.2f} s  {place}" for seconds, place in rows]
    return "\n".join([*lines, f"{total:8.2f} s  in all {len(timed)} cells"])


def _results(run: Run) -> Sequence[CellResult]:
    return [result for note in sorted(run.cells) for result in run.cells[note]]


def _state(result: CellResult) -> str:
    if result.problems:
        return "failed"
    if result.record is not None:
        return "passed"
    return "not run"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
