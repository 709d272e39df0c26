"""Write the clustering features of BIRCH and the leaves that they form.

Judge it with `pytest snippets/exercises/test_birch.py`.
`python -m snippets.exercises.skeletons birch` begins anew.
"""

from __future__ import annotations

from snippets.birch import ClusteringFeature, FloatArray


def feature_of(X: FloatArray) -> ClusteringFeature:
    """Sum up the points `X`, shape (n, d)."""
    raise NotImplementedError(
        "number, sum, and sum of squared lengths of the points"
    )


def merge(a: ClusteringFeature, b: ClusteringFeature) -> ClusteringFeature:
    """Feature of the union of two disjoint sets: the sums add up."""
    raise NotImplementedError("add the three parts")


def grow_leaves(X: FloatArray, threshold: float) -> list[ClusteringFeature]:
    """Read the points once, in order; each joins the nearest leaf or opens its
    own.

    Args:
        X: Points, shape (n, d).
        threshold: Largest radius of a leaf, in the unit of the points.

    Returns:
        Features of the leaves, in order of opening; their counts sum to n.

    Raises:
        ValueError: If the threshold is not positive.
    """
    raise NotImplementedError(
        "join the nearest leaf if its radius then stays within the threshold"
    )
