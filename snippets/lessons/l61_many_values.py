"""Lesson L61: does a forest's impurity importance prefer features of many
values?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L61",
    "A forest's impurity importance prefers features of many values",
    "Strobl et al., 2007",
    "300 samples, features of 2 to 300 values, generated",
    Registration(
        origin="folklore",
        quantifier="always",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Rank features by permutation on new samples, or add a column "
            "of noise as a yardstick."
        ),
        conditions=(
            Condition("both features are noise, in full trees", margin=0.05),
            Condition(
                "noise of many values meets a true coin, in full trees",
                margin=0.05,
            ),
            Condition(
                "both features are noise, in trees of depth 3", margin=0.05
            ),
            Condition(
                "both are noise and are permuted in new samples",
                margin=0.05,
                rank="rival",
            ),
        ),
        held=(
            Held("strength of the true coin", "right in 0.7 of the cases"),
            Held("training samples", "300"),
            Held("features tried at a split", "the default"),
        ),
        reason="A twentieth of all importance.",
    ),
)

N_TRAIN, N_NEW, N_TREES, SHARE = 300, 1000, 30, 0.7
FEATURES = ("true coin", "coin of noise", "ten values", "all values differ")


def draw(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw a coin that tells the class in seven cases of ten, and noise."""
    coin = rng.integers(2, size=n)
    y = np.where(rng.random(n) < SHARE, coin, 1 - coin)
    noise = [rng.integers(2, size=n), rng.integers(10, size=n), rng.random(n)]
    return np.column_stack([coin, *noise]).astype(float), y


# --8<-- [start:permuted]
def permuted(
    model: RandomForestClassifier,
    X: FloatArray,
    y: IntArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Drop of accuracy when one feature is shuffled, for each feature."""
    before, drops = model.score(X, y), []
    for feature in range(X.shape[1]):
        shuffled = X.copy()
        shuffled[:, feature] = rng.permutation(X[:, feature])
        drops.append(before - model.score(shuffled, y))
    return np.array(drops)
    # --8<-- [end:permuted]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Importance of each of `FEATURES`, each of shape (n_seeds, n_features).

    Attributes:
        full: By impurity, in full trees; sums to 1.
        shallow: By impurity, in trees of depth 3; sums to 1.
        permuted: Drop of accuracy on new samples, full trees.
    """

    full: FloatArray
    shallow: FloatArray
    permuted: FloatArray


def lead(rows: FloatArray, first: str, second: str) -> Interval:
    """Importance of one feature minus that of another."""
    return paired_difference(
        rows[:, FEATURES.index(first)], rows[:, FEATURES.index(second)]
    )


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Grow a forest of full trees and one of shallow trees a draw.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        (X, y), (new, truth) = draw(N_TRAIN, rng), draw(N_NEW, rng)
        full, shallow = (
            RandomForestClassifier(
                N_TREES, max_depth=depth, random_state=seed
            ).fit(X, y)
            for depth in (None, 3)
        )
        found.append(
            (
                full.feature_importances_,
                shallow.feature_importances_,
                permuted(full, new, truth, rng),
            )
        )
    return Result(*np.array(found).transpose(1, 0, 2))


def judge(result: Result) -> Outcome:
    """What has many values should be ahead, though it is noise."""
    true, coin, _, many = FEATURES
    cases = (
        ("full trees", result.full, coin),
        ("full trees", result.full, true),
        ("depth 3", result.shallow, coin),
        ("permuted", result.permuted, coin),
    )
    return LESSON.judge(
        *(
            Finding(
                f"{name}: {many} − {other}, importance", lead(rows, many, other)
            )
            for name, rows, other in cases
        )
    )
