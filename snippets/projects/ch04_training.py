"""Project of chapter 4: walks with batches of any size, learning curves, and
three brakes.

Sources: Robbins and Monro 1951 (decaying steps); Yao, Rosasco and Caponnetto
2007 (early stopping of gradient descent holds a fit back, as a penalty does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes
from sklearn.linear_model import lasso_path
from sklearn.preprocessing import PolynomialFeatures

from snippets.bias_variance import polynomial
from snippets.linear_regression import (
    check_design,
    gradient_descent,
    least_squares,
)
from snippets.ridge_lasso import ridge, smallest_silencing_penalty

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TRUTH = (2.0, 1.0, 0.5)
"""Intercept, slope of x and slope of x² of the generated parabola, no unit."""
REACH = 3.0
"""The feature of the parabola lies between minus this and this."""
WALKS = ("batch", "mini-batch", "stochastic")
MINI = 20
"""Samples in a mini-batch."""


def parabola(n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Draw samples of y = 2 + x + x²/2 + N(0, 1), after Géron's chapter 4.

    Args:
        n: How many, at least 1.
        rng: Source of the draw.

    Returns:
        Features, even between -3 and 3, and targets, both of shape (n,), no
        unit.

    Raises:
        ValueError: If there is no sample.
    """
    if n < 1:
        raise ValueError(f"need at least one sample, got {n}")
    x = rng.uniform(-REACH, REACH, n)
    return x, TRUTH[0] + TRUTH[1] * x + TRUTH[2] * x**2 + rng.standard_normal(n)


# --8<-- [start:walk]
def walk(
    X: FloatArray,
    y: FloatArray,
    batch: int,
    step: float,
    n_passes: int,
    rng: np.random.Generator,
    decay: float = 0.0,
) -> FloatArray:
    """Walk down the mean squared error, `batch` samples a step, a new order
    every pass.

    Args:
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).
        batch: Samples a step: all of them is batch descent, 1 is stochastic
            descent.
        step: Length of the first step per unit of gradient.
        n_passes: How often each sample is seen.
        rng: Source of the order.
        decay: The step after `t` passes is `step / (1 + decay * t)`.

    Returns:
        Slopes after 0, 1, ... steps, shape (n_steps + 1, n_features).

    Raises:
        ValueError: If the shapes disagree, or `batch` is not from 1 to
            n_samples.
    """
    check_design(X, y)
    n = len(y)
    if not 1 <= batch <= n:
        raise ValueError(f"a batch has 1 to {n} samples, got {batch}")
    path = [np.zeros(X.shape[1])]
    for epoch in range(n_passes):
        order = rng.permutation(n)
        for done in range(0, n, batch):
            some = order[done : done + batch]
            gradient = X[some].T @ (X[some] @ path[-1] - y[some]) / len(some)
            path.append(
                path[-1] - step / (1 + decay * (epoch + done / n)) * gradient
            )
    return np.array(path)
    # --8<-- [end:walk]


