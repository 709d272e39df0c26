"""Lesson L13: does weight decay help?"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.lessons import regularisers
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.lessons.regularisers import Labels, Runs

LESSON = Lesson(
    "L13",
    "Weight decay helps against overfitting",
    "S3-T3",
    "300 of scikit-learn's digits, clean and with 20 % wrong labels",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice="Tune the weight over powers of ten; clean labels want little.",
        conditions=(
            Condition(
                "a fifth of the labels is wrong", split=(300, 1000, 1797)
            ),
            Condition(
                "labels are right", split=(300, 1000, 1797), rank="limit"
            ),
            Condition(
                "a fifth is wrong and the weight is 0.01",
                split=(300, 1000, 1797),
            ),
            Condition(
                "labels are right and the weight is 0.01",
                split=(300, 1000, 1797),
                rank="limit",
            ),
        ),
        held=(
            Held("passes of training", "20"),
            Held("largest weight tried", "0.1"),
            Held("form of the decay", "squared weights in the loss, with Adam"),
        ),
        changes=(
            Change(
                "the weight of the decay is chosen, not given",
                "a review asked for it before it was run",
            ),
        ),
    ),
)


ARMS = ("weight decay, chosen", "weight decay")


def run(seeds: Sequence[int] = SEEDS) -> Runs:
    """Train without decay, with a chosen weight, and with a fixed one."""
    return regularisers.run(("none", *ARMS), seeds)


def judge(runs: Runs) -> Outcome:
    """Weight decay should help with both kinds of labels."""
    kinds: tuple[Labels, ...] = ("noisy", "clean")
    return LESSON.judge(
        *(
            Finding(
                f"{arm} − none, {labels} labels, accuracy",
                runs.gain(arm, labels),
            )
            for arm in ARMS
            for labels in kinds
        )
    )
