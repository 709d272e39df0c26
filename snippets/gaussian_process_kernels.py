"""Kernels of a Gaussian process: covariances of function values, with their
slopes by the logarithm of each parameter; sums and products of them.

Formulas: Rasmussen and Williams 2006, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

FloatArray = NDArray[np.float64]
Profile = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From a scaled distance r to f(r) and -f'(r) / r, of the same shape."""


Value = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
Slopes = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Kernel:
    """How function values at two places vary together.

    Attributes:
        names: What its parameters are. A vector `theta` holds the logarithm of
            each, shape (n_params,), so that every vector is allowed.
        value: From places A (a, p), B (b, p) and theta to covariances (a, b).
        slopes: From places A and theta to the derivatives of their covariances
            by theta, shape (n_params, a, a).
        variance: From places A and theta to the variance at each, shape (a,).
    """

    names: tuple[str, ...]
    value: Value
    slopes: Slopes
    variance: Callable[[FloatArray, FloatArray], FloatArray]

    def __call__(
        self, A: FloatArray, B: FloatArray, theta: FloatArray
    ) -> FloatArray:
        """Covariances of the function at A with that at B, shape (a, b)."""
        return self.value(A, B, theta)

    def __add__(self, other: Kernel) -> Kernel:
        """Of a sum of two independent functions."""
        k = len(self.names)
        return Kernel(
            self.names + other.names,
            lambda A, B, t: self(A, B, t[:k]) + other(A, B, t[k:]),
            lambda A, t: np.concatenate(
                [self.slopes(A, t[:k]), other.slopes(A, t[k:])]
            ),
            lambda A, t: self.variance(A, t[:k]) + other.variance(A, t[k:]),
        )

    def __mul__(self, other: Kernel) -> Kernel:
        """Of a product of two independent functions."""
        k = len(self.names)
        return Kernel(
            self.names + other.names,
            lambda A, B, t: self(A, B, t[:k]) * other(A, B, t[k:]),
            lambda A, t: np.concatenate(
                [
                    self.slopes(A, t[:k]) * other(A, A, t[k:]),
                    other.slopes(A, t[k:]) * self(A, A, t[:k]),
                ]
            ),
            lambda A, t: self.variance(A, t[:k]) * other.variance(A, t[k:]),
        )


# --8<-- [start:profiles]
def rbf(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Every derivative exists."""
    near = np.exp(-(r**2) / 2)
    return near, near


def matern_12(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Continuous, and nowhere a slope."""
    near = np.exp(-r)
    # at r = 0 what it is multiplied by is 0
    return near, np.divide(near, r, out=np.zeros_like(r), where=r > 0)


def matern_32(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One derivative."""
    near = np.exp(-np.sqrt(3) * r)
    return (1 + np.sqrt(3) * r) * near, 3 * near


def matern_52(r: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Two derivatives."""
    z = np.sqrt(5) * r
    near = np.exp(-z)
    return (1 + z + z**2 / 3) * near, 5 / 3 * (1 + z) * near
    # --8<-- [end:profiles]


PROFILES: Mapping[str, Profile] = {
    "RBF": rbf,
    "Matérn 5/2": matern_52,
    "Matérn 3/2": matern_32,
    "Matérn 1/2": matern_12,
}
"""From the smoothest to the roughest."""


# --8<-- [start:stationary]
def stationary(profile: Profile, n_lengths: int = 1) -> Kernel:
    """A kernel that falls with the distance, measured in length scales.

    Args:
        profile: How it falls.
        n_lengths: 1, or one for each feature: automatic relevance.
    """

    def value(A: FloatArray, B: FloatArray, theta: FloatArray) -> FloatArray:
        lengths = np.exp(theta[1:])
        near, _ = profile(cdist(A / lengths, B / lengths))
        return np.asarray(np.exp(2 * theta[0]) * near)

    def slopes(A: FloatArray, theta: FloatArray) -> FloatArray:
        scaled = (A / np.exp(theta[1:])).T  # (p, n)
        apart = np.square(scaled[:, :, None] - scaled[:, None])  # (p, n, n)
        total = apart.sum(axis=0)
        near, fall = np.exp(2 * theta[0]) * np.array(profile(np.sqrt(total)))
        slopes = np.empty((1 + n_lengths, len(A), len(A)))
        slopes[0] = 2 * near
        np.multiply(apart if n_lengths > 1 else total, fall, out=slopes[1:])
        return slopes

    several = tuple(f"length {j + 1}" for j in range(n_lengths))
    return Kernel(
        ("amplitude", *(several if n_lengths > 1 else ("length",))),
        value,
        slopes,
        lambda A, theta: np.full(len(A), np.exp(2 * theta[0])),
    )
    # --8<-- [end:stationary]


# --8<-- [start:periodic]
def periodic() -> Kernel:
    """Of a function of one feature that repeats itself; MacKay 1998."""

    def value(A: FloatArray, B: FloatArray, theta: FloatArray) -> FloatArray:
        squared, length, period = np.exp(theta * [2, 1, 1])
        turn = np.pi * (A[:, 0, None] - B[None, :, 0]) / period
        near = np.exp(-2 * (np.sin(turn) / length) ** 2)
        return np.asarray(squared * near)

    def slopes(A: FloatArray, theta: FloatArray) -> FloatArray:
        length, period = np.exp(theta[1:])
        turn = np.pi * (A[:, 0, None] - A[None, :, 0]) / period
        by_length = 4 * (np.sin(turn) / length) ** 2
        by_period = 2 * np.sin(2 * turn) * turn / length**2
        near = value(A, A, theta)
        slopes = np.stack([np.full_like(near, 2), by_length, by_period])
        return np.asarray(near * slopes)

    return Kernel(
        ("amplitude", "length", "period"),
        value,
        slopes,
        lambda A, theta: np.full(len(A), np.exp(2 * theta[0])),
    )
    # --8<-- [end:periodic]


# --8<-- [start:linear]
def linear() -> Kernel:
    """Of a line with normal intercept and slopes, all independent."""

    def value(A: FloatArray, B: FloatArray, theta: FloatArray) -> FloatArray:
        level, slope = np.exp(2 * theta)
        return np.asarray(level + slope * (A @ B.T))

    def slopes(A: FloatArray, theta: FloatArray) -> FloatArray:
        level, slope = 2 * np.exp(2 * theta)
        return np.stack([np.full((len(A), len(A)), level), slope * (A @ A.T)])

    return Kernel(
        ("intercept", "slope"),
        value,
        slopes,
        lambda A, theta: (
            np.exp(2 * theta[0]) + np.exp(2 * theta[1]) * (A**2).sum(axis=1)
        ),
    )
    # --8<-- [end:linear]
