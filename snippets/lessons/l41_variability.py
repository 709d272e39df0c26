"""Lesson L41: do data of many dimensions vary in few, and what does dropping
the rest cost?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits, make_swiss_roll
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.pca import hidden_factors, pca

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L41",
    "Data may appear to have many dimensions while there is only a small "
    "number of degrees of variability",
    "S3-O3",
    "3 factors in 50 features, a swiss roll, digits",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="dimension reduction",
        made="both",
        advice="Draw the share of variance by components; ask the model too.",
        conditions=(
            Condition(
                "factors act along straight lines", margin=0.0, unit="share"
            ),
            Condition(
                "a sheet is rolled up", margin=0.0, unit="share", rank="limit"
            ),
            Condition(
                "neighbours see 20 components of digits", split=(900, 897, 1797)
            ),
            Condition(
                "logistic regression sees 20 components of digits",
                split=(900, 897, 1797),
            ),
        ),
        held=(
            Held("components kept of the digits", "20 of 64"),
            Held("noise of the 50 features", "standard deviation 0.1"),
            Held("number of factors", "3"),
        ),
        reason=(
            "A share of 0.95 is asked beforehand; what is above it counts "
            "from zero on."
        ),
    ),
)

PLANE = {
    "3 factors in 50 features": 3,
    "the same, shuffled": 3,
    "swiss roll": 2,
}
"""Components that should explain each set: as many as it has degrees of
variability.
"""

MODELS = ("logistic", "3 neighbours")

ENOUGH = 0.95
"""The share of the variance that counts as all but noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Shares of variance and accuracies.

    Attributes:
        shares: Of the variance, explained by the components of `PLANE`, shape
            (3, n_seeds).
        digits: Accuracies on new digits with 64 pixels and with their first 20
            components, shape (n_models, 2, n_seeds), in the order of `MODELS`.
    """

    shares: FloatArray
    digits: FloatArray

    def share(self, name: str) -> Interval:
        """Share of the variance of one set of `PLANE`."""
        return mean_interval(self.shares[list(PLANE).index(name)])

    def above_enough(self, name: str) -> Interval:
        """The same, minus `ENOUGH`."""
        return mean_interval(self.shares[list(PLANE).index(name)] - ENOUGH)

    def change(self, model: str) -> Interval:
        """Accuracy with 20 components minus accuracy with 64 pixels."""
        pixels, components = self.digits[MODELS.index(model)]
        return paired_difference(components, pixels)


# --8<-- [start:shuffled]
def shuffled(X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Shuffle each feature by itself: every variance stays, what features share
    is lost.
    """
    return rng.permuted(X, axis=0)


def flat_share(X: FloatArray, k: int) -> float:
    """Share of the variance of X, shape (n_samples, n_features), in its best k
    directions.
    """
    return float(pca(X, k).ratios.sum())
    # --8<-- [end:shuffled]


def _digit_scores(seed: int) -> list[list[float]]:
    """Accuracies of both models with pixels and with components fitted to
    training rows.
    """
    X, y = load_digits(return_X_y=True)
    train, test = np.split(
        np.random.default_rng(seed).permutation(len(y)), [900]
    )
    plane = pca(X[train] / 16, 20)
    forms = [(X[train] / 16, X[test] / 16)]
    forms += [(plane.transform(forms[0][0]), plane.transform(forms[0][1]))]
    models = (LogisticRegression(max_iter=300), KNeighborsClassifier(3))
    return [
        [m.fit(A, y[train]).score(B, y[test]) for A, B in forms] for m in models
    ]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Count shares on generated sets, and classify digits before and after PCA.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    shares = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        factors = hidden_factors(rng)
        roll, _ = make_swiss_roll(1000, random_state=seed)
        sets = (factors, shuffled(factors, rng), roll)
        shares.append(
            [
                flat_share(X, k)
                for X, k in zip(sets, PLANE.values(), strict=True)
            ]
        )
    digits = np.array([_digit_scores(seed) for seed in seeds])
    return Result(np.array(shares).T, np.moveaxis(digits, 0, -1))


def judge(result: Result) -> Outcome:
    """Few components should explain each set, and a classifier should lose
    nothing.
    """
    flat, _, roll = PLANE
    logistic, near = MODELS
    return LESSON.judge(
        Finding(
            f"{flat}, share of 3 components − {ENOUGH}",
            result.above_enough(flat),
        ),
        Finding(
            f"{roll}, share of 2 components − {ENOUGH}",
            result.above_enough(roll),
        ),
        Finding(
            f"digits, {near}, 20 components − 64 pixels, accuracy",
            result.change(near),
            "none",
            0.01,
        ),
        Finding(
            f"digits, {logistic}, 20 components − 64 pixels, accuracy",
            result.change(logistic),
            "none",
            0.01,
        ),
    )
