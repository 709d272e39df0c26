"""Write the search and both votes.

Judge it with `pytest snippets/exercises/test_k_nearest_neighbours.py`.
`python -m snippets.exercises.skeletons k_nearest_neighbours` begins anew.
Given, to be called: `check_neighbours`, `check_targets`.
"""

from __future__ import annotations

from snippets.k_nearest_neighbours import (
    FloatArray,
    IntArray,
    check_neighbours,
    check_targets,
)

__all__ = [
    "check_neighbours",
    "check_targets",
    "class_shares",
    "mean_target",
    "neighbours",
]


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
    raise NotImplementedError(
        "all distances by broadcasting, then a stable argsort"
    )


def class_shares(
    X: FloatArray, y: IntArray, queries: FloatArray, k: int
) -> FloatArray:
    """Count the votes: each class's share of the k neighbours, shape
    (n_queries, n_classes).
    """
    raise NotImplementedError(
        "look up the neighbours' labels, compare them with each class"
    )


def mean_target(
    X: FloatArray, y: FloatArray, queries: FloatArray, k: int
) -> FloatArray:
    """Regression: the mean target of the k neighbours, shape (n_queries,), in
    target units.
    """
    raise NotImplementedError(
        "look up the neighbours' targets and average them"
    )
