"""Comparing models: intervals, McNemar, Holm and the simulation, against other ways."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_rel

from snippets.comparing_models import holm, mcnemar, simulate, split_interval
from snippets.evidence import mean_interval


def test_intervals_are_those_of_scipy_and_of_the_notes() -> None:
    """The plain one is the paired t-interval; with shared rows, that of `evidence`."""
    first, second = np.random.default_rng(3).normal(size=(2, 12))
    mean, width = split_interval(first - second)
    library = ttest_rel(first, second).confidence_interval(0.95)
    assert (mean - width, mean + width) == pytest.approx(tuple(library), rel=1e-12)
    wide = mean_interval(first - second).over_splits(80, 20, 100)
    assert split_interval(first - second, 20 / 80) == pytest.approx((wide.mean, wide.half_width))


@pytest.mark.parametrize(("b", "c"), [(0, 1), (1, 0), (4, 4), (3, 17), (60, 41)])
def test_mcnemar_is_the_binomial_test(b: int, c: int) -> None:
    """Two-sided, and the same for both orders."""
    assert mcnemar(b, c) == mcnemar(c, b) == pytest.approx(binomtest(b, b + c).pvalue, rel=1e-12)


def test_mcnemar_of_nothing() -> None:
    """Models that never differ are not told apart."""
    assert mcnemar(0, 0) == 1.0


def test_holm_step_by_step() -> None:
    """Rejecting by the corrected values is stepping down until one is too large."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = rng.random(6) ** 3
        rejected = np.zeros(6, dtype=bool)
        for rank, at in enumerate(np.argsort(p)):
            if p[at] > 0.05 / (6 - rank):
                break
            rejected[at] = True
        assert ((holm(p) <= 0.05) == rejected).all()


def test_the_simulation_is_least_squares_on_the_rows_of_a_split() -> None:
    """One file, one split: the same as doing it with NumPy's own solver."""
    found = simulate(1, 1, np.random.default_rng(4))
    rng = np.random.default_rng(4)
    X = rng.standard_normal((1, 1, 60, 5))[0, 0]
    y = X @ [1.0, 1.0, 0.3, 0.3, 0.3] + rng.standard_normal((1, 1, 60))[0, 0]
    order = rng.random((1, 1, 60)).argsort(axis=2)[0, 0]
    fit, new = order[:40], order[40:]
    errors = []
    for width in (5, 2):
        slopes = np.linalg.lstsq(X[fit, :width], y[fit], rcond=None)[0]
        errors.append(np.mean((X[new, :width] @ slopes - y[new]) ** 2))
    assert found == pytest.approx(np.array([[errors[1] - errors[0]]]))
