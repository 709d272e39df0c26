"""Project of chapter 4: walks with batches of any size, and learning curves.

Source: Robbins and Monro 1951 (decaying steps).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes

from snippets.bias_variance import polynomial
from snippets.linear_regression import (
    check_design,
    least_squares,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TRUTH = (2.0, 1.0, 0.5)
"""Intercept, slope of x and slope of x² of the generated parabola, no unit."""
REACH = 3.0
"""The feature of the parabola lies between minus this and this."""
PROBLEMS = ("parabola", "diabetes", "new patients")
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


def valley(n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Draw patients who never were: the correlations, slopes and noise of
    diabetes.

    Args:
        n: How many, at least 1.
        rng: Source of the draw.

    Returns:
        Ten features, normal, shape (n, 10), and targets, linear in them, shape
        (n,), both in standard deviations of the real ones.
    """
    X, y = load_diabetes(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    slopes, _ = least_squares(X, y)
    noise = (y - X @ slopes).std()
    # X.T @ X / len(X), without the signs that an eigenvector may take
    root = np.linalg.cholesky(X.T @ X / len(X))
    new = rng.standard_normal((n, X.shape[1])) @ root.T
    return new, new @ slopes + noise * rng.standard_normal(n)


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
            "diabetes", all 442 patients and ten features, whose loss is a long
            valley; or "new patients", as many as `valley` draws.
        seed: Which draw; diabetes is the same for all.

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
    elif name == "new patients":
        X, y = valley(442, rng)
    else:
        raise ValueError(
            f"no problem is named {name!r}; there are {', '.join(PROBLEMS)}"
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
