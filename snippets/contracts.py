"""Contracts of clusterers: what goes in, what comes out, and what a new sample
gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    OPTICS,
    AffinityPropagation,
    AgglomerativeClustering,
    Birch,
    KMeans,
    MeanShift,
    MiniBatchKMeans,
    SpectralClustering,
)
from sklearn.mixture import GaussianMixture

from snippets.evidence import NOISE

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CLUSTERERS: Mapping[str, Any] = MappingProxyType(
    {
        "K-Means": KMeans(3, n_init=3, random_state=0),
        "Mini-batch K-Means": MiniBatchKMeans(3, n_init=3, random_state=0),
        "Gaussian mixture": GaussianMixture(3, random_state=0),
        "BIRCH": Birch(threshold=0.2),
        "Mean shift": MeanShift(bandwidth=0.8),
        "Affinity propagation": AffinityPropagation(
            damping=0.9, random_state=0
        ),
        "Ward": AgglomerativeClustering(3),
        "Spectral": SpectralClustering(
            3, affinity="nearest_neighbors", random_state=0
        ),
        "DBSCAN": DBSCAN(eps=0.25),
        "HDBSCAN": HDBSCAN(min_cluster_size=15, copy=True),
        "OPTICS": OPTICS(min_samples=15),
    }
)
"""The clusterers of scikit-learn that the notes meet, not fitted."""


# --8<-- [start:contract]
def contract(model: Any, X: FloatArray, new: FloatArray) -> dict[str, object]:
    """Fit a copy of a clusterer, and report what it gives back.

    Args:
        model: A clusterer of scikit-learn; it stays as it is.
        X: Samples to fit, shape (n_samples, n_features).
        new: Samples it has not seen, shape (n_new, n_features).

    Returns:
        Kind, shape of the labels of X, and, if it is inductive, shape of the
        labels of `new` and the share of X whose label `predict` repeats.

    Raises:
        ValueError: If a label of a new sample is not one that occurs in X.
    """
    fitted = clone(model)
    labels = fitted.fit_predict(X)
    if not hasattr(fitted, "predict"):
        return {
            "kind": "transductive",
            "labels of X": labels.shape,
            "labels of new": "none",
        }
    placed = fitted.predict(new)
    if strange := set(placed) - set(labels):
        raise ValueError(
            f"labels {sorted(strange)} of new samples occur nowhere in X"
        )
    same = float((fitted.predict(X) == labels).mean())
    shapes = {"labels of X": labels.shape, "labels of new": placed.shape}
    return {"kind": "inductive", **shapes, "predict repeats": same}
    # --8<-- [end:contract]


# --8<-- [start:extend]
def extend(X: FloatArray, labels: IntArray, new: FloatArray) -> IntArray:
    """Give each new sample the label of the nearest sample that has one.

    This turns the labels of a transductive model into a rule for new samples.
    Noise lends no label. Of equally near samples the first decides.

    Args:
        X: Labelled samples, shape (n_samples, n_features).
        labels: Their clusters, shape (n_samples,); -1 marks noise.
        new: New samples, shape (n_new, n_features), same units.

    Returns:
        Labels of the new samples, shape (n_new,).

    Raises:
        ValueError: If the shapes do not fit, or all samples are noise.
    """
    if len(X) != len(labels) or X.shape[1:] != new.shape[1:]:
        raise ValueError(
            f"shapes do not fit: X {X.shape}, {labels.shape}, new {new.shape}"
        )
    kept = labels != NOISE
    if not kept.any():
        raise ValueError("no sample has a cluster to lend: all are noise")
    squared = ((new[:, None, :] - X[kept]) ** 2).sum(axis=2)  # (n_new, n_kept)
    return np.asarray(labels[kept][squared.argmin(axis=1)])
    # --8<-- [end:extend]
