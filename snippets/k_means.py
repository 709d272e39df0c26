"""K-means from scratch: Lloyd's iteration, its starts, and a picture to
quantise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class KMeansFit:
    """Where Lloyd's iteration stopped, and how it got there.

    Attributes:
        centres: Centroid of each cluster, shape (k, n_features), in the unit of
            X.
        labels: Nearest centroid of each sample, shape (n_samples,).
        inertias: Inertia at each assignment, shape (n_steps,), in the unit of X
            squared; the last one belongs to `centres` and `labels`.
    """

    centres: FloatArray
    labels: IntArray
    inertias: FloatArray

    @property
    def inertia(self) -> float:
        """Sum of squared distances to the nearest centroid, in the unit of X
        squared.
        """
        return float(self.inertias[-1])


def check_start(X: FloatArray, centres: FloatArray) -> None:
    """Refuse samples and starting centroids that Lloyd's iteration cannot use.

    Args:
        X: Samples, shape (n_samples, n_features).
        centres: Starting centroids, shape (k, n_features).

    Raises:
        ValueError: If the shapes do not fit, a value is not finite, or there
            are fewer distinct samples than centroids.
    """
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"X must be a table with at least one sample, got shape {X.shape}"
        )
    if centres.ndim != 2 or not len(centres) or centres.shape[1] != X.shape[1]:
        raise ValueError(
            f"centres must have shape (k, {X.shape[1]}) with k at least 1, got "
            f"{centres.shape}"
        )
    if not (np.isfinite(X).all() and np.isfinite(centres).all()):
        raise ValueError(
            "X and centres must be finite: k-means has no place for NaN or "
            "infinity"
        )
    distinct = len(np.unique(X, axis=0))
    if distinct < len(centres):
        raise ValueError(
            f"{len(centres)} clusters need as many distinct samples, there are "
            f"{distinct}"
        )


def assign(X: FloatArray, centres: FloatArray) -> tuple[IntArray, FloatArray]:
    """Find the nearest centroid of each sample; of equally near ones, the
    first.

    Args:
        X: Samples, shape (n_samples, n_features).
        centres: Centroids, shape (k, n_features).

    Returns:
        Labels, shape (n_samples,), and squared distances to the nearest
        centroid, shape (n_samples,), in the unit of X squared.
    """
    squared = ((X[:, None, :] - centres) ** 2).sum(axis=2)  # (n_samples, k)
    return squared.argmin(axis=1), squared.min(axis=1)


def fill_empty(labels: IntArray, nearest: FloatArray, k: int) -> IntArray:
    """Give each cluster that lost all samples the sample farthest from its
    centroid.

    This is scikit-learn's rule. It cannot raise the inertia: the sample that
    moves then sits on its own centroid.

    Args:
        labels: Cluster of each sample, shape (n_samples,), from 0 to k - 1.
        nearest: Squared distance of each sample to its centroid, shape
            (n_samples,).
        k: Number of clusters; at most the number of distinct samples.

    Returns:
        Labels in which each cluster occurs, shape (n_samples,).
    """
    labels, nearest = labels.copy(), nearest.copy()
    # One at a time: the farthest sample may be the only one of its own cluster.
    while len(empty := np.setdiff1d(np.arange(k), labels)):
        farthest = int(nearest.argmax())
        labels[farthest], nearest[farthest] = empty[0], 0.0
    return labels


# --8<-- [start:lloyd]
def lloyd(X: FloatArray, start: FloatArray, max_iter: int = 300) -> KMeansFit:
    """Alternate between nearest centroids and means until nothing moves.

    Args:
        X: Samples, shape (n_samples, n_features).
        start: Starting centroids, shape (k, n_features), in the unit of X.
        max_iter: Most updates of the centroids.

    Returns:
        Centroids, labels, and the inertia at each step.

    Raises:
        ValueError: If start and samples do not fit (see `check_start`).
    """
    check_start(X, start)
    centres, k, inertias = start, len(start), []
    for _ in range(max_iter):
        labels, nearest = assign(X, centres)  # centroids fixed: the best labels
        inertias.append(nearest.sum())
        members = fill_empty(labels, nearest, k)
        # labels fixed
        moved = np.array([X[members == j].mean(axis=0) for j in range(k)])
        if np.array_equal(moved, centres):
            return KMeansFit(centres, labels, np.array(inertias))
        centres = moved
    labels, nearest = assign(X, centres)
    return KMeansFit(centres, labels, np.array([*inertias, nearest.sum()]))


# --8<-- [end:lloyd]


def random_start(X: FloatArray, k: int, rng: np.random.Generator) -> FloatArray:
    """Draw k distinct samples as starting centroids.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of clusters.
        rng: Source of the draw.

    Returns:
        Centroids, shape (k, n_features), in the unit of X.

    Raises:
        ValueError: If k is below 1 or above the number of distinct samples.
    """
    distinct = np.unique(X, axis=0)
    if not 1 <= k <= len(distinct):
        raise ValueError(
            f"k must be from 1 to {len(distinct)} distinct samples, got {k}"
        )
    return distinct[rng.choice(len(distinct), k, replace=False)]


def best_of_starts(
    X: FloatArray, k: int, rng: np.random.Generator, n_starts: int = 10
) -> KMeansFit:
    """Run Lloyd's iteration from several random starts and keep the lowest
    inertia.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of clusters.
        rng: Source of the starts.
        n_starts: Number of runs.

    Returns:
        The fit of lowest inertia.

    Raises:
        ValueError: If `n_starts` is below 1, or k does not fit the samples.
    """
    if n_starts < 1:
        raise ValueError(f"n_starts must be at least 1, got {n_starts}")
    fits = [lloyd(X, random_start(X, k, rng)) for _ in range(n_starts)]
    return min(fits, key=lambda fit: fit.inertia)


def landscape(seed: int = 0, height: int = 60, width: int = 90) -> FloatArray:
    """Paint a sky, a sun and two hills, with a little grain.

    Args:
        seed: Which grain.
        height: Rows of the picture, in pixels.
        width: Columns of the picture, in pixels.

    Returns:
        Red, green and blue, shape (height, width, 3), from 0 to 1, no unit.

    Raises:
        ValueError: If the picture would have no pixel.
    """
    if height < 1 or width < 1:
        raise ValueError(
            f"a picture needs at least one pixel, got {height} x {width}"
        )
    y, x = np.meshgrid(
        np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij"
    )
    ramp = y[:, :, None]  # 0 at the top
    picture = (1 - ramp) * np.array([0.25, 0.50, 0.85]) + ramp * np.array(
        [0.95, 0.85, 0.65]
    )
    picture[(x - 0.75) ** 2 + ((y - 0.25) * height / width) ** 2 < 0.008] = [
        0.98,
        0.80,
        0.20,
    ]
    picture[y > 0.62 + 0.10 * np.sin(5.0 * x)] = [0.35, 0.50, 0.45]
    picture[y > 0.78 + 0.08 * np.cos(7.0 * x)] = [0.20, 0.32, 0.22]
    grain = np.random.default_rng(seed).normal(0.0, 0.02, picture.shape)
    clipped: FloatArray = np.clip(picture + grain, 0.0, 1.0)
    return clipped
