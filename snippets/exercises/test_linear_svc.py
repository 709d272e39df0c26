"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn.datasets import make_blobs, make_classification
from sklearn.svm import LinearSVC

from snippets.linear_svc import FloatArray


def test_loss_of_nothing(solution: ModuleType) -> None:
    """With all weights 0 each sample misses its margin by 1, so the loss is C
    times n.
    """
    loss, _ = solution.loss_and_gradient(
        np.zeros(2), np.eye(2), np.array([-1.0, 1.0]), 3.0
    )
    assert loss == pytest.approx(6.0)


def test_far_samples_are_free(solution: ModuleType) -> None:
    """Beyond margin 1 there is nothing to pay: loss w²/2 and gradient w are
    left.
    """
    loss, gradient = solution.loss_and_gradient(
        np.array([2.0]), np.eye(1), np.ones(1), 9.0
    )
    assert loss == pytest.approx(2.0)
    np.testing.assert_allclose(gradient, [2.0])


def test_gradient(solution: ModuleType) -> None:
    """The gradient is that of the loss: mind the inner derivative, and the
    factor 2.
    """
    A, classes = make_classification(50, 6, random_state=0)
    y, w = 2.0 * classes - 1, np.linspace(-1, 1, 6)

    def loss(at: FloatArray) -> float:
        return float(solution.loss_and_gradient(at, A, y, 0.5)[0])

    _, gradient = solution.loss_and_gradient(w, A, y, 0.5)
    numeric = approx_fprime(w, loss, 1e-7)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-3)


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """The intercept is one weight more, so it is penalised like the others."""
    for shift in (0.0, 5.0):
        X, classes = make_blobs(
            200, centers=[[0.0, 0.0], [2.0, 0.0]], random_state=0
        )
        fit = solution.linear_svc(X + shift, 2.0 * classes - 1)
        model = LinearSVC(dual=False, tol=1e-12).fit(X + shift, classes)
        np.testing.assert_allclose(fit.coef, model.coef_[0], rtol=0, atol=4e-6)
        assert fit.intercept == pytest.approx(model.intercept_[0], abs=4e-6)
