"""Tests for the exercise on nearest neighbours, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import make_moons
from sklearn.neighbors import KNeighborsClassifier


def test_distance_of_legs_3_and_4_is_5(solution: ModuleType) -> None:
    """Square the differences, sum over features, take the root."""
    distances, rows = solution.neighbours(
        np.array([[9.0, 9.0], [3.0, 4.0]]), np.zeros((1, 2)), 1
    )
    assert distances.tolist() == [[5.0]]
    assert rows.tolist() == [[1]]


def test_nearest_comes_first(solution: ModuleType) -> None:
    """Sort each row; of equal distances the earlier sample stays in front."""
    _, rows = solution.neighbours(
        np.array([[5.0], [1.0], [-1.0], [0.0]]), np.zeros((1, 1)), 4
    )
    assert rows.tolist() == [[3, 1, 2, 0]]


def test_numbers_are_averaged(solution: ModuleType) -> None:
    """Neighbours with targets 0, 0 and 9 predict 3, the mean."""
    X, y = (
        np.array([[0.0], [1.0], [2.0], [9.0]]),
        np.array([0.0, 0.0, 9.0, 100.0]),
    )
    assert solution.mean_target(X, y, np.array([[1.0]]), 3).tolist() == [3.0]


def test_votes_become_shares(solution: ModuleType) -> None:
    """Two of three neighbours in class "7" are a share of 2/3; columns are the
    sorted labels.
    """
    X, y = np.array([[0.0], [1.0], [2.0], [9.0]]), np.array([7, 7, 4, 4])
    np.testing.assert_allclose(
        solution.class_shares(X, y, np.array([[1.0]]), 3), [[1 / 3, 2 / 3]]
    )


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """On moons, the library's neighbours and probabilities."""
    X, y = make_moons(200, noise=0.2, random_state=0)
    theirs = KNeighborsClassifier(7, algorithm="kd_tree").fit(X[:100], y[:100])
    distances, rows = solution.neighbours(X[:100], X[100:], 7)
    wanted, at = theirs.kneighbors(X[100:])
    np.testing.assert_allclose(distances, wanted, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(rows, at)
    shares = solution.class_shares(X[:100], y[:100], X[100:], 7)
    np.testing.assert_allclose(
        shares, theirs.predict_proba(X[100:]), rtol=0, atol=1e-12
    )
