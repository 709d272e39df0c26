"""Lesson L65: should collinear features, twins, be dropped before a forest?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L65",
    "A forest predicts better once collinear features are dropped",
    "after Toloşi and Lengauer, 2011",
    "200 samples, six features and ten twins of one of them, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Keep collinear features to predict; group them before you rank "
            "them."
        ),
        conditions=(
            Condition("ten twins repeat the strong feature"),
            Condition("ten twins measure it, each with an error of its own"),
            Condition("ten twins repeat a feature of noise"),
            Condition(
                "the forest's importance ranks the features", 0.05, rank="rival"
            ),
            Condition(
                "permutation in new samples ranks the features",
                0.05,
                rank="rival",
            ),
        ),
        held=(
            Held("trees of the forest", "10"),
            Held("number of twins", "10 of one feature"),
            Held("correlation at which columns go", "0.7"),
        ),
        changes=(
            Change(
                "more draws", "other seeds left it not settled, or nearly so"
            ),
        ),
        reason="A twentieth of the variance, or of all importance, is visible.",
    ),
)

DRAWS = tuple(range(32))
"""Seeds: with ten the primary hung on which ten. Two cases have the first ten.
"""
FEW = 10
N_TRAIN, N_NEW, N_TWINS, N_TREES = 200, 500, 10, 10
SLOPES = np.array([1.0, 0.7, 0.4, 0.0, 0.0, 0.0])
CASES = (("near copies", 0, 0.05), ("measured", 0, 0.5), ("noise", 5, 0.05))
"""Name, the feature that has twins, and the error with which each repeats it
(the first column included where twins measure)."""
LIMIT = 0.7
"""A column that correlates more than this with an earlier one is dropped."""
SHARES = (0.34, 1.0)
"""Shares of the features that a split may see; the better one is chosen."""


def draw(
    twin_of: int, error: float, rng: np.random.Generator, n: int
) -> tuple[FloatArray, FloatArray]:
    """Draw features of which one has ten twins, and the target."""
    X = rng.standard_normal((n, len(SLOPES)))
    y = X @ SLOPES + 0.5 * rng.standard_normal(n)
    noise = error * rng.standard_normal((n, N_TWINS + 1))
    twins = X[:, [twin_of]] + noise
    X[:, twin_of] = twins[:, 0]
    return np.hstack([X, twins[:, 1:]]), y


# --8<-- [start:kept]
def kept(X: FloatArray, limit: float = LIMIT) -> IntArray:
    """Columns that are no twin of an earlier column.

    Args:
        X: Training samples, shape (n_samples, n_features).
        limit: The largest correlation, either way, that two may have.
    """
    alike = np.abs(np.corrcoef(X, rowvar=False))
    chosen: list[int] = []
    for column in range(X.shape[1]):
        if all(alike[column, other] <= limit for other in chosen):
            chosen.append(column)
    return np.array(chosen)


def grow(
    X: FloatArray, y: FloatArray, share: float, seed: int
) -> list[DecisionTreeRegressor]:
    """Grow a forest: full trees of bootstrap samples, a share of the features
    tried at each split.
    """
    rng, trees = np.random.default_rng(seed), []
    for number in range(N_TREES):
        rows = rng.integers(len(y), size=len(y))
        tree = DecisionTreeRegressor(max_features=share, random_state=number)
        trees.append(tree.fit(X[rows], y[rows]))
    return trees


def r2(
    trees: list[DecisionTreeRegressor], X: FloatArray, y: FloatArray
) -> float:
    """R² of the mean of all trees."""
    told = np.mean([tree.predict(X) for tree in trees], axis=0)
    return float(1 - ((told - y) ** 2).mean() / y.var())


def permuted(
    trees: list[DecisionTreeRegressor],
    X: FloatArray,
    y: FloatArray,
    columns: Sequence[int],
    rng: np.random.Generator,
) -> FloatArray:
    """R² that is lost if a column of new samples is permuted (Breiman, 2001).

    Returns:
        Shape (n_columns,).
    """
    lost, whole = [], r2(trees, X, y)
    for column in columns:
        mixed = X.copy()
        mixed[:, column] = rng.permutation(mixed[:, column])
        lost.append(whole - r2(trees, mixed, y))
    return np.array(lost)
    # --8<-- [end:kept]


def trial(case: tuple[str, int, float], seed: int) -> list[list[float]]:
    """R², and the lead of the strong feature over the next, by both measures.

    Returns:
        By arm, all columns or those kept, and share of `SHARES`: R², lead by
        impurity, lead by permutation.
    """
    _, twin_of, error = case
    rng = np.random.default_rng(seed)
    X, y = draw(twin_of, error, rng, N_TRAIN)
    new, truth = draw(twin_of, error, rng, N_NEW)
    found = []
    for columns in (np.arange(X.shape[1]), kept(X)):
        for share in SHARES:
            trees = grow(X[:, columns], y, share, seed)
            told = new[:, columns]
            worth = np.full(2, np.nan)
            if case == CASES[0] and share == SHARES[0]:
                worth = permuted(trees, told, truth, (0, 1), rng)
            importance = [tree.feature_importances_ for tree in trees]
            strong, weak, *_ = np.mean(importance, axis=0)
            score = r2(trees, told, truth)
            found.append([score, strong - weak, worth[0] - worth[1]])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² and leads of each case, shape (n_seeds, 2, n_shares, 3): all columns,
    then those kept.
    """

    told: tuple[FloatArray, ...]

    def best(self, case: int, arm: int) -> FloatArray:
        """R² with the share that is best on the other seeds."""
        return chosen_elsewhere(self.told[case][:, arm, :, 0].T)

    def gain(self, case: int) -> Interval:
        """R² of the columns that are kept minus that of all."""
        return paired_difference(self.best(case, 1), self.best(case, 0))

    def lead(self, measure: int) -> tuple[FloatArray, FloatArray]:
        """Lead of the strong feature with near copies: all, then kept."""
        all_, few = self.told[0][:, :, 0, measure].T
        return all_, few


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Grow forests on all columns and on those kept, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = []
    for place, case in enumerate(CASES):
        chosen = seeds[:FEW] if place else seeds
        with config_context(assume_finite=True, skip_parameter_validation=True):
            rows = np.array([trial(case, seed) for seed in chosen])
        found.append(rows.reshape(len(chosen), 2, len(SHARES), 3))
    return Result(tuple(found))


def judge(result: Result) -> Outcome:
    """Fewer columns should predict better, and rank the strong one higher."""
    found = [
        Finding(f"{name}: dropped − all, R²", result.gain(case))
        for case, (name, *_) in enumerate(CASES)
    ]
    for measure, name in ((1, "impurity, importance"), (2, "permuted, R²")):
        all_, few = result.lead(measure)
        how, unit = name.split(", ")
        found.append(
            Finding(
                f"lead of the strong feature, {how}: dropped − all, {unit}",
                paired_difference(few, all_),
            )
        )
    return LESSON.judge(*found)
