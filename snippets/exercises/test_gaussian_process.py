"""Tests for the exercise on the Gaussian process, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.gaussian_process import (
    GaussianProcessClassifier,
    GaussianProcessRegressor,
)
from sklearn.gaussian_process.kernels import RBF

from snippets.gaussian_process_kernels import linear, rbf, stationary

KERNEL, THETA = stationary(rbf), np.array([0.0, -0.5, -1.0])
RNG = np.random.default_rng(0)
X = RNG.uniform(0, 3, (20, 1))
Y = np.sin(3 * X[:, 0]) + 0.2 * RNG.standard_normal(20)
NEW = np.linspace(-1, 4, 9)[:, None]


def test_condition_by_hand(solution: ModuleType) -> None:
    """The spring: its covariance is [[2, 2], [2, 5]], its weights 2/3, 1/3."""
    theta = np.array([-20.0, 0.0, 0.0])  # no intercept, slope 1, noise 1
    force, stretch = np.array([[1.0], [2]]), np.array([2.0, 3])
    process = solution.condition(linear(), theta, force, stretch)
    np.testing.assert_allclose(process.weights, [2 / 3, 1 / 3])
    product = process.lower @ process.lower.T
    np.testing.assert_allclose(product, [[2, 2], [2, 5]])
    by_hand = -7 / 6 - np.log(6) / 2 - np.log(2 * np.pi)
    np.testing.assert_allclose(process.log_marginal, by_hand)


def test_predict_by_hand(solution: ModuleType) -> None:
    """At 3 N: 4 cm, with the variance 1.5."""
    theta = np.array([-20.0, 0.0, 0.0])
    force, stretch = np.array([[1.0], [2]]), np.array([2.0, 3])
    process = solution.condition(linear(), theta, force, stretch)
    mean, sd = solution.predict(process, np.array([[3.0]]))
    np.testing.assert_allclose([mean[0], sd[0]], [4, np.sqrt(1.5)])


def test_predict_equals_scikit_learn(solution: ModuleType) -> None:
    """Mean, deviation and marginal likelihood."""
    library = GaussianProcessRegressor(
        RBF(np.exp(-0.5)), alpha=np.exp(-2), optimizer=None
    ).fit(X, Y)
    process = solution.condition(KERNEL, THETA, X, Y)
    theirs = library.predict(NEW, return_std=True)
    for found, expected in zip(
        solution.predict(process, NEW), theirs, strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    likely = library.log_marginal_likelihood_value_
    np.testing.assert_allclose(process.log_marginal, likely, rtol=1e-9)


def test_gradient_is_that_of_central_differences(solution: ModuleType) -> None:
    """By amplitude, length and noise."""
    _, gradient = solution.log_marginal(KERNEL, THETA, X, Y)
    for found, step in zip(gradient, 1e-5 * np.eye(3), strict=True):
        up, down = (
            solution.log_marginal(KERNEL, THETA + s * step, X, Y)[0]
            for s in (1, -1)
        )
        np.testing.assert_allclose(found, (up - down) / 2e-5, atol=1e-4)


def test_draws_have_mean_and_covariance(solution: ModuleType) -> None:
    """Of ten thousand functions at three places."""
    mean = np.array([1.0, 0.0, -1.0])
    covariance = KERNEL(NEW[:3], NEW[:3], THETA[:-1])
    rng = np.random.default_rng(0)
    found = solution.draw(mean, covariance, 10_000, rng)
    assert found.shape == (10_000, 3)
    np.testing.assert_allclose(found.mean(axis=0), mean, atol=0.06)
    np.testing.assert_allclose(np.cov(found.T), covariance, atol=0.08)


def test_all_samples_as_inducing_points(solution: ModuleType) -> None:
    """Mean and deviation are those of the exact process."""
    process = solution.condition(KERNEL, THETA, X, Y)
    exact = solution.predict(process, NEW)
    found = solution.inducing(KERNEL, THETA, (X, Y), X, NEW)
    for ours, theirs in zip(found, exact, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-3)


def test_laplace_equals_scikit_learn(solution: ModuleType) -> None:
    """The marginal likelihood of two classes."""
    y = (Y > 0).astype(float)
    odds, likely = solution.laplace(KERNEL(X, X, THETA[:-1]), y)
    library = GaussianProcessClassifier(RBF(np.exp(-0.5)), optimizer=None)
    expected = library.fit(X, y).log_marginal_likelihood_value_
    np.testing.assert_allclose(likely, expected, atol=1e-6)
    assert ((odds > 0) == (y == 1)).mean() > 0.9
