"""Tests of the exercise on survival analysis, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.survival import Counts, Curve, Durations

LAMPS = Durations(
    np.zeros(5),
    np.array([2.0, 3, 4, 4, 6]),
    np.array([True, False, True, False, True]),
)
"""Five lamps: 2, 3+, 4, 4+ and 6 years."""

AT_RISK = np.array(
    [[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 0, 0, 1]], dtype=bool
)
ENDS = np.array([[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1]], dtype=bool)


def test_who_is_at_risk_by_hand(solution: ModuleType) -> None:
    """Whoever goes at a moment is at risk in it, censored or not."""
    counts = solution.count(LAMPS)
    assert counts.moments.tolist() == [2, 4, 6]
    assert (counts.at_risk == AT_RISK).all() and (counts.ends == ENDS).all()


def test_who_enters_late_is_not_at_risk_before(solution: ModuleType) -> None:
    """Nor at the very moment at which it enters."""
    late = LAMPS._replace(entry=np.array([0.0, 0, 0, 2, 4]))
    assert solution.count(late).at_risk.sum(axis=1).tolist() == [3, 2, 1]


def test_the_curve_by_hand(solution: ModuleType) -> None:
    """4/5 are left, of them 2/3, of them none."""
    curve = solution.kaplan_meier(LAMPS)
    np.testing.assert_allclose(curve.survival, [4 / 5, 8 / 15, 0], atol=1e-15)
    first = 4 / 5 * np.sqrt(1 / 20)
    second = 8 / 15 * np.sqrt(1 / 20 + 1 / 6)
    np.testing.assert_allclose(curve.error, [first, second, 0], atol=1e-15)


@pytest.mark.parametrize(
    ("end", "mean"), [(1, 1), (2, 2), (3, 2.8), (5, 2 + 1.6 + 8 / 15)]
)
def test_the_mean_is_an_area(
    solution: ModuleType, end: float, mean: float
) -> None:
    """Two years at 1, two at 4/5, then at 8/15."""
    steps = np.array([2.0, 4]), np.array([4 / 5, 8 / 15]), np.zeros(2)
    assert solution.mean_until(Curve(*steps), end) == pytest.approx(mean)


def test_causes_share_what_ended(solution: ModuleType) -> None:
    """Both together are what the curve lacks to 1."""
    storm = np.array([True, False, False, False, False])
    times, share = solution.incidence(LAMPS, storm)
    assert times.tolist() == [2, 4, 6]
    np.testing.assert_allclose(share, [1 / 5] * 3)
    _, other = solution.incidence(LAMPS, ~storm)
    np.testing.assert_allclose(share + other, [1 / 5, 7 / 15, 1])


def test_log_rank_by_hand(solution: ModuleType) -> None:
    """The first two lamps are of another maker: 1 of 2 events in year 2."""
    group = np.array([True, True, False, False, False])
    expected = (1 - 2 / 5) / np.sqrt(2 / 5 * 3 / 5)
    assert solution.log_rank(LAMPS, group) == pytest.approx(expected)
    assert solution.log_rank(LAMPS, ~group) == pytest.approx(-expected)


def test_the_loss_without_effect(solution: ModuleType) -> None:
    """With beta 0 each of 5, 3 and 1 at risk is as likely as the others."""
    X = np.array([[1.0], [0], [0], [0], [0]])
    counts = Counts(np.array([2.0, 4, 6]), AT_RISK, ENDS)
    value, gradient, curvature = solution.slope(X, counts, np.zeros(1))
    assert value == pytest.approx(-np.log(15))
    np.testing.assert_allclose(gradient, [1 - 1 / 5])
    np.testing.assert_allclose(curvature, [[1 / 5 * 4 / 5]])


def test_the_gradient_is_the_slope_of_the_loss(solution: ModuleType) -> None:
    """And the curvature what the gradient falls by."""
    rng = np.random.default_rng(0)
    X, beta = rng.standard_normal((5, 2)), np.array([0.3, -0.7])
    counts = Counts(np.array([2.0, 4, 6]), AT_RISK, ENDS)
    _, gradient, curvature = solution.slope(X, counts, beta)
    for feature, step in enumerate(1e-6 * np.eye(2)):
        up, more, _ = solution.slope(X, counts, beta + step)
        down, less, _ = solution.slope(X, counts, beta - step)
        assert (up - down) / 2e-6 == pytest.approx(gradient[feature], abs=1e-7)
        np.testing.assert_allclose(
            (less - more) / 2e-6, curvature[feature], atol=1e-7
        )


def test_concordance_by_hand(solution: ModuleType) -> None:
    """The lamp of 2 years can be compared with four, that of 4 with one."""
    right = np.array([9.0, 1, 5, 1, 0])
    assert solution.concordance(right, LAMPS) == 1
    assert solution.concordance(-right, LAMPS) == 0
    assert solution.concordance(np.zeros(5), LAMPS) == 0.5
    half = np.array([1.0, 2, 0, 0, 0])
    assert solution.concordance(half, LAMPS) == pytest.approx(3.5 / 5)
