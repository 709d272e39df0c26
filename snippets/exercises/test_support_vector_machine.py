"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.svm import SVC

from snippets.support_vector_machine import rbf_kernel


def test_two_samples(solution: ModuleType) -> None:
    """Samples at -1 and +1: one move of 1/2 ends it; the move is the gap over
    the curvature.
    """
    X, y = np.array([[-1.0], [1.0]]), np.array([-1.0, 1.0])
    fit = solution.smo(X @ X.T, y)
    np.testing.assert_allclose(fit.beta, [-0.5, 0.5])
    assert fit.intercept == pytest.approx(0.0)


def test_box(solution: ModuleType) -> None:
    """What one beta gains the other loses, and none leaves its box from 0 to C
    * y.
    """
    X, classes = make_blobs(
        60, centers=[[0.0, 0.0], [2.0, 0.0]], random_state=0
    )
    y = 2.0 * classes - 1
    fit = solution.smo(X @ X.T, y, C=0.5)
    assert fit.beta.sum() == pytest.approx(0.0, abs=1e-9)
    assert (y * fit.beta).min() >= 0
    assert (y * fit.beta).max() <= 0.5


def test_twins(solution: ModuleType) -> None:
    """Equal samples of different classes have curvature 0: the box alone limits
    the move.
    """
    fit = solution.smo(np.ones((2, 2)), np.array([-1.0, 1.0]), C=3.0)
    np.testing.assert_allclose(fit.beta, [-3.0, 3.0])


def test_edge(solution: ModuleType) -> None:
    """Samples with 0 < |beta| < C lie on the edge of the margin: y times score
    is 1.
    """
    X, classes = make_moons(80, noise=0.2, random_state=0)
    y, gram = 2.0 * classes - 1, rbf_kernel(X, X, 1.0)
    fit = solution.smo(gram, y, tol=1e-8)
    free = (np.abs(fit.beta) > 0) & (np.abs(fit.beta) < 1)
    assert free.any()
    np.testing.assert_allclose((y * fit.decision(gram))[free], 1.0, atol=1e-7)


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """With the kernel in LIBSVM's single precision, support vectors and
    multipliers agree.
    """
    X, classes = make_moons(120, noise=0.3, random_state=1)
    y = 2.0 * classes - 1
    gram = rbf_kernel(X, X, 1.0).astype(np.float32).astype(float)
    fit = solution.smo(gram, y, tol=1e-10)
    model = SVC(gamma=1.0, tol=1e-10).fit(X, y)
    np.testing.assert_array_equal(
        np.flatnonzero(fit.beta), np.sort(model.support_)
    )
    ours = fit.beta[model.support_]
    np.testing.assert_allclose(ours, model.dual_coef_[0], rtol=0, atol=1e-6)
