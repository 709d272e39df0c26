"""Tests of the exercise on random forests, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier


def test_soft_vote_averages(solution: ModuleType) -> None:
    """The trees are the first axis; their mean is the answer."""
    answers = np.array([[[0.6, 0.4]], [[0.0, 1.0]]])
    np.testing.assert_allclose(solution.soft_vote(answers), [[0.3, 0.7]])


def test_out_of_bag_leaves_out_the_trees_that_saw_the_row(
    solution: ModuleType,
) -> None:
    """`np.bincount(drawn, minlength=n) == 0` tells which rows a tree missed."""
    answers = np.array(
        [
            [[1.0, 0.0], [0.2, 0.8], [0.5, 0.5]],
            [[0.0, 1.0], [0.4, 0.6], [0.9, 0.1]],
        ]
    )
    found = solution.out_of_bag(answers, np.array([[0, 0, 2], [2, 2, 2]]))
    np.testing.assert_allclose(
        found, [[0.0, 1.0], [0.3, 0.7], [np.nan, np.nan]]
    )


def test_each_tree_has_rows_of_its_own(solution: ModuleType) -> None:
    """`bootstrap(len(X), seed)` of `snippets.random_forest` draws them as the
    library does.
    """
    X, y = load_wine(return_X_y=True)
    forest = solution.grow(X, y, [0, 1])
    assert forest.rows.shape == (2, len(X))
    assert not np.array_equal(forest.rows[0], forest.rows[1])


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """The tree gets its seed as `random_state`, and the counts of its rows as
    `sample_weight`.
    """
    X, y = load_wine(return_X_y=True)
    model = RandomForestClassifier(30, oob_score=True, random_state=0).fit(X, y)
    forest = solution.grow(
        X, y, [tree.random_state for tree in model.estimators_]
    )
    answers = forest.probabilities(X)
    np.testing.assert_allclose(
        solution.soft_vote(answers), model.predict_proba(X), atol=1e-12
    )
    np.testing.assert_allclose(
        solution.out_of_bag(answers, forest.rows),
        model.oob_decision_function_,
        atol=1e-12,
    )
