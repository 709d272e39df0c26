"""The forest around the trees, against scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_wine, make_classification
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from snippets.evidence import mean_interval
from snippets.random_forest import (
    bootstrap,
    grow,
    hard_vote,
    mean_correlation,
    oob_accuracy,
    out_of_bag,
    soft_vote,
)

# Measured against scikit-learn: 0. The promise is 1e-12.
TOLERANCE = 1e-12

SETS = {
    "wine": load_wine(return_X_y=True),
    "breast cancer": load_breast_cancer(return_X_y=True),
    "noisy": make_classification(150, 20, n_informative=5, n_classes=3, flip_y=0.1, random_state=0),
}
OPTIONS = {
    "default": {},
    "all features": {"max_features": None},
    "large leaves": {"max_features": 2, "min_samples_leaf": 15},
}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", SETS)
def test_equals_scikit_learn_tree_by_tree(name: str, options: str) -> None:
    """With the library's seeds every probability, in and out of bag, is the library's."""
    X, y = SETS[name]
    model = RandomForestClassifier(40, oob_score=True, random_state=1, **OPTIONS[options])
    model.fit(X, y)
    forest = grow(X, y, [tree.random_state for tree in model.estimators_], **OPTIONS[options])
    answers = forest.probabilities(X)
    assert answers.shape == (40, len(X), y.max() + 1)
    np.testing.assert_allclose(soft_vote(answers), model.predict_proba(X), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(
        out_of_bag(answers, forest.rows), model.oob_decision_function_, rtol=0, atol=TOLERANCE
    )
    assert oob_accuracy(answers, forest.rows, y) == pytest.approx(model.oob_score_, abs=TOLERANCE)


def test_new_samples_get_the_probabilities_of_the_library() -> None:
    """The forest is inductive: it answers for rows that it was not grown on."""
    X, y = SETS["wine"]
    model = RandomForestClassifier(10, random_state=0).fit(X[::2], y[::2])
    forest = grow(X[::2], y[::2], [tree.random_state for tree in model.estimators_])
    found = soft_vote(forest.probabilities(X[1::2]))
    np.testing.assert_allclose(found, model.predict_proba(X[1::2]), rtol=0, atol=TOLERANCE)
    assert hasattr(model, "predict")


def test_bootstrap_draws_as_many_rows_as_there_are() -> None:
    """Rows are from 0 to n - 1, with repetitions, and follow the seed."""
    drawn = bootstrap(1000, seed=3)
    assert drawn.shape == (1000,)
    assert (drawn.min(), drawn.max()) == (0, 999)
    assert len(np.unique(drawn)) < 700
    np.testing.assert_array_equal(drawn, bootstrap(1000, seed=3))
    assert not np.array_equal(drawn, bootstrap(1000, seed=4))


def test_share_out_of_bag_is_one_over_e() -> None:
    """A row is missed by n draws with probability (1 - 1/n)^n, about 0.37."""
    n = 500
    missed = [1 - len(np.unique(bootstrap(n, seed))) / n for seed in range(200)]
    assert np.mean(missed) == pytest.approx((1 - 1 / n) ** n, abs=0.005)
    assert np.mean(missed) == pytest.approx(1 / np.e, abs=0.005)


def test_soft_and_hard_votes_can_disagree() -> None:
    """Two lukewarm trees lose to a sure one in the average, and win the vote."""
    answers = np.array([[[0.6, 0.4]], [[0.6, 0.4]], [[0.0, 1.0]]])
    np.testing.assert_allclose(soft_vote(answers), [[0.4, 0.6]])
    np.testing.assert_allclose(hard_vote(answers), [[2 / 3, 1 / 3]])


def test_hard_vote_gives_a_tie_to_the_first_class() -> None:
    """A tree that is undecided votes for the lower class."""
    np.testing.assert_array_equal(hard_vote(np.array([[[0.25, 0.375, 0.375]]])), [[0, 1, 0]])


def test_pure_leaves_make_both_votes_one() -> None:
    """With fully grown trees on distinct rows an average of probabilities counts votes."""
    X, y = SETS["wine"]
    answers = grow(X, y, range(15)).probabilities(X + 0.01)
    np.testing.assert_allclose(soft_vote(answers), hard_vote(answers), rtol=0, atol=TOLERANCE)


def test_out_of_bag_by_arithmetic() -> None:
    """Each sample averages the trees whose draw leaves it out; one seen by all has none."""
    answers = np.array([[[1.0, 0.0], [0.2, 0.8], [0.5, 0.5]], [[0.0, 1.0], [0.4, 0.6], [0.9, 0.1]]])
    rows = np.array([[0, 0, 2], [2, 0, 2]])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = out_of_bag(answers, rows)
    assert not caught
    np.testing.assert_array_equal(np.isnan(found), [[True, True], [False, False], [True, True]])
    np.testing.assert_allclose(found[1], [0.3, 0.7])
    assert oob_accuracy(answers, rows, np.array([0, 1, 0])) == 1.0
    assert oob_accuracy(answers, rows, np.array([0, 0, 0])) == 0.0


def test_out_of_bag_counts_only_trees_that_missed_the_sample() -> None:
    """With one tree the answer of a missed row is the tree's own."""
    answers = np.array([[[0.7, 0.3], [0.2, 0.8]]])
    found = out_of_bag(answers, np.array([[1, 1]]))
    np.testing.assert_allclose(found[0], [0.7, 0.3])
    assert np.isnan(found[1]).all()


