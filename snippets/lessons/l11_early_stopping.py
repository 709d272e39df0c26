"""Lesson L11: does it help to stop when the validation error stops falling?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.harness import SEEDS, Finding, Lesson, Outcome
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L11",
    "Stopping when the validation loss stops falling improves accuracy",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
)

STOPPED, RIVAL = "early stopping", "none, on four fifths"
ARMS = ("none", STOPPED, RIVAL)


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with and without stopping, and on all digits."""
    return regularisers.run(ARMS, seeds)


def judge(runs: Runs) -> Outcome:
    """Stopping should help on the same samples, and against using all of them."""
    return LESSON.judge(
        Finding("stopped − to the end, 240 noisy, accuracy", runs.gain(STOPPED, "noisy", RIVAL)),
        Finding("stopped − to the end, 240 clean, accuracy", runs.gain(STOPPED, "clean", RIVAL)),
        Finding("stopped − to the end on all 300 noisy, accuracy", runs.gain(STOPPED, "noisy")),
        Finding("stopped − to the end on all 300 clean, accuracy", runs.gain(STOPPED, "clean")),
    )
