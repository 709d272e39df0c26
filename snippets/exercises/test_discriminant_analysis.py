"""Tests for the exercise on discriminant analysis, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.covariance import ledoit_wolf
from sklearn.datasets import load_iris, load_wine
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)

AROUND = np.array([[2.0, 2], [-2, -2], [1, -1], [-1, 1]])
BEETLES = np.vstack([AROUND + np.array([[mean, 2]]) for mean in (2, 4)])
SORTS = np.repeat([0, 1], 4)


def test_posterior_by_hand(solution: ModuleType) -> None:
    """Scores that differ by log 3 are three to one, however large they are."""
    found = solution.posterior(np.array([[np.log(3), 0.0], [1000.0, 1000.0]]))
    np.testing.assert_allclose(found, [[0.75, 0.25], [0.5, 0.5]])


def test_fit_by_hand(solution: ModuleType) -> None:
    """The covariance divides by the number of samples."""
    model = solution.fit(BEETLES, SORTS)
    np.testing.assert_allclose(model.prior, [0.5, 0.5])
    np.testing.assert_allclose(model.means, [[2, 2], [4, 2]])
    shared = [[2.5, 1.5], [1.5, 2.5]]
    np.testing.assert_allclose(model.covariances, [shared, shared])


def test_own_shared_and_sphere(solution: ModuleType) -> None:
    """Alpha keeps what is a class's own; shrink mixes in a sphere of the same
    mean variance.
    """
    X = np.array([[-1.0, 0], [1, 0], [0, -1], [0, 1], [-4, 0], [4, 0]])
    y = np.array([0, 0, 0, 0, 1, 1])
    own = solution.fit(X, y, alpha=1.0).covariances
    by_hand = np.array([np.eye(2) / 2, np.diag([16.0, 0.0])])
    np.testing.assert_allclose(own, by_hand)
    shared = np.diag([17 / 3, 1 / 3])  # two thirds of one, a third of the other
    half = solution.fit(X, y, alpha=0.5).covariances
    np.testing.assert_allclose(half, (own + shared) / 2)
    round_ = solution.fit(X, y, shrink=1.0).covariances
    np.testing.assert_allclose(round_[1], 3 * np.eye(2))


def test_linear_form_by_hand(solution: ModuleType) -> None:
    """The border of the beetles is where 5 x1 - 3 x2 = 9."""
    weights, offsets = solution.linear_form(solution.fit(BEETLES, SORTS))
    np.testing.assert_allclose(weights[1] - weights[0], [1.25, -0.75])
    np.testing.assert_allclose(offsets[1] - offsets[0], -2.25)


def test_log_joint_equals_scikit_learn(solution: ModuleType) -> None:
    """On wine, the probabilities of the library's LDA and QDA."""
    X, y = load_wine(return_X_y=True)
    for alpha, library in (
        (0.0, LinearDiscriminantAnalysis()),
        (1.0, QuadraticDiscriminantAnalysis()),
    ):
        scores = solution.log_joint(solution.fit(X, y, alpha), X)
        theirs = library.fit(X, y).predict_proba(X)
        found = solution.posterior(scores)
        np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-9)


def test_axes_equal_scikit_learn(solution: ModuleType) -> None:
    """On iris two axes, in the library's order, up to the sign."""
    X, y = load_iris(return_X_y=True)
    axes, ratios = solution.fisher_axes(X, y)
    library = LinearDiscriminantAnalysis().fit(X, y)
    ours = np.abs((X - X.mean(axis=0)) @ axes)
    np.testing.assert_allclose(ours, np.abs(library.transform(X)), atol=1e-9)
    share = library.explained_variance_ratio_
    np.testing.assert_allclose(ratios / ratios.sum(), share, rtol=1e-9)


def test_shrinkage_equals_scikit_learn(solution: ModuleType) -> None:
    """On thirty samples of wine, whatever its units."""
    X = load_wine(return_X_y=True)[0][:30]
    for units in (1.0, X.std(axis=0)):
        found = solution.ledoit_wolf(X / units)
        np.testing.assert_allclose(found, ledoit_wolf(X / units)[1], rtol=1e-9)
