"""Lesson L02: do correlated features call for ridge regression?

Equicorrelated normal features; least squares against ridge with its penalty
chosen by leave-one-out cross-validation (Hoerl and Kennard 1970; Golub, Heath
and Wahba 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, RidgeCV

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L02",
    "When features are highly correlated, least squares has a large "
    "variance, so ridge should be used",
    "S3-M5",
    "30 samples of 10 features, generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Tune ridge beside least squares, and do not read slopes of "
            "features that are twins."
        ),
        conditions=(
            Condition("effects agree, at a correlation of 0.99", margin=0.04),
            Condition(
                "effects agree, and correlation is what is added", margin=0.04
            ),
            Condition("effects oppose each other", margin=0.04),
            Condition(
                "least squares at 0.99 is set against itself at 0", fixed=True
            ),
        ),
        held=(
            Held("size of the opposing slopes", "+30 and −30"),
            Held("training samples", "30 of 10 features"),
            Held("noise of the target", "standard deviation 2"),
        ),
        reason="A hundredth of the variance of the noise, which is 4, is 0.04.",
    ),
)

N_TRAIN, N_TEST, N_FEATURES = 30, 500, 10
NOISE_SD = 2.0
PENALTIES = np.logspace(-3, 3, 13)

CORRELATIONS = (0.0, 0.9, 0.99, 0.999)
OPPOSED = np.tile([30.0, -30.0], N_FEATURES // 2)
"""Slopes under which the features work against each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """Scores of both models on the same draws.

    Attributes:
        correlations: Correlation of each pair of features, length
            n_correlations.
        ols_error: Test mean squared error of least squares, shape
            (n_correlations, n_seeds), in squared target units.
        ridge_error: The same of ridge.
        ols_slopes: Fitted slopes, shape (n_correlations, n_seeds, n_features).
        ridge_slopes: The same of ridge.
    """

    correlations: tuple[float, ...]
    ols_error: FloatArray
    ridge_error: FloatArray
    ols_slopes: FloatArray
    ridge_slopes: FloatArray

    def gains(self) -> list[Interval]:
        """Error of least squares minus error of ridge, at each correlation."""
        pairs = zip(self.ols_error, self.ridge_error, strict=True)
        return [paired_difference(ols, ridge) for ols, ridge in pairs]

    def ols_errors(self) -> list[Interval]:
        """Error of least squares at each correlation."""
        return [mean_interval(row) for row in self.ols_error]

    def ols_spread(self) -> FloatArray:
        """Standard deviation of a least-squares slope over seeds, at each
        correlation.
        """
        return np.asarray(self.ols_slopes.std(axis=1, ddof=1).mean(axis=1))

    def ridge_spread(self) -> FloatArray:
        """The same of ridge."""
        return np.asarray(self.ridge_slopes.std(axis=1, ddof=1).mean(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Both truths on the same normal draws and the same noise.

    Attributes:
        agree: Scores where all slopes are 1.
        oppose: Scores where slopes are +30 and -30 in turn.
    """

    agree: Arms
    oppose: Arms


# --8<-- [start:draw]
def mixing(correlation: float) -> FloatArray:
    """Turn independent features into features that all correlate alike.

    Args:
        correlation: Correlation of each pair, at least 0 and below 1.

    Returns:
        Matrix A, shape (n_features, n_features); rows of `Z @ A` correlate as
        asked.

    Raises:
        ValueError: If `correlation` is outside its range.
    """
    if not 0 <= correlation < 1:
        raise ValueError(
            f"correlation must be at least 0 and below 1, got {correlation}"
        )
    wanted = np.full((N_FEATURES, N_FEATURES), correlation)
    np.fill_diagonal(wanted, 1.0)
    return np.linalg.cholesky(wanted).T
    # --8<-- [end:draw]


def compare(
    slopes: FloatArray | None = None,
    correlations: Sequence[float] = CORRELATIONS,
    seeds: Sequence[int] = tuple(range(50)),
) -> Arms:
    """Fit both models to 30 samples of 10 features, and score them on 500 new
    samples.

    Only the mixing of the features changes with the correlation: the underlying
    normal draws and the noise of a seed stay the same.

    Args:
        slopes: True slopes, shape (n_features,); all 1 by default.
        correlations: Correlations to try, each at least 0 and below 1.
        seeds: One training and one test draw each.

    Raises:
        ValueError: If there are fewer than two seeds, or `slopes` has another
            shape.
    """
    truth = np.ones(N_FEATURES) if slopes is None else slopes
    if truth.shape != (N_FEATURES,):
        raise ValueError(
            f"slopes must have shape ({N_FEATURES},), got {truth.shape}"
        )
    if len(seeds) < 2:
        raise ValueError(
            f"an interval needs at least two seeds, got {len(seeds)}"
        )
    errors = np.empty((2, len(correlations), len(seeds)))
    fitted = np.empty((2, len(correlations), len(seeds), N_FEATURES))
    for i, correlation in enumerate(correlations):
        mix = mixing(correlation)
        for j, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            X = rng.standard_normal((N_TRAIN + N_TEST, N_FEATURES)) @ mix
            y = X @ truth + NOISE_SD * rng.standard_normal(len(X))
            for m, model in enumerate(
                (LinearRegression(), RidgeCV(alphas=PENALTIES))
            ):
                model.fit(X[:N_TRAIN], y[:N_TRAIN])
                errors[m, i, j] = np.mean(
                    (model.predict(X[N_TRAIN:]) - y[N_TRAIN:]) ** 2
                )
                fitted[m, i, j] = model.coef_
    return Arms(tuple(correlations), errors[0], errors[1], fitted[0], fitted[1])


def run(seeds: Sequence[int] = tuple(range(50))) -> Result:
    """Compare both models under both truths, at each of `CORRELATIONS`.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    return Result(compare(seeds=seeds), compare(OPPOSED, seeds=seeds))


def judge(result: Result) -> Outcome:
    """Ridge should gain, by the correlation, which should raise the error of
    least squares.
    """
    high = CORRELATIONS.index(0.99)
    agree, oppose = result.agree, result.oppose
    saved = agree.ols_error - agree.ridge_error  # (n_correlations, n_seeds)
    # Equal but for rounding, which must not decide a verdict.
    spoilt = (agree.ols_error[high] - agree.ols_error[0]).round(9)
    return LESSON.judge(
        Finding(
            "correlation 0.99, least squares − ridge, MSE", agree.gains()[high]
        ),
        Finding(
            "gain of ridge at 0.99 − gain at 0, MSE",
            paired_difference(saved[high], saved[0]),
        ),
        Finding(
            "effects oppose, least squares − ridge, MSE", oppose.gains()[high]
        ),
        Finding("least squares at 0.99 − at 0, MSE", mean_interval(spoilt)),
    )
