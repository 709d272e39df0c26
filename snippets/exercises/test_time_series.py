"""Tests of the exercise on time series, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.model_selection import TimeSeriesSplit

from snippets.time_series import State

Y = np.array([10.0, 20, 12, 22, 14, 24])
"""Two values a season, and a slope of 1."""


def test_autocorrelation_by_hand(solution: ModuleType) -> None:
    """Deviations -1, 1, -1, 1: products -3 and 2, over 4."""
    found = solution.autocorrelation(np.array([1.0, 3, 1, 3]), 2)
    assert found == pytest.approx([1, -0.75, 0.5])


def test_mase_by_hand(solution: ModuleType) -> None:
    """Errors of 7 and 2, in steps of 28 / 3, or in seasons of 2."""
    said = np.array([22.0, 22])
    truth = np.array([15.0, 24])
    assert solution.mase(truth, said, Y[:4]) == pytest.approx(4.5 * 3 / 28)
    assert solution.mase(truth, said, Y[:4], 2) == pytest.approx(4.5 / 2)


def test_origins_by_hand(solution: ModuleType) -> None:
    """Ten rows: tests at 4 to 6 and 7 to 9; a third is not complete."""
    (a, b), (c, d) = solution.origins(10, 4, 3)
    assert (a.tolist(), b.tolist()) == ([0, 1, 2, 3], [4, 5, 6])
    assert (len(c), d.tolist()) == (7, [7, 8, 9])
    last = list(solution.origins(10, 4, 3, gap=2, window=4))[1][0]
    assert last.tolist() == [1, 2, 3, 4]


def test_origins_are_those_of_the_library(solution: ModuleType) -> None:
    """Five parts of three at the end of 20 rows."""
    ours = list(solution.origins(20, 5, 3, gap=1, window=6))
    split = TimeSeriesSplit(5, test_size=3, gap=1, max_train_size=6)
    for (a, b), (fit, new) in zip(ours, split.split(np.zeros(20)), strict=True):
        assert (a.tolist(), b.tolist()) == (fit.tolist(), new.tolist())


def test_lags_by_hand(solution: ModuleType) -> None:
    """The latest value first; two steps ahead."""
    X, target = solution.lag_table(Y, 2, 2)
    assert X.tolist() == [[20, 10], [12, 20], [22, 12]]
    assert target.tolist() == [22, 14, 24]


def test_simple_smoothing_by_hand(solution: ModuleType) -> None:
    """Half way to each value: 10, 15, 13.5, 17.75."""
    said, state = solution.smooth(Y[:4], State(10.0, 0.0, [0.0]), 0.5)
    assert said == pytest.approx([10, 10, 15, 13.5])
    assert state.level == pytest.approx(17.75)


def test_a_line_with_a_season_is_forecast(solution: ModuleType) -> None:
    """From the right start no error is made, whatever the weights."""
    start = State(13.5, 1.0, [-4.5, 4.5])
    said, state = solution.smooth(Y[:5], start, 0.3, 0.2, 0.4)
    assert said == pytest.approx(Y[:5])
    assert solution.ahead(state, 3) == pytest.approx([24, 16, 26])


def test_many_weights_at_once(solution: ModuleType) -> None:
    """Arrays of weights give what each gives alone."""
    start, alphas = State(12.0, 0.5, [-4.0, 4.0]), np.array([0.1, 0.9])
    both, _ = solution.smooth(Y, start, alphas, 0.2, 0.3)
    for column, alpha in zip(both.T, alphas, strict=True):
        one, _ = solution.smooth(Y, start, alpha, 0.2, 0.3)
        assert column == pytest.approx(one)


def test_best_alpha_by_hand(solution: ModuleType) -> None:
    """Steps of half the noise's variance: one half."""
    assert solution.best_alpha(0.5) == pytest.approx(0.5)
    assert solution.best_alpha(1e9) == pytest.approx(1)
