"""Tests for your linear regression, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression


def test_a_line_through_three_points(solution: ModuleType) -> None:
    """The points (0, 1), (1, 3) and (2, 5) lie on the line with slope 2 and
    intercept 1.
    """
    coef, intercept = solution.least_squares(
        np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3, 5])
    )
    np.testing.assert_allclose(coef, [2.0])
    assert intercept == pytest.approx(1.0)


def test_singular_features_share_the_slope(solution: ModuleType) -> None:
    """For a feature and its copy `np.linalg.lstsq` gives the shortest slopes:
    half and half.
    """
    x = np.arange(4.0)
    coef, _ = solution.least_squares(np.column_stack([x, x]), 4 * x)
    np.testing.assert_allclose(coef, [2.0, 2.0])


def test_the_first_step_goes_down_the_gradient(solution: ModuleType) -> None:
    """From zero slopes the gradient is -X'y / n: here -(1 * 2 + 1 * 2) / 2 =
    -2, times a step.
    """
    X, y = np.array([[-1.0], [1.0]]), np.array([-2.0, 2.0])
    path = solution.gradient_descent(X, y, 0.1, 2)
    np.testing.assert_allclose(path[:, 0], [0.0, 0.2, 0.38])


def test_one_sample_at_a_time(solution: ModuleType) -> None:
    """With one sample a pass is one step; a decay of 1 halves the step of the
    second pass.
    """
    X, y = np.array([[1.0]]), np.array([1.0])
    rng = np.random.default_rng(0)
    path = solution.stochastic_descent(X, y, 0.5, 2, 1.0, rng)
    np.testing.assert_allclose(path[:, 0], [0.0, 0.5, 0.625])


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """On diabetes: the slopes and the intercept of LinearRegression."""
    X, y = load_diabetes(return_X_y=True)
    coef, intercept = solution.least_squares(X, y)
    model = LinearRegression().fit(X, y)
    np.testing.assert_allclose(coef, model.coef_, rtol=1e-9)
    assert intercept == pytest.approx(model.intercept_)
    path = solution.gradient_descent(X[:, [2]], y - y.mean(), 100.0, 500)
    np.testing.assert_allclose(
        path[-1], solution.least_squares(X[:, [2]], y)[0]
    )
