"""Linear regression: closed form, gradient descent, and gradients of one sample
at a time.

Formulas: Hastie, Tibshirani and Friedman, "The Elements of Statistical
Learning", section 3.2 (least squares); Robbins and Monro 1951 (decaying steps).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def check_design(X: FloatArray, y: FloatArray) -> None:
    """Refuse samples that no line can be fitted to.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).

    Raises:
        ValueError: If the shapes disagree, there is no sample, or a value is
            not finite.
    """
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if len(X) == 0:
        raise ValueError("a line needs at least one sample, got 0")
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise ValueError("X and y must be finite, got nan or inf")


# --8<-- [start:least_squares]
def least_squares(X: FloatArray, y: FloatArray) -> tuple[FloatArray, float]:
    """Minimise the squared error in closed form.

    Args:
        X: Features, shape (n_samples, n_features), any units.
        y: Targets, shape (n_samples,), any unit.

    Returns:
        Slopes, shape (n_features,), in target units per feature unit, and the
        intercept in target units. With singular features, the shortest slopes.

    Raises:
        ValueError: If the shapes disagree, there is no sample, or a value is
            not finite.
    """
    check_design(X, y)
    x_mean, y_mean = X.mean(axis=0), float(y.mean())
    coef, *_ = np.linalg.lstsq(X - x_mean, y - y_mean)  # (n_features,)
    return coef, y_mean - float(x_mean @ coef)
    # --8<-- [end:least_squares]


# --8<-- [start:gradient_descent]
def gradient_descent(
    X: FloatArray, y: FloatArray, step: float, n_steps: int
) -> FloatArray:
    """Walk down the mean squared error, all samples a step, from zero slopes.

    Args:
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).
        step: Length of a step per unit of gradient; it must be below 1 /
            (largest eigenvalue of X'X / n) for certain descent without
            overshoot.
        n_steps: How many steps.

    Returns:
        Slopes after 0, 1, ... steps, shape (n_steps + 1, n_features).

    Raises:
        ValueError: If the shapes disagree, or `step` is not positive.
    """
    check_design(X, y)
    if step <= 0:
        raise ValueError(f"step must be positive, got {step}")
    path = np.zeros((n_steps + 1, X.shape[1]))
    for t in range(n_steps):
        # of half the mean squared error
        gradient = X.T @ (X @ path[t] - y) / len(y)
        path[t + 1] = path[t] - step * gradient
    return path
    # --8<-- [end:gradient_descent]


# --8<-- [start:sgd]
def stochastic_descent(
    X: FloatArray,
    y: FloatArray,
    step: float,
    n_passes: int,
    decay: float,
    rng: np.random.Generator,
) -> FloatArray:
    """Take one step after each sample, in a new order every pass.

    Args:
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).
        step: Length of the first step per unit of gradient.
        n_passes: How often each sample is seen.
        decay: 0 keeps the step constant; otherwise the step after `t` passes is
            `step / (1 + decay * t)`.
        rng: Source of the order.

    Returns:
        Slopes after 0, 1, ... passes, shape (n_passes + 1, n_features).

    Raises:
        ValueError: If the shapes disagree, `step` is not positive or `decay` is
            negative.
    """
    check_design(X, y)
    if step <= 0 or decay < 0:
        raise ValueError(
            f"step must be positive and decay not negative, got {step}, {decay}"
        )
    n = len(y)
    w = np.zeros(X.shape[1])
    path = [w.copy()]
    for epoch in range(n_passes):
        for done, i in enumerate(rng.permutation(n)):
            rate = step / (1 + decay * (epoch + done / n))
            w -= rate * (X[i] @ w - y[i]) * X[i]
        path.append(w.copy())
    return np.array(path)
    # --8<-- [end:sgd]


def xor_blocks(
    n: int, noise: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw a checkerboard of four blocks: two high, two low.

    Args:
        n: How many samples.
        noise: Standard deviation of the targets around their block, no unit.
        rng: Source of the draw.

    Returns:
        Features uniform on the square from -1 to 1, shape (n, 2), and targets,
        shape (n,): about 1 where both features have one sign, about 0
            elsewhere.

    Raises:
        ValueError: If `n` is below 1 or `noise` is negative.
    """
    if n < 1 or noise < 0:
        raise ValueError(
            f"n must be at least 1 and noise not negative, got {n}, {noise}"
        )
    X = rng.uniform(-1.0, 1.0, (n, 2))
    y = (X[:, 0] * X[:, 1] > 0) + noise * rng.standard_normal(n)
    return X, y


def confounded(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw a cause that drives both the feature and the target.

    `z` is standard normal, `x = z + 0.5 e`, `y = -0.5 x + 2 z + e'`: raising
    `x` alone lowers `y`, yet samples with a high `x` have a high `y`.

    Args:
        n: How many samples.
        rng: Source of the draw.

    Returns:
        Columns x and z, shape (n, 2), and targets y, shape (n,), no units.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    z = rng.standard_normal(n)
    x = z + 0.5 * rng.standard_normal(n)
    y = -0.5 * x + 2.0 * z + rng.standard_normal(n)
    return np.column_stack([x, z]), y


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Excess mean squared error above the least-squares fit, one row a seed.

    Each array has shape (n_seeds, n_passes + 1), in squared target units.
    """

    batch: FloatArray
    constant: FloatArray
    decayed: FloatArray


def _order(seed: int) -> np.random.Generator:
    """Give both stochastic arms of a seed the same orders of the samples."""
    return np.random.default_rng([seed, 1])


def compare_passes(
    n_passes: int = 30, seeds: tuple[int, ...] = tuple(range(10))
) -> Passes:
    """Give batch and stochastic descent equal passes over equal samples (lesson
    L23).

    Least squares with 300 samples, 10 features of unequal spread (standard
    deviation 0.5 to 1.5) and noise of standard deviation 1.

    Args:
        n_passes: Passes over the samples that each arm may make.
        seeds: One draw of samples a seed.

    Raises:
        ValueError: If there are fewer than two seeds or no pass.
    """
    if len(seeds) < 2 or n_passes < 1:
        raise ValueError(
            f"need two seeds and one pass, got {len(seeds)} and {n_passes}"
        )
    arms: dict[str, list[FloatArray]] = {
        "batch": [],
        "constant": [],
        "decayed": [],
    }
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((300, 10)) * np.linspace(0.5, 1.5, 10)
        y = X @ rng.standard_normal(10) + rng.standard_normal(300)
        X, y = X - X.mean(axis=0), y - y.mean()
        best, _ = least_squares(X, y)
        gram = X.T @ X / len(y)
        step = 1.0 / float(np.linalg.eigvalsh(gram)[-1])
        paths = {
            "batch": gradient_descent(X, y, step, n_passes),
            "constant": stochastic_descent(
                X, y, 0.02, n_passes, 0.0, _order(seed)
            ),
            "decayed": stochastic_descent(
                X, y, 0.02, n_passes, 0.5, _order(seed)
            ),
        }
        for name, path in paths.items():
            arms[name].append(
                np.einsum("ti,ij,tj->t", path - best, gram, path - best)
            )
    return Passes(**{name: np.array(rows) for name, rows in arms.items()})
