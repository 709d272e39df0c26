"""Lesson L13: does weight decay help?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.harness import SEEDS, Finding, Lesson, Outcome
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L13",
    "Weight decay improves accuracy",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
)


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with and without weight decay."""
    return regularisers.run(("none", "weight decay"), seeds)


def judge(runs: Runs) -> Outcome:
    """Weight decay should help with both kinds of labels."""
    return LESSON.judge(
        Finding("weight decay − none, noisy labels, accuracy", runs.gain("weight decay", "noisy")),
        Finding("weight decay − none, clean labels, accuracy", runs.gain("weight decay", "clean")),
    )
