"""Gaussian process regression from scratch: posterior by Cholesky's root, the
marginal likelihood with its gradient, inducing points, and Laplace's method.

Formulas: Rasmussen and Williams 2006, algorithms 2.1 and 3.1, equation 5.9;
inducing points: Quiñonero-Candela and Rasmussen 2005, the projected process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, solve_triangular
from scipy.optimize import minimize

from snippets.gaussian_process_kernels import Kernel

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """A Gaussian process that has seen samples.

    Attributes:
        kernel: Its prior covariance; the prior mean is 0.
        theta: Logarithms of the kernel's parameters, and last that of the
            noise's standard deviation, shape (n_params + 1,).
        X: The samples, shape (n, p).
        lower: Root of their covariance with noise, shape (n, n).
        weights: What each sample's kernel counts in a mean, shape (n,).
        log_marginal: Logarithm of the density of their targets.
    """

    kernel: Kernel
    theta: FloatArray
    X: FloatArray
    lower: FloatArray
    weights: FloatArray
    log_marginal: float


def check_samples(
    kernel: Kernel, theta: FloatArray, X: FloatArray, y: FloatArray
) -> None:
    """Refuse samples and parameters that do not fit each other.

    Raises:
        ValueError: If shapes disagree or a value is not finite.
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise ValueError("X and y must be finite, got nan or inf")
    if theta.shape != (len(kernel.names) + 1,):
        raise ValueError(
            f"theta must hold {', '.join(kernel.names)} and noise, got "
            f"{theta.shape[0]} numbers"
        )


# --8<-- [start:condition]
def condition(
    kernel: Kernel, theta: FloatArray, X: FloatArray, y: FloatArray
) -> Process:
    """See samples: what all later answers need.

    Args:
        kernel: Covariance of the function.
        theta: Logarithms of its parameters and of the noise, (n_params + 1,).
        X: Samples, shape (n, p).
        y: Targets around a prior mean of 0, shape (n,).
    """
    check_samples(kernel, theta, X, y)
    covariance = kernel(X, X, theta[:-1])
    covariance[np.diag_indices(len(X))] += np.exp(2 * theta[-1])
    lower = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    weights = cho_solve((lower, True), y, check_finite=False)
    fit, volume = y @ weights / 2, np.log(np.diag(lower)).sum()
    log_marginal = float(-fit - volume - len(y) * np.log(2 * np.pi) / 2)
    return Process(kernel, theta, X, lower, weights, log_marginal)


