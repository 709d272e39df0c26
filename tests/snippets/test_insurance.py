"""The portfolio of policies, and how premiums are judged."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import auc, roc_auc_score

from snippets.insurance import by_fifths, gini, lorenz, portfolio, premiums


def test_a_portfolio_is_what_it_says() -> None:
    """Amounts only where there are claims, and on average the true premium."""
    cars = portfolio(40_000, np.random.default_rng(0))
    np.testing.assert_array_equal(cars.amount > 0, cars.claims > 0)
    assert (cars.claims == 0).mean() > 0.7
    assert cars.amount.sum() == pytest.approx(cars.premium @ cars.years, rel=0.05)
    assert cars.X[:, :2].sum(axis=1).max() == 1
    assert set(cars.X[:, 2]) == set(range(5))


def test_lorenz_by_hand() -> None:
    """Three policies of one year, the dearest last."""
    x, y = lorenz(np.array([3.0, 1.0, 2.0]), np.ones(3), np.array([6.0, 0.0, 2.0]))
    np.testing.assert_allclose(x, [0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(y, [0, 0, 1 / 4, 1])


def test_gini_equals_scikit_learn() -> None:
    """The area is that of `auc`; for yes and no it follows from the ROC curve."""
    rng = np.random.default_rng(0)
    score, years = rng.random(200), rng.uniform(0.1, 1, 200)
    amount = rng.gamma(1.0, size=200)
    found = gini(score, years, amount)
    assert found == pytest.approx(1 - 2 * auc(*lorenz(score, years, amount)))
    yes = (rng.random(200) < score).astype(float)
    by_roc = (2 * roc_auc_score(yes, score) - 1) * (1 - yes.mean())
    assert gini(score, np.ones(200), yes) == pytest.approx(by_roc)


def test_premiums_rank_alike_and_level_apart() -> None:
    """The line is as good in order, and far off for the cheapest fifth."""
    rng = np.random.default_rng(0)
    old, new = portfolio(10_000, rng), portfolio(10_000, rng)
    scores = premiums(old, new)
    found = [gini(score, new.years, new.amount) for score in scores.values()]
    assert np.ptp(found) < 0.02 and min(found) > 0.3
    assert by_fifths(scores["straight line"], new)[0] < 0.5
    for name in ("Tweedie", "number × size"):
        np.testing.assert_allclose(by_fifths(scores[name], new), 1, atol=0.2)


def test_the_true_premium_is_right_in_each_fifth() -> None:
    """By definition."""
    new = portfolio(1000, np.random.default_rng(0))
    np.testing.assert_allclose(by_fifths(new.premium, new), 1)
