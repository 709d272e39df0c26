"""Lesson L12: does dropout (Srivastava et al. 2014) help most of the time?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L12",
    "Dropout gives test accuracy a boost most of the time",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Use dropout where labels are noisy or the network is far too "
            "large; tune its rate."
        ),
        conditions=(
            Condition(
                "a fifth of the labels is wrong", split=(300, 1000, 1797)
            ),
            Condition("labels are right", split=(300, 1000, 1797)),
        ),
        held=(
            Held(
                "passes of training",
                "20",
                tried=("80: 0.5 − none on clean labels −0.002 ± 0.012",),
            ),
            Held(
                "share of units dropped",
                "0.5",
                why="a usual strength, not tuned",
            ),
            Held("hidden units", "64"),
        ),
    ),
)


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with and without dropout."""
    return regularisers.run(("none", "dropout"), seeds)


def judge(runs: Runs) -> Outcome:
    """Dropout should help with both kinds of labels."""
    return LESSON.judge(
        Finding(
            "dropout − none, noisy labels, accuracy",
            runs.gain("dropout", "noisy"),
        ),
        Finding(
            "dropout − none, clean labels, accuracy",
            runs.gain("dropout", "clean"),
        ),
    )
