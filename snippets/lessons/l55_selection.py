"""Lesson L55: what does it cost to choose features before cross-validation?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.nearest_means import nearest_means
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L55",
    "Features that are chosen before cross-validation make its estimate far "
    "too good",
    "Hastie, Tibshirani and Friedman, 2009, section 7.10.2",
    "50 or 1,000 samples of 1,000 features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Put every step that looks at labels into the pipeline that is "
            "cross-validated."
        ),
        conditions=(
            Condition("1,000 features of noise meet 50 samples"),
            Condition("20 of 1,000 features carry signal, 50 samples"),
            Condition("20 of 1,000 features carry signal, 1,000 samples"),
            Condition("10 of 20 features of noise are kept, 50 samples"),
        ),
        held=(
            Held("strength of the signal", "0.4"),
            Held("model that is judged", "nearest class means"),
            Held("number of folds", "5"),
        ),
    ),
)

K = 5
CASES = (
    (50, 1000, 20, 0.0),
    (50, 1000, 20, 0.4),
    (1000, 1000, 20, 0.4),
    (50, 20, 10, 0.0),
)
"""Samples, features, features that are kept, and what the first 20 carry."""


def draw(
    n: int, p: int, signal: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw two classes that differ in the first 20 features, if at all."""
    y = rng.permutation(np.arange(n) % 2)
    X = rng.standard_normal((n, p))
    X[:, :20] += signal * (2 * y[:, None] - 1)
    return X, y


# --8<-- [start:chosen]
def chosen(X: FloatArray, y: IntArray, n_kept: int) -> IntArray:
    """Features whose means differ most between the classes."""
    gap = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    return np.argsort(-np.abs(gap) / X.std(axis=0), kind="stable")[:n_kept]


def estimate(X: FloatArray, y: IntArray, n_kept: int, inside: bool) -> float:
    """Accuracy by cross-validation; features are chosen inside each fold, or
    once on all rows.
    """
    kept, right = chosen(X, y, n_kept), 0
    for k in range(K):
        out = np.arange(len(y)) % K == k
        if inside:
            kept = chosen(X[~out], y[~out], n_kept)
        answer = nearest_means(X[~out][:, kept], y[~out], X[out][:, kept])
        right += int((answer == y[out]).sum())
    return right / len(y)
    # --8<-- [end:chosen]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Estimates of shape (n_cases, 2, n_seeds): chosen before, chosen
    inside.
    """

    estimates: FloatArray

    def lead(self, case: int) -> Interval:
        """Chosen before minus chosen inside."""
        return paired_difference(*self.estimates[case])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Estimate the accuracy both ways, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.empty((len(CASES), 2, len(seeds)))
    for place, (n, p, n_kept, signal) in enumerate(CASES):
        for j, seed in enumerate(seeds):
            X, y = draw(n, p, signal, np.random.default_rng(seed))
            for inside in (False, True):
                found[place, int(inside), j] = estimate(X, y, n_kept, inside)
    return Result(found)


def judge(result: Result) -> Outcome:
    """The estimate should be too good wherever features are many."""
    names = (
        "1,000 of noise, 50 samples",
        "20 of 1,000 with signal, 50 samples",
        "20 of 1,000 with signal, 1,000 samples",
        "20 of noise, 50 samples",
    )
    return LESSON.judge(
        *(
            Finding(f"{name}: before − inside, accuracy", result.lead(case))
            for case, name in enumerate(names)
        )
    )
