"""Tests for your logistic regression, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from snippets.logistic_regression import LogisticFit


def test_probability_is_the_sigmoid_of_the_log_odds(
    solution: ModuleType,
) -> None:
    """Log-odds of 0 are a half, log-odds of log 9 are nine to one."""
    fit = LogisticFit(np.array([1.0]), -1.0, np.array([]))
    X = np.array([[1.0], [1.0 + np.log(9.0)]])
    np.testing.assert_allclose(solution.probability(X, fit), [0.5, 0.9])


def test_loss_of_a_model_that_knows_nothing(solution: ModuleType) -> None:
    """With zero weights each sample costs log 2; the intercept costs nothing by
    itself.
    """
    A, y = np.array([[2.0, 1.0], [5.0, 1.0]]), np.array([0, 1])
    assert np.isclose(solution.loss(A, y, np.zeros(2), 3.0), 6 * np.log(2))
    priced = solution.loss(A, y, np.array([2.0, 0.0]), 1.0)
    assert np.isclose(priced, np.log1p(np.exp(4)) + np.log1p(np.exp(-10)) + 2)


def test_loss_of_a_model_that_is_sure(solution: ModuleType) -> None:
    """Log-odds of 1000 for the wrong class cost 1000 nats: no overflow, no
    infinity.
    """
    A, w = np.array([[1000.0, 1.0]]), np.array([1.0, 0.0])
    assert np.isclose(solution.loss(A, np.array([0]), w, 1.0), 1000.5)


def test_losses_fall_from_step_to_step(solution: ModuleType) -> None:
    """Record the loss before the first step and after each; stop when no weight
    moves.
    """
    X, y = load_iris(return_X_y=True)
    losses = solution.newton(X[50:], y[50:] - 1).losses
    assert np.isclose(losses[0], 100 * np.log(2))
    assert np.all(np.diff(losses) < 1e-10)
    assert len(losses) < 15


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """Weights, intercept and probabilities on the tumours, with two values of
    C.
    """
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    for C in (0.1, 1.0):
        fit = solution.newton(X, y, C)
        model = LogisticRegression(
            C=C, solver="newton-cholesky", tol=1e-10
        ).fit(X, y)
        np.testing.assert_allclose(fit.coef, model.coef_[0], atol=1e-7)
        assert np.isclose(fit.intercept, model.intercept_[0])
        np.testing.assert_allclose(
            solution.probability(X, fit),
            model.predict_proba(X)[:, 1],
            atol=1e-7,
        )
