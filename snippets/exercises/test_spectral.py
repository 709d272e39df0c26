"""Tests for the exercise on spectral clustering, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.cluster import SpectralClustering
from sklearn.metrics import adjusted_rand_score

from data.clusters import make


def test_affinities_by_hand(solution: ModuleType) -> None:
    """An edge that only one side chose weighs 0.5; a distance of 1 has
    exp(-gamma).
    """
    X = np.array([[0.0], [1.0], [3.0]])
    near = solution.neighbour_affinity(X, 2)
    np.testing.assert_array_equal(near, [[1, 1, 0], [1, 1, 0.5], [0, 0.5, 1]])
    np.testing.assert_allclose(
        solution.rbf_affinity(X, 2.0)[0], np.exp([0, -2, -18])
    )


def test_eigenvalue_zero_counts_the_pieces(solution: ModuleType) -> None:
    """Three complete graphs without an edge between them have it three
    times.
    """
    fit = solution.spectral(np.kron(np.eye(3), np.ones((4, 4))), 3)
    np.testing.assert_allclose(
        fit.eigenvalues[:4], [0, 0, 0, 4 / 3], atol=1e-12
    )
    assert adjusted_rand_score(fit.labels, np.repeat([0, 1, 2], 4)) == 1.0


def test_the_first_coordinate_is_constant(solution: ModuleType) -> None:
    """In one piece, and after the division by the square root of the degree, it
    tells nothing.
    """
    X = make("moons").X[:80]
    first = solution.spectral(solution.rbf_affinity(X, 1.0), 2).embedding[:, 0]
    np.testing.assert_allclose(first, first[0], rtol=1e-8)


@pytest.mark.parametrize(
    ("name", "gamma"), [("blobs", 1.0), ("moons", 30.0), ("circles", 30.0)]
)
def test_equals_scikit_learn(
    solution: ModuleType, name: str, gamma: float
) -> None:
    """Affinity and clusters are the library's."""
    points = make(name)
    affinity = solution.rbf_affinity(points.X, gamma)
    library = SpectralClustering(points.k, gamma=gamma, random_state=0).fit(
        points.X
    )
    np.testing.assert_allclose(
        affinity, library.affinity_matrix_, rtol=0, atol=1e-12
    )
    ours = solution.spectral(affinity, points.k).labels
    assert adjusted_rand_score(ours, library.labels_) == 1.0
