"""Tests of the exercise on gradient boosting, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_friedman1, make_moons
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
)


def test_squared_error(solution: ModuleType) -> None:
    """Start at the mean; what is left is target minus prediction; a leaf adds
    its mean.
    """
    loss, y = solution.SquaredError(), np.array([1.0, 2.0, 6.0])
    assert loss.start(y) == pytest.approx(3.0)
    np.testing.assert_allclose(
        loss.residual(y, np.array([1.0, 3.0, 4.0])), [0.0, -1.0, 2.0]
    )
    assert loss.leaf(y[:2], np.array([0.5, 1.5])) == pytest.approx(1.0)


def test_no_stage_is_the_start(solution: ModuleType) -> None:
    """`Boosted(start, rate, trees, values)` with empty lists predicts the
    constant.
    """
    X, y = load_diabetes(return_X_y=True)
    raw = solution.boost(X, y, solution.SquaredError(), 0).staged(X)
    np.testing.assert_allclose(raw, np.full((1, len(X)), y.mean()))


def test_one_stage_on_four_samples(solution: ModuleType) -> None:
    """A stump splits 0, 0, 4, 4 in the middle; a rate of 0.5 goes half of the
    way.
    """
    X, y = np.arange(4.0)[:, None], np.array([0.0, 0.0, 4.0, 4.0])
    fit = solution.boost(
        X, y, solution.SquaredError(), 1, rate=0.5, max_depth=1
    )
    np.testing.assert_allclose(fit.staged(X)[1], [1.0, 1.0, 3.0, 3.0])


def test_log_loss_goes_through_the_same_loop(solution: ModuleType) -> None:
    """Ask the loss for each leaf: `loss.leaf(y[leaves == leaf], residual[leaves
    == leaf])`.
    """
    X, y = make_moons(150, noise=0.3, random_state=0)
    model = GradientBoostingClassifier(n_estimators=10, random_state=0).fit(
        X, y
    )
    fit = solution.boost(X, y.astype(float), solution.LogLoss(), 10)
    np.testing.assert_allclose(
        fit.staged(X)[-1], model.decision_function(X), atol=1e-12
    )


def test_equals_scikit_learn(solution: ModuleType) -> None:
    """Give every tree the same `np.random.RandomState(seed)`, as the library
    does.
    """
    for X, y in (
        load_diabetes(return_X_y=True),
        make_friedman1(120, random_state=0),
    ):
        model = GradientBoostingRegressor(n_estimators=50, random_state=0).fit(
            X, y
        )
        raw = solution.boost(X, y, solution.SquaredError(), 50).staged(X)
        np.testing.assert_allclose(raw[-1], model.predict(X), rtol=1e-12)