def predict(process: Process, new: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of the function, without noise.

    Args:
        process: What `condition` gave.
        new: Places, shape (n_new, p).

    Returns:
        Two arrays of shape (n_new,), in the unit of the targets.
    """
    theta = process.theta[:-1]
    across = process.kernel(process.X, new, theta)  # (n, n_new)
    mean = across.T @ process.weights
    explained = solve_triangular(process.lower, across, lower=True) ** 2
    left = process.kernel.variance(new, theta) - explained.sum(axis=0)
    return mean, np.sqrt(np.maximum(left, 0))  # rounding may fall below 0
    # --8<-- [end:condition]


# --8<-- [start:gradient]
def log_marginal(
    kernel: Kernel, theta: FloatArray, X: FloatArray, y: FloatArray
) -> tuple[float, FloatArray]:
    """Logarithm of the marginal likelihood and its gradient by theta.

    Returns:
        A number, and an array of shape (n_params + 1,).
    """
    process = condition(kernel, theta, X, y)
    root = process.lower, True
    inverse = cho_solve(root, np.eye(len(y)), check_finite=False)
    pull = np.outer(process.weights, process.weights) - inverse  # (n, n)
    slopes = kernel.slopes(X, theta[:-1])  # (n_params, n, n)
    by_kernel = np.tensordot(slopes, pull, axes=2) / 2
    by_noise = np.exp(2 * theta[-1]) * np.trace(pull)
    return process.log_marginal, np.append(by_kernel, by_noise)
    # --8<-- [end:gradient]


LIMITS = (-7.0, 7.0)
"""Between which the logarithm of each parameter is sought."""


# --8<-- [start:fit]
def fit(
    kernel: Kernel,
    X: FloatArray,
    y: FloatArray,
    starts: Sequence[FloatArray] | FloatArray,
    tol: float = 1e-9,
) -> list[Process]:
    """Climb the marginal likelihood from each start by L-BFGS.

    Args:
        kernel: Covariance of the function.
        X: Samples, shape (n, p).
        y: Targets around 0, shape (n,).
        starts: Values of theta to begin with, shape (n_starts, n_params + 1).
        tol: A climb ends where a step gains less than this share.

    Returns:
        Where each climb ended, the highest first.
    """

    def downhill(theta: FloatArray) -> tuple[float, FloatArray]:
        try:
            value, gradient = log_marginal(kernel, theta, X, y)
        except np.linalg.LinAlgError:  # singular to rounding: turn back
            return 1e25, np.zeros_like(theta)
        return -value, -gradient

    ends = []
    for start in starts:
        found = minimize(
            downhill,
            np.asarray(start, dtype=np.float64),
            jac=True,
            method="L-BFGS-B",
            bounds=[LIMITS] * len(start),
            options={"ftol": tol},
        )
        ends.append(condition(kernel, found.x, X, y))
    return sorted(ends, key=lambda each: -each.log_marginal)
    # --8<-- [end:fit]


# --8<-- [start:draw]
def draw(
    mean: FloatArray,
    covariance: FloatArray,
    n_draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draw functions at some places.

    Args:
        mean: Shape (n_places,).
        covariance: Shape (n_places, n_places).
        n_draws: How many functions.
        rng: Source of the draws.

    Returns:
        Shape (n_draws, n_places).
    """
    # neighbours are nearly equal, so the matrix is nearly singular
    little = 1e-8 * np.diag(covariance).max() * np.eye(len(mean))
    lower = np.linalg.cholesky(covariance + little)
    return mean + rng.standard_normal((n_draws, len(mean))) @ lower.T
    # --8<-- [end:draw]


def posterior_covariance(process: Process, new: FloatArray) -> FloatArray:
    """Covariance of function values after the samples, (n_new, n_new)."""
    theta = process.theta[:-1]
    across = process.kernel(process.X, new, theta)
    known = solve_triangular(process.lower, across, lower=True)
    return process.kernel(new, new, theta) - known.T @ known


# --8<-- [start:inducing]
def inducing(
    kernel: Kernel,
    theta: FloatArray,
    samples: tuple[FloatArray, FloatArray],
    chosen: FloatArray,
    new: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation if all samples speak through m inducing points.

    Args:
        kernel: Covariance of the function.
        theta: Logarithms of its parameters and of the noise, (n_params + 1,).
        samples: Places (n, p) and targets (n,).
        chosen: Inducing points, shape (m, p).
        new: Places to predict, shape (n_new, p).
    """
    X, y = samples
    noise, inner = np.exp(2 * theta[-1]), kernel(chosen, chosen, theta[:-1])
    inner[np.diag_indices(len(inner))] += 1e-10 * inner.max()
    root = np.linalg.cholesky(inner)  # (m, m)
    seen = solve_triangular(root, kernel(chosen, X, theta[:-1]), lower=True)
    asked = solve_triangular(root, kernel(chosen, new, theta[:-1]), lower=True)
    # the only work that grows with n: (m, n) times (n, m)
    both = np.linalg.cholesky(seen @ seen.T + noise * np.eye(len(root)))
    half = solve_triangular(both, asked, lower=True)  # (m, n_new)
    mean = half.T @ solve_triangular(both, seen @ y, lower=True)
    left = kernel.variance(new, theta[:-1]) - (asked**2).sum(axis=0)
    return mean, np.sqrt(np.maximum(left + noise * (half**2).sum(axis=0), 0))
    # --8<-- [end:inducing]


def n_multiplies(n: int, m: int | None = None) -> int:
    """Multiplications behind a fit at fixed parameters, kernel values aside.

    Args:
        n: How many samples; Cholesky's root takes n (n - 1) (n + 1) / 6.
        m: How many inducing points; without them the fit is exact.
    """
    if m is None:
        return n * (n * n - 1) // 6
    triangle = m * (m + 1) // 2  # a solve for a column; half of a product
    return 2 * n * triangle + 2 * n_multiplies(m)


# --8<-- [start:laplace]
def laplace(
    covariance: FloatArray, y: FloatArray, steps: int = 20
) -> tuple[FloatArray, float]:
    """The most likely function behind two classes, by Newton's method.

    Args:
        covariance: Of the function at the samples, shape (n, n).
        y: Classes 0 and 1, shape (n,).
        steps: Of Newton's method.

    Returns:
        Log-odds at the samples, shape (n,), and Laplace's approximation of the
        logarithm of the marginal likelihood.
    """
    odds, weights = np.zeros(len(y)), np.zeros(len(y))
    log_marginal = -np.inf
    for _ in range(steps):
        share = 1 / (1 + np.exp(-odds))
        bend = np.sqrt(share * (1 - share))  # root of the curvature
        weighed = bend[:, None] * covariance * bend
        lower = np.linalg.cholesky(np.eye(len(y)) + weighed)
        right = bend**2 * odds + y - share
        inner = cho_solve((lower, True), bend * (covariance @ right))
        weights = right - bend * inner
        odds = covariance @ weights
        likely = -np.logaddexp(0, np.where(y == 1, -odds, odds)).sum()
        volume = np.log(np.diag(lower)).sum()
        log_marginal = likely - weights @ odds / 2 - volume
    return odds, float(log_marginal)
    # --8<-- [end:laplace]
