"""Label propagation from scratch: a graph, its harmonic function, and the step
by step way.

Sources: Zhu, Ghahramani and Lafferty 2003 (the harmonic function and its closed
form).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

UNLABELLED = -1
"""The target by which a sample without a label is marked, as in scikit-learn.
"""


def rbf_transitions(X: FloatArray, gamma: float) -> FloatArray:
    """Let each sample listen to all, itself included, the more the nearer they
    are.

    Args:
        X: Samples, shape (n_samples, n_features).
        gamma: How fast listening falls with the squared distance, in one over
            the unit of X squared.

    Returns:
        Shares, shape (n_samples, n_samples), each row with sum 1, no unit.

    Raises:
        ValueError: If X is no finite table, or gamma is not positive.
    """
    _check_table(X)
    if gamma <= 0:
        raise ValueError(f"gamma must be positive, got {gamma}")
    weights = np.exp(-gamma * cdist(X, X, "sqeuclidean"))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def neighbour_transitions(X: FloatArray, n_neighbours: int) -> FloatArray:
    """Let each sample listen to its nearest ones alone, itself first, all in
    equal shares.

    Args:
        X: Samples, shape (n_samples, n_features).
        n_neighbours: How many, the sample itself included.

    Returns:
        Shares, shape (n_samples, n_samples), each row with sum 1, no unit. A
        sample may listen to one that does not listen to it.

    Raises:
        ValueError: If X is no finite table, or has not that many samples.
    """
    _check_table(X)
    if not 1 <= n_neighbours <= len(X):
        raise ValueError(
            f"n_neighbours must be from 1 to {len(X)} samples, got "
            f"{n_neighbours}"
        )
    squared = cdist(X, X, "sqeuclidean")
    np.fill_diagonal(squared, -1.0)  # itself first, also before a duplicate
    chosen = squared.argsort(axis=1, kind="stable")[:, :n_neighbours]
    shares = np.zeros(squared.shape)
    np.put_along_axis(shares, chosen, 1 / n_neighbours, axis=1)
    return shares


def _check_table(X: FloatArray) -> None:
    if X.ndim != 2 or not X.size:
        raise ValueError(
            f"X must be a table with at least one sample, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a distance to NaN or infinity says nothing"
        )


def one_hot(y: IntArray) -> FloatArray:
    """Write labels as rows of 0 and 1, and no label as a row of 0.

    Args:
        y: Labels from 0, `UNLABELLED` where unknown, shape (n_samples,).

    Returns:
        Rows, shape (n_samples, n_classes).

    Raises:
        ValueError: If no sample has a label, or a label is below `UNLABELLED`.
    """
    if not len(y) or y.max() == UNLABELLED:
        raise ValueError(
            "at least one sample needs a label: there is nothing to propagate"
        )
    if y.min() < UNLABELLED:
        raise ValueError(
            f"labels count from 0, and {UNLABELLED} means none; got {y.min()}"
        )
    return np.asarray(y[:, None] == np.arange(y.max() + 1), dtype=float)


def check_graph(shares: FloatArray, y: IntArray) -> None:
    """Refuse a graph in which a sample never hears of a label.

    Args:
        shares: How much each sample listens to each other one, rows with sum 1.
        y: Labels, `UNLABELLED` where unknown, shape (n_samples,).

    Raises:
        ValueError: If shapes do not fit, a row is no share, or a sample is cut
            off.
    """
    if shares.shape != (len(y), len(y)):
        raise ValueError(
            f"{len(y)} samples need as many rows and columns, got "
            f"{shares.shape}"
        )
    if not (shares >= 0).all() or not np.allclose(shares.sum(axis=1), 1.0):
        raise ValueError("each row must hold shares: none negative, sum 1")
    heard, links = y != UNLABELLED, shares > 0
    while (more := heard | links[:, heard].any(axis=1)).sum() > heard.sum():
        heard = more
    if not heard.all():
        raise ValueError(
            f"sample {int(heard.argmin())} hears of no label, however far we go"
        )


# --8<-- [start:propagate]
def propagate(shares: FloatArray, y: IntArray) -> FloatArray:
    """Give each unlabelled sample the mean belief of those it listens to, all
    at once.

    Args:
        shares: How much each sample listens to each other one, shape
            (n_samples, n_samples), rows with sum 1.
        y: Labels from 0, `UNLABELLED` where unknown, shape (n_samples,).

    Returns:
        Beliefs, shape (n_samples, n_classes), rows with sum 1; a label that was
        given stays as it is.

    Raises:
        ValueError: If no sample has a label, or one never hears of any.
    """
    check_graph(shares, y)
    known = y != UNLABELLED
    beliefs = one_hot(y)
    among = shares[~known][:, ~known]  # unlabelled listening to unlabelled
    heard = shares[~known][:, known] @ beliefs[known]  # and to labelled ones
    beliefs[~known] = np.linalg.solve(np.eye(len(among)) - among, heard)
    return beliefs


def iterate(shares: FloatArray, y: IntArray, n_steps: int) -> FloatArray:
    """The same step by step: listen, then set the given labels back."""
    check_graph(shares, y)
    known, start = y != UNLABELLED, one_hot(y)
    beliefs = start.copy()
    for _ in range(n_steps):
        beliefs = shares @ beliefs
        beliefs[known] = start[known]  # clamping
    return beliefs
    # --8<-- [end:propagate]


def keep_labels(
    truth: IntArray, n_each: int | Sequence[int], rng: np.random.Generator
) -> IntArray:
    """Keep the labels of some samples of each class and hide all others.

    Args:
        truth: Labels from 0, shape (n_samples,).
        n_each: How many labels to keep of each class, or one number a class.
        rng: Source of the choice.

    Returns:
        Labels, `UNLABELLED` where hidden, shape (n_samples,).

    Raises:
        ValueError: If it is below 1, or a class has fewer samples, for any
            class.
    """
    classes, counts = np.unique(truth, return_counts=True)
    wanted = np.broadcast_to(n_each, classes.shape)
    if (wanted < 1).any() or (wanted > counts).any():
        raise ValueError(
            "keep at least 1 label a class, and no more than it has, got "
            f"{n_each}"
        )
    hidden = np.full(len(truth), UNLABELLED, dtype=np.int64)
    for label, n in zip(classes, wanted, strict=True):
        kept = rng.choice(np.flatnonzero(truth == label), n, replace=False)
        hidden[kept] = label
    return hidden
