"""Lesson L49: can a good average hide a group for which a model only
guesses?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L49",
    "A good average accuracy can hide a group for which the model only guesses",
    "S3-P7",
    "a majority of 900 and a minority of 100 samples, generated",
    Registration(
        origin="folklore",
        quantifier="there is a case",
        primary=0,
        family="any",
        made="generated",
        advice="Report accuracy by group, and the smallest.",
        conditions=(
            Condition("one group is small and follows another rule"),
            Condition("the average is asked to be 0.85"),
            Condition("the small group should be guessed", margin=0.1),
        ),
        held=(
            Held(
                "form of the model",
                "logistic regression without products of features",
            ),
            Held("share of the minority", "one in ten"),
            Held(
                "difference between the groups",
                "one of two slopes has the opposite sign",
            ),
        ),
        reason="A guess is known to a tenth in a group of that size.",
    ),
)

ARMS = (
    "features alone",
    "group as a feature",
    "groups weigh the same",
    "group × features",
    "a model a group",
)
"""What is fitted; the last three are remedies."""

PARTS = ("all", "majority", "minority")

SIZES = (10, 30, 100, 300)
"""Numbers of minority samples to train on."""

N_FEATURES, NOISE = 4, 0.2
N_MAJORITY, N_MINORITY, N_NEW = 900, 100, 4000


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples of two groups.

    Attributes:
        X: Features, shape (n_samples, n_features), no unit.
        group: 0 for the majority, 1 for the minority, shape (n_samples,).
        y: Labels 0 or 1, shape (n_samples,).
    """

    X: FloatArray
    group: IntArray
    y: IntArray


# --8<-- [start:draw]
def draw(
    n_majority: int,
    n_minority: int,
    rng: np.random.Generator,
    opposite: bool = True,
) -> Samples:
    """Draw two groups that differ by the sign with which the first feature
    speaks.

    Args:
        n_majority: Samples whose label is 1 if x0 + x1 is above 0, but for some
            noise.
        n_minority: Samples whose label is 1 if x1 - x0 is above 0, with the
            same noise.
        rng: Source of the draw.
        opposite: False gives the minority the rule of the majority.

    Raises:
        ValueError: If a group has no sample.
    """
    if min(n_majority, n_minority) < 1:
        raise ValueError(
            f"each group needs a sample, got {n_majority} and {n_minority}"
        )
    group = np.repeat([0, 1], [n_majority, n_minority])
    X = rng.standard_normal((len(group), N_FEATURES))
    sign = 1 - 2 * group * opposite  # (n_samples,)
    score = sign * X[:, 0] + X[:, 1] + NOISE * rng.standard_normal(len(group))
    return Samples(X, group, (score > 0).astype(np.int64))
    # --8<-- [end:draw]


# --8<-- [start:design]
def design(arm: str, X: FloatArray, group: IntArray) -> FloatArray:
    """Choose the columns that an arm of `ARMS` sees, shape (n_samples,
    n_columns).
    """
    if arm in ("features alone", "a model a group"):
        return X
    flag = group[:, None]
    columns = [X, flag, flag * X] if arm == "group × features" else [X, flag]
    return np.hstack(columns)
    # --8<-- [end:design]


def answers(arm: str, known: Samples, new: Samples) -> IntArray:
    """Fit logistic regression in the way of one arm, and label new samples.

    Args:
        arm: One of `ARMS`.
        known: Samples to train on.
        new: Samples to label; only their features and their groups are looked
            at.

    Returns:
        Labels 0 or 1, shape (n_new,).

    Raises:
        ValueError: If there is no arm of that name.
    """
    if arm not in ARMS:
        raise ValueError(
            f"no arm is named {arm!r}; there are {', '.join(ARMS)}"
        )
    A, B = design(arm, known.X, known.group), design(arm, new.X, new.group)
    if arm == "a model a group":
        models = [
            LogisticRegression().fit(A[own], known.y[own])
            for own in _members(known)
        ]
        return np.asarray(
            np.where(new.group == 1, models[1].predict(B), models[0].predict(B))
        )
    weights = np.ones(len(A))
    if arm == "groups weigh the same":
        weights = (len(A) / 2) / np.bincount(known.group)[known.group]
    return np.asarray(LogisticRegression().fit(A, known.y, weights).predict(B))


