"""Write `assign` and `lloyd`.

Judge it with `pytest snippets/exercises/test_k_means.py`.
`python -m snippets.exercises.skeletons k_means` begins anew.
Given, to be called: `check_start`, `fill_empty`.
"""

from __future__ import annotations

from snippets.k_means import (
    FloatArray,
    IntArray,
    KMeansFit,
    check_start,
    fill_empty,
)

__all__ = ["assign", "check_start", "fill_empty", "lloyd"]


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
    raise NotImplementedError(
        "squared distances by broadcasting, then argmin and min along the "
        "centroids"
    )


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
    raise NotImplementedError(
        "alternate assign and means, until the means stay where they are"
    )
