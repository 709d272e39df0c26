"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import PCA


def test_mean_and_direction_of_a_line(solution: ModuleType) -> None:
    """Two samples: the mean lies between, the component points from one to the
    other.
    """
    model = solution.pca(np.array([[0.0, 0.0], [3.0, 4.0]]), 1)
    np.testing.assert_allclose(model.mean, [1.5, 2.0])
    np.testing.assert_allclose(np.abs(model.components), [[0.6, 0.8]])


def test_variances_and_shares(solution: ModuleType) -> None:
    """A variance is the squared singular value over n - 1; shares are of *all*
    variance.
    """
    X = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    model = solution.pca(X, 1)
    np.testing.assert_allclose(model.variances, [8 / 3])
    np.testing.assert_allclose(model.ratios, [0.8])


def test_signs(solution: ModuleType) -> None:
    """The entry of largest size of each component is positive."""
    components = solution.pca(load_wine().data, 5).components
    assert (
        components[np.arange(5), np.abs(components).argmax(axis=1)] > 0
    ).all()


def test_bad_input_is_refused(solution: ModuleType) -> None:
    """`check_samples` says what is wrong: call it first."""
    with pytest.raises(ValueError, match="k must be from 1 to 4"):
        solution.pca(load_iris().data, 5)


@pytest.mark.parametrize(
    "X", [load_iris().data, load_wine().data], ids=["iris", "wine"]
)
def test_equals_scikit_learn(solution: ModuleType, X: np.ndarray) -> None:
    """Mean, components, variances, ratios and coordinates are the library's."""
    ours, theirs = solution.pca(X, 3), PCA(3, svd_solver="full").fit(X)
    np.testing.assert_allclose(ours.mean, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(
        ours.components, theirs.components_, rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(
        ours.variances, theirs.explained_variance_, rtol=1e-12
    )
    np.testing.assert_allclose(
        ours.ratios, theirs.explained_variance_ratio_, rtol=1e-12
    )
    np.testing.assert_allclose(
        ours.transform(X), theirs.transform(X), rtol=0, atol=1e-9
    )
