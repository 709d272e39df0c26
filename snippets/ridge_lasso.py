"""Ridge and lasso: least squares with a penalty on the slopes.

Formulas: Hoerl and Kennard 1970 (ridge); Friedman, Hastie and Tibshirani 2010
(coordinate descent with soft thresholds); scikit-learn user guide, "Linear
Models" (the scaling of both losses).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snippets.linear_regression import check_design

FloatArray = NDArray[np.float64]


def check_penalty(penalty: float) -> None:
    """Refuse a penalty that is not one.

    Args:
        penalty: Penalty of the slopes.

    Raises:
        ValueError: If `penalty` is not positive and finite.
    """
    if not 0 < penalty < np.inf:
        raise ValueError(f"penalty must be positive and finite, got {penalty}")


# --8<-- [start:ridge]
def ridge(
    X: FloatArray, y: FloatArray, penalty: float
) -> tuple[FloatArray, float]:
    """Minimise squared error + penalty * squared slopes, in closed form.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Targets, shape (n_samples,).
        penalty: Penalty of a squared slope, in squared feature units.

    Returns:
        Slopes, shape (n_features,), and the intercept, which is not penalised.

    Raises:
        ValueError: If the samples are unfit, or `penalty` is not positive and
            finite.
    """
    check_design(X, y)
    check_penalty(penalty)
    x_mean, y_mean = X.mean(axis=0), float(y.mean())
    Z = X - x_mean
    gram = Z.T @ Z + penalty * np.eye(X.shape[1])
    coef = np.linalg.solve(gram, Z.T @ (y - y_mean))  # (n_features,)
    return coef, y_mean - float(x_mean @ coef)
    # --8<-- [end:ridge]


# --8<-- [start:soft]
def soft_threshold(value: float, cut: float) -> float:
    """Move a number towards 0 by `cut`, and stop at 0.

    Args:
        value: Any number.
        cut: How far to move, in the unit of `value`, not negative.
    """
    return float(np.sign(value)) * max(abs(value) - cut, 0.0)
    # --8<-- [end:soft]


# --8<-- [start:lasso]
def lasso(
    X: FloatArray,
    y: FloatArray,
    penalty: float,
    tol: float = 1e-12,
    max_sweeps: int = 20_000,
) -> tuple[FloatArray, float]:
    """Minimise half the mean squared error + penalty * absolute slopes, one
    slope at a time.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Targets, shape (n_samples,).
        penalty: Penalty of a slope, in target units times feature units.
        tol: A sweep that moves no slope by more than this, in units of a slope,
            is the last.
        max_sweeps: Most sweeps over all slopes.

    Returns:
        Slopes, shape (n_features,), many exactly 0, and the unpenalised
        intercept.

    Raises:
        ValueError: If the samples are unfit, or `penalty` is not positive and
            finite.
        RuntimeError: If `max_sweeps` sweeps were not enough.
    """
    check_design(X, y)
    check_penalty(penalty)
    x_mean, y_mean = X.mean(axis=0), float(y.mean())
    Z, residual, coef = X - x_mean, y - y_mean, np.zeros(X.shape[1])
    power = (Z**2).mean(axis=0)  # (n_features,)
    for _ in range(max_sweeps):
        before = coef.copy()
        # a constant feature keeps its slope of 0
        for j in np.flatnonzero(power):
            pull = Z[:, j] @ residual / len(y) + power[j] * coef[j]
            slope = soft_threshold(pull, penalty) / power[j]
            residual -= Z[:, j] * (slope - coef[j])
            coef[j] = slope
        if np.abs(coef - before).max() <= tol:
            return coef, y_mean - float(x_mean @ coef)
    raise RuntimeError(f"slopes still move after {max_sweeps} sweeps")
    # --8<-- [end:lasso]


def smallest_silencing_penalty(X: FloatArray, y: FloatArray) -> float:
    """Find the lowest penalty at which the lasso sets every slope to 0.

    It is the largest mean product of a centred feature and the target, centred
    or not.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).

    Returns:
        The penalty, in target units times feature units.

    Raises:
        ValueError: If the samples are unfit.
    """
    check_design(X, y)
    return float(np.abs((X - X.mean(axis=0)).T @ y).max() / len(y))


def few_or_many(
    n: int, p: int, n_active: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw a target that depends on some of the features.

    Args:
        n: How many samples.
        p: How many standard normal features.
        n_active: How many of them matter. Their slopes are equal and have a
            squared sum of 10, so that the strength of the signal does not
            depend on their number.
        rng: Source of the draw.

    Returns:
        Features, shape (n, p), and targets with noise of variance 1, shape
        (n,), no units.

    Raises:
        ValueError: If `n` is below 1, or not 1 <= n_active <= p.
    """
    if n < 1 or not 1 <= n_active <= p:
        raise ValueError(
            f"need n >= 1 and 1 <= n_active <= p, got {n}, {n_active}, {p}"
        )
    X = rng.standard_normal((n, p))
    signal = X[:, :n_active].sum(axis=1) * np.sqrt(10 / n_active)
    return X, signal + rng.standard_normal(n)


def twins(
    n: int, gap: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw two features that are nearly the same, and matter equally.

    Args:
        n: How many samples.
        gap: Standard deviation of each twin around what they share; 0 makes
            them copies.
        rng: Source of the draw.

    Returns:
        Features, shape (n, 2), and targets, their sum plus noise of variance 1,
        shape (n,), no units.

    Raises:
        ValueError: If `n` is below 1 or `gap` is negative.
    """
    if n < 1 or gap < 0:
        raise ValueError(
            f"n must be at least 1 and gap not negative, got {n}, {gap}"
        )
    X = rng.standard_normal((n, 1)) + gap * rng.standard_normal((n, 2))
    return X, X.sum(axis=1) + rng.standard_normal(n)
