"""Lesson L69: does the lasso find the truth among more features than samples,
once they are standardised?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import lasso_path

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LESSON = Lesson(
    "L69",
    "With more features than samples, standardised, the lasso finds the true "
    "ones",
    "after Tibshirani, 1996; the condition is Zhao and Yu, 2006",
    "80 samples of 200 features, five of them true, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Read the lasso's features as a list that holds the truth and "
            "more; standardise unless the units say what matters."
        ),
        conditions=(
            Condition(
                "features are independent and folds choose the penalty",
                margin=0.05,
            ),
            Condition(
                "features are independent and the best penalty is known",
                margin=0.05,
            ),
            Condition(
                "neighbours correlate and the best penalty is known",
                margin=0.05,
            ),
            Condition(
                "a false feature repeats the true ones and the best "
                "penalty is known",
                margin=0.05,
                rank="limit",
            ),
            Condition(
                "scales go from a tenth to ten, and the rival takes them as "
                "they are",
                margin=0.05,
            ),
            Condition(
                "true features are the long ones, and scaling is what is asked",
                margin=0.05,
                rank="limit",
            ),
        ),
        held=(
            Held("strength of the true slopes", "1, with noise of 1"),
            Held("rule by which folds choose", "least squared error"),
            Held("number of true features", "5 of 200"),
        ),
        reason="Truth is found if nine tenths are, by F1 of features; a "
        "twentieth is half of a feature among ten.",
    ),
)

DRAWS = tuple(range(20))
N_TRAIN, N_FEATURES, N_TRUE, K = 80, 200, 5, 5
WANTED = 0.9
"""F1 at which the truth counts as found."""
PENALTIES = 10.0 ** np.linspace(0, -2, 30)
"""Shares of the least penalty that leaves no feature."""
CASES = ("independent", "neighbours", "repeated", "scales", "long")


def draw(case: str, seed: int) -> tuple[FloatArray, FloatArray]:
    """Draw samples of which the first five features are true, with slope 1."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N_TRAIN, N_FEATURES))
    if case == "neighbours":
        place = rng.permutation(N_FEATURES)
        for column in range(1, N_FEATURES):
            X[:, column] = 0.7 * X[:, column - 1] + 0.51**0.5 * X[:, column]
        X = X[:, place]
    if case == "repeated":
        own = np.sqrt(1 - 0.9**2) * X[:, N_TRUE]
        X[:, N_TRUE] = 0.9 * X[:, :N_TRUE].sum(axis=1) / N_TRUE**0.5 + own
    y = X[:, :N_TRUE].sum(axis=1) + rng.standard_normal(N_TRAIN)
    if case == "scales":
        X = X * 10.0 ** rng.uniform(-1, 1, N_FEATURES)
    if case == "long":
        X[:, :N_TRUE] *= 3
    return X, y


# --8<-- [start:path]
def path(X: FloatArray, y: FloatArray, scaled: bool) -> FloatArray:
    """Slopes of the lasso at each penalty, in the units of the features.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).
        scaled: Whether features are standardised first.

    Returns:
        Shape (n_features, n_penalties).
    """
    size = X.std(axis=0) if scaled else np.ones(X.shape[1])
    Z, aim = (X - X.mean(axis=0)) / size, y - y.mean()
    most = np.abs(Z.T @ aim).max() / len(y)
    _, slopes, _ = lasso_path(Z, aim, alphas=most * PENALTIES, tol=1e-3)
    return np.asarray(slopes / size[:, None])


def f1(slopes: FloatArray) -> FloatArray:
    """F1 of the features with a slope against the true ones, by penalty."""
    chosen = slopes != 0
    right = chosen[:N_TRUE].sum(axis=0)
    return np.asarray(2 * right / (chosen.sum(axis=0) + N_TRUE))


def by_folds(X: FloatArray, y: FloatArray, scaled: bool) -> int:
    """Number of the penalty with the least squared error by five folds."""
    missed = np.zeros(len(PENALTIES))
    for k in range(K):
        out = np.arange(len(y)) % K == k
        slopes = path(X[~out], y[~out], scaled)
        told = (X[out] - X[~out].mean(axis=0)) @ slopes + y[~out].mean()
        missed += ((y[out][:, None] - told) ** 2).sum(axis=0)
    return int(missed.argmin())
    # --8<-- [end:path]


def irrepresentable(covariance: FloatArray, signs: FloatArray) -> float:
    """The largest left side of the irrepresentable condition (Zhao and Yu,
    2006): the lasso can find the true signs only if it is at most 1.

    Args:
        covariance: Of the features, the true ones first.
        signs: Of the true slopes, shape (n_true,).
    """
    n = len(signs)
    pull = covariance[n:, :n] @ np.linalg.solve(covariance[:n, :n], signs)
    return float(np.abs(pull).max())


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """F1 of the chosen features.

    Attributes:
        path: By case, seed, scaled or not and penalty.
        chosen: Number of the penalty that folds choose where features are
            independent, shape (n_seeds,).
    """

    path: FloatArray
    chosen: NDArray[np.int64]

    def best(self, case: str, scaled: bool = True) -> FloatArray:
        """F1 at the penalty that finds most, shape (n_seeds,)."""
        return np.asarray(
            self.path[CASES.index(case), :, int(scaled)].max(axis=1)
        )

    def tuned(self) -> FloatArray:
        """F1 at the penalty that folds choose, shape (n_seeds,)."""
        rows = self.path[0, :, 1]
        return np.asarray(rows[np.arange(len(rows)), self.chosen])

    def gain(self, case: str) -> Interval:
        """Standardised minus as it is."""
        return paired_difference(self.best(case), self.best(case, False))


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Follow the lasso's path on all draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found, chosen = [], []
    for case in CASES:
        rows = []
        for seed in seeds:
            X, y = draw(case, seed)
            rows.append([f1(path(X, y, scaled)) for scaled in (False, True)])
            if case == CASES[0]:
                chosen.append(by_folds(X, y, True))
        found.append(rows)
    return Result(np.array(found), np.array(chosen))


def judge(result: Result) -> Outcome:
    """The features should be the true ones, and more so standardised."""
    rows = [("independent, by folds", result.tuned())]
    rows += [(f"{case}, best penalty", result.best(case)) for case in CASES[:3]]
    return LESSON.judge(
        *(
            Finding(
                f"{name}: F1 of features − {WANTED:g}, F1 of features",
                mean_interval(scores - WANTED),
            )
            for name, scores in rows
        ),
        *(
            Finding(
                f"{case}: standardised − as it is, F1 of features",
                result.gain(case),
            )
            for case in CASES[3:]
        ),
    )
