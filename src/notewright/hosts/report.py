"""Reports to people and machines what a pass over the vault found."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence

from notewright.errors import Problem
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult

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


def tell(run: Run, problems: Sequence[Problem]) -> int:
    """Print what was found; returns the exit status."""
    for notice in run.notices:
        print(notice)
    for problem in problems:
        print(problem, file=sys.stderr)
    for annotation in ci_lines(problems):
        print(annotation)
    print(run.summary(len(problems)))
    return 1 if problems else 0


def as_json(run: Run, problems: Sequence[Problem] | None = None) -> str:
    """A pass as one JSON object, in a stable order.

    Args:
        run: The pass.
        problems: What was found, if not its own problems alone.
    """
    return json.dumps(
        {
            "ran": run.ran,
            "fresh": run.fresh,
            "shared": run.taken,
            "failed": run.failed,
            "seconds": round(run.seconds, 3),
            "notices": run.notices,
            "problems": [
                {
                    "file": problem.file,
                    "line": problem.line,
                    "column": problem.column,
                    "message": problem.message,
                    "remedy": problem.remedy,
                    "detail": problem.detail,
                }
                for problem in (run.problems if problems is None else problems)
            ],
            "cells": [
                {
                    "file": result.cell.file,
                    "line": result.cell.line,
                    "label": result.cell.label,
                    "state": _state(result),
                    "seconds": round(result.record.seconds, 3) if result.record else None,
                    "processor": round(result.record.processor, 3) if result.record else None,
                }
                for result in _results(run)
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def profile(run: Run) -> str:
    """The slowest cells by their records, where a fresh cell counts with the run it came from.

    Each line has seconds by the clock, then seconds of processor time: a busy machine stretches
    the former only.
    """
    timed = [
        (result.record.seconds, result.record.processor, f"{result.cell.file}:{result.cell.line}")
        for result in _results(run)
        if result.record is not None
    ]
    rows = sorted(timed, key=lambda row: (-row[0], row[2]))[:SLOWEST]
    rows += [(*_sums(timed), f"all {len(timed)} cells")]
    lines = [f"{seconds:8.2f} s {processor:8.2f} s  {where}" for seconds, processor, where in rows]
    return "\n".join([f"{'clock':>10} {'processor':>10}  cell", *lines])


def _sums(timed: Sequence[tuple[float, float, str]]) -> tuple[float, float]:
    """All seconds by the clock, and all of processor time."""
    return sum(row[0] for row in timed), sum(row[1] for row in timed)


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
