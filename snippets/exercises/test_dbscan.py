"""Tests for the exercise on DBSCAN and HDBSCAN, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.metrics import adjusted_rand_score

from data.clusters import make
from snippets.evidence import NOISE


def test_core_distance_and_reachability(solution: ModuleType) -> None:
    """With min_samples = 2 the core distance is that of the nearest other
    point.
    """
    X = np.array([[0.0], [1.0], [3.0], [10.0]])
    np.testing.assert_allclose(solution.core_distances(X, 2), [1, 1, 2, 7])
    np.testing.assert_allclose(
        solution.mutual_reachability(X, 2)[0], [1, 1, 3, 10]
    )


def test_core_border_and_noise(solution: ModuleType) -> None:
    """A border point joins the cluster that reaches it first, but leads no
    further.
    """
    X = np.array([[0.0], [0.2], [0.4], [1.0], [1.6], [1.8], [2.0], [9.0]])
    labels, core = solution.dbscan(X, 0.65, 4)
    assert core.tolist() == [2, 4]
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1, NOISE]


@pytest.mark.parametrize("name", ["moons", "varied", "circles"])
def test_dbscan_equals_scikit_learn(solution: ModuleType, name: str) -> None:
    """Clusters are numbered in the order of their first core point."""
    X = make(name, seed=1).X
    labels, core = solution.dbscan(X, 0.25, 5)
    library = DBSCAN(eps=0.25, min_samples=5).fit(X)
    np.testing.assert_array_equal(labels, library.labels_)
    np.testing.assert_array_equal(core, library.core_sample_indices_)


def test_two_crowds_and_a_stray_point(solution: ModuleType) -> None:
    """The stray point is lost before the crowds part; the whole set is never a
    cluster.
    """
    crowd = np.array([0.0, 0.11, 0.23, 0.36])
    X = np.concatenate([10 + crowd, [30.0], crowd])[:, None]
    assert solution.hdbscan(X, 1, 3).tolist() == [0, 0, 0, 0, NOISE, 1, 1, 1, 1]


@pytest.mark.parametrize("name", ["moons", "varied", "square"])
def test_hdbscan_equals_scikit_learn(solution: ModuleType, name: str) -> None:
    """Stability: for each point of a cluster, the density at which it leaves
    minus at birth.
    """
    X = make(name, seed=1).X
    ours = solution.hdbscan(X, 2, 15)
    theirs = HDBSCAN(min_samples=2, min_cluster_size=15, copy=True).fit_predict(
        X
    )
    assert adjusted_rand_score(theirs, ours) == 1.0
    np.testing.assert_array_equal(ours == NOISE, theirs == NOISE)
