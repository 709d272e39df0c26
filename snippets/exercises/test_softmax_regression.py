"""Tests for your softmax regression, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from snippets.softmax_regression import SoftmaxFit


def test_softmax_of_small_logits(solution: ModuleType) -> None:
    """Logits log 1, log 2, log 5 are chances of 1, 2 and 5 in 8; each row by
    itself.
    """
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    expected = [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]]
    np.testing.assert_allclose(solution.softmax(logits), expected)


def test_softmax_of_large_logits(solution: ModuleType) -> None:
    """exp(1000) overflows: take away the largest logit first."""
    np.testing.assert_allclose(
        solution.softmax(np.array([[1000.0, 1000.0]])), [[0.5, 0.5]]
    )


def test_probabilities_add_the_bias(solution: ModuleType) -> None:
    """With no weights the bias decides alone."""
    fit = SoftmaxFit(np.zeros((2, 2)), np.log([1.0, 3.0]), np.array([]))
    np.testing.assert_allclose(
        solution.probabilities(np.ones((1, 2)), fit), [[0.25, 0.75]]
    )


def test_loss_falls_from_log_k(solution: ModuleType) -> None:
    """Record the loss before the first step and after each; the step must be
    safe.
    """
    X, y = load_iris(return_X_y=True)
    losses = solution.descend(
        StandardScaler().fit_transform(X), y, C=0.1, max_steps=100
    ).losses
    assert len(losses) == 101
    assert np.isclose(losses[0], 0.1 * 150 * np.log(3))
    assert np.diff(losses).max() < 0


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """Weights, biases and probabilities on the irises."""
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    fit = solution.descend(X, y, C=0.1)
    model = LogisticRegression(C=0.1, solver="newton-cholesky", tol=1e-12).fit(
        X, y
    )
    np.testing.assert_allclose(fit.weights.T, model.coef_, atol=1e-6)
    np.testing.assert_allclose(fit.bias, model.intercept_, atol=1e-6)
    np.testing.assert_allclose(
        solution.probabilities(X, fit), model.predict_proba(X), atol=1e-6
    )
