"""Lesson L12: does dropout (Srivastava et al. 2014) help most of the time?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.harness import SEEDS, Finding, Lesson, Outcome
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L12",
    "Dropout gives test accuracy a boost",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
)


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with and without dropout."""
    return regularisers.run(("none", "dropout"), seeds)


def judge(runs: Runs) -> Outcome:
    """Dropout should help with both kinds of labels."""
    return LESSON.judge(
        Finding("dropout − none, noisy labels, accuracy", runs.gain("dropout", "noisy")),
        Finding("dropout − none, clean labels, accuracy", runs.gain("dropout", "clean")),
    )
