"""Tests for the exercise on decision trees, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_iris, make_moons
from sklearn.tree import DecisionTreeClassifier

from snippets.decision_tree import Leaf, class_shares, leaves


def test_one_clean_cut(solution: ModuleType) -> None:
    """Between 2 and 5 the class changes: the threshold is halfway, nothing is
    impure.
    """
    split = solution.best_split(
        np.array([[5.0], [1.0], [2.0]]), np.eye(2)[[1, 0, 0]]
    )
    assert (split.feature, split.threshold, split.impurity) == (0, 3.5, 0.0)


def test_equal_values_cannot_be_cut(solution: ModuleType) -> None:
    """A cut lies between two different values; without them the answer is
    None.
    """
    assert solution.best_split(np.ones((3, 2)), np.eye(2)[[0, 1, 1]]) is None


def test_impurity_is_weighted_by_size(solution: ModuleType) -> None:
    """Two pure samples and three with impurity 4/9 make 3/5 of 4/9."""
    X = np.array([[1.0], [2.0], [4.0], [7.0], [9.0]])
    split = solution.best_split(X, np.eye(2)[[0, 0, 1, 0, 1]])
    assert split.threshold == 3.0
    np.testing.assert_allclose(split.impurity, 3 / 5 * 4 / 9)


def test_growth_stops_when_pure_or_deep(solution: ModuleType) -> None:
    """One class is a leaf; depth 0 is a leaf; otherwise both sides grow."""
    X, member = np.arange(6.0)[:, None], np.eye(3)[[0, 1, 1, 2, 2, 2]]
    assert isinstance(solution.grow(X, member, 0), Leaf)
    assert isinstance(solution.grow(X[:1], member[:1], 5), Leaf)
    assert [leaf.n for leaf in leaves(solution.grow(X, member, 9))] == [1, 2, 3]


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """On iris and moons, the library's probabilities."""
    for X, y in (
        load_iris(return_X_y=True),
        make_moons(200, noise=0.3, random_state=0),
    ):
        tree = solution.grow(X, np.eye(y.max() + 1)[y], 3)
        theirs = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X, y)
        np.testing.assert_allclose(
            class_shares(tree, X), theirs.predict_proba(X), atol=1e-12
        )
