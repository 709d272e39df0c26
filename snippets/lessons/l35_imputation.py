"""Lesson L35: should missing values be predicted from the other features?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.ridge_lasso import ridge
from snippets.scaling import fit_scale, scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L35",
    "With missing data one can predict the missing values from the data "
    "there is",
    "S3-D5",
    "breast cancer (8 features), and independent normals",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="any",
        made="both",
        advice=(
            "Fill by a model where features are related, inside the "
            "pipeline; else by the mean."
        ),
        conditions=(
            Condition(
                "features are related, by ridge",
                margin=0.01,
                split=(269, 300, 569),
                unit="sd",
            ),
            Condition(
                "features are related, by neighbours",
                margin=0.01,
                split=(269, 300, 569),
                unit="sd",
            ),
            Condition(
                "features are independent, by ridge",
                margin=0.01,
                unit="sd",
                rank="limit",
            ),
            Condition(
                "features are independent, by neighbours",
                margin=0.01,
                unit="sd",
                rank="limit",
            ),
            Condition(
                "a classifier uses the filled values",
                split=(150, 150, 569),
                rank="rival",
            ),
        ),
        held=(
            Held("reason why values are missing", "chance alone"),
            Held("share of missing values", "0.2"),
            Held("neighbours that fill", "5, the default"),
        ),
        reason="A hundredth of the standard deviation of a feature.",
    ),
)

SETS = ("related", "independent")
FILLS = ("mean", "neighbours", "ridge")
N_SAMPLES, N_FEATURES, MISSING = 300, 8, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """How well missing values are filled in.

    Attributes:
        errors: Root mean squared error over the missing values, in standard
            deviations, shape (2, 3, n_seeds), in the order of `SETS` and
            `FILLS`.
        accuracy: Of logistic regression on the filled-in related features,
            shape (3, n_seeds), in the order of `FILLS`.
    """

    errors: FloatArray
    accuracy: FloatArray

    def saved(self, data: str, fill: str) -> Interval:
        """Error of the mean minus error of another fill, in standard
        deviations.
        """
        scores = self.errors[SETS.index(data)]
        return paired_difference(scores[0], scores[FILLS.index(fill)])

    def accuracy_gain(self) -> Interval:
        """Accuracy after filling by ridge minus accuracy after filling with
        means.
        """
        return paired_difference(self.accuracy[-1], self.accuracy[0])


# --8<-- [start:impute]
def impute(
    X: FloatArray,
    rounds: int = 10,
    penalty: float = 1.0,
    n_known: int | None = None,
) -> FloatArray:
    """Fill missing values by predicting each feature from all others, again and
    again.

    Args:
        X: Samples, NaN where missing, shape (n_samples, n_features);
            standardised, so that the penalty means the same for all features.
        rounds: How often to go over the features; 0 fills with the means.
        penalty: Weight of the squared slopes in ridge regression, above 0.
        n_known: Means and slopes are learned from so many rows, and the others
            only filled; None learns from all.

    Returns:
        The same samples, without NaN.

    Raises:
        ValueError: If a feature has no value at all to learn from.
    """
    missing, known = np.isnan(X), slice(n_known)
    if missing[known].all(axis=0).any():
        raise ValueError("a feature without any value cannot be filled in")
    filled = np.where(missing, np.nanmean(X[known], axis=0), X)  # a first guess
    for _ in range(rounds):
        for j in np.flatnonzero(missing.any(axis=0)):
            others, gaps = np.delete(filled, j, axis=1), missing[:, j]
            there = ~gaps[known]
            slopes, intercept = ridge(
                others[known][there], X[known][there, j], penalty
            )
            filled[gaps, j] = others[gaps] @ slopes + intercept
    return filled
    # --8<-- [end:impute]


def draw(data: str, seed: int) -> tuple[FloatArray, IntArray]:
    """Draw samples without gaps.

    Args:
        data: "related", eight measurements of tumours, or "independent", normal
            numbers.
        seed: Which draw.

    Returns:
        Standardised features, shape (300, 8), and classes (all 0, if
        independent).

    Raises:
        ValueError: If there is no such set.
    """
    rng = np.random.default_rng(seed)
    if data == "independent":
        X, y = (
            rng.normal(size=(N_SAMPLES, N_FEATURES)),
            np.zeros(N_SAMPLES, dtype=np.int64),
        )
    elif data == "related":
        tumours, classes = load_breast_cancer(return_X_y=True)
        rows = rng.permutation(len(tumours))[:N_SAMPLES]
        X, y = tumours[rows, :N_FEATURES], classes[rows]
    else:
        raise ValueError(
            f"there is no set {data!r}; there are {', '.join(SETS)}"
        )
    return scale(X, *fit_scale(X)), y


def punch(X: FloatArray, share: float, rng: np.random.Generator) -> FloatArray:
    """Lose values completely at random: each with the same chance, whatever it
    is.

    Args:
        X: Samples without gaps, shape (n_samples, n_features).
        share: Chance of a value to get lost, from 0 to below 1.
        rng: Source of the losses.

    Raises:
        ValueError: If `share` is no such chance.
    """
    if not 0 <= share < 1:
        raise ValueError(
            f"the share to lose must be from 0 to below 1, got {share}"
        )
    return np.where(rng.random(X.shape) < share, np.nan, X)


def _fills(X: FloatArray, n_known: int | None = None) -> list[FloatArray]:
    """The samples filled in each way, in the order of `FILLS`."""
    return [
        impute(X, rounds=0, n_known=n_known),
        np.asarray(KNNImputer().fit(X[:n_known]).transform(X)),
        impute(X, n_known=n_known),
    ]


def classified(X: FloatArray, y: IntArray) -> list[float]:
    """Accuracy on the second half of the samples, after each way to fill them.

    Scale, fill and classifier are learned from the first half alone, as in a
    pipeline.

    Args:
        X: Samples, NaN where missing, in any units.
        y: Classes.
    """
    half = len(X) // 2
    mean, spread = np.nanmean(X[:half], axis=0), np.nanstd(X[:half], axis=0)
    model = LogisticRegression(solver="newton-cholesky")
    return [
        float(model.fit(F[:half], y[:half]).score(F[half:], y[half:]))
        for F in _fills((X - mean) / spread, half)
    ]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Lose a fifth of the values, fill them in, and compare with what they
    were.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    errors: list[list[list[float]]] = [[], []]
    accuracy = []
    for seed in seeds:
        for found, data in zip(errors, SETS, strict=True):
            X, y = draw(data, seed)
            holed = punch(X, MISSING, np.random.default_rng(1000 + seed))
            gaps, fills = np.isnan(holed), _fills(holed)
            found.append(
                [float(np.sqrt(np.mean((F - X)[gaps] ** 2))) for F in fills]
            )
            if data == "related":
                accuracy.append(classified(holed, y))
    return Result(np.moveaxis(np.array(errors), 1, -1), np.array(accuracy).T)


def judge(result: Result) -> Outcome:
    """Predicting should save error, whatever predicts and whatever the
    features.
    """
    return LESSON.judge(
        *(
            Finding(
                f"{data}: error of mean − error of {fill}, sd",
                result.saved(data, fill),
            )
            for data in SETS
            for fill in ("ridge", "neighbours")
        ),
        Finding(
            "related: classified after ridge − after mean, accuracy",
            result.accuracy_gain(),
        ),
    )
