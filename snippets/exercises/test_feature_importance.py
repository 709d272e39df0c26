"""Tests of the exercise on feature importance, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from snippets.feature_importance import FloatArray

DAYS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
"""No sun or sun, no weekend or weekend."""


def hired(X: FloatArray) -> FloatArray:
    """Bicycles of the worked example."""
    sun, weekend = X.T
    return np.asarray(20 + 30 * sun + 10 * weekend + 40 * sun * weekend)


def test_curves_by_hand(solution: ModuleType) -> None:
    """Each day with and without sun; X stays as it is."""
    before = DAYS.copy()
    found = solution.individual_curves(hired, DAYS, 0, np.array([0.0, 1.0]))
    assert found.tolist() == [[20, 50], [30, 100], [20, 50], [30, 100]]
    assert (before == DAYS).all()


def test_sets_by_hand(solution: ModuleType) -> None:
    """Set 1 knows the first feature, set 2 the second, set 3 both."""
    found = solution.coalition_values(hired, DAYS, np.array([1.0, 1.0]))
    assert found.tolist() == [50, 75, 65, 100]


def test_shares_by_hand(solution: ModuleType) -> None:
    """Sun adds 25 if it comes first and 35 if second: 30."""
    found = solution.shapley_values(np.array([50.0, 75, 65, 100]))
    assert found == pytest.approx([30, 20])


def test_shares_of_a_sum_are_its_terms(solution: ModuleType) -> None:
    """If every feature always adds the same, that is its share."""
    terms = np.array([3.0, -1, 0, 2])
    bits = np.arange(16)[:, None] >> np.arange(4) & 1
    assert solution.shapley_values(bits @ terms + 7) == pytest.approx(terms)


def test_impurity_is_that_of_the_library(solution: ModuleType) -> None:
    """Weighed by samples, and scaled to sum to 1; a lone leaf has zeros."""
    X, y = load_iris(return_X_y=True)
    tree = DecisionTreeClassifier(random_state=0).fit(X, y)
    found = solution.impurity_importance(tree.tree_)
    assert found == pytest.approx(tree.feature_importances_)
    leaf = DecisionTreeClassifier().fit(X, np.zeros(len(X)))
    assert solution.impurity_importance(leaf.tree_).tolist() == [0, 0, 0, 0]
