"""Tests of the exercise on histogram boosting, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np


def test_few_values_are_cut_between(solution: ModuleType) -> None:
    """Values 1, 2, 4 are cut at 1.5 and 3; a missing value cuts nothing."""
    values = np.array([4.0, 1.0, np.nan, 2.0, 1.0])
    np.testing.assert_allclose(solution.find_cuts(values), [1.5, 3.0])
    assert len(solution.find_cuts(np.ones(3))) == 0


def test_many_values_are_cut_at_quantiles(solution: ModuleType) -> None:
    """A hundred values in four bins: a quarter in each."""
    cuts = solution.find_cuts(np.arange(100.0), 4)
    np.testing.assert_allclose(cuts, [24.5, 49.5, 74.5])


def test_a_missing_value_has_the_last_bin(solution: ModuleType) -> None:
    """A value at a cut belongs below it."""
    values = np.array([0.0, 1.5, 1.6, 9.0, np.nan])
    found = solution.to_bins(values, np.array([1.5, 3.0]))
    assert found.tolist() == [0, 0, 1, 2, 3]


def test_the_split_worked_by_hand(solution: ModuleType) -> None:
    """Gradients -2, -2, 1, 3 in bins 0, 0, 1, 2: 16 behind bin 0, 12 behind
    bin 1.
    """
    bins, gradient = np.array([[0], [0], [1], [2]]), np.array([-2.0, -2, 1, 3])
    found = solution.best_split(
        bins, gradient, np.array([3]), np.array([False]), 1
    )
    assert (found.gain, found.feature, found.bin) == (16.0, 0, 0)
    assert not found.is_missing_left
    too_few = solution.best_split(
        bins, gradient, np.array([3]), np.array([False]), 3
    )
    assert too_few is None


def test_missing_values_go_where_more_is_gained(solution: ModuleType) -> None:
    """The missing one has the gradient of the left: it goes there."""
    bins, gradient = np.array([[0], [2], [1]]), np.array([-3.0, -3.0, 6.0])
    found = solution.best_split(
        bins, gradient, np.array([2]), np.array([True]), 1
    )
    assert (found.bin, found.is_missing_left) == (0, True)
