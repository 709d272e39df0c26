"""Ward's agglomerative clustering from scratch: the merges, their heights, a
cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class WardTree:
    """All merges from single samples to one cluster, in the order of their
    height.

    Attributes:
        children: The two clusters of each merge, the lower number first, shape
            (n_samples - 1, 2). Samples are 0 to n_samples - 1; merge i makes
            cluster n_samples + i.
        heights: Ward distance of each merge, shape (n_samples - 1,), in the
            unit of X.
    """

    children: IntArray
    heights: FloatArray


def check_samples(X: FloatArray) -> None:
    """Refuse what cannot be clustered.

    Args:
        X: Samples, shape (n_samples, n_features).

    Raises:
        ValueError: If X is not a table of at least one sample, or not finite.
    """
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"X must be a table with at least one sample, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a distance to NaN or infinity orders nothing"
        )


# --8<-- [start:ward]
def ward(X: FloatArray) -> WardTree:
    """Merge, again and again, the two clusters whose union costs least.

    Args:
        X: Samples, shape (n_samples, n_features).

    Returns:
        The merges and their heights; no merge for one sample.

    Raises:
        ValueError: If X is not a finite table of at least one sample.
    """
    check_samples(X)
    n = len(X)
    ids, sizes, means = np.arange(n), np.ones(n), X.astype(float)
    children, heights = np.empty((n - 1, 2), dtype=np.int64), np.empty(n - 1)
    for step in range(n - 1):
        # (clusters, clusters)
        squared = ((means[:, None, :] - means) ** 2).sum(axis=2)
        cost = 2 * np.outer(sizes, sizes) / np.add.outer(sizes, sizes) * squared
        np.fill_diagonal(cost, np.inf)
        a, b = np.unravel_index(cost.argmin(), cost.shape)
        children[step], heights[step] = (
            sorted((ids[a], ids[b])),
            np.sqrt(cost[a, b]),
        )
        means[a] = (sizes[a] * means[a] + sizes[b] * means[b]) / (
            sizes[a] + sizes[b]
        )
        ids[a], sizes[a] = n + step, sizes[a] + sizes[b]
        ids, sizes, means = (
            np.delete(part, b, axis=0) for part in (ids, sizes, means)
        )
    return WardTree(children, heights)


# --8<-- [end:ward]


def cut(tree: WardTree, k: int) -> IntArray:
    """Undo the last k - 1 merges.

    Args:
        tree: Merges of n_samples samples.
        k: Number of clusters, from 1 to n_samples.

    Returns:
        Cluster of each sample, shape (n_samples,), from 0 to k - 1 in the order
        of first appearance.

    Raises:
        ValueError: If there is no cut into k clusters.
    """
    n = len(tree.heights) + 1
    if not 1 <= k <= n:
        raise ValueError(f"k must be from 1 to {n} samples, got {k}")
    members: dict[int, list[int]] = {sample: [sample] for sample in range(n)}
    for step, (a, b) in enumerate(tree.children[: n - k]):
        members[n + step] = members.pop(int(a)) + members.pop(int(b))
    labels = np.empty(n, dtype=np.int64)
    for label, group in enumerate(sorted(members.values(), key=min)):
        labels[group] = label
    return labels


def branch_labels(tree: WardTree, labels: IntArray) -> IntArray:
    """Name the cluster that each node of the tree lies in, to colour a
    dendrogram.

    Args:
        tree: Merges of n_samples samples.
        labels: Cluster of each sample, shape (n_samples,), from 0, as `cut`
            gives.

    Returns:
        Cluster of each node, samples first, then merges, shape (2 n_samples -
        1,); -1 where a merge joins two clusters.

    Raises:
        ValueError: If there is not one label a sample.
    """
    n = len(tree.heights) + 1
    if len(labels) != n:
        raise ValueError(f"{n} samples need as many labels, got {len(labels)}")
    branches = np.concatenate([labels, np.full(n - 1, -1)])
    for step, (a, b) in enumerate(tree.children):
        if branches[a] == branches[b]:
            branches[n + step] = branches[a]
    return branches


def within_sum_of_squares(X: FloatArray, labels: IntArray) -> float:
    """Sum the squared distances of the samples to the mean of their cluster.

    Args:
        X: Samples, shape (n_samples, n_features).
        labels: Cluster of each sample, shape (n_samples,).

    Returns:
        The sum, in the unit of X squared; K-means calls it inertia.

    Raises:
        ValueError: If there is not one label a sample.
    """
    if len(labels) != len(X):
        raise ValueError(
            f"{len(X)} samples need as many labels, got {len(labels)}"
        )
    groups = (X[labels == label] for label in np.unique(labels))
    return float(
        sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups)
    )


def linkage_matrix(tree: WardTree) -> FloatArray:
    """Write the tree as SciPy's linkage matrix, which its dendrogram draws.

    Args:
        tree: Merges of n_samples samples.

    Returns:
        Two clusters, height and number of samples of each merge, shape
        (n_samples - 1, 4).
    """
    n = len(tree.heights) + 1
    sizes = np.ones(2 * n - 1)
    for step, (a, b) in enumerate(tree.children):
        sizes[n + step] = sizes[a] + sizes[b]
    return np.column_stack([tree.children, tree.heights, sizes[n:]])


def moved_labels(X: FloatArray, k: int) -> IntArray:
    """Move samples between Ward's k groups by the steps of K-means.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of groups.

    Returns:
        Labels of a K-means that starts at the means of Ward's groups, shape
        (n_samples,).
    """
    labels = AgglomerativeClustering(k, linkage="ward").fit_predict(X)
    means = np.array([X[labels == group].mean(axis=0) for group in range(k)])
    return np.asarray(KMeans(k, init=means, n_init=1).fit_predict(X))
