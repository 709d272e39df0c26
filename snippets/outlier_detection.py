"""Four outlier scores from scratch, and the tumours on which they are compared.

Each score is large for a sample that is unlike the training samples. Sources:
Breunig et al. 2000 (local outlier factor); Liu, Ting and Zhou 2008 (isolation
forest).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.covariance import EllipticEnvelope
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TINY = 1e-10
"""Added to a mean distance before dividing by it, as in scikit-learn: copies of
one point.
"""

N_TRAIN = 200
"""Training samples of one draw of tumours."""


def check_pair(train: FloatArray, new: FloatArray) -> None:
    """Refuse tables that cannot be compared.

    Args:
        train: Training samples, shape (n_train, n_features).
        new: Samples to score, shape (n_new, n_features).

    Raises:
        ValueError: If the shapes disagree, a table is empty or a value is not
            finite.
    """
    if train.ndim != 2 or new.ndim != 2 or train.shape[1] != new.shape[1]:
        raise ValueError(
            f"need two tables of the same features, got {train.shape}, "
            f"{new.shape}"
        )
    if not train.size or not new.size:
        raise ValueError(
            f"need at least one sample on each side, got {train.shape}, "
            f"{new.shape}"
        )
    if not (np.isfinite(train).all() and np.isfinite(new).all()):
        raise ValueError("samples must be finite, got nan or inf")


# --8<-- [start:distance]
def centre_distance(centres: FloatArray, new: FloatArray) -> FloatArray:
    """Distance to the nearest centre, shape (n_new,), in the unit of the
    features.

    Raises:
        ValueError: If the tables do not fit (see `check_pair`).
    """
    check_pair(centres, new)
    # (n_new, n_centres)
    squared = ((new[:, None, :] - centres) ** 2).sum(axis=2)
    return np.asarray(np.sqrt(squared.min(axis=1)))
    # --8<-- [end:distance]


# --8<-- [start:reconstruction]
def reconstruction_error(
    train: FloatArray, new: FloatArray, n_components: int
) -> FloatArray:
    """Distance to the plane of the first principal components of `train`.

    Args:
        train: Training samples, shape (n_train, n_features).
        new: Samples to score, shape (n_new, n_features).
        n_components: Dimension of the plane.

    Returns:
        Shape (n_new,), in the unit of the features.

    Raises:
        ValueError: If the tables do not fit, or there are not that many
            components.
    """
    check_pair(train, new)
    if not 1 <= n_components <= min(train.shape):
        raise ValueError(
            f"n_components must be from 1 to {min(train.shape)}, got "
            f"{n_components}"
        )
    mean = train.mean(axis=0)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2][:n_components]
    centred = new - mean
    lost = centred - centred @ axes.T @ axes  # (n_new, n_features)
    return np.asarray(np.linalg.norm(lost, axis=1))
    # --8<-- [end:reconstruction]


def nearest(distances: FloatArray, k: int) -> tuple[FloatArray, IntArray]:
    """Sort each row of distances and keep the k smallest, with their
    columns.
    """
    columns = distances.argsort(axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distances, columns, axis=1), columns


# --8<-- [start:lof]
def density(near: FloatArray, reach: FloatArray) -> FloatArray:
    """Invert the mean of max(distance to a neighbour, that neighbour's own
    reach).
    """
    return np.asarray(1 / (np.maximum(near, reach).mean(axis=1) + TINY))


def local_outlier_factor(
    train: FloatArray, k: int, new: FloatArray | None = None
) -> FloatArray:
    """Compare the density around a sample with the density around its
    neighbours.

    Args:
        train: Training samples, shape (n_train, n_features).
        k: Number of neighbours; a training sample is not its own neighbour.
        new: Samples to score; by default the training samples themselves.

    Returns:
        About 1 inside a group, larger outside, shape (n_train,) or (n_new,), no
        unit.

    Raises:
        ValueError: If the tables do not fit or k is not from 1 to n_train - 1.
    """
    within = pairwise(train, train, k)
    np.fill_diagonal(within, np.inf)
    near, who = nearest(within, k)  # both (n_train, k)
    reach = near[:, -1]  # distance to the k-th neighbour
    dense = density(near, reach[who])
    if new is None:
        return np.asarray(dense[who].mean(axis=1) / dense)
    near, who = nearest(pairwise(train, new, k), k)
    return np.asarray(dense[who].mean(axis=1) / density(near, reach[who]))
    # --8<-- [end:lof]


def pairwise(train: FloatArray, new: FloatArray, k: int) -> FloatArray:
    """Euclidean distances from each new to each training sample, shape (n_new,
    n_train).

    Raises:
        ValueError: If the tables do not fit or k is not from 1 to n_train - 1.
    """
    check_pair(train, new)
    if not 1 <= k < len(train):
        raise ValueError(f"k must be from 1 to {len(train) - 1}, got {k}")
    return np.asarray(np.sqrt(((new[:, None, :] - train) ** 2).sum(axis=2)))


# --8<-- [start:isolation]
def average_path(n: IntArray) -> FloatArray:
    """Mean number of random cuts that isolate one of n samples; 0 for a single
    one.

    Twice the sum of 1 + 1/2 + ... + 1/(n - 1), less 2 (n - 1) / n; the sum is
    replaced by log(n - 1) plus Euler's constant, as in the paper, except for n
    = 2.
    """
    many = np.maximum(n, 3)
    mean = 2 * (np.log(many - 1) + np.euler_gamma) - 2 * (many - 1) / many
    return np.where(n > 2, mean, np.where(n == 2, 1.0, 0.0))


def isolation_score(forest: Any, new: FloatArray) -> FloatArray:
    """Turn the mean depth at which a fitted forest isolates a sample into a
    score.

    Args:
        forest: A fitted `IsolationForest`; only its trees are used.
        new: Samples to score, shape (n_new, n_features).

    Returns:
        From 0 to 1, above about 0.5 if fewer cuts than usual do, shape
        (n_new,).
    """
    depths = []
    for tree in forest.estimators_:
        cuts = np.asarray(tree.decision_path(new).sum(axis=1)).ravel() - 1
        # samples not yet told apart
        left = tree.tree_.n_node_samples[tree.apply(new)]
        depths.append(cuts + average_path(left))
    usual = average_path(np.array(forest.max_samples_))
    return np.asarray(2.0 ** (-np.mean(depths, axis=0) / usual))
    # --8<-- [end:isolation]


@dataclass(frozen=True, slots=True, eq=False)
class Tumours:
    """Benign training samples, perhaps with malignant ones among them, and a
    test.

    Attributes:
        train: Shape (200, 30), standardised by its own mean and standard
            deviation.
        test: Shape (329, 30), on the scale of `train`.
        malignant: Whether a test sample is malignant, shape (329,).
    """

    train: FloatArray
    test: FloatArray
    malignant: NDArray[np.bool_]


MOST_BAD = 40
"""Malignant samples kept out of every test, so that all tests of a seed are
one.
"""


def tumours(seed: int, bad: int = 0) -> Tumours:
    """Draw training and test samples from scikit-learn's breast cancer data.

    Args:
        seed: Which draw; the test does not depend on `bad`.
        bad: How many of the 200 training samples are malignant.

    Raises:
        ValueError: If `bad` is not from 0 to `MOST_BAD`.
    """
    if not 0 <= bad <= MOST_BAD:
        raise ValueError(f"bad must be from 0 to {MOST_BAD}, got {bad}")
    X, y = load_breast_cancer(return_X_y=True)  # y is 1 for benign
    rng = np.random.default_rng(seed)
    good_rows, bad_rows = (
        rng.permutation(np.flatnonzero(y == kind)) for kind in (1, 0)
    )
    train = np.concatenate([good_rows[: N_TRAIN - bad], bad_rows[:bad]])
    test = np.concatenate([good_rows[N_TRAIN:], bad_rows[MOST_BAD:]])
    scaler = StandardScaler().fit(X[train])
    return Tumours(
        scaler.transform(X[train]), scaler.transform(X[test]), y[test] == 0
    )


def _library(model: Any, train: FloatArray, new: FloatArray) -> FloatArray:
    """Fit a detector of scikit-learn and turn its score around: large is
    odd.
    """
    return np.asarray(-model.fit(train).score_samples(new))


# --8<-- [start:detectors]
Detector = Callable[[FloatArray, FloatArray, int], FloatArray]

DETECTORS: dict[str, Detector] = {
    "isolation forest": lambda train, new, seed: _library(
        IsolationForest(n_estimators=50, random_state=seed), train, new
    ),
    "elliptic envelope": lambda train, new, seed: _library(
        EllipticEnvelope(random_state=seed), train, new
    ),
    "one-class SVM": lambda train, new, seed: _library(
        OneClassSVM(), train, new
    ),
    "local outlier factor": lambda train, new, seed: _library(
        LocalOutlierFactor(novelty=True), train, new
    ),
    "K-means distance": lambda train, new, seed: centre_distance(
        KMeans(5, n_init=3, random_state=seed).fit(train).cluster_centers_, new
    ),
    "PCA error": lambda train, new, seed: reconstruction_error(train, new, 5),
    "distance to the mean": lambda train, new, seed: centre_distance(
        train.mean(axis=0, keepdims=True), new
    ),
}
# --8<-- [end:detectors]


def spread_groups(seed: int, n: int = 100) -> FloatArray:
    """Draw a dense and a wide group, and one sample just outside the dense one.

    Args:
        seed: Which draw.
        n: Samples in each group.

    Returns:
        Shape (2 n + 1, 2), no unit. The odd sample comes last, at (1, 0): ten
        standard deviations from the dense group at the origin. The wide group
        is at (6, 0) and ten times as wide.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    rng = np.random.default_rng(seed)
    dense = 0.1 * rng.standard_normal((n, 2))
    wide = np.array([6.0, 0.0]) + rng.standard_normal((n, 2))
    return np.concatenate([dense, wide, [[1.0, 0.0]]])
