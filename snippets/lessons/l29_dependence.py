"""Lesson L29: does naive Bayes work although its features depend on each
other?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.naive_bayes import GaussianNB

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.naive_bayes import repeat_columns, two_normals

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L29",
    "Naive Bayes suits tasks whose features are not independent: the "
    "dependence does little harm",
    "S1-13",
    "three normal features, some of them copied; generated",
    Registration(
        origin="sharpened",
        quantifier="usually",
        primary=0,
        family="naive Bayes",
        made="generated",
        advice="Drop copies of features; do not read its probabilities.",
        conditions=(
            Condition("one feature is copied"),
            Condition("all features are copied alike", fixed=True),
            Condition(
                "one feature is copied and confidence counts", rank="rival"
            ),
            Condition(
                "all features are copied and confidence counts", rank="rival"
            ),
        ),
        held=(
            Held(
                "form of the dependence",
                "exact copies",
                why="the strongest dependence there is",
            ),
            Held("frequency of the classes", "equal, and told to the model"),
            Held("occurrences of a copied feature", "20"),
        ),
    ),
)

ARMS = (("the first", (0,)), ("all", (0, 1, 2)))
"""Which features are copied."""

TIMES = (1, 5, 20)
"""How often a copied feature occurs."""

NEAR = 0.01
"""A change of accuracy or honesty below this counts as none."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores on new samples, each of shape (n_arms, n_times, n_seeds).

    Attributes:
        accuracy: Share of right labels.
        confidence: Mean probability that the model gives to its own label.
    """

    accuracy: FloatArray
    confidence: FloatArray

    def change(self, arm: int) -> Interval:
        """Accuracy with most copies minus accuracy without."""
        return paired_difference(self.accuracy[arm, -1], self.accuracy[arm, 0])

    def boast(self, arm: int, times: int) -> Interval:
        """Confidence minus accuracy: 0 if the probabilities are honest."""
        column = TIMES.index(times)
        return paired_difference(
            self.confidence[arm, column], self.accuracy[arm, column]
        )

    def table(self) -> dict[str, dict[str, Interval]]:
        """Accuracy and confidence with each number of copies."""
        return {
            f"{name}, {times} times": {
                "accuracy": mean_interval(self.accuracy[a, t]),
                "confidence": mean_interval(self.confidence[a, t]),
                "confidence − accuracy": self.boast(a, times),
            }
            for a, (name, _) in enumerate(ARMS)
            for t, times in enumerate(TIMES)
        }


# --8<-- [start:with_copies]
def with_copies(
    columns: Sequence[int], times: int, seed: int
) -> tuple[float, float]:
    """Fit naive Bayes to three features, some of which occur several times.

    Args:
        columns: Which features to copy.
        times: How often each of them occurs; 1 copies nothing.
        seed: Which draw.

    Returns:
        Accuracy on new samples, and mean probability of the label that the
        model chose.
    """
    rng = np.random.default_rng(seed)
    (X, y), (new, truth) = two_normals(300, rng), two_normals(2000, rng)
    train, test = (
        repeat_columns(part, list(columns), times) for part in (X, new)
    )
    chances = GaussianNB(priors=[0.5, 0.5]).fit(train, y).predict_proba(test)
    return float((chances.argmax(axis=1) == truth).mean()), float(
        chances.max(axis=1).mean()
    )
    # --8<-- [end:with_copies]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Score with each number of copies, on the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    scores = [
        [
            [with_copies(columns, times, seed) for seed in seeds]
            for times in TIMES
        ]
        for _, columns in ARMS
    ]
    found = np.array(scores)  # (n_arms, n_times, n_seeds, 2)
    return Result(found[..., 0], found[..., 1])


def judge(result: Result) -> Outcome:
    """Copies should change neither the labels nor the honesty of the
    probabilities.
    """
    most = TIMES[-1]
    changes = [
        Finding(
            f"{name} copied, {most} times − once, accuracy",
            result.change(arm),
            "none",
            NEAR,
        )
        for arm, (name, _) in enumerate(ARMS)
    ]
    boasts = [
        Finding(
            f"{name} copied, {most} times, confidence − accuracy",
            result.boast(arm, most),
            "none",
            NEAR,
        )
        for arm, (name, _) in enumerate(ARMS)
    ]
    return LESSON.judge(*changes, *boasts)
