"""Gaussian mixtures: the EM algorithm, and point sets that tell it apart from
K-Means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import logsumexp
from sklearn.datasets import load_iris, load_wine, make_blobs
from sklearn.preprocessing import StandardScaler

from data.clusters import make

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Mixture(NamedTuple):
    """The parameters of k Gaussians in d dimensions.

    Attributes:
        weights: Share of each component, shape (k,), positive, sum 1, no unit.
        means: Centre of each component, shape (k, d), in the unit of the
            features.
        covariances: Shape (k, d, d), in the squared unit of the features.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray


def unit_start(X: FloatArray, rows: list[int]) -> Mixture:
    """Start with one round component of unit variance on each chosen row.

    Args:
        X: Points, shape (n, d).
        rows: Rows of `X` to stand on, one a component, all different.

    Raises:
        ValueError: If no row is chosen, or one is chosen twice.
    """
    if not rows or len(set(rows)) != len(rows):
        raise ValueError(
            f"a start needs one or more different rows, got {rows}"
        )
    k, d = len(rows), X.shape[1]
    return Mixture(np.full(k, 1 / k), X[rows], np.tile(np.eye(d), (k, 1, 1)))


# --8<-- [start:em]
def e_step(X: FloatArray, mixture: Mixture) -> tuple[FloatArray, float]:
    """Share out each point by Bayes' rule: shares (n, k), and mean log
    likelihood.
    """
    # log of weight times density
    log_joint = np.empty((len(X), len(mixture.weights)))
    for j, (weight, mean, covariance) in enumerate(zip(*mixture, strict=True)):
        root = cholesky(covariance)
        z = solve_triangular(root, (X - mean).T, lower=True)  # whitened, (d, n)
        log_volume = np.log(np.diag(root)).sum() + 0.5 * len(mean) * np.log(
            2 * np.pi
        )
        log_joint[:, j] = np.log(weight) - log_volume - 0.5 * (z**2).sum(axis=0)
    log_density = logsumexp(log_joint, axis=1)  # (n,)
    return np.exp(log_joint - log_density[:, None]), float(log_density.mean())


def m_step(X: FloatArray, shares: FloatArray, ridge: float) -> Mixture:
    """Refit each component as if point i belonged to it by its share in column
    j.
    """
    # (k,), never exactly 0
    counts = shares.sum(axis=0) + 10 * np.finfo(float).eps
    means = shares.T @ X / counts[:, None]
    gaps = X[None] - means[:, None]  # (k, n, d)
    covariances = (
        np.einsum("nk,kni,knj->kij", shares, gaps, gaps) / counts[:, None, None]
    )
    return Mixture(
        counts / counts.sum(), means, covariances + ridge * np.eye(X.shape[1])
    )


def em(
    X: FloatArray,
    mixture: Mixture,
    tol: float = 1e-3,
    max_steps: int = 500,
    ridge: float = 1e-6,
) -> tuple[Mixture, list[float]]:
    """Alternate both steps until the mean log likelihood rises by less than
    `tol`.
    """
    bounds = [-np.inf]
    while len(bounds) <= max_steps:
        shares, bound = e_step(X, mixture)
        mixture = m_step(X, shares, ridge)
        bounds.append(bound)
        if abs(bounds[-1] - bounds[-2]) < tol:
            break
    return mixture, bounds[1:]


# --8<-- [end:em]


def cholesky(covariance: FloatArray) -> FloatArray:
    """Lower triangular root of a covariance.

    Args:
        covariance: Shape (d, d).

    Raises:
        ValueError: If the covariance is exactly singular: its component has no
            volume. One that is nearly so passes, as in scikit-learn, with a
            very high density.
    """
    try:
        return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise ValueError(
            "a component has collapsed: its covariance is singular; use a "
            "larger ridge"
        ) from None


def parameter_count(k: int, d: int, kind: str = "full") -> int:
    """Count the free parameters of a mixture: weights, means, covariances.

    Args:
        k: Number of components.
        d: Number of features.
        kind: "full", "tied", "diag" or "spherical", as in scikit-learn.

    Raises:
        ValueError: If `kind` is none of the four.
    """
    symmetric = d * (d + 1) // 2
    covariances = {
        "full": k * symmetric,
        "tied": symmetric,
        "diag": k * d,
        "spherical": k,
    }
    if kind not in covariances:
        raise ValueError(
            f"no covariance is of kind {kind!r}; there are "
            f"{', '.join(covariances)}"
        )
    return (k - 1) + k * d + covariances[kind]


def ellipse(
    mean: FloatArray, covariance: FloatArray, radius: float = 2.0
) -> FloatArray:
    """Outline of a component: the points at one Mahalanobis distance from its
    mean.

    Args:
        mean: Shape (2,).
        covariance: Shape (2, 2).
        radius: Mahalanobis distance, no unit; 2 encloses 1 - exp(-2) of a
            Gaussian.

    Returns:
        A closed line, shape (100, 2), in the unit of the mean.
    """
    angle = np.linspace(0, 2 * np.pi, 100)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return mean + radius * circle @ cholesky(covariance).T


Draw = tuple[FloatArray, IntArray]


def _from_vault(name: str) -> Callable[[int], Draw]:
    def draw(seed: int) -> Draw:
        drawn = make(name, seed)
        return drawn.X, drawn.truth

    return draw


def _sizes(seed: int) -> Draw:
    """One group of 250 beside two tight groups of 25."""
    X, truth = make_blobs(
        [250, 25, 25],
        centers=[[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]],
        cluster_std=[1.0, 0.5, 0.5],
        random_state=seed,
    )
    return StandardScaler().fit_transform(X), truth


def _subset(load: Callable[..., Draw]) -> Callable[[int], Draw]:
    """Four fifths of a real data set: the draw changes which rows."""

    def draw(seed: int) -> Draw:
        X, truth = load(return_X_y=True)
        rows = np.random.default_rng(seed).choice(
            len(X), len(X) * 4 // 5, replace=False
        )
        return StandardScaler().fit_transform(X[rows]), truth[rows]

    return draw


RIVAL_SETS: dict[str, Callable[[int], Draw]] = {
    "sheared": _from_vault("aniso"),
    "unequal widths": _from_vault("varied"),
    "unequal sizes": _sizes,
    "iris": _subset(load_iris),
    "round": _from_vault("blobs"),
    "wine": _subset(load_wine),
}
"""Point sets on which mixture and K-Means are compared, by name; each takes a
seed.

Every draw is standardised, and has the true groups, numbered from 0, beside it.
"""

RIVAL_ROWS = {"iris": (120, 150), "wine": (142, 178)}
"""For the sets that are drawn of one file: rows of a draw, and of the file.
"""
