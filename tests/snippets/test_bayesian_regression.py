"""Bayesian linear regression against scikit-learn, SciPy's densities and a hand computation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.datasets import load_diabetes
from sklearn.linear_model import BayesianRidge, Ridge

from snippets.bayesian_regression import log_evidence, maximise_evidence, posterior, predict

X, Y = load_diabetes(return_X_y=True)
X, Y = X / X.std(axis=0), (Y - Y.mean()) / Y.std()


def test_by_hand() -> None:
    """A spring: two forces, two stretches."""
    A, y = np.array([[1.0], [2]]), np.array([2.0, 3])
    found = posterior(A, y, tau=1.0, sigma=1.0)
    np.testing.assert_allclose(found.mean, [4 / 3])
    np.testing.assert_allclose(found.covariance, [[1 / 6]])
    mean, of_weights, of_noise = predict(found, np.array([[3.0]]))
    np.testing.assert_allclose([mean[0], of_weights[0], of_noise[0]], [4, 1.5, 1])


@pytest.mark.parametrize(("tau", "sigma"), [(1.0, 1.0), (0.1, 0.7), (5.0, 0.2)])
def test_the_mean_is_ridge_and_the_evidence_a_density(tau: float, sigma: float) -> None:
    """The targets are normal with covariance tau² A Aᵀ + sigma² I."""
    ridge = Ridge(alpha=(sigma / tau) ** 2, fit_intercept=False).fit(X, Y)
    np.testing.assert_allclose(posterior(X, Y, tau, sigma).mean, ridge.coef_, rtol=0, atol=1e-9)
    A, y = X[:40], Y[:40]
    spread = tau**2 * A @ A.T + sigma**2 * np.eye(40)
    density = multivariate_normal(np.zeros(40), spread).logpdf(y)
    assert log_evidence(A, y, tau, sigma) == pytest.approx(density, rel=1e-9)


def test_maximised_evidence_equals_scikit_learn() -> None:
    """Deviations, weights, covariance and score, with the library's own priors switched off."""
    off = dict.fromkeys(("alpha_1", "alpha_2", "lambda_1", "lambda_2"), 0.0)
    library = BayesianRidge(
        **off, tol=1e-12, max_iter=500, compute_score=True, fit_intercept=False
    ).fit(X, Y)
    found = maximise_evidence(X, Y)
    np.testing.assert_allclose(found.mean, library.coef_, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.covariance, library.sigma_, rtol=0, atol=1e-9)
    assert found.tau == pytest.approx(library.lambda_**-0.5, rel=1e-9)
    assert found.sigma == pytest.approx(library.alpha_**-0.5, rel=1e-9)
    evidence = log_evidence(X, Y, found.tau, found.sigma)
    assert evidence == pytest.approx(library.scores_[-1], rel=1e-9)
    _, sd = library.predict(X[:5], return_std=True)
    _, of_weights, of_noise = predict(found, X[:5])
    np.testing.assert_allclose(np.sqrt(of_weights + of_noise), sd, rtol=1e-9)


def test_it_is_a_maximum() -> None:
    """Each neighbour has less evidence."""
    found = maximise_evidence(X, Y)
    top = log_evidence(X, Y, found.tau, found.sigma)
    for factor in (0.9, 1.1):
        assert log_evidence(X, Y, found.tau * factor, found.sigma) < top
        assert log_evidence(X, Y, found.tau, found.sigma * factor) < top


@pytest.mark.parametrize(("tau", "sigma"), [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0)])
def test_refuses_deviations_that_are_none(tau: float, sigma: float) -> None:
    """With both values."""
    with pytest.raises(ValueError, match="tau and sigma must be above 0, got"):
        posterior(X, Y, tau, sigma)
