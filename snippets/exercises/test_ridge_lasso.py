"""Tests for your ridge and lasso, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.linear_model import Lasso, Ridge


def test_soft_threshold_stops_at_zero(solution: ModuleType) -> None:
    """Three values: one above the cut, one below its negative, one between."""
    assert [solution.soft_threshold(v, 1.0) for v in (3.0, -3.0, 0.5)] == [
        2.0,
        -2.0,
        0.0,
    ]


def test_ridge_of_one_feature(solution: ModuleType) -> None:
    """For x = -1, 1 and y = 3, 7 the sum of squares is 2: a penalty of 2 halves
    the slope.
    """
    coef, intercept = solution.ridge(
        np.array([[-1.0], [1.0]]), np.array([3.0, 7.0]), 2.0
    )
    np.testing.assert_allclose(coef, [1.0])
    assert np.isclose(intercept, 5.0)


def test_intercept_is_not_penalised(solution: ModuleType) -> None:
    """Centre first: then adding 1000 to all targets moves the intercept and no
    slope.
    """
    X, y = make_friedman1(50, random_state=0)
    for fit in (solution.ridge, solution.lasso):
        (coef, intercept), (same, higher) = (
            fit(X, y, 0.3),
            fit(X, y + 1000, 0.3),
        )
        np.testing.assert_allclose(same, coef, atol=1e-9)
        assert np.isclose(higher, intercept + 1000)


def test_lasso_of_one_feature(solution: ModuleType) -> None:
    """The mean product of x and y is 2: a penalty of 0.5 leaves 1.5, one of 2
    leaves 0.
    """
    X, y = np.array([[-1.0], [1.0]]), np.array([3.0, 7.0])
    assert np.isclose(solution.lasso(X, y, 0.5)[0][0], 1.5)
    assert solution.lasso(X, y, 2.0)[0][0] == 0.0


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """On diabetes: the slopes of Ridge and of Lasso, and the same slopes are
    zero.
    """
    X, y = load_diabetes(return_X_y=True)
    np.testing.assert_allclose(
        solution.ridge(X, y, 0.5)[0], Ridge(alpha=0.5).fit(X, y).coef_
    )
    coef, intercept = solution.lasso(X, y, 0.5)
    model = Lasso(alpha=0.5, tol=1e-12, max_iter=100_000).fit(X, y)
    np.testing.assert_allclose(coef, model.coef_, atol=1e-6)
    np.testing.assert_array_equal(coef == 0, model.coef_ == 0)
    assert np.isclose(intercept, model.intercept_)
