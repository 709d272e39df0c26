"""Losses and optimisers for linear models, so that either can be exchanged
alone.

Sources: Polyak 1964 (momentum); Kingma and Ba 2015 (Adam); Huber 1964 (his
loss); Koenker and Bassett 1978 (the pinball loss).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]
Gradient = Callable[[FloatArray], FloatArray]
Slope = Callable[[FloatArray], FloatArray]

TURN = 0.3
"""Residual at which Huber's loss turns from square to straight, in target
units.
"""
HIGH = 0.9
"""Quantile that the pinball loss aims at."""

# --8<-- [start:slopes]
SLOPES: Mapping[str, Slope] = MappingProxyType(
    {  # derivative of the loss by the residual r = prediction - target
        "squared": lambda r: r,
        "absolute": lambda r: np.sign(r),
        "Huber": lambda r: np.clip(r, -TURN, TURN),
        "pinball": lambda r: np.where(r > 0, 1 - HIGH, -HIGH),
    }
)
# --8<-- [end:slopes]


def residual_gradient(slope: Slope, X: FloatArray, y: FloatArray) -> Gradient:
    """Make the gradient of a loss of residuals, for a linear model.

    Args:
        slope: Derivative of the loss by the residual.
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).

    Returns:
        Function from weights, shape (n_features,), to the mean gradient, same
        shape.
    """
    return lambda w: X.T @ slope(X @ w - y) / len(y)


def log_loss_gradient(X: FloatArray, y: FloatArray, penalty: float) -> Gradient:
    """Make the gradient of the penalised log loss.

    Args:
        X: Features, shape (n_samples, n_features).
        y: 1 or 0, shape (n_samples,).
        penalty: Weight of half the squared norm, per sample, no unit.

    Returns:
        Function from weights, shape (n_features,), to the mean gradient, same
        shape.
    """
    return lambda w: X.T @ (expit(X @ w) - y) / len(y) + penalty * w


# --8<-- [start:descents]
def descend(
    gradient: Gradient, start: FloatArray, rate: float, n_steps: int
) -> FloatArray:
    """Step against the gradient."""
    path = [start]
    for _ in range(n_steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)


def momentum(
    gradient: Gradient,
    start: FloatArray,
    rate: float,
    n_steps: int,
    keep: float = 0.9,
) -> FloatArray:
    """Add to each step a share of the step before."""
    path, step = [start], np.zeros_like(start)
    for _ in range(n_steps):
        step = keep * step - rate * gradient(path[-1])
        path.append(path[-1] + step)
    return np.array(path)


def adam(
    gradient: Gradient, start: FloatArray, rate: float, n_steps: int
) -> FloatArray:
    """Divide a running mean of gradients by their running size, weight by
    weight.
    """
    path, mean, square = [start], np.zeros_like(start), np.zeros_like(start)
    for t in range(1, n_steps + 1):
        g = gradient(path[-1])
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        size = np.sqrt(square / (1 - 0.999**t)) + 1e-8
        path.append(path[-1] - rate * mean / (1 - 0.9**t) / size)
    return np.array(path)
    # --8<-- [end:descents]


def newton(
    gradient: Gradient,
    hessian: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    n_steps: int,
) -> FloatArray:
    """Step to the minimum of the parabola that touches the loss.

    Args:
        gradient: Function from weights to the gradient, shape (n_features,).
        hessian: Function from weights to the second derivatives, shape
            (n_features, n_features).
        start: First weights, shape (n_features,).
        n_steps: Number of steps.

    Returns:
        Weights after 0, 1, ... steps, shape (n_steps + 1, n_features).
    """
    path = [start]
    for _ in range(n_steps):
        path.append(
            path[-1] - np.linalg.solve(hessian(path[-1]), gradient(path[-1]))
        )
    return np.array(path)


def log_loss_hessian(
    X: FloatArray, penalty: float
) -> Callable[[FloatArray], FloatArray]:
    """Make the second derivatives of the penalised log loss; they do not need
    targets.

    Args:
        X: Features, shape (n_samples, n_features).
        penalty: Weight of half the squared norm, per sample, no unit.
    """

    def hessian(w: FloatArray) -> FloatArray:
        p = expit(X @ w)
        return (X.T * (p * (1 - p))) @ X / len(X) + penalty * np.eye(X.shape[1])

    return hessian


def subgradient(
    slope: Slope, X: FloatArray, y: FloatArray, n_steps: int = 3000
) -> FloatArray:
    """Fit a linear model by descent with shrinking steps, whatever the loss of
    residuals.

    A loss with a kink has no gradient at it, and a constant step jumps across
    for ever; steps that shrink like 1 / sqrt(t) settle.

    Args:
        slope: Derivative of the loss by the residual.
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).
        n_steps: Number of steps.

    Returns:
        Mean of the weights over the second half of the steps, shape
        (n_features,).

    Raises:
        ValueError: If the shapes disagree or there are fewer than two steps.
    """
    if X.ndim != 2 or y.shape != X.shape[:1] or not len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if n_steps < 2:
        raise ValueError(f"n_steps must be at least 2, got {n_steps}")
    gradient, w, late = residual_gradient(slope, X, y), np.zeros(X.shape[1]), []
    for t in range(1, n_steps + 1):
        w = w - gradient(w) / np.sqrt(t)
        if 2 * t > n_steps:
            late.append(w)
    return np.asarray(np.mean(late, axis=0))


def steps_to(path: FloatArray, best: FloatArray, near: float = 1e-3) -> int:
    """Count the steps after which a path comes near to the best weights, and
    stays.

    Args:
        path: Weights after 0, 1, ... steps, shape (n_steps + 1, n_features).
        best: Weights to reach, shape (n_features,).
        near: Distance that counts as reached, in the unit of the weights.

    Returns:
        The first step from which all further ones are near.

    Raises:
        ValueError: If the last step is not near.
    """
    far = np.linalg.norm(path - best, axis=1) > near
    if far[-1]:
        raise ValueError(
            f"still {np.linalg.norm(path[-1] - best):.2g} away after "
            f"{len(far) - 1}"
        )
    return int(len(far) - far[::-1].argmax()) if far.any() else 0
