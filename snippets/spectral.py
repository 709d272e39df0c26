"""Spectral clustering from scratch: an affinity, its Laplacian's eigenvectors,
K-means.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import SpectralClustering

from snippets.k_means import best_of_starts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SpectralFit:
    """The new coordinates of the samples and the clusters found in them.

    Attributes:
        labels: Cluster of each sample, shape (n_samples,).
        embedding: One row a sample, shape (n_samples, k), no unit.
        eigenvalues: All eigenvalues of the normalised Laplacian, ascending,
            shape (n_samples,), from 0 to 2, no unit.
    """

    labels: IntArray
    embedding: FloatArray
    eigenvalues: FloatArray


def _squared_distances(X: FloatArray) -> FloatArray:
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"X must be a table with at least one sample, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a distance to NaN or infinity says nothing"
        )
    squared: FloatArray = ((X[:, None, :] - X) ** 2).sum(axis=2)
    return squared


def neighbour_affinity(X: FloatArray, n_neighbours: int = 10) -> FloatArray:
    """Join each sample to its nearest ones.

    As in scikit-learn, a sample counts as its own first neighbour, and a pair
    in which only one side chose the other gets half the weight.

    Args:
        X: Samples, shape (n_samples, n_features).
        n_neighbours: Neighbours of a sample, itself included.

    Returns:
        Affinities 0, 0.5 or 1, symmetric, shape (n_samples, n_samples), no
        unit.

    Raises:
        ValueError: If X is no finite table, or has not that many samples.
    """
    squared = _squared_distances(X)
    if not 1 <= n_neighbours <= len(X):
        raise ValueError(
            f"n_neighbours must be from 1 to {len(X)} samples, got "
            f"{n_neighbours}"
        )
    np.fill_diagonal(squared, -1.0)  # itself first, also before a duplicate
    chosen = squared.argsort(axis=1, kind="stable")[:, :n_neighbours]
    directed = np.zeros(squared.shape)
    np.put_along_axis(directed, chosen, 1.0, axis=1)
    return (directed + directed.T) / 2


def rbf_affinity(X: FloatArray, gamma: float = 1.0) -> FloatArray:
    """Let affinity fall with distance as exp(-gamma d²).

    Args:
        X: Samples, shape (n_samples, n_features).
        gamma: How fast, in one over the unit of X squared.

    Returns:
        Affinities from 0 to 1, symmetric, shape (n_samples, n_samples), no
        unit.

    Raises:
        ValueError: If X is no finite table, or gamma is not positive.
    """
    if gamma <= 0:
        raise ValueError(f"gamma must be positive, got {gamma}")
    affinity: FloatArray = np.exp(-gamma * _squared_distances(X))
    return affinity


def check_affinity(affinity: FloatArray, k: int) -> None:
    """Refuse what is no graph, or has a sample without neighbours.

    Args:
        affinity: Weights, shape (n_samples, n_samples).
        k: Number of clusters.

    Raises:
        ValueError: If the weights are not square, symmetric and non-negative, k
            is not from 1 to n_samples, or a sample has no neighbour but itself.
    """
    if affinity.ndim != 2 or affinity.shape[0] != affinity.shape[1]:
        raise ValueError(f"affinity must be square, got shape {affinity.shape}")
    if not np.allclose(affinity, affinity.T) or not (affinity >= 0).all():
        raise ValueError("affinity must be symmetric and nowhere negative")
    if not 1 <= k <= len(affinity):
        raise ValueError(
            f"k must be from 1 to {len(affinity)} samples, got {k}"
        )
    # Without the diagonal from the start: 1 + 1e-20 - 1 would be a degree of 0.
    alone = np.flatnonzero(
        ~(affinity - np.diag(affinity.diagonal())).any(axis=1)
    )
    if len(alone):
        raise ValueError(f"sample {alone[0]} has no neighbour: its degree is 0")


# --8<-- [start:spectral]
def spectral(affinity: FloatArray, k: int, seed: int = 0) -> SpectralFit:
    """Cluster the rows of the first k eigenvectors of the normalised Laplacian.

    Args:
        affinity: Symmetric weights, shape (n_samples, n_samples), no unit.
        k: Number of clusters, and of eigenvectors.
        seed: Of the random starts of K-means.

    Returns:
        Labels, embedding and eigenvalues.

    Raises:
        ValueError: If the affinity is no graph that can be cut (see
            `check_affinity`).
    """
    check_affinity(affinity, k)
    weights = affinity - np.diag(affinity.diagonal())  # a loop cuts nothing
    # square roots of the degrees, (n_samples,)
    root = np.sqrt(weights.sum(axis=1))
    laplacian = np.eye(len(weights)) - weights / np.outer(root, root)
    eigenvalues, vectors = np.linalg.eigh(laplacian)  # ascending
    embedding = vectors[:, :k] / root[:, None]  # (n_samples, k)
    fit = best_of_starts(embedding, k, np.random.default_rng(seed))
    return SpectralFit(fit.labels, embedding, eigenvalues)


# --8<-- [end:spectral]


def library_labels(
    X: FloatArray, k: int, seed: int = 0, **options: object
) -> IntArray:
    """Cluster with scikit-learn, without its warning about a graph in pieces.

    The warning is silenced here, and only here, because pieces are what we
    want: two rings that share no edge are the easiest case, each eigenvector of
    eigenvalue 0 being constant on a ring.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of clusters.
        seed: Of the solver and of K-means.
        options: Further settings of `SpectralClustering`, such as `affinity`.

    Returns:
        Cluster of each sample, shape (n_samples,).
    """
    model = SpectralClustering(n_clusters=k, random_state=seed, **options)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Graph is not fully connected"
        )
        labels: IntArray = model.fit_predict(X)
    return labels
