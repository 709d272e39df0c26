"""Tests of the exercise on comparing models, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_rel


def test_new_samples_have_the_interval_of_scipy(solution: ModuleType) -> None:
    """With a share of 0 it is the paired t-interval."""
    first, second = np.random.default_rng(0).normal(size=(2, 8))
    low, high = ttest_rel(first, second).confidence_interval(0.95)
    mean, width = solution.split_interval(first - second)
    assert (mean - width, mean + width) == pytest.approx((low, high))


def test_splits_have_a_wider_one(solution: ModuleType) -> None:
    """1 / 10 becomes 1 / 10 + 1 / 2: the width grows by the root of six."""
    ahead = np.array([2.0, 4, 0, 2, 6, 2, 0, 4, 2, 2])
    plain = solution.split_interval(ahead)
    wide = solution.split_interval(ahead, 0.5)
    assert wide[0] == plain[0] == pytest.approx(2.4)
    assert wide[1] == pytest.approx(np.sqrt(6) * plain[1])


def test_mcnemar_is_a_binomial_test(solution: ModuleType) -> None:
    """Only the samples count that one model alone gets right; none say
    nothing.
    """
    for b, c in ((3, 12), (12, 3), (7, 7), (1, 40)):
        expected = binomtest(b, b + c).pvalue
        assert solution.mcnemar(b, c) == pytest.approx(expected)
    assert solution.mcnemar(0, 0) == 1.0


def test_holm_by_hand(solution: ModuleType) -> None:
    """0.01 times 3, 0.03 times 2; 0.04 does not fall below the 0.06 before
    it.
    """
    found = solution.holm(np.array([0.01, 0.04, 0.03]))
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06])
    assert solution.holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]
