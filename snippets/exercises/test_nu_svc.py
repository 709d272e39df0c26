"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.svm import NuSVC


def test_counts(solution: ModuleType) -> None:
    """Of four samples two are inside the margin, two are used, and one is
    wrong.
    """
    y, scores = (
        np.array([1.0, 1.0, -1.0, -1.0]),
        np.array([3.0, 0.5, 0.2, -1.0]),
    )
    found = solution.shares(scores, y, np.array([0.0, 1.0, -1.0, 0.0]))
    assert found == (0.5, 0.5, 0.25)


def test_edge_is_no_error(solution: ModuleType) -> None:
    """A sample on the edge may be off by rounding: allow a ten-thousandth."""
    y = np.array([1.0, -1.0])
    assert solution.shares(np.array([1 - 1e-6, -1.0]), y, y)[0] == 0.0


def test_inner_pair(solution: ModuleType) -> None:
    """Of samples at -3, -1, 1, 3 the inner pair carries all the weight, half
    each.
    """
    X, y = (
        np.array([[-3.0], [-1.0], [1.0], [3.0]]),
        np.array([-1.0, -1.0, 1.0, 1.0]),
    )
    fit = solution.nu_smo(X @ X.T, y, 0.25)
    np.testing.assert_allclose(fit.beta, [0.0, -0.5, 0.5, 0.0])
    assert fit.rho == pytest.approx(1.0)


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """Divided by rho, multipliers and scores are the library's."""
    X, classes = make_blobs(
        120, centers=[[0.0, 0.0], [4.0, 0.0]], random_state=0
    )
    gram = (X @ X.T).astype(np.float32).astype(float)
    fit = solution.nu_smo(gram, 2.0 * classes - 1, 0.31, tol=1e-10)
    model = NuSVC(nu=0.31, kernel="linear", tol=1e-10).fit(X, classes)
    ours = (fit.beta / fit.rho)[model.support_]
    np.testing.assert_allclose(ours, model.dual_coef_[0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        fit.decision(gram), model.decision_function(X), atol=1e-5
    )
