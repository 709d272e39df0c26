"""Lesson L53: is cross-validation a better estimate than one held-out part?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.nearest_means import nearest_means
from snippets.lessons.registry import Condition, Held, Part, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L53",
    "Cross-validation tells a model's accuracy better than one held-out part",
    "Kohavi, 1995",
    "two overlapping classes of 10 features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Cross-validate where samples are few; stratify where a class is "
            "rare; with thousands of samples hold a part out."
        ),
        conditions=(
            Condition("there are 100 samples", part="a"),
            Condition("there are 2,000 samples", part="a"),
            Condition("ten-fold is repeated five times", part="b"),
            Condition(
                "folds are stratified and one sample in ten is rare", part="b"
            ),
        ),
        held=(
            Held(
                "model that is judged",
                "nearest class means",
                why="thousands are fitted in a second",
            ),
            Held("share held out", "a fifth"),
            Held("number of folds", "10"),
        ),
        parts={
            "a": Part(
                "Cross-validation tells a model's accuracy better than "
                "one held-out part",
                0,
            ),
            "b": Part(
                "Repeating ten-fold, or stratifying its folds, tells it "
                "better still",
                2,
            ),
        },
    ),
)

DRAWS = tuple(range(60))
"""Seeds: an estimate's error is known by many estimates."""
K, REPEATS, N_FEATURES, N_NEW, SHIFT = 10, 5, 10, 10_000, 0.45
WAYS = ("hold-out", "ten-fold", "ten-fold, stratified", "ten-fold, five times")
CASES = ((100, 0.5), (2000, 0.5), (100, 0.1))
"""Samples, and the share of the second class."""


def draw(
    n: int, share: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw two classes whose means differ a little in each feature."""
    y = (rng.random(n) < share).astype(np.int64)
    return rng.standard_normal((n, N_FEATURES)) + SHIFT * y[:, None], y


# --8<-- [start:ways]
def fold_numbers(
    y: IntArray, rng: np.random.Generator, stratified: bool = False
) -> IntArray:
    """Deal samples out to ten folds; each class alone, if stratified."""
    order = rng.permutation(len(y))
    if stratified:
        order = order[np.argsort(y[order], kind="stable")]
    number = np.empty(len(y), dtype=np.int64)
    number[order] = np.arange(len(y)) % K
    return number


def cross_validated(X: FloatArray, y: IntArray, number: IntArray) -> float:
    """Share of samples that are right when their own fold does not train."""
    right = 0
    for k in range(K):
        out = number == k
        right += int((nearest_means(X[~out], y[~out], X[out]) == y[out]).sum())
    return right / len(y)


def held_out(X: FloatArray, y: IntArray) -> float:
    """Accuracy on the last fifth of a model of the others."""
    n = len(y) * 4 // 5
    return float((nearest_means(X[:n], y[:n], X[n:]) == y[n:]).mean())
    # --8<-- [end:ways]


def missed(n: int, share: float, seed: int) -> list[float]:
    """By how much each way misses the accuracy on new samples, as `WAYS`."""
    rng = np.random.default_rng(seed)
    X, y = draw(n, share, rng)
    new, truth = draw(N_NEW, share, rng)
    wanted = float((nearest_means(X, y, new) == truth).mean())
    folds = [fold_numbers(y, rng) for _ in range(REPEATS)]
    found = [cross_validated(X, y, number) for number in folds]
    even = cross_validated(X, y, fold_numbers(y, rng, stratified=True))
    told = [held_out(X, y), found[0], even, float(np.mean(found))]
    return [each - wanted for each in told]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Estimate minus accuracy on new samples, shape (n_cases, n_seeds,
    n_ways).
    """

    errors: FloatArray

    def of(self, case: int, way: str) -> FloatArray:
        """Errors of one way of estimating, shape (n_seeds,)."""
        return np.asarray(self.errors[case, :, WAYS.index(way)])

    def gain(self, case: int, worse: str, better: str) -> Interval:
        """By how much less one way misses than another."""
        return paired_difference(
            np.abs(self.of(case, worse)), np.abs(self.of(case, better))
        )


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Estimate the accuracy in four ways, of the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        np.array([[missed(*case, seed) for seed in seeds] for case in CASES])
    )


def judge(result: Result) -> Outcome:
    """Ten folds should miss by less, and more careful ones by less again."""
    pairs = (
        ("100 samples", 0, WAYS[0], WAYS[1]),
        ("2,000 samples", 1, WAYS[0], WAYS[1]),
        ("100 samples", 0, WAYS[1], WAYS[3]),
        ("a rare class", 2, WAYS[1], WAYS[2]),
    )
    return LESSON.judge(
        *(
            Finding(
                f"{where}: error of {a} − of {b}, accuracy",
                result.gain(case, a, b),
            )
            for where, case, a, b in pairs
        )
    )
