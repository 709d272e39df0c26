"""Lesson L14: do label smoothing (Szegedy et al. 2016) and averaging of networks help?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.evidence import Interval, paired_difference
from snippets.lessons import regularisers
from snippets.lessons.harness import SEEDS, Finding, Lesson, Outcome
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L14",
    "Smoothing the labels and averaging networks improve the prediction",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
)

ARMS = ("none", "label smoothing", "averaging")


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with sharp labels, with smooth ones, and several networks."""
    return regularisers.run(ARMS, seeds)


def saved(runs: Runs, arm: str) -> Interval:
    """Loss on new digits without the arm minus with it, clean labels, in nats."""
    return paired_difference(runs.loss["clean", "none"], runs.loss["clean", arm])


def judge(runs: Runs) -> Outcome:
    """Both should raise the accuracy, and lower the loss on new digits."""
    gains = [
        Finding(f"{arm} − none, {labels} labels, accuracy", runs.gain(arm, labels))
        for arm in ("averaging", "label smoothing")
        for labels in regularisers.LABELS
    ]
    losses = [
        Finding(f"none − {arm}, clean labels, loss in nats", saved(runs, arm))
        for arm in ("averaging", "label smoothing")
    ]
    return LESSON.judge(*gains, *losses)