def test_out_of_bag_is_for_training_samples_only() -> None:
    """Other samples than those that were drawn from are refused."""
    with pytest.raises(ValueError, match=r"need rows of shape \(3, 5\), got \(3, 4\)"):
        out_of_bag(np.zeros((3, 5, 2)), np.zeros((3, 4), dtype=int))


def test_correlation_of_trees_by_arithmetic() -> None:
    """Three trees, of which two agree and one says the opposite: (1 - 1 - 1) / 3."""
    answers = np.array([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    assert mean_correlation(answers) == pytest.approx(-1 / 3)
    assert mean_correlation(answers[:2]) == pytest.approx(1.0)


def test_correlation_needs_a_pair() -> None:
    """One tree has nothing to agree with."""
    with pytest.raises(ValueError, match="a pair needs two trees, got 1"):
        mean_correlation(np.ones((1, 5)))


def test_one_sample() -> None:
    """A forest of one sample always answers its class."""
    forest = grow(np.array([[1.0, 2.0]]), np.array([0]), [0, 1])
    np.testing.assert_array_equal(
        soft_vote(forest.probabilities(np.zeros((3, 2)))), np.ones((3, 1))
    )
    np.testing.assert_array_equal(forest.rows, [[0], [0]])


def test_constant_features_leave_the_shares_of_the_draw() -> None:
    """Without a split each tree answers the class shares of its own rows."""
    y = np.array([0, 0, 1, 1])
    forest = grow(np.ones((4, 2)), y, [5])
    share = y[forest.rows[0]].mean()
    np.testing.assert_allclose(forest.probabilities(np.ones((1, 2)))[0, 0], [1 - share, share])


@pytest.mark.parametrize(
    ("X", "y", "seeds", "message"),
    [
        (np.ones(3), np.zeros(3, int), [0], r"X must be \(n, p\) and y \(n,\), got \(3,\)"),
        (np.ones((3, 1)), np.zeros((3, 1), int), [0], r"and \(3, 1\)"),
        (np.ones((3, 1)), np.zeros(2, int), [0], r"got \(3, 1\) and \(2,\)"),
        (np.ones((0, 1)), np.zeros(0, int), [0], "at least one sample, got 0$"),
        (np.ones((2, 1)), np.array([0, 2]), [0], r"without a gap, got \[0, 2\]"),
        (np.ones((2, 1)), np.array([1, 2]), [0], r"without a gap, got \[1, 2\]"),
        (np.ones((2, 1)), np.array([0, 1]), [], "at least one seed, got none$"),
    ],
)
def test_refuses_what_it_cannot_grow_on(
    X: np.ndarray, y: np.ndarray, seeds: list[int], message: str
) -> None:
    """The message says what is wrong with the value."""
    with pytest.raises(ValueError, match=message):
        grow(X, y, seeds)


def test_a_regression_forest_is_level_beyond_its_samples() -> None:
    """The note's claim: beyond the last sample every prediction is the same."""
    X = np.arange(30.0)[:, None]
    model = RandomForestRegressor(20, random_state=0).fit(X, 2 * X[:, 0])
    far = model.predict([[30.0], [100.0], [1e6]])
    assert len(set(far)) == 1
    assert far[0] <= 2 * 29


@pytest.mark.nightly
def test_out_of_bag_judges_like_a_third_of_the_trees() -> None:
    """With 40 trees it is behind the test of all, and level with the test of 15."""
    gaps = []
    for seed in range(10):
        X, y = make_classification(
            600, 20, n_informative=5, n_redundant=0, n_classes=3, flip_y=0.1, random_state=seed
        )
        forest = grow(X[:300], y[:300], range(40))
        known, new = forest.probabilities(X[:300]), forest.probabilities(X[300:])
        inside = oob_accuracy(known, forest.rows, y[:300])
        tests = [(soft_vote(new[:n]).argmax(axis=1) == y[300:]).mean() for n in (40, 15)]
        gaps.append(inside - np.array(tests))
    whole, third = (mean_interval(each) for each in np.transpose(gaps))
    assert whole.high < 0 and third.low < 0 < third.high
