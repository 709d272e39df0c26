"""Lesson L68: should outliers be removed before a line is fitted?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Part, Registration

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LESSON = Lesson(
    "L68",
    "A line is better if outliers are removed before it is fitted",
    "after Grubbs, 1969; the rival is Huber, 1964",
    "100 samples of five features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Remove what you can show to be an error; against the rest use a "
            "loss that large residuals cannot rule."
        ),
        conditions=(
            Condition("one target in twenty is a gross error", part="a"),
            Condition(
                "one in twenty is a gross error and Huber is the rival",
                part="b",
            ),
            Condition(
                "one in five errs to one side and Huber is the rival", part="b"
            ),
            Condition(
                "noise has heavy tails and nothing is an error", part="a"
            ),
            Condition(
                "long features are true and their rows are removed", part="a"
            ),
            Condition("noise is skewed and the mean is wanted", part="a"),
        ),
        held=(
            Held("limit of an outlier", "3 standard deviations"),
            Held("rounds of removal", "1"),
            Held("size of the gross errors", "10 times the noise"),
        ),
        parts={
            "a": Part(
                "A line is better if outliers are removed before it is fitted",
                0,
            ),
            "b": Part(
                "Removing outliers is better than a fit that is robust "
                "to them, Huber's",
                1,
            ),
        },
    ),
)

DRAWS = tuple(range(100))
"""Seeds: a draw costs some milliseconds."""
N_TRAIN, N_NEW, N_FEATURES = 100, 1000, 5
CASES = ("gross", "gross, one side", "heavy tails", "long features", "skewed")
ARMS = ("kept", "removed", "Huber")
LIMIT = 3.0
"""Standard deviations from the mean that make an outlier."""


def noise(case: str, n: int, rng: np.random.Generator) -> FloatArray:
    """Errors of the training targets."""
    plain = rng.standard_normal(n)
    if case == "gross":
        wrong = rng.random(n) < 0.05
        return plain + wrong * 10 * rng.standard_normal(n)
    if case == "gross, one side":
        return plain + 10 * (rng.random(n) < 0.2)
    if case == "heavy tails":
        return np.asarray(rng.standard_t(3, n))
    if case == "skewed":
        return np.asarray(rng.lognormal(0, 1, n) - np.exp(0.5))
    return plain


def draw(
    case: str, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Draw training samples, and new ones with their mean targets."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N_TRAIN + N_NEW, N_FEATURES))
    if case == "long features":
        X = rng.standard_t(3, X.shape)
    truth = X @ np.full(N_FEATURES, 0.5)
    known, new = slice(N_TRAIN), slice(N_TRAIN, None)
    y = truth[known] + noise(case, N_TRAIN, rng)
    return X[known], y, X[new], truth[new]


# --8<-- [start:arms]
def usual(values: FloatArray) -> BoolArray:
    """Which values are within three standard deviations of their mean."""
    far = np.abs(values - values.mean(axis=0)) / values.std(axis=0)
    return np.asarray(far <= LIMIT)


def line(A: FloatArray, y: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted least squares; A has a column of ones."""
    root = np.sqrt(weight)
    slopes, *_ = np.linalg.lstsq(A * root[:, None], y * root, rcond=None)
    return np.asarray(slopes)


def huber(A: FloatArray, y: FloatArray, rounds: int = 30) -> FloatArray:
    """Huber's line (1964): residuals count squared up to 1.345 deviations, and
    by their size beyond; fitted by weights, again and again.

    Args:
        A: Features and a column of ones, shape (n_samples, n_features + 1).
        y: Targets, shape (n_samples,).
        rounds: How often the weights are taken anew. The deviation is the
            median size of the residuals by 0.6745.
    """
    slopes = line(A, y, np.ones(len(y)))
    for _ in range(rounds):
        size = np.abs(y - A @ slopes)
        limit = 1.345 * np.median(size) / 0.6745
        slopes = line(A, y, np.minimum(1, limit / np.maximum(size, 1e-12)))
    return np.asarray(slopes)


def fitted(
    A: FloatArray, y: FloatArray, arm: str, by_feature: bool
) -> FloatArray:
    """Slopes of one arm; what is removed has a long residual of a first line,
    or a long feature.
    """
    if arm == "Huber":
        return huber(A, y)
    weight = np.ones(len(y))
    if arm == "removed":
        first = y - A @ line(A, y, weight)
        kept = usual(A[:, 1:]).all(axis=1) if by_feature else usual(first)
        weight = kept.astype(float)
    return line(A, y, weight)
    # --8<-- [end:arms]


def trial(case: str, seed: int) -> list[float]:
    """R² against the mean targets of new samples, by arm."""
    X, y, new, truth = draw(case, seed)
    A, B = (np.column_stack([np.ones(len(Z)), Z]) for Z in (X, new))
    by_feature = case == "long features"
    told = [B @ fitted(A, y, arm, by_feature) for arm in ARMS]
    return [float(1 - ((t - truth) ** 2).mean() / truth.var()) for t in told]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² of shape (n_cases, n_seeds, n_arms)."""

    r2: FloatArray

    def gain(self, case: str, rival: str = "kept") -> Interval:
        """Outliers removed minus a rival."""
        rows = self.r2[CASES.index(case)].T
        return paired_difference(rows[1], rows[ARMS.index(rival)])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Fit all arms, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        np.array([[trial(case, seed) for seed in seeds] for case in CASES])
    )


def judge(result: Result) -> Outcome:
    """Removing should gain."""
    pairs = (
        ("gross", "kept"),
        ("gross", "Huber"),
        ("gross, one side", "Huber"),
        ("heavy tails", "kept"),
        ("long features", "kept"),
        ("skewed", "kept"),
    )
    return LESSON.judge(
        *(
            Finding(f"{case}: removed − {rival}, R²", result.gain(case, rival))
            for case, rival in pairs
        )
    )
