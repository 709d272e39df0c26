"""DBSCAN from scratch, the plot by which its radius is chosen, and HDBSCAN on
its graph.

Sources: Ester et al. 1996 (DBSCAN); Campello et al. 2013 (HDBSCAN).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist, squareform
from sklearn.datasets import make_blobs

from snippets.evidence import NOISE

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


# --8<-- [start:dbscan]
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
    check_settings(eps, min_samples)
    near = [np.flatnonzero(row <= eps) for row in cdist(X, X)]
    core = np.array([len(rows) >= min_samples for rows in near])
    labels, clusters = np.full(len(X), NOISE, dtype=np.int64), 0
    for first in np.flatnonzero(core):
        if labels[first] != NOISE:
            continue  # an earlier cluster has it
        labels[first], queue = clusters, deque([first])
        while queue:
            for row in near[queue.popleft()]:
                if labels[row] == NOISE:
                    labels[row] = clusters
                    # a border point is taken, but leads no further
                    if core[row]:
                        queue.append(row)
        clusters += 1
    return labels, np.flatnonzero(core)


# --8<-- [end:dbscan]


def check_settings(eps: float, min_samples: int) -> None:
    """Refuse settings under which a neighbourhood makes no sense.

    Args:
        eps: Radius, in the unit of the points.
        min_samples: Points that make a core point, itself included.

    Raises:
        ValueError: If the radius is not positive, or fewer than one point is
            asked for.
    """
    if eps <= 0:
        raise ValueError(f"eps is a radius and must be positive, got {eps}")
    if min_samples < 1:
        raise ValueError(
            "min_samples counts the point itself: at least 1, got "
            f"{min_samples}"
        )


# --8<-- [start:core-distance]
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
    if not 1 <= min_samples <= len(X):
        raise ValueError(
            f"min_samples must be from 1 to {len(X)} here, got {min_samples}"
        )
    return np.sort(cdist(X, X), axis=1)[:, min_samples - 1]


def mutual_reachability(X: FloatArray, min_samples: int) -> FloatArray:
    """Radius from which two points are core points and within reach, shape (n,
    n).
    """
    core = core_distances(X, min_samples)
    return np.maximum(cdist(X, X), np.maximum(core[:, None], core[None]))


# --8<-- [end:core-distance]


def merge_tree(X: FloatArray, min_samples: int) -> FloatArray:
    """Join the points along the minimum spanning tree of mutual reachability.

    Single linkage merges along the edges of that tree, from the shortest to the
    longest (Gower and Ross 1969).

    Args:
        X: Points, shape (n, d).
        min_samples: Points, itself included, that make a point a core point.

    Returns:
        SciPy's linkage matrix: two parts, height and size of each merge, shape
        (n - 1, 4).

    Raises:
        ValueError: If there are fewer than two points, or two merge at height
            0, where the density would be infinite.
    """
    if len(X) < 2:
        raise ValueError(
            f"a tree of merges needs at least two points, got {len(X)}"
        )
    # no diagonal
    pairs = squareform(mutual_reachability(X, min_samples), checks=False)
    merges: FloatArray = linkage(pairs, "single")
    if merges[0, 2] == 0:
        raise ValueError(
            "two points are equal: raise min_samples, or drop one of them"
        )
    return merges


# --8<-- [start:hdbscan]
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
    if min_cluster_size < 2:
        raise ValueError(
            f"a cluster has at least 2 points, got {min_cluster_size}"
        )
    merges, n = merge_tree(X, min_samples), len(X)
    members = [[row] for row in range(n)]
    for a, b in merges[:, :2].astype(int):
        members.append(members[a] + members[b])
    top = len(members) - 1

    def best(node: int, born: float) -> tuple[float, list[list[int]]]:
        """Stability of the best choice of clusters below a node, and the
        choice.
        """
        # never all
        own, here = (0.0, [members[node]]) if node < top else (-np.inf, [])
        while node >= n:
            density, size = 1 / merges[node - n, 2], len(members[node])
            parts = [int(part) for part in merges[node - n, :2]]
            large = [
                part for part in parts if len(members[part]) >= min_cluster_size
            ]
            if len(large) == 2:  # a true split: the cluster ends, two are born
                own += size * (density - born)
                below = [best(part, density) for part in large]
                inside = sum(stability for stability, _ in below)
                return (
                    (inside, below[0][1] + below[1][1])
                    if inside > own
                    else (own, here)
                )
            own += (size - sum(len(members[part]) for part in large)) * (
                density - born
            )
            node = large[0] if large else 0
        return own, here

    labels = np.full(n, NOISE, dtype=np.int64)
    for label, rows in enumerate(sorted(best(top, 0.0)[1], key=min)):
        labels[rows] = label
    return labels


# --8<-- [end:hdbscan]


def merge_heights(X: FloatArray, min_samples: int) -> FloatArray:
    """Radii at which clusters of DBSCAN join as the radius grows.

    They are the edges of the minimum spanning tree of mutual reachability, on
    which HDBSCAN builds (Campello et al. 2013).

    Args:
        X: Points, shape (n, d), all different.
        min_samples: Points, itself included, that make a point a core point.

    Returns:
        Heights, shape (n - 1,), ascending, in the unit of the points.

    Raises:
        ValueError: If two points are equal: their edge has length 0, which the
            sparse tree cannot tell from no edge (only when `min_samples` is
            below 3).
    """
    graph = mutual_reachability(X, min_samples)
    np.fill_diagonal(graph, 0.0)
    if (graph + np.eye(len(X)) == 0).any():
        raise ValueError(
            "two points are equal: their edge of length 0 would be lost"
        )
    return np.sort(minimum_spanning_tree(graph).data)


def knee(values: FloatArray) -> int:
    """Place where an ascending curve turns up: farthest below the line through
    its ends.

    Args:
        values: Ascending values, shape (n,), n at least 3, not all equal.

    Returns:
        Index into `values`.

    Raises:
        ValueError: If the values are too few, all equal, or not ascending.
    """
    if (
        len(values) < 3
        or values[0] == values[-1]
        or (np.diff(values) < 0).any()
    ):
        raise ValueError(
            "a knee needs at least three ascending values, not all equal"
        )
    line = np.linspace(values[0], values[-1], len(values))
    return int((line - values).argmax())


def two_densities(seed: int) -> tuple[FloatArray, IntArray]:
    """Two dense groups of 100 points close together, and a sparse one of 100
    far away.

    Args:
        seed: Which draw.

    Returns:
        Points, shape (300, 2), no unit, and their groups.
    """
    X, truth = make_blobs(
        300,
        centers=[[0.0, 0.0], [2.0, 0.0], [12.0, 0.0]],
        cluster_std=[0.3, 0.3, 2.0],
        random_state=seed,
    )
    return X, truth


def three_groups(gap: float, seed: int) -> tuple[FloatArray, IntArray]:
    """Three round groups on a line.

    Args:
        gap: Distance of neighbouring centres, in standard deviations of a
            group.
        seed: Which draw.

    Returns:
        Points, shape (300, 2), in standard deviations of a group, and their
        groups.

    Raises:
        ValueError: If the gap is negative.
    """
    if gap < 0:
        raise ValueError(
            f"the gap is a distance and cannot be negative, got {gap}"
        )
    centres = [[0.0, 0.0], [gap, 0.0], [2 * gap, 0.0]]
    X, truth = make_blobs(300, centers=centres, random_state=seed)
    return X, truth


def on_bridge(X: FloatArray, gap: float, half_width: float = 0.5) -> BoolArray:
    """Find the points of `three_groups` between two groups.

    Args:
        X: Points, shape (n, 2).
        gap: Distance of neighbouring centres.
        half_width: How far from the middle of a gap a point may be, along the
            line of the centres.
    """
    middles = np.array([gap / 2, 1.5 * gap])
    far = np.abs(X[:, :1] - middles).min(axis=1)
    return np.asarray(far < half_width)
