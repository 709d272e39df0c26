"""Project of chapter 4: three brakes, and what a line rests on.

Source: Yao, Rosasco and Caponnetto 2007 (early stopping of gradient descent
holds a fit back, as a penalty does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes
from sklearn.linear_model import lasso_path
from sklearn.preprocessing import PolynomialFeatures

from snippets.bias_variance import polynomial
from snippets.explanation import permutation_importance
from snippets.linear_regression import gradient_descent, least_squares
from snippets.projects.ch04_training import PROBLEMS, REACH, parabola, valley
from snippets.ridge_lasso import ridge, smallest_silencing_penalty

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Samples to train on, to choose on and to test on; scaled by the first of
    them.

    Attributes:
        X: Features of each part, standardised, shapes (n_part, n_features).
        y: Targets of each part, minus the mean of the first, shapes (n_part,).
        few: How many of the columns come from a plain model; they are the
            first.
    """

    X: tuple[FloatArray, FloatArray, FloatArray]
    y: tuple[FloatArray, FloatArray, FloatArray]
    few: int


def parts(name: str, seed: int) -> Parts:
    """Draw a problem with more columns than its samples can carry.

    Args:
        name: "parabola", 10 powers and 50 + 50 + 1,000 samples; "diabetes",
            the ten features, their squares and products, and 150 + 100 + 192
            patients; or "new patients", the same with 1,000 to test.
        seed: Which draw, or which split.

    Raises:
        ValueError: If there is no problem of that name.
    """
    rng = np.random.default_rng(seed)
    if name == "parabola":
        x, y = parabola(1100, rng)
        X, ends = polynomial(10)(x / REACH)[:, 1:], [50, 100]
        few = 2
    elif name in PROBLEMS:
        if name == "diabetes":
            measured, y = load_diabetes(return_X_y=True)
            rows = rng.permutation(len(y))
            measured, y = measured[rows], y[rows]
        else:
            measured, y = valley(1250, rng)
        X = PolynomialFeatures(2, include_bias=False).fit_transform(measured)
        ends, few = [150, 250], measured.shape[1]
    else:
        raise ValueError(
            f"no problem is named {name!r}; there are {', '.join(PROBLEMS)}"
        )
    first = slice(ends[0])
    Z = (X - X[first].mean(axis=0)) / X[first].std(axis=0)
    a, b, c = np.split(Z, ends)
    p, q, r = np.split(y - y[first].mean(), ends)
    return Parts((a, b, c), (p, q, r), few)


# --8<-- [start:brakes]
PENALTIES = np.logspace(1, -4, 26)
"""Price of a squared slope per sample, of ridge."""
SHARES = np.logspace(0, -3, 26)
"""Price of the lasso, as a share of the lowest price that makes all slopes
zero.
"""
STEPS = np.unique(np.geomspace(1, 3000, 28).round().astype(int))
"""Steps of gradient descent, as many tries as there are prices."""


def brakes(X: FloatArray, y: FloatArray) -> dict[str, FloatArray]:
    """Fit with each brake at every strength, from the strongest to the weakest.

    Args:
        X: Standardised features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).

    Returns:
        Slopes by brake, each of shape (n_strengths, n_features).
    """
    stop = smallest_silencing_penalty(X, y)
    steep = float(np.linalg.eigvalsh(X.T @ X / len(y))[-1])
    _, lasso_slopes, _ = lasso_path(
        X, y, alphas=stop * SHARES, max_iter=100_000, tol=1e-3
    )
    return {
        "ridge": np.array(
            [ridge(X, y, len(y) * price)[0] for price in PENALTIES]
        ),
        "lasso": np.asarray(lasso_slopes.T),
        "early stopping": gradient_descent(X, y, 1 / steep, STEPS[-1])[STEPS],
    }
    # --8<-- [end:brakes]


def rmse(slopes: FloatArray, X: FloatArray, y: FloatArray) -> FloatArray:
    """Root mean squared error of slopes, of one fit or of many.

    Args:
        slopes: Shape (n_features,) or (n_fits, n_features).
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).

    Returns:
        In the unit of the targets, shape () or (n_fits,).
    """
    return np.asarray(np.sqrt(np.mean((slopes @ X.T - y) ** 2, axis=-1)))


# --8<-- [start:held]
def held_back(name: str, seeds: Sequence[int]) -> Mapping[str, FloatArray]:
    """Choose the strength of each brake on the second part, and score it on the
    third.

    Args:
        name: A problem of `parts`.
        seeds: Draws or splits.

    Returns:
        RMSE on the third part, shape (n_seeds,), by brake. "none" fits the
        first part to the end, "none, both parts" the first and the second, on
        which the brakes chose; "few columns" fits a plain model to the first.
    """
    found: dict[str, list[float]] = {}
    for seed in seeds:
        (X, choose_X, new_X), (y, choose_y, new_y) = (
            (part := parts(name, seed)).X,
            part.y,
        )
        both = np.concatenate([X, choose_X]), np.concatenate([y, choose_y])
        plain, _ = least_squares(X[:, : part.few], y)
        fits = {
            "none": least_squares(X, y),
            "none, both parts": least_squares(*both),
            "few columns": (np.pad(plain, (0, X.shape[1] - part.few)), 0.0),
        }
        for brake, slopes in brakes(X, y).items():
            fits[brake] = slopes[rmse(slopes, choose_X, choose_y).argmin()], 0.0
        for arm, (slopes, intercept) in fits.items():
            found.setdefault(arm, []).append(
                float(rmse(slopes, new_X, new_y - intercept))
            )
    return {arm: np.array(errors) for arm, errors in found.items()}
    # --8<-- [end:held]


def _error(slopes: FloatArray, y: FloatArray, X: FloatArray) -> float:
    return float(rmse(slopes, X, y))


# --8<-- [start:reads]
def reads(seeds: Sequence[int]) -> dict[str, FloatArray]:
    """What a plain line on the ten measurements of diabetes rests on.

    Args:
        seeds: Each splits the patients: 250 to fit, 192 to judge.

    Returns:
        By measure, shape (n_seeds, 10): the "slope" of each standardised
        feature, and by how much the RMSE of the others rises if the feature is
        "dealt" out anew among them, or "left out" and the line fitted again.
    """
    found: dict[str, list[Any]] = {"slope": [], "dealt": [], "left out": []}
    for seed in seeds:
        p = parts("diabetes", seed)
        X = np.concatenate(p.X[:2])[:, : p.few]
        mean, spread = X.mean(axis=0), X.std(axis=0)
        X, new = (X - mean) / spread, (p.X[2][:, : p.few] - mean) / spread
        y = np.concatenate(p.y[:2])
        truth, y = p.y[2] - y.mean(), y - y.mean()
        slopes, _ = least_squares(X, y)
        error = partial(_error, slopes, truth)
        rng = np.random.default_rng([seed, 1])
        orders = np.array([rng.permutation(len(new)) for _ in range(5)])
        dealt, left = [], []
        for j in range(p.few):
            rises = permutation_importance(error, new, [j], orders)
            dealt.append(-rises.mean())
            kept = np.arange(p.few) != j
            fewer, _ = least_squares(X[:, kept], y)
            left.append(rmse(fewer, new[:, kept], truth) - error(new))
        for name, each in zip(found, (slopes, dealt, left), strict=True):
            found[name].append(each)
    return {name: np.array(rows) for name, rows in found.items()}
    # --8<-- [end:reads]
