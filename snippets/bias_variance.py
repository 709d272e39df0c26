"""Bias and variance: one model fitted to many training sets, and its error
taken apart.

Formulas: Geman, Bienenstock and Doursat 1992; Hastie, Tibshirani and Friedman,
"The Elements of Statistical Learning", section 7.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Basis = Callable[[FloatArray], FloatArray]


def sine(x: FloatArray) -> FloatArray:
    """The curve that makes the targets: one period of a sine on -1 to 1, no
    unit.
    """
    return np.sin(np.pi * x)


def polynomial(degree: int) -> Basis:
    """Columns of Legendre polynomials up to `degree`.

    They span the same curves as 1, x, x², ... and stay apart for a computer.

    Args:
        degree: Highest power, at least 0.

    Raises:
        ValueError: If `degree` is negative.
    """
    if degree < 0:
        raise ValueError(f"degree must be at least 0, got {degree}")
    return lambda x: np.asarray(np.polynomial.legendre.legvander(x, degree))


def waves(x: FloatArray) -> FloatArray:
    """Columns 1, sin and cos of one period: a model that knows the shape, not
    the height.
    """
    return np.column_stack(
        [np.ones(len(x)), np.sin(np.pi * x), np.cos(np.pi * x)]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Training sets from one source, and targets to score on.

    Attributes:
        x: Training features, shape (n_draws, n_samples), no unit.
        y: Training targets, shape (n_draws, n_samples), no unit.
        at: Where predictions are scored, shape (n_points,).
        truth: The curve there, without noise, shape (n_points,).
        fresh: New targets there, with noise, shape (n_draws, n_points).
    """

    x: FloatArray
    y: FloatArray
    at: FloatArray
    truth: FloatArray
    fresh: FloatArray


def draw(
    n_draws: int, n_samples: int, noise: float, rng: np.random.Generator
) -> Draws:
    """Draw training sets, and for each a set of new targets, from the same
    noisy sine.

    Features are spread: one falls anywhere in each of `n_samples` equal parts
    of -1 to 1. With gaps left to chance, high degrees would miss by factors of
    a million.

    Args:
        n_draws: Number of training sets.
        n_samples: Samples of each.
        noise: Standard deviation of the targets around the sine.
        rng: Source of the draws.

    Raises:
        ValueError: If a number is below 1 or `noise` is negative.
    """
    if n_draws < 1 or n_samples < 1 or noise < 0:
        raise ValueError(
            f"need a draw, a sample and noise of at least 0, got {n_draws}, "
            f"{n_samples}, {noise}"
        )
    parts = np.arange(n_samples) + rng.uniform(size=(n_draws, n_samples))
    x = 2.0 * parts / n_samples - 1.0
    y = sine(x) + noise * rng.standard_normal(x.shape)
    # inside: at the very edge polynomials fly off
    at = np.linspace(-0.95, 0.95, 100)
    fresh = sine(at) + noise * rng.standard_normal((n_draws, len(at)))
    return Draws(x, y, at, sine(at), fresh)


def predict_all(draws: Draws, basis: Basis) -> FloatArray:
    """Fit the basis to each training set by least squares, and predict.

    Args:
        draws: The training sets.
        basis: Makes columns, shape (n, n_columns), from features, shape (n,).

    Returns:
        Predictions at `draws.at`, a row a training set, shape (n_draws,
        n_points).
    """
    rows = [
        basis(draws.at) @ np.linalg.lstsq(basis(x), y)[0]
        for x, y in zip(draws.x, draws.y, strict=True)
    ]
    return np.array(rows)


# --8<-- [start:decompose]
@dataclass(frozen=True, slots=True)
class Parts:
    """The error of one model over many training sets, all in squared target
    units.
    """

    bias2: float
    variance: float
    error: float


def decompose(predictions: FloatArray, truth: FloatArray) -> Parts:
    """Split the error against the noiseless truth into bias² and variance.

    Args:
        predictions: A row for each training set, shape (n_draws, n_points).
        truth: Noiseless targets, shape (n_points,).

    Raises:
        ValueError: If the shapes do not fit or there is no training set.
    """
    if (
        predictions.ndim != 2
        or not len(predictions)
        or predictions.shape[1:] != truth.shape
    ):
        raise ValueError(
            f"need (n_draws, {truth.size}) predictions, got {predictions.shape}"
        )
    average = predictions.mean(axis=0)  # over training sets: (n_points,)
    return Parts(
        bias2=float(((average - truth) ** 2).mean()),
        variance=float(((predictions - average) ** 2).mean()),
        error=float(((predictions - truth) ** 2).mean()),
    )
    # --8<-- [end:decompose]


def errors(predictions: FloatArray, targets: FloatArray) -> FloatArray:
    """Mean squared error of each training set's model.

    Args:
        predictions: A row for each training set, shape (n_draws, n_points).
        targets: The truth, shape (n_points,), or new targets, shape (n_draws,
            n_points).

    Returns:
        Errors, shape (n_draws,), in squared target units.
    """
    return np.asarray(((predictions - targets) ** 2).mean(axis=1))
