"""Tests for your EM algorithm, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from data.clusters import make
from snippets.gaussian_mixture import Mixture, unit_start

TWO = unit_start(np.array([[0.0], [2.0]]), [0, 1])


def test_shares_are_even_halfway(solution: ModuleType) -> None:
    """Between two equal components a point belongs to both by half; shares sum
    to 1.
    """
    shares, _ = solution.e_step(np.array([[1.0], [0.0]]), TWO)
    np.testing.assert_allclose(shares[0], [0.5, 0.5])
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert shares[1, 0] == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_likelihood_of_one_standard_normal(solution: ModuleType) -> None:
    """At its centre the log density is -log(2 pi) / 2; the second result is the
    mean of these.
    """
    one = Mixture(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    _, bound = solution.e_step(np.zeros((3, 1)), one)
    assert bound == pytest.approx(-np.log(2 * np.pi) / 2)


def test_m_step_takes_weighted_means(solution: ModuleType) -> None:
    """Hard shares give the mean and the variance of each group, plus the
    ridge.
    """
    X = np.array([[0.0], [2.0], [10.0]])
    mixture = solution.m_step(
        X, np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), 0.5
    )
    np.testing.assert_allclose(mixture.weights, [2 / 3, 1 / 3])
    np.testing.assert_allclose(mixture.means[:, 0], [1.0, 10.0])
    np.testing.assert_allclose(
        mixture.covariances[:, 0, 0], [1.5, 0.5], atol=1e-9
    )


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """From the same start and with the same rule to stop: the same bound, means
    and shapes.
    """
    X = make("aniso", seed=1).X
    start = unit_start(X, [0, 40, 80])
    ours, bounds = solution.em(X, start, tol=1e-4)
    at_start = {"weights_init": start.weights, "means_init": start.means}
    theirs = GaussianMixture(
        3, tol=1e-4, precisions_init=start.covariances, **at_start
    ).fit(X)
    assert len(bounds) == theirs.n_iter_
    np.testing.assert_allclose(
        bounds[-1], theirs.lower_bound_, rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(ours.means, theirs.means_, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        ours.covariances, theirs.covariances_, rtol=0, atol=1e-12
    )