def bowl(name: str, seed: int) -> tuple[FloatArray, FloatArray]:
    """Make a least-squares problem with standardised features and centred
    targets.

    Args:
        name: "parabola", 100 samples of x and x², whose loss is a round bowl;
            or "diabetes", 300 patients and ten features, whose loss is a long
            valley.
        seed: Which draw.

    Returns:
        Features, shape (n, p), and targets in standard deviations, shape (n,).

    Raises:
        ValueError: If there is no problem of that name.
    """
    rng = np.random.default_rng(seed)
    if name == "parabola":
        x, y = parabola(100, rng)
        X = np.column_stack([x, x**2])
    elif name == "diabetes":
        X, y = load_diabetes(return_X_y=True)
        rows = rng.permutation(len(y))[:300]
        X, y = X[rows], y[rows]
    else:
        raise ValueError(
            f"no problem is named {name!r}; there are parabola, diabetes"
        )
    return (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()


# --8<-- [start:walks]
def walks(
    X: FloatArray, y: FloatArray, n_passes: int, seed: int
) -> dict[str, FloatArray]:
    """Walk with all samples, 20 and 1 a step; the steps suit the steepest
    direction.

    Args:
        X: Centred features, shape (n_samples, n_features), at least 20 samples.
        y: Centred targets, shape (n_samples,).
        n_passes: How often each sample is seen.
        seed: Decides the order of the samples.

    Returns:
        Slopes after each step, by walk, shape (n_steps + 1, n_features).
    """
    steep = float(np.linalg.eigvalsh(X.T @ X / len(y))[-1])
    plans = zip(
        WALKS, (len(y), MINI, 1), (1.0, 0.5, 0.1), (0.0, 1.0, 1.0), strict=True
    )
    return {
        name: walk(
            X,
            y,
            batch,
            share / steep,
            n_passes,
            np.random.default_rng([seed, 1]),
            decay,
        )
        for name, batch, share, decay in plans
    }
    # --8<-- [end:walks]


def excess(path: FloatArray, X: FloatArray, y: FloatArray) -> FloatArray:
    """Mean squared error above that of least squares.

    Args:
        path: Slopes, shape (n_steps, n_features).
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).

    Returns:
        In squared target units, shape (n_steps,).
    """
    away = path - least_squares(X, y)[0]
    return np.asarray(((away @ X.T) ** 2).mean(axis=1))


def race(
    name: str, n_passes: int, seeds: Sequence[int]
) -> dict[str, FloatArray]:
    """Let the walks race over equal passes, from the same start, in the same
    order.

    Args:
        name: A problem of `bowl`.
        n_passes: How often each sample is seen.
        seeds: Draws and orders, at least two.

    Returns:
        Excess error after 0, 1, ... passes by walk, shape (n_seeds, n_passes +
        1).

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    if len(seeds) < 2:
        raise ValueError(f"need two seeds or more, got {list(seeds)}")
    found: dict[str, list[FloatArray]] = {each: [] for each in WALKS}
    for seed in seeds:
        X, y = bowl(name, seed)
        for each, path in walks(X, y, n_passes, seed).items():
            found[each].append(
                excess(path[:: (len(path) - 1) // n_passes], X, y)
            )
    return {each: np.array(rows) for each, rows in found.items()}


# --8<-- [start:curve]
def learning_curve(
    degree: int, sizes: Sequence[int], seeds: Sequence[int]
) -> FloatArray:
    """Fit polynomials to more and more samples of the parabola.

    Args:
        degree: Of the polynomial, at least 0.
        sizes: Numbers of samples, none above 200.
        seeds: A seed is a draw of 200 samples, of which a size takes the first.

    Returns:
        RMSE on those samples and on 1,000 others, shape (2, n_sizes, n_seeds),
        no unit.
    """
    columns = polynomial(degree)
    found = np.empty((2, len(sizes), len(seeds)))
    for column, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        (x, y), (new_x, new_y) = parabola(200, rng), parabola(1000, rng)
        for row, n in enumerate(sizes):
            weights = np.linalg.lstsq(columns(x[:n] / REACH), y[:n])[0]
            for part, (at, truth) in enumerate(
                ((x[:n], y[:n]), (new_x, new_y))
            ):
                wrong = columns(at / REACH) @ weights - truth
                found[part, row, column] = np.sqrt(np.mean(wrong**2))
    return found
    # --8<-- [end:curve]


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
        name: "parabola", 10 powers and 50 + 50 + 1,000 samples; or "diabetes",
            the ten features, their squares and products, and 150 + 100 + 192
            patients.
        seed: Which draw, or which split.

    Raises:
        ValueError: If there is no problem of that name.
    """
    rng = np.random.default_rng(seed)
    if name == "parabola":
        x, y = parabola(1100, rng)
        X, ends = polynomial(10)(x / REACH)[:, 1:], [50, 100]
        few = 2
    elif name == "diabetes":
        measured, scores = load_diabetes(return_X_y=True)
        rows = rng.permutation(len(scores))
        X = PolynomialFeatures(2, include_bias=False).fit_transform(
            measured[rows]
        )
        y, ends, few = scores[rows], [150, 250], measured.shape[1]
    else:
        raise ValueError(
            f"no problem is named {name!r}; there are parabola, diabetes"
        )
    first = slice(ends[0])
    Z = (X - X[first].mean(axis=0)) / X[first].std(axis=0)
    a, b, c = np.split(Z, ends)
    p, q, r = np.split(y - y[first].mean(), ends)
    return Parts((a, b, c), (p, q, r), few)


# --8<-- [start:brakes]
PENALTIES = np.logspace(1, -4, 26)
"""Price of a squared slope per sample, of ridge."""
SHARES = np.logspace(0, -3, 16)
"""Price of the lasso, as a share of the lowest price that makes all slopes
zero.
"""
STEPS = 3000
"""Most steps of gradient descent."""


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
        "early stopping": gradient_descent(X, y, 1 / steep, STEPS),
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
