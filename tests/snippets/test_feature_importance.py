"""Feature importance: against scikit-learn, and Shapley values against their definition."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from sklearn import inspection
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from snippets.explanation import partial_dependence, permutation_importance
from snippets.feature_importance import (
    FloatArray,
    ban,
    coalition_values,
    impurity_importance,
    individual_curves,
    noise_of_values,
    shapley_values,
    town,
    twins,
)


@pytest.mark.parametrize("depth", [1, 3, None])
def test_impurity_is_that_of_the_library(depth: int | None) -> None:
    """For classes and numbers, with samples of unequal weight, to 1e-12."""
    weights = np.random.default_rng(0).uniform(0.5, 2, 442)
    for kind, load in ((DecisionTreeClassifier, load_iris), (DecisionTreeRegressor, load_diabetes)):
        X, y = load(return_X_y=True)
        tree = kind(max_depth=depth, random_state=0).fit(X, y, sample_weight=weights[: len(X)])
        found = impurity_importance(tree.tree_)
        assert found == pytest.approx(tree.feature_importances_, rel=1e-12, abs=1e-15)


def test_a_lone_leaf_has_no_importance() -> None:
    """Nothing is divided by zero."""
    tree = DecisionTreeRegressor().fit(np.eye(3), np.ones(3))
    assert impurity_importance(tree.tree_).tolist() == [0, 0, 0]


def test_a_small_fall_of_impurity_is_one() -> None:
    """Shares sum to 1 in any unit of the target."""
    tree = DecisionTreeRegressor().fit([[0.0], [1.0]], [0.0, 1e-3])
    assert impurity_importance(tree.tree_).tolist() == [1]


def test_permutation_is_that_of_the_library() -> None:
    """Dealt as the library deals, each score falls by the same, to 1e-12."""
    X, y = load_diabetes(return_X_y=True)
    line = LinearRegression().fit(X, y)
    library = inspection.permutation_importance(line, X, y, n_repeats=3, random_state=7)
    deal = np.random.RandomState(np.random.RandomState(7).randint(2**31))
    order, column, orders = np.arange(len(X)), np.arange(len(X)), []
    for _ in range(3):
        deal.shuffle(order)
        column = column[order]
        orders.append(column)
    for j in range(X.shape[1]):
        found = permutation_importance(lambda A: line.score(A, y), X, [j], np.array(orders))
        assert found == pytest.approx(library.importances[j], abs=1e-12)


@pytest.mark.nightly
def test_curves_are_those_of_the_library() -> None:
    """Each sample's curve, and their mean; the samples stay as they were."""
    X, y = load_diabetes(return_X_y=True)
    forest = RandomForestRegressor(5, random_state=0).fit(X, y)
    before = X.copy()
    library = inspection.partial_dependence(forest, X, [2], kind="both", method="brute")
    at = library["grid_values"][0]
    found = individual_curves(forest.predict, X, 2, at)
    assert found == pytest.approx(library["individual"][0], rel=1e-12)
    assert found.mean(axis=0) == pytest.approx(partial_dependence(forest.predict, X, 2, at))
    assert (before == X).all()


def by_orders(values: FloatArray, n: int) -> FloatArray:
    """The definition: what a feature adds when it comes, averaged over all orders."""
    total, orders = np.zeros(n), list(permutations(range(n)))
    for order in orders:
        known = 0
        for j in order:
            total[j] += values[known | 1 << j] - values[known]
            known |= 1 << j
    return total / len(orders)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_shares_are_the_mean_over_all_orders(n: int) -> None:
    """And they sum to the value of all less that of none."""
    values = np.random.default_rng(n).normal(size=2**n)
    found = shapley_values(values)
    assert found == pytest.approx(by_orders(values, n), abs=1e-12)
    assert found.sum() == pytest.approx(values[-1] - values[0], abs=1e-12)


def test_shares_of_a_line_have_a_formula() -> None:
    """Weight times distance from the mean of the background."""
    X, y = load_diabetes(return_X_y=True)
    X = X[:, :6]
    line = LinearRegression().fit(X, y)
    found = shapley_values(coalition_values(line.predict, X, X[5]))
    assert found == pytest.approx(line.coef_ * (X[5] - X.mean(axis=0)), abs=1e-10)


def test_what_the_model_ignores_has_no_share_and_twins_share_alike() -> None:
    """Two of the rules from which Shapley derived the formula."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 3))
    X[:, 1] = X[:, 0]
    x = np.array([2.0, 2.0, 5.0])
    found = shapley_values(coalition_values(lambda A: np.sin(A[:, 0] + A[:, 1]), X, x))
    assert found[0] == pytest.approx(found[1], abs=1e-12)
    assert found[2] == pytest.approx(0, abs=1e-12)


@pytest.mark.nightly
def test_noise_of_many_values_is_overrated_by_impurity_alone() -> None:
    """Shares by impurity sum to 1; in new samples the coin alone is worth anything."""
    found = np.mean([noise_of_values(seed) for seed in range(5)], axis=0)
    impurity, training, new = found
    assert impurity.sum() == pytest.approx(1)
    assert impurity[-1] > impurity[0] > impurity[1]
    assert training[-1] > 0.1
    assert new[0] > 0.1 and np.abs(new[1:]).max() < 0.03


def test_twins_hide_each_other() -> None:
    """Each has less than half, both have the whole; and the twin adds nothing."""
    found = np.mean([twins(seed) for seed in range(5)], axis=0)
    alone, lesser, beside, twin, both, without, with_twin = found
    assert max(beside, twin) < lesser < alone < 1.2 * both
    assert max(beside, twin) < 0.5 * alone
    assert without == pytest.approx(with_twin, abs=0.03)


def test_a_ban_does_not_stop_the_rain() -> None:
    """No umbrella is left, accidents are as before, and the line promised a fall."""
    X, y = town(np.random.default_rng(0), banned=True)
    assert not X.any() and y.mean() == pytest.approx(16, abs=0.6)
    lost, promised, happened = np.mean([ban(seed) for seed in range(20)], axis=0)
    assert lost > 1 and promised == pytest.approx(-6, abs=0.6)
    assert happened == pytest.approx(0, abs=0.4)
