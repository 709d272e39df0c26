"""Logistic regression: Newton's method on the log loss, and what a threshold
costs.

Formulas: Hastie, Tibshirani and Friedman, "The Elements of Statistical
Learning", section 4.4 (Newton steps); scikit-learn user guide, "Logistic
regression" (where C stands); Elkan 2001 (the threshold of least expected cost).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """A fitted model.

    Attributes:
        coef: Weights, shape (n_features,), log-odds per feature unit.
        intercept: Log-odds where all features are 0.
        losses: Loss before the first step and after each, shape (n_steps + 1,),
            in nats.
    """

    coef: FloatArray
    intercept: float
    losses: FloatArray


def check_binary(X: FloatArray, y: IntArray) -> None:
    """Refuse samples that no two-class model can be fitted to.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Classes, shape (n_samples,), each 0 or 1.

    Raises:
        ValueError: If the shapes disagree, a value is not finite, a class is
            not 0 or 1, or one of the two is missing.
    """
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("X must be finite, got nan or inf")
    if set(np.unique(y).tolist()) != {0, 1}:
        raise ValueError(
            "y must hold both 0 and 1 and nothing else, got "
            f"{np.unique(y).tolist()}"
        )


# --8<-- [start:loss]
def loss(A: FloatArray, y: IntArray, w: FloatArray, C: float) -> float:
    """C times the summed log loss, plus half the squared weights without the
    last.

    Args:
        A: Features and a last column of ones, shape (n_samples, n_features +
            1).
        y: Classes 0 or 1, shape (n_samples,).
        w: Weights and, last, the intercept, shape (n_features + 1,).
        C: Worth of the samples against the price of the weights.
    """
    z = A @ w  # log-odds, (n_samples,)
    return float(C * (np.logaddexp(0.0, z) - y * z).sum() + w[:-1] @ w[:-1] / 2)
    # --8<-- [end:loss]


# --8<-- [start:newton]
def newton(
    X: FloatArray,
    y: IntArray,
    C: float = 1.0,
    tol: float = 1e-10,
    max_steps: int = 50,
) -> LogisticFit:
    """Fit by Newton's method from zero weights; the intercept is not penalised.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Classes, shape (n_samples,), both 0 and 1.
        C: Worth of the samples; a large C is a weak penalty.
        tol: A step that moves no weight by more than this is the last.
        max_steps: Most steps.

    Raises:
        ValueError: If the samples are unfit, or `C` is not positive and finite.
    """
    check_binary(X, y)
    if not 0 < C < np.inf:
        raise ValueError(f"C must be positive and finite, got {C}")
    A = np.column_stack([X, np.ones(len(y))])
    price = np.append(np.ones(X.shape[1]), 0.0)  # the intercept is free
    w = np.zeros(A.shape[1])
    losses = [loss(A, y, w, C)]
    for _ in range(max_steps):
        p = expit(A @ w)
        gradient = C * A.T @ (p - y) + price * w
        hessian = C * (A.T * (p * (1 - p))) @ A + np.diag(price)
        step = np.linalg.solve(hessian, gradient)
        while loss(A, y, w - step, C) > losses[-1]:
            step /= 2  # too far: the loss would rise
        w = w - step
        losses.append(loss(A, y, w, C))
        if np.abs(step).max() <= tol:
            break
    return LogisticFit(w[:-1], float(w[-1]), np.array(losses))
    # --8<-- [end:newton]


# --8<-- [start:probability]
def probability(X: FloatArray, fit: LogisticFit) -> FloatArray:
    """Probability of class 1.

    Args:
        X: Features, shape (n_samples, n_features).
        fit: A fitted model.

    Returns:
        Shape (n_samples,), from 0 to 1, no unit.
    """
    return np.asarray(expit(X @ fit.coef + fit.intercept))
    # --8<-- [end:probability]


def misses_and_alarms(
    y: IntArray, chance: FloatArray, thresholds: FloatArray
) -> tuple[IntArray, IntArray]:
    """Count both errors at each threshold; a sample is called 1 if its chance
    exceeds it.

    Args:
        y: Classes 0 or 1, shape (n_samples,).
        chance: Probability of class 1, shape (n_samples,).
        thresholds: Where to cut, shape (n_thresholds,).

    Returns:
        Samples of class 1 that are called 0, and samples of class 0 that are
        called 1, each of shape (n_thresholds,).

    Raises:
        ValueError: If the shapes disagree, or a threshold is outside 0 to 1.
    """
    if y.shape != chance.shape or y.ndim != 1:
        raise ValueError(
            f"y and chance must both be (n,), got {y.shape} and {chance.shape}"
        )
    if ((thresholds < 0) | (thresholds > 1)).any():
        raise ValueError("a threshold must be from 0 to 1")
    called = chance[:, None] > thresholds  # (n_samples, n_thresholds)
    misses = (~called & (y == 1)[:, None]).sum(axis=0)
    alarms = (called & (y == 0)[:, None]).sum(axis=0)
    return misses, alarms


def fair_threshold(miss_cost: float, alarm_cost: float) -> float:
    """Threshold of least expected cost, if the probabilities are true.

    Calling a sample 1 costs `(1 - p) * alarm_cost` on average, calling it 0
    costs `p * miss_cost`; the two are equal at the threshold.

    Args:
        miss_cost: Cost of calling a 1 a 0, any unit.
        alarm_cost: Cost of calling a 0 a 1, same unit.

    Raises:
        ValueError: If a cost is not positive.
    """
    if miss_cost <= 0 or alarm_cost <= 0:
        raise ValueError(
            f"costs must be positive, got {miss_cost} and {alarm_cost}"
        )
    return alarm_cost / (alarm_cost + miss_cost)


N_CATEGORIES = 12


def draw_categories(
    n: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray, FloatArray]:
    """Draw a category with an effect that does not follow its number.

    Args:
        n: How many samples.
        rng: Source of the draw.

    Returns:
        Category of each sample, from 0 to 11, shape (n,); its class 0 or 1,
        shape (n,); and the true probability of class 1 in each category, shape
        (12,): half of the categories have 0.15 and half 0.85, in random order.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    truth = rng.permutation(np.repeat([0.15, 0.85], N_CATEGORIES // 2))
    category = rng.integers(0, N_CATEGORIES, n)
    return category, (rng.random(n) < truth[category]).astype(np.int64), truth
