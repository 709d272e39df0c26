"""Tests for your K-means, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.cluster import KMeans

from data.clusters import make


def test_assign_finds_the_nearest(solution: ModuleType) -> None:
    """Two centroids, at 0 and at 10: a sample at 3 is 9 away from the first,
    squared.
    """
    labels, nearest = solution.assign(
        np.array([[3.0], [8.0]]), np.array([[0.0], [10.0]])
    )
    assert labels.tolist() == [0, 1]
    assert nearest.tolist() == [9.0, 4.0]


def test_assign_uses_all_features(solution: ModuleType) -> None:
    """Sum the squares over the features; of equally near centroids the first
    one wins.
    """
    labels, nearest = solution.assign(
        np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 5.0]])
    )
    assert labels.tolist() == [0]
    assert nearest.tolist() == [25.0]


def test_lloyd_moves_to_the_means(solution: ModuleType) -> None:
    """Four samples on a line: the pairs meet in their middles, and the inertia
    ends at 1.
    """
    fit = solution.lloyd(
        np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([[0.0], [1.0]])
    )
    np.testing.assert_allclose(fit.centres, [[0.5], [9.5]])
    assert fit.labels.tolist() == [0, 0, 1, 1]
    assert fit.inertia == pytest.approx(1.0)
    assert (np.diff(fit.inertias) <= 0).all()


def test_an_empty_cluster_is_filled(solution: ModuleType) -> None:
    """Call `fill_empty` before the means: a centroid that nobody is near gets a
    sample.
    """
    X = np.array([[0.0], [1.0], [2.0], [30.0]])
    fit = solution.lloyd(X, np.array([[1.0], [1000.0]]))
    assert fit.labels.tolist() == [0, 0, 0, 1]


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """From the same start: the same centroids, labels and inertia."""
    X = make("aniso").X
    fit = solution.lloyd(X, X[:3])
    theirs = KMeans(3, init=X[:3], n_init=1, tol=0).fit(X)
    np.testing.assert_allclose(
        fit.centres, theirs.cluster_centers_, rtol=0, atol=1e-12
    )
    np.testing.assert_array_equal(fit.labels, theirs.labels_)
    assert fit.inertia == pytest.approx(theirs.inertia_)
