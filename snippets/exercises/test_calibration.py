"""Tests of the exercise on calibration, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from snippets.calibration import Bins

DAYS = np.repeat([0.2, 0.8], 5)
WET = np.array([0, 0, 1, 0, 0, 1, 1, 0, 1, 0])
FOUND = Bins(np.array([5.0, 5]), np.array([0.2, 0.8]), np.array([0.2, 0.6]))
"""The service of the worked example, and its bins."""


def test_bins_by_hand(solution: ModuleType) -> None:
    """Of five days with 0.2 one is wet, with 0.8 three; an empty bin is not
    there, and a border belongs to the bin below it.
    """
    for n_bins in (2, 10):
        for ours, hand in zip(
            solution.reliability(DAYS, WET, n_bins), FOUND, strict=True
        ):
            np.testing.assert_allclose(ours, hand)
    border = solution.reliability(np.array([0.4, 0.5, 0.6]), WET[:3], 2)
    assert border[0].tolist() == [2, 1]


def test_scores_by_hand(solution: ModuleType) -> None:
    """Half of the days are wrong by 0.2."""
    assert solution.calibration_error(FOUND) == pytest.approx(0.1)
    assert solution.brier_parts(FOUND) == pytest.approx((0.02, 0.04, 0.24))


def test_limit_by_hand(solution: ModuleType) -> None:
    """The rank is 8 for 80 % of nine errors, and 10 for 95 %."""
    minutes = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5])
    assert solution.conformal_limit(minutes, 0.8) == 6
    assert solution.conformal_limit(minutes, 0.9) == 9
    assert solution.conformal_limit(minutes, 0.95) == np.inf


def test_sets_by_hand(solution: ModuleType) -> None:
    """What is just as bad as the limit stays."""
    found = solution.prediction_sets(np.array([[0.5, 0.25, 0.25]]), 0.5)
    assert found.tolist() == [[True, False, False]]


def test_pooling_by_hand(solution: ModuleType) -> None:
    """Each violation is pooled with all before it that it undercuts."""
    y = np.array([0.0, 1, 0, 0, 1, 1, 0, 1])
    found = solution.pool(y, np.ones(8))
    third = 1 / 3
    hand = [0, third, third, third, 2 * third, 2 * third, 2 * third, 1]
    assert found == pytest.approx(hand)
    assert solution.pool(np.array([1.0, 0]), np.array([3.0, 1])) == (
        pytest.approx([0.75, 0.75])
    )


def test_levels_are_those_of_the_library(solution: ModuleType) -> None:
    """Equal scores are one point, with their mean and their number."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=80).round(1)
    y = (rng.random(80) < 1 / (1 + np.exp(-scores))).astype(int)
    library = IsotonicRegression().fit(scores, y)
    knots, levels = solution.isotonic(scores, y)
    assert levels == pytest.approx(library.predict(knots))


def test_sigmoid_is_a_regression_on_soft_targets(solution: ModuleType) -> None:
    """Each sample counts as both classes, in the shares of its target; classes
    that a score separates have a finite slope.
    """
    rng = np.random.default_rng(1)
    scores = rng.normal(size=60)
    for y in (scores + rng.normal(size=60) > 0.3, scores > 0):
        ones = y.sum()
        target = np.where(y, (ones + 1) / (ones + 2), 1 / (62 - ones))
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        model.fit(
            np.tile(scores, 2)[:, None],
            np.repeat([1, 0], 60),
            np.append(target, 1 - target),
        )
        found = solution.platt(scores, y.astype(int))
        library = model.coef_[0, 0], model.intercept_[0]
        assert found == pytest.approx(library, rel=1e-4, abs=1e-4)
