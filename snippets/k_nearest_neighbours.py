"""K-nearest neighbours from scratch, and samples whose information hides among
noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def check_neighbours(X: FloatArray, queries: FloatArray, k: int) -> None:
    """Refuse samples, queries and k that do not go together.

    Args:
        X: Stored samples, shape (n_samples, n_features).
        queries: Samples to be predicted, shape (n_queries, n_features).
        k: Number of neighbours.

    Raises:
        ValueError: If the shapes disagree, a value is not finite, or k is not
            from 1 to n_samples.
    """
    if X.ndim != 2 or queries.ndim != 2 or X.shape[1] != queries.shape[1]:
        raise ValueError(
            f"X and queries must be (n, p) and (m, p): {X.shape}, "
            f"{queries.shape}"
        )
    if not (np.isfinite(X).all() and np.isfinite(queries).all()):
        raise ValueError(
            "X and queries must be finite: nothing is near nan or infinity"
        )
    if not 1 <= k <= len(X):
        raise ValueError(f"k must be from 1 to {len(X)} samples, got {k}")


def check_targets(X: FloatArray, y: NDArray[np.generic]) -> None:
    """Refuse targets that are not one for each stored sample.

    Args:
        X: Stored samples, shape (n_samples, n_features).
        y: Labels or numbers, shape (n_samples,).

    Raises:
        ValueError: If their number differs from that of the samples.
    """
    if y.shape != X.shape[:1]:
        raise ValueError(
            f"each of {len(X)} samples needs one target, got shape {y.shape}"
        )


# --8<-- [start:neighbours]
def neighbours(
    X: FloatArray, queries: FloatArray, k: int
) -> tuple[FloatArray, IntArray]:
    """Find the k stored samples nearest to each query; of equally near ones,
    the first.

    Args:
        X: Stored samples, shape (n_samples, n_features), features in one unit
            or none.
        queries: Shape (n_queries, n_features), in the same units.
        k: Number of neighbours.

    Returns:
        Distances, shape (n_queries, k), rising, in the unit of X, and the row
        of each neighbour in X, same shape.

    Raises:
        ValueError: If the arguments do not go together (see
            `check_neighbours`).
    """
    check_neighbours(X, queries, k)
    # (n_queries, n_samples)
    distances = np.sqrt(((queries[:, None, :] - X) ** 2).sum(axis=2))
    rows = distances.argsort(axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distances, rows, axis=1), rows


def class_shares(
    X: FloatArray, y: IntArray, queries: FloatArray, k: int
) -> FloatArray:
    """Count the votes: each class's share of the k neighbours, shape
    (n_queries, n_classes).
    """
    check_targets(X, y)
    votes = y[neighbours(X, queries, k)[1]]  # (n_queries, k)
    return np.asarray((votes[:, :, None] == np.unique(y)).mean(axis=1))


def mean_target(
    X: FloatArray, y: FloatArray, queries: FloatArray, k: int
) -> FloatArray:
    """Regression: the mean target of the k neighbours, shape (n_queries,), in
    target units.
    """
    check_targets(X, y)
    return np.asarray(y[neighbours(X, queries, k)[1]].mean(axis=1))
    # --8<-- [end:neighbours]


def contrast(X: FloatArray, queries: FloatArray) -> float:
    """Compare the nearest stored sample with an average one.

    Args:
        X: Stored samples, shape (n_samples, n_features).
        queries: Shape (n_queries, n_features), not among the samples.

    Returns:
        Distance to the nearest sample divided by the mean distance to all,
        averaged over
        queries, no unit: near 0 if neighbours mean something, 1 if all are
            equally far.
    """
    distances, _ = neighbours(X, queries, len(X))
    return float((distances[:, 0] / distances.mean(axis=1)).mean())


def hidden_plane(
    n: int, n_noise: int, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw normal features of one scale, of which only the first two decide the
    label.

    Args:
        n: How many samples.
        n_noise: Features that say nothing.
        rng: Source of the draw.

    Returns:
        Features, shape (n, 2 + n_noise), no unit, and labels, shape (n,): 1
        where the first two features sum to more than 0.

    Raises:
        ValueError: If n is below 1 or `n_noise` is negative.
    """
    if n < 1 or n_noise < 0:
        raise ValueError(
            f"n must be positive and n_noise not negative, got {n} and "
            f"{n_noise}"
        )
    X = rng.normal(size=(n, 2 + n_noise))
    return X, (X[:, 0] + X[:, 1] > 0).astype(np.int64)


def turn_into(
    X: FloatArray, n_features: int, rng: np.random.Generator
) -> FloatArray:
    """Turn samples into a space of more features, keeping every distance.

    Args:
        X: Samples, shape (n_samples, p).
        n_features: Features of the result, at least p.
        rng: Source of the direction.

    Returns:
        X times orthonormal rows, shape (n_samples, n_features), in the unit of
        X.

    Raises:
        ValueError: If `n_features` is below p.
    """
    p = X.shape[1]
    if n_features < p:
        raise ValueError(f"{p} features do not fit into {n_features}")
    # orthonormal columns
    axes, _ = np.linalg.qr(rng.normal(size=(n_features, p)))
    return np.asarray(X @ axes.T)
