"""Write DBSCAN, the distances under HDBSCAN, and HDBSCAN's choice of clusters.

Judge it with `pytest snippets/exercises/test_dbscan.py`.
`python -m snippets.exercises.skeletons dbscan` begins anew.
"""

from __future__ import annotations

from snippets.dbscan import FloatArray, IntArray


def core_distances(X: FloatArray, min_samples: int) -> FloatArray:
    """Smallest radius at which each point is a core point.

    Args:
        X: Points, shape (n, d), with n at least `min_samples`.
        min_samples: Points, itself included, that make a point a core point.

    Returns:
        Distance to the (min_samples - 1)-th neighbour, shape (n,), unit of the
        points.

    Raises:
        ValueError: If there are fewer points than `min_samples`, or it is below
            1.
    """
    raise NotImplementedError(
        "sort each row of distances; the point itself comes first"
    )


def mutual_reachability(X: FloatArray, min_samples: int) -> FloatArray:
    """Radius from which two points are core points and within reach, shape (n,
    n).
    """
    raise NotImplementedError(
        "the largest of both core distances and the distance"
    )


def dbscan(
    X: FloatArray, eps: float, min_samples: int
) -> tuple[IntArray, IntArray]:
    """Grow clusters from core points, visited in the order of their rows.

    Args:
        X: Points, shape (n, d).
        eps: Radius of a neighbourhood, in the unit of the points.
        min_samples: Points, itself included, that make a point a core point.

    Returns:
        Labels, shape (n,), `NOISE` where no cluster reaches; rows of the core
        points.
    """
    raise NotImplementedError(
        "search breadth-first from each core point without a cluster"
    )


def hdbscan(X: FloatArray, min_samples: int, min_cluster_size: int) -> IntArray:
    """Keep the parts of the tree that hold many points over a long range of
    density.

    Args:
        X: Points, shape (n, d).
        min_samples: Points, itself included, that make a point a core point.
        min_cluster_size: A part with fewer points is no cluster, but points
            lost.

    Returns:
        Labels, shape (n,), numbered by first appearance, `NOISE` where no
        cluster is.

    Raises:
        ValueError: If the settings do not fit, or two points merge at height 0.
    """
    raise NotImplementedError(
        "go down `merge_tree`; compare each cluster with its two parts"
    )
