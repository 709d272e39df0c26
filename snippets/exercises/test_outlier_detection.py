"""Tests of the exercise on outlier detection, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.neighbors import LocalOutlierFactor


def test_distance_to_the_nearest_centre(solution: ModuleType) -> None:
    """Sides of 3 and 4 make 5; of two centres the near one counts."""
    centres = np.array([[0.0, 0.0], [100.0, 0.0]])
    found = solution.centre_distance(
        centres, np.array([[3.0, 4.0], [98.0, 0.0]])
    )
    np.testing.assert_allclose(found, [5.0, 2.0])


def test_distance_from_a_line(solution: ModuleType) -> None:
    """The training samples lie on a line; only the step away from it is
    lost.
    """
    train = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    found = solution.reconstruction_error(train, np.array([[9.0, 3.5]]), 1)
    np.testing.assert_allclose(found, [2.5])


def test_factor_of_three_samples(solution: ModuleType) -> None:
    """One neighbour each: densities 1, 1 and 1/2, so 3 is twice as thin as its
    neighbour 1.
    """
    found = solution.local_outlier_factor(np.array([[0.0], [1.0], [3.0]]), 1)
    np.testing.assert_allclose(found, [1.0, 1.0, 2.0], rtol=1e-9)


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """A sample is not its own neighbour: make its distance to itself infinite
    first.
    """
    X = load_wine().data
    new = X + 0.5
    plane = PCA(2).fit(X)
    lost = np.linalg.norm(
        new - plane.inverse_transform(plane.transform(new)), axis=1
    )
    np.testing.assert_allclose(
        solution.reconstruction_error(X, new, 2), lost, atol=1e-9
    )
    model = LocalOutlierFactor(10, novelty=True).fit(X)
    old = solution.local_outlier_factor(X, 10)
    np.testing.assert_allclose(old, -model.negative_outlier_factor_, rtol=1e-12)
    found = solution.local_outlier_factor(X, 10, new)
    np.testing.assert_allclose(found, -model.score_samples(new), rtol=1e-12)