def _members(samples: Samples) -> list[NDArray[np.bool_]]:
    """Mark the members of the majority, then those of the minority."""
    return [samples.group == 0, samples.group == 1]


def accuracies(samples: Samples, labels: IntArray) -> list[float]:
    """Share of right labels among all samples, in the majority and in the
    minority.
    """
    right = labels == samples.y
    return [
        float(right.mean()),
        *(float(right[own].mean()) for own in _members(samples)),
    ]


# --8<-- [start:misrecord]
def misrecord(
    samples: Samples, share: float, rng: np.random.Generator
) -> Samples:
    """Record a share of the minority's 1s as 0s, and leave all else as it is.

    Args:
        samples: Samples with true labels.
        share: Probability from 0 to 1 that a 1 of the minority is recorded as
            0.
        rng: Source of the draw.

    Raises:
        ValueError: If the share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, got {share}")
    lost = (samples.group == 1) & (rng.random(len(samples.y)) < share)
    return Samples(samples.X, samples.group, np.where(lost, 0, samples.y))
    # --8<-- [end:misrecord]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracies on new samples, shape (n_arms, n_parts, n_seeds), as `ARMS`
    and `PARTS`.
    """

    accuracy: FloatArray

    def of(self, arm: str, part: str) -> FloatArray:
        """Accuracy of an arm on a part, shape (n_seeds,)."""
        return np.asarray(self.accuracy[ARMS.index(arm), PARTS.index(part)])

    def gap(self, arm: str) -> Interval:
        """Accuracy on the majority minus accuracy on the minority."""
        return paired_difference(
            self.of(arm, "majority"), self.of(arm, "minority")
        )

    def change(self, arm: str, part: str) -> Interval:
        """Accuracy of an arm on a part, minus that with the group as a
        feature.
        """
        return paired_difference(self.of(arm, part), self.of(ARMS[1], part))

    def table(self) -> dict[str, dict[str, Interval]]:
        """Accuracy of each arm on each part, and the gap."""
        return {
            arm: {part: mean_interval(self.of(arm, part)) for part in PARTS}
            | {"majority − minority": self.gap(arm)}
            for arm in ARMS
        }


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Fit all arms to the same samples: one in ten belongs to the minority.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    return Result(by_size((N_MINORITY,), seeds)[:, :, 0])


def by_size(
    sizes: Sequence[int] = SIZES,
    seeds: Sequence[int] = SEEDS,
    opposite: bool = True,
) -> FloatArray:
    """Fit all arms with ever more minority samples beside 900 of the majority.

    Args:
        sizes: Numbers of minority samples to train on.
        seeds: One draw each; the new samples keep a minority of one in ten.
        opposite: False gives the minority the rule of the majority.

    Returns:
        Accuracies on new samples, shape (n_arms, n_parts, n_sizes, n_seeds).

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.empty((len(ARMS), len(PARTS), len(sizes), len(seeds)))
    for j, seed in enumerate(seeds):
        rng = np.random.default_rng([seed, 1])
        new = draw(N_NEW * 9 // 10, N_NEW // 10, rng, opposite)
        for i, size in enumerate(sizes):
            known = draw(
                N_MAJORITY, size, np.random.default_rng(seed), opposite
            )
            for a, arm in enumerate(ARMS):
                found[a, :, i, j] = accuracies(new, answers(arm, known, new))
    return found


def judge(result: Result) -> Outcome:
    """All together the model should look good, and for the minority be a coin
    flip.
    """
    arm = ARMS[1]
    return LESSON.judge(
        Finding("majority − minority, accuracy", result.gap(arm)),
        Finding(
            "all samples, accuracy − 0.85",
            mean_interval(result.of(arm, "all") - 0.85),
        ),
        Finding(
            "minority, accuracy − 0.5",
            mean_interval(result.of(arm, "minority") - 0.5),
            "none",
            0.1,
        ),
    )
