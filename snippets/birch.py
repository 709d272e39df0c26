"""BIRCH: clustering features, the leaves that they form, and other last
steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, Birch, KMeans
from sklearn.datasets import make_blobs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:clustering-feature]
class ClusteringFeature(NamedTuple):
    """What BIRCH remembers of a set of points: three sums, whatever their
    number.
    """

    n: int  # number of points
    linear_sum: FloatArray  # sum of the points, shape (d,)
    squared_sum: float  # sum of their squared lengths

    @property
    def centroid(self) -> FloatArray:
        """Mean of the points, shape (d,)."""
        return self.linear_sum / self.n

    @property
    def radius(self) -> float:
        """Root of the mean squared distance of the points from their
        centroid.
        """
        squared = self.squared_sum / self.n - float(
            self.centroid @ self.centroid
        )
        return float(np.sqrt(max(squared, 0.0)))  # rounding may make it -1e-17


def feature_of(X: FloatArray) -> ClusteringFeature:
    """Sum up the points `X`, shape (n, d)."""
    return ClusteringFeature(len(X), X.sum(axis=0), float((X**2).sum()))


def merge(a: ClusteringFeature, b: ClusteringFeature) -> ClusteringFeature:
    """Feature of the union of two disjoint sets: the sums add up."""
    return ClusteringFeature(
        a.n + b.n, a.linear_sum + b.linear_sum, a.squared_sum + b.squared_sum
    )


# --8<-- [end:clustering-feature]


# --8<-- [start:leaves]
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
    if threshold <= 0:
        raise ValueError(f"threshold must be positive, got {threshold}")
    leaves: list[ClusteringFeature] = []
    for x in X:
        point = feature_of(x[None])
        if leaves:
            centres = np.array([leaf.centroid for leaf in leaves])
            nearest = int(((centres - x) ** 2).sum(axis=1).argmin())
            joined = merge(leaves[nearest], point)
            if joined.radius <= threshold:
                leaves[nearest] = joined
                continue
        leaves.append(point)
    return leaves


# --8<-- [end:leaves]


def tree_features(model: Birch) -> Iterator[ClusteringFeature]:
    """Read the subclusters out of the leaves of a fitted tree, in the order of
    its centres.

    Args:
        model: A fitted `Birch`.

    Yields:
        One clustering feature per row of `model.subcluster_centers_`.

    Raises:
        ValueError: If the model is not fitted.
    """
    if not hasattr(model, "root_"):
        raise ValueError("the model has no tree yet: fit it first")
    leaf = model.dummy_leaf_.next_leaf_  # scikit-learn chains the leaves
    while leaf is not None:
        for found in leaf.subclusters_:
            yield ClusteringFeature(
                found.n_samples_, found.linear_sum_, found.squared_sum_
            )
        leaf = leaf.next_leaf_


def distances_to_place(model: Birch, X: FloatArray) -> int:
    """Count the distances by which points find their leaf in a finished tree.

    Args:
        model: A fitted `Birch`.
        X: Points, shape (n, d).

    Returns:
        One for each entry of each node on the way down, summed over the points.

    Raises:
        ValueError: If the model is not fitted.
    """
    if not hasattr(model, "root_"):
        raise ValueError("the model has no tree yet: fit it first")
    count = 0
    for x in X:
        node = model.root_
        while node is not None:
            count += len(node.centroids_)
            nearest = int(((node.centroids_ - x) ** 2).sum(axis=1).argmin())
            # None below a leaf's entry
            node = node.subclusters_[nearest].child_
    return count


# --8<-- [start:last-step]
def last_step(
    model: Birch, X: FloatArray, k: int, how: str, *, weighted: bool
) -> IntArray:
    """Replace the last step of BIRCH by Ward or K-Means on the centres.

    Args:
        model: A fitted `Birch`; its own last step is not used.
        X: Points to label, shape (n, d).
        k: Number of clusters, at most the number of subclusters.
        how: "ward" or "k-means".
        weighted: Whether a subcluster weighs as much as the points it took; if
            not, each weighs the same.

    Returns:
        Labels, shape (n,): that of the cluster of the nearest subcluster
            centre.

    Raises:
        ValueError: If there is no such step.
    """
    if how not in ("ward", "k-means"):
        raise ValueError(f"how is 'ward' or 'k-means', got {how!r}")
    centres = model.subcluster_centers_
    counts = np.array([feature.n for feature in tree_features(model)])
    if not weighted:
        counts = np.ones_like(counts)
    if how == "k-means":
        last = KMeans(k, n_init=10, random_state=0)
        labels = last.fit_predict(centres, sample_weight=counts)
    else:
        # Copies of a centre merge first and for free: a weight by repetition.
        last = AgglomerativeClustering(k)
        copies = last.fit_predict(np.repeat(centres, counts, axis=0))
        labels = copies[np.cumsum(counts) - 1]
    nearest = model.transform(X).argmin(axis=1)
    return np.asarray(labels[nearest], dtype=np.int64)
    # --8<-- [end:last-step]


def fused_pair(gap: float, seed: int) -> tuple[FloatArray, IntArray]:
    """Three round groups of 100 points: two of them `gap` apart, the third far
    away.

    Args:
        gap: Distance of the centres of the pair, in standard deviations of a
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
    X, truth = make_blobs(
        300, centers=[[0.0, 0.0], [gap, 0.0], [0.0, 12.0]], random_state=seed
    )
    return X, truth
