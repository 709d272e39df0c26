"""A log of runs in the smallest form that is of use: a line of JSON for each
run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

from matplotlib.axes import Axes

from snippets.drawing import GREY
from snippets.evidence import Interval


# --8<-- [start:log]
@dataclass(frozen=True, slots=True)
class Run:
    """What was changed, and what came of it.

    Attributes:
        name: What was run, in a few words.
        change: What differs from the run before it: one thing, if it can be.
        score: Score over seeds on validation samples; more is better.
    """

    name: str
    change: str
    score: Interval


def append(log: Path, run: Run) -> None:
    """Add one run at the end of the log; the log is made if there is none."""
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")


def read(log: Path) -> list[Run]:
    """Read all runs, the oldest first."""
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [
        Run(row["name"], row["change"], Interval(**row["score"]))
        for row in rows
    ]
    # --8<-- [end:log]


def best_so_far(runs: Iterable[Run]) -> list[float]:
    """Mean score of the best run up to each run, in the order of the log."""
    return list(accumulate((run.score.mean for run in runs), max))


def draw(ax: Axes, runs: list[Run], unit: str) -> None:
    """Draw each run with its interval, the best so far, and the first run as a
    level line.

    Args:
        ax: Axes to draw on.
        runs: At least one; the first is the baseline.
        unit: What the scores are, such as "accuracy".

    Raises:
        ValueError: If there is no run.
    """
    if not runs:
        raise ValueError("there is no run to draw: log the baseline first")
    places = range(len(runs))
    means, bars = (
        [run.score.mean for run in runs],
        [run.score.half_width for run in runs],
    )
    ax.axhline(means[0], color=GREY, ls=":", label="baseline")
    ax.step(
        places, best_so_far(runs), "C1--", where="post", label="best so far"
    )
    ax.errorbar(places, means, bars, fmt="C0o", capsize=4, label="run, 95 %")
    ax.set_xticks(places, [run.name for run in runs])
    ax.set_ylabel(unit)
