"""Lesson L60: must the means of a target encoding be taken out of fold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L60",
    "Target encoding must take its means out of fold, or the model is worse",
    "Prokhorenkova et al., 2018",
    "600 samples, a category and a number, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Encode out of fold, or shrink the means, where a category has "
            "few samples."
        ),
        conditions=(
            Condition("200 categories carry nothing"),
            Condition("200 categories carry a quarter of the variance"),
            Condition("5 categories carry nothing", rank="limit"),
            Condition(
                "200 categories carry nothing and means are shrunk instead",
                rank="rival",
            ),
        ),
        held=(
            Held("model behind the encoding", "a line"),
            Held("training samples", "600"),
            Held("weight of the shrinking", "10 samples"),
        ),
    ),
)

DRAWS = tuple(range(20))
N_TRAIN, N_NEW, K, WEIGHT = 600, 4000, 5, 10.0
CASES = ((200, 0.0), (200, 0.5), (5, 0.0))
"""Categories, and the standard deviation of their effects."""
WAYS = ("in sample", "out of fold", "shrunk")


# --8<-- [start:encode]
def means(
    group: IntArray, y: FloatArray, n_groups: int, weight: float = 0.0
) -> FloatArray:
    """Mean target of each category.

    Args:
        group: Category of each sample, shape (n_samples,).
        y: Targets, shape (n_samples,).
        n_groups: How many categories there may be.
        weight: Samples of the overall mean that are added to each, so that a
            mean of few samples is drawn to it.

    Returns:
        Shape (n_groups,); the overall mean where nothing is known.
    """
    count = np.bincount(group, minlength=n_groups) + weight
    total = np.bincount(group, y, n_groups) + weight * y.mean()
    return np.asarray(
        np.where(count > 0, total / np.maximum(count, 1e-9), y.mean())
    )


def out_of_fold(group: IntArray, y: FloatArray, n_groups: int) -> FloatArray:
    """Encode each sample by the means of the four other fifths."""
    encoded = np.empty(len(y))
    for k in range(K):
        out = np.arange(len(y)) % K == k
        encoded[out] = means(group[~out], y[~out], n_groups)[group[out]]
    return encoded
    # --8<-- [end:encode]


def score(way: str, n_groups: int, spread: float, seed: int) -> list[float]:
    """R² on the training samples and on new ones, after one way to encode."""
    rng = np.random.default_rng(seed)
    effects = spread * rng.standard_normal(n_groups)
    n = N_TRAIN + N_NEW
    group, x = rng.integers(n_groups, size=n), rng.standard_normal(n)
    y = x + effects[group] + rng.standard_normal(n)
    known, new = slice(N_TRAIN), slice(N_TRAIN, None)
    weight = WEIGHT if way == "shrunk" else 0.0
    table = means(group[known], y[known], n_groups, weight)
    column = table[group]
    if way == "out of fold":
        column = column.copy()
        column[known] = out_of_fold(group[known], y[known], n_groups)
    A = np.column_stack([np.ones(n), x, column])
    slopes, *_ = np.linalg.lstsq(A[known], y[known], rcond=None)
    missed = y - A @ slopes
    return [float(1 - missed[p].var() / y[p].var()) for p in (known, new)]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² of shape (n_cases, n_ways, n_seeds, 2): training samples, new ones."""

    r2: FloatArray

    def gain(self, case: int, way: str = "out of fold") -> Interval:
        """R² on new samples minus that of means in sample."""
        rows = self.r2[case, :, :, 1]
        return paired_difference(rows[WAYS.index(way)], rows[0])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Fit a line after each way to encode, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        np.array(
            [
                [[score(way, *case, seed) for seed in seeds] for way in WAYS]
                for case in CASES
            ]
        )
    )


def judge(result: Result) -> Outcome:
    """Means out of fold should be better on new samples."""
    names = ("200 of noise", "200 with effects", "5 of noise")
    found = [
        Finding(f"{name}: out of fold − in sample, R²", result.gain(case))
        for case, name in enumerate(names)
    ]
    shrunk = result.gain(0, "shrunk")
    return LESSON.judge(
        *found, Finding("200 of noise: shrunk − in sample, R²", shrunk)
    )
