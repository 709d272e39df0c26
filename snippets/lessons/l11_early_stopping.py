"""Lesson L11: does it help to stop when the validation error stops falling?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L11",
    "Stopping early, when the validation loss stops falling, regularises",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Stop early where labels may be wrong; else train on all rows "
            "to the end."
        ),
        conditions=(
            Condition(
                "a fifth of the labels is wrong", split=(300, 1000, 1797)
            ),
            Condition(
                "labels are right", split=(300, 1000, 1797), rank="limit"
            ),
            Condition(
                "a fifth of the labels is wrong, rival on all rows",
                split=(300, 1000, 1797),
                rank="rival",
            ),
            Condition(
                "labels are right, rival on all rows",
                split=(300, 1000, 1797),
                rank="rival",
            ),
        ),
        held=(
            Held("passes of training", "at most 20"),
            Held("epochs of patience", "5", why="a usual strength, not tuned"),
            Held("share held back for validation", "a fifth of 300"),
        ),
        changes=(Change("30 splits in place of 10", "not recorded"),),
    ),
)

STOPPED, RIVAL = "early stopping", "none, on four fifths"
ARMS = ("none", STOPPED, RIVAL)
SPLITS = tuple(range(30))
"""Seeds: with ten the word hung on which ten. From thirty on the interval
hardly narrows, because splits share their rows.
"""


def run(seeds: Sequence[int] = SPLITS) -> Runs:
    """Train with and without stopping, and on all digits."""
    return regularisers.run(ARMS, seeds)


def judge(runs: Runs) -> Outcome:
    """Stopping should help on the same samples, and against using all of
    them.
    """
    return LESSON.judge(
        Finding(
            "stopped − to the end, 240 noisy, accuracy",
            runs.gain(STOPPED, "noisy", RIVAL),
        ),
        Finding(
            "stopped − to the end, 240 clean, accuracy",
            runs.gain(STOPPED, "clean", RIVAL),
        ),
        Finding(
            "stopped − to the end on all 300 noisy, accuracy",
            runs.gain(STOPPED, "noisy"),
        ),
        Finding(
            "stopped − to the end on all 300 clean, accuracy",
            runs.gain(STOPPED, "clean"),
        ),
    )
