"""Lesson L14: do label smoothing (Szegedy et al. 2016) and averaging of
networks help?
"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.evidence import Interval, paired_difference
from snippets.lessons import regularisers
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Part, Registration
from snippets.lessons.regularisers import Runs

LESSON = Lesson(
    "L14",
    "Label smoothing and the average of several networks improve the "
    "prediction",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
    Registration(
        origin="source",
        quantifier="usually",
        primary=1,
        family="networks",
        made="real",
        advice=(
            "Average for better probabilities; smooth only if you need no "
            "probabilities."
        ),
        conditions=(
            Condition(
                "networks are averaged and labels are right",
                split=(300, 1000, 1797),
                part="a",
            ),
            Condition(
                "networks are averaged and a fifth of the labels is wrong",
                split=(300, 1000, 1797),
                part="a",
            ),
            Condition(
                "labels are smoothed and right",
                split=(300, 1000, 1797),
                part="b",
            ),
            Condition(
                "labels are smoothed and a fifth is wrong",
                split=(300, 1000, 1797),
                part="b",
            ),
            Condition(
                "networks are averaged and the loss counts",
                margin=0.01,
                split=(300, 1000, 1797),
                part="a",
            ),
            Condition(
                "labels are smoothed and the loss counts",
                margin=0.01,
                split=(300, 1000, 1797),
                part="b",
            ),
        ),
        parts={
            "a": Part(
                "The average of several networks improves the prediction", 1
            ),
            "b": Part("Label smoothing improves the prediction", 3),
        },
        held=(
            Held(
                "strength of the label smoothing",
                "0.1",
                why="a usual strength, not tuned",
            ),
            Held("passes of training", "20"),
            Held(
                "networks that are averaged",
                "5",
                why="a usual strength, not tuned",
            ),
        ),
        reason="A hundredth of a nat is one per cent of a probability.",
    ),
)

ARMS = ("none", "label smoothing", "averaging")


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train with sharp labels, with smooth ones, and several networks."""
    return regularisers.run(ARMS, seeds)


def saved(runs: Runs, arm: str) -> Interval:
    """Loss on new digits without the arm minus with it, clean labels, in
    nats.
    """
    return paired_difference(
        runs.loss["clean", "none"], runs.loss["clean", arm]
    )


def judge(runs: Runs) -> Outcome:
    """Both should raise the accuracy, and lower the loss on new digits."""
    gains = [
        Finding(
            f"{arm} − none, {labels} labels, accuracy", runs.gain(arm, labels)
        )
        for arm in ("averaging", "label smoothing")
        for labels in regularisers.LABELS
    ]
    losses = [
        Finding(f"none − {arm}, clean labels, loss in nats", saved(runs, arm))
        for arm in ("averaging", "label smoothing")
    ]
    return LESSON.judge(*gains, *losses)
