"""Bayesian linear regression: the posterior of the weights in closed form, a
prediction's variance in its two parts, and the evidence.

Formulas: MacKay 1992, "Bayesian interpolation"; Bishop 2006, sections 3.3 and
3.5. The prior of a weight is normal around 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What is believed of the weights after the samples.

    Attributes:
        mean: Shape (p,).
        covariance: Shape (p, p).
        tau: Standard deviation of each weight before the samples.
        sigma: Standard deviation of the noise, in the unit of the target.
    """

    mean: FloatArray
    covariance: FloatArray
    tau: float
    sigma: float


def check_deviations(tau: float, sigma: float) -> None:
    """Refuse standard deviations that are not above 0.

    Raises:
        ValueError: With both values.
    """
    if not (tau > 0 and sigma > 0):
        raise ValueError(
            f"tau and sigma must be above 0, got {tau} and {sigma}"
        )


# --8<-- [start:posterior]
def posterior(
    A: FloatArray, y: FloatArray, tau: float, sigma: float
) -> Weights:
    """Belief in the weights after the samples.

    Args:
        A: Features, with a column of ones for an intercept, shape (n, p).
        y: Targets, shape (n,).
        tau: Standard deviation of each weight before.
        sigma: Standard deviation of the noise.
    """
    check_deviations(tau, sigma)
    precision = A.T @ A / sigma**2 + np.eye(A.shape[1]) / tau**2  # (p, p)
    covariance = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    return Weights(covariance @ A.T @ y / sigma**2, covariance, tau, sigma)


def predict(
    found: Weights, new: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, and the variance's two parts: of the weights, and of the noise.

    Args:
        found: What `posterior` gave.
        new: Features, shape (n_new, p).

    Returns:
        Three arrays of shape (n_new,).
    """
    of_weights = ((new @ found.covariance) * new).sum(axis=1)
    return new @ found.mean, of_weights, np.full(len(new), found.sigma**2)
    # --8<-- [end:posterior]


# --8<-- [start:evidence]
def log_evidence(
    A: FloatArray, y: FloatArray, tau: float, sigma: float
) -> float:
    """Logarithm of the density of the targets, whatever the weights are."""
    (n, p), found = A.shape, posterior(A, y, tau, sigma)
    misfit = ((y - A @ found.mean) ** 2).sum() / sigma**2
    price = (found.mean**2).sum() / tau**2
    _, log_det = np.linalg.slogdet(found.covariance)
    scale = n * np.log(2 * np.pi * sigma**2) + p * np.log(tau**2)
    return float(-(misfit + price + scale - log_det) / 2)


def maximise_evidence(
    A: FloatArray, y: FloatArray, steps: int = 200
) -> Weights:
    """Choose both deviations from the samples, by MacKay's fixed point.

    Args:
        A: Features, shape (n, p).
        y: Targets, shape (n,).
        steps: How often both are updated.
    """
    tau, sigma = 1.0, float(y.std())
    eigenvalues = np.linalg.eigvalsh(A.T @ A).clip(0)
    for _ in range(steps):
        found = posterior(A, y, tau, sigma)
        # how many weights the samples decide on, from 0 to p
        known = (eigenvalues / (eigenvalues + (sigma / tau) ** 2)).sum()
        left = ((y - A @ found.mean) ** 2).sum()
        tau = float(np.sqrt((found.mean**2).sum() / known))
        sigma = float(np.sqrt(left / (len(y) - known)))
    return posterior(A, y, tau, sigma)
    # --8<-- [end:evidence]
