"""Lesson L73: do importances by Shapley values, LIME and permutation agree?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn import config_context
from sklearn.ensemble import RandomForestRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression

from snippets.evidence import Interval, mean_interval
from snippets.explanation import permutation_importance
from snippets.feature_importance import shapley_values
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.mini_lime import explain

FloatArray = NDArray[np.float64]
Predict = Callable[[FloatArray], FloatArray]

AGREED = 0.9
"""Rank correlation at which two rankings agree."""

LESSON = Lesson(
    "L73",
    "Shapley values, LIME and permutation rank the features alike",
    "after Lundberg and Lee, 2017; Krishna and others, 2022, doubt it",
    "200 samples of six features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Say which question you ask before you rank; trust the first "
            "places, and not the order of those that follow."
        ),
        conditions=(
            Condition("a forest is asked, by Shapley and permutation", 0.05),
            Condition("a forest is asked, by Shapley and LIME", 0.05),
            Condition("a line is asked, by Shapley and permutation", 0.05),
            Condition("a line is asked, by Shapley and LIME", 0.05),
            Condition("a kernel is asked, by Shapley and permutation", 0.05),
            Condition("a kernel is asked, by Shapley and LIME", 0.05),
            Condition(
                "features correlate, and a forest is asked by Shapley and "
                "permutation",
                0.05,
            ),
            Condition(
                "features correlate, and a forest is asked by Shapley and LIME",
                0.05,
            ),
            Condition(
                "the first place alone counts, in a forest by Shapley and "
                "permutation",
                0.05,
            ),
        ),
        held=(
            Held("samples that are explained", "12, with a background of 12"),
            Held("number of features", "6"),
            Held(
                "width of LIME's neighbourhood",
                "0.75 times the root of 6",
                why="as LIME has it by default",
            ),
        ),
        reason="Rankings agree from a rank correlation of 0.9, which lets two "
        "pairs of neighbours of six change places; 0.05 is less than one pair.",
    ),
)

DRAWS = tuple(range(20))
N_TRAIN, N_NEW, N_FEATURES = 200, 200, 6
N_ASKED, N_BACKGROUND, N_NEAR, N_REPEATS = 12, 12, 200, 3
MODELS = ("forest", "line", "kernel")
WAYS = ("Shapley", "permutation", "LIME")
CASES = (("forest", 0.0), ("line", 0.0), ("kernel", 0.0), ("forest", 0.7))
"""Models, and how much neighbours among the features correlate."""

INSIDE = np.arange(2**N_FEATURES)[:, None] >> np.arange(N_FEATURES) & 1
"""Which features belong to each set, as `coalition_values` has them."""
SHARES = np.array([shapley_values(value) for value in np.eye(2**N_FEATURES)])
"""Shapley values are sums of the values of all sets: how much of each."""


def draw(
    correlation: float, n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw features of which the last matters not, and the target.

    A slope, a curve, two that act together, and a weak slope; neighbours
    correlate.
    """
    far = np.abs(np.subtract.outer(range(N_FEATURES), range(N_FEATURES)))
    half = np.linalg.cholesky(correlation**far)
    X = rng.standard_normal((n, N_FEATURES)) @ half.T
    y = X[:, 0] + 0.5 * X[:, 1] ** 2 + X[:, 2] * X[:, 3] + 0.3 * X[:, 4]
    return X, y + 0.3 * rng.standard_normal(n)


def fitted(model: str, X: FloatArray, y: FloatArray, seed: int) -> Predict:
    """Fit a model; what it predicts."""
    made: Any = LinearRegression()
    if model == "forest":
        made = RandomForestRegressor(10, min_samples_leaf=2, random_state=seed)
    elif model == "kernel":
        made = KernelRidge(alpha=0.1, kernel="rbf", gamma=0.1)
    mean = y.mean()
    made.fit(X, y - mean)
    if model == "forest":
        # as its `predict`, which takes longer to call its trees than they do
        trees = [each.tree_ for each in made.estimators_]
        return lambda new: (
            sum(tree.predict(new.astype(np.float32))[:, 0] for tree in trees)
            / len(trees)
            + mean
        )
    return lambda new: np.asarray(made.predict(new) + mean)


