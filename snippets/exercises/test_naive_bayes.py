"""Tests for the exercise on naive Bayes, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_digits, load_wine
from sklearn.naive_bayes import GaussianNB, MultinomialNB

from snippets.naive_bayes import GaussianBayes, posterior


def test_word_shares_by_hand(solution: ModuleType) -> None:
    """Add the counts of each class, then alpha to every word, then divide by
    the total.
    """
    model = solution.fit_multinomial(
        np.array([[3.0, 0.0], [1.0, 2.0]]), np.array([0, 1])
    )
    np.testing.assert_allclose(
        np.exp(model.log_words), [[4 / 5, 1 / 5], [2 / 5, 3 / 5]]
    )


def test_gaussian_by_hand(solution: ModuleType) -> None:
    """Only the rows of a class count for its mean; the variance divides by
    their number.
    """
    X, y = np.array([[1.0], [3.0], [10.0], [10.0]]), np.array([0, 0, 1, 1])
    model = solution.fit_gaussian(X, y, smoothing=0.0)
    np.testing.assert_allclose(model.means, [[2], [10]])
    np.testing.assert_allclose(model.variances, [[1], [0]])
    np.testing.assert_allclose(np.exp(model.log_prior), [0.5, 0.5])


def test_log_joint_by_hand(solution: ModuleType) -> None:
    """A standard normal at 0 has the log density -log(2 pi) / 2; features add
    up.
    """
    model = GaussianBayes(
        np.array([0]), np.zeros(1), np.zeros((1, 2)), np.ones((1, 2))
    )
    found = solution.gaussian_log_joint(
        model, np.array([[0.0, 0.0], [1.0, 2.0]])
    )
    np.testing.assert_allclose(
        found, -np.log(2 * np.pi) - np.array([[0], [2.5]])
    )


def test_multinomial_equals_scikit_learn(solution: ModuleType) -> None:
    """On the counts of ink in digits, the library's probabilities."""
    X, y = load_digits(return_X_y=True)
    found = posterior(
        solution.multinomial_log_joint(solution.fit_multinomial(X, y), X)
    )
    np.testing.assert_allclose(
        found, MultinomialNB().fit(X, y).predict_proba(X), atol=1e-10
    )


def test_gaussian_equals_scikit_learn(solution: ModuleType) -> None:
    """On wine, the library's probabilities; the smoothing takes the largest
    variance of all X.
    """
    X, y = load_wine(return_X_y=True)
    model = solution.fit_gaussian(X, y)
    theirs = GaussianNB().fit(X, y)
    np.testing.assert_allclose(model.variances, theirs.var_, rtol=1e-12)
    found = posterior(solution.gaussian_log_joint(model, X))
    np.testing.assert_allclose(found, theirs.predict_proba(X), atol=1e-12)