# --8<-- [start:shapley]
def by_shapley(
    predict: Predict, asked: FloatArray, background: FloatArray
) -> FloatArray:
    """Mean size of the exact Shapley values of some samples.

    Args:
        predict: Prediction of the fitted model.
        asked: Samples to explain, shape (n_asked, n_features).
        background: Where features of no set come from, shape (n_background,
            n_features).

    Returns:
        Shape (n_features,).
    """
    inside = INSIDE[:, None, None, :]  # sets, samples asked, background
    mixed = np.where(inside, asked[None, :, None], background[None, None])
    told = predict(mixed.reshape(-1, asked.shape[1]))
    values = told.reshape(mixed.shape[:3]).mean(axis=2)
    return np.asarray(np.abs(SHARES.T @ values).mean(axis=1))


def by_lime(
    predict: Predict,
    asked: FloatArray,
    scale: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Mean size of the slopes of a line around some samples, each for a step of
    one standard deviation; as wide as LIME has it by default.
    """
    width = 0.75 * np.sqrt(asked.shape[1])
    slopes = [
        explain(predict, sample, scale, rng, N_NEAR, width).slopes
        for sample in asked
    ]
    return np.asarray(np.abs(slopes).mean(axis=0))


def by_permutation(
    predict: Predict, X: FloatArray, y: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """How much the squared error of new samples rises."""
    orders = np.array([rng.permutation(len(X)) for _ in range(N_REPEATS)])
    drops = [
        permutation_importance(
            lambda A: -float(np.mean((predict(A) - y) ** 2)), X, [j], orders
        )
        for j in range(X.shape[1])
    ]
    return np.asarray(np.mean(drops, axis=1))
    # --8<-- [end:shapley]


def trial(model: str, correlation: float, seed: int) -> list[FloatArray]:
    """Importances in the three ways, of one model of one draw."""
    rng = np.random.default_rng(seed)
    X, y = draw(correlation, N_TRAIN, rng)
    new, truth = draw(correlation, N_NEW, rng)
    predict = fitted(model, X, y, seed)
    return [
        by_shapley(predict, new[:N_ASKED], X[:N_BACKGROUND]),
        by_permutation(predict, new, truth, rng),
        by_lime(predict, new[:N_ASKED], X.std(axis=0), rng),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Importances, shape (n_cases, n_seeds, 3, n_features), as `WAYS`."""

    told: FloatArray

    def agreement(self, case: int, way: str) -> FloatArray:
        """Rank correlation of one way with Shapley's, by seed."""
        place = WAYS.index(way)
        return np.array(
            [spearmanr(row[0], row[place]).statistic for row in self.told[case]]
        )

    def beyond(self, case: int, way: str) -> Interval:
        """How far the correlation is beyond agreement."""
        return mean_interval(self.agreement(case, way) - AGREED)

    def first(self, case: int) -> Interval:
        """Share of draws in which Shapley and permutation have the same first
        feature, beyond nine in ten.
        """
        places = self.told[case].argmax(axis=-1)
        return mean_interval((places[:, 0] == places[:, 1]) - AGREED)


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Rank in three ways, on the same models.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        found = [[trial(*case, seed) for seed in seeds] for case in CASES]
    return Result(np.array(found))


def judge(result: Result) -> Outcome:
    """Rankings should agree."""
    names = (*MODELS, "forest, correlated")
    return LESSON.judge(
        *(
            Finding(
                f"{name}: Shapley with {way} − 0.9, rank correlation",
                result.beyond(case, way),
            )
            for case, name in enumerate(names)
            for way in WAYS[1:]
        ),
        Finding(
            "forest: first by Shapley and permutation − 0.9, share",
            result.first(0),
        ),
    )
