"""Experiments on generalised linear models: what is drawn is what is said."""

from __future__ import annotations

import numpy as np
import pytest

from snippets import generalised_linear_models_runs as runs
from snippets.evidence import paired_difference


def test_counts_have_their_means() -> None:
    """The mean of the counts is that of the formula, and so is the scatter."""
    x, y, mean = runs.counts(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(mean, np.exp(2 * x - 1))
    assert x.min() >= 0
    assert x.max() <= 2
    assert np.mean((y - mean) ** 2 / mean) == pytest.approx(1, abs=0.05)


def test_a_line_errs_on_both_sides() -> None:
    """Too wide below, too narrow above, and negative; the Poisson interval holds."""
    found = [runs.line_or_poisson(seed) for seed in range(4)]
    for one in found:
        assert one["line, lowest third"] > 0.99
        assert one["line, highest third"] < 0.95
        assert one["line, negative"] > 0.1
        assert min(one["Poisson, lowest third"], one["Poisson, highest third"]) > 0.93


def test_visits_take_time() -> None:
    """Exposure falls with x, and visits per year rise with it."""
    x, years, y = runs.visits(20_000, np.random.default_rng(0))
    assert np.corrcoef(x, np.log(years))[0, 1] < -0.5
    rate = y[x > 1].sum() / years[x > 1].sum(), y[x < -1].sum() / years[x < -1].sum()
    assert rate[0] > 2 * rate[1]


@pytest.mark.parametrize(
    ("scatter", "variance"), list(zip(runs.SCATTERS, (5.0, 20.0, 30.0), strict=True))
)
def test_scatter_is_what_its_name_says(scatter: str, variance: float) -> None:
    """Mean 5 and the variance that the name gives it."""
    y = runs.scattered(np.full(50_000, 5.0), scatter, np.random.default_rng(0))
    assert y.mean() == pytest.approx(5, rel=0.03)
    assert y.var() == pytest.approx(variance, rel=0.05)


def test_an_unknown_scatter_is_refused() -> None:
    """By name."""
    with pytest.raises(ValueError, match="got 'wild'"):
        runs.scattered(np.ones(2), "wild", np.random.default_rng(0))


def test_coverage_of_three_kinds() -> None:
    """Two hundred draws are enough to see which kind fails."""
    few, many = (runs.slope_coverage(each, 200) for each in runs.SCATTERS[1:])
    assert few["model"] < 0.8 < 0.9 < min(few["quasi"], few["sandwich"])
    assert many["model"] < 0.5
    assert many["model"] < many["quasi"] < many["sandwich"]
    assert runs.slope_coverage("Poisson", 200)["model"] > 0.9


def test_totals_by_theory() -> None:
    """A logarithm of gamma amounts of shape 1 has the mean -0.577 below."""
    found = [runs.totals(seed, even=True) for seed in range(10)]
    raw = np.mean([each["exp of the mean log"] for each in found], axis=0)
    np.testing.assert_allclose(raw, np.exp(-np.euler_gamma), atol=0.06)
    for way in ("with smearing", "gamma, log link"):
        ratios = np.mean([each[way] for each in found], axis=0)
        np.testing.assert_allclose(ratios, 1, atol=0.1)


def test_smearing_fails_on_uneven_scatter() -> None:
    """Too much where the scatter is small, too little where it is large."""
    found = [runs.totals(seed, even=False) for seed in range(5)]
    smeared = np.array([each["with smearing"] for each in found])
    assert smeared[:, 0].min() > 1.3 and smeared[:, 1].max() < 0.8
    fitted = np.mean([each["gamma, log link"] for each in found], axis=0)
    np.testing.assert_allclose(fitted, 1, atol=0.15)


def test_a_price_takes_freedom() -> None:
    """More price, fewer effective coefficients; AIC chooses one of the prices."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 10, 150)
    y = rng.poisson(np.exp(runs.wave(x))).astype(float)
    used = [runs.bend(x, y, 20, price)[1] for price in (0.0, 1.0, 1e3)]
    assert used[0] > used[1] > used[2] > 1.9
    best = runs.best_bend(x, y, 20)
    chosen = [
        np.array_equal(best.coef, runs.bend(x, y, 20, price)[0].coef) for price in runs.PENALTIES
    ]
    assert sum(chosen) == 1


def test_a_price_holds_the_edges() -> None:
    """On a logarithmic scale, over the seeds of the note."""
    found = [runs.edge_errors(seed) for seed in range(20)]
    polynomial, _, last = (np.log([each[name][1] for each in found]) for name in found[0])
    assert paired_difference(polynomial, last).low > 0


@pytest.mark.parametrize("name", runs.WORLDS)
def test_worlds_have_their_means(name: str) -> None:
    """Counts scatter like Poisson around the means."""
    X, y, mean = runs.world(name, 20_000, np.random.default_rng(0))
    assert X.shape == (20_000, 4) and np.abs(X).max() <= 1
    assert np.mean((y - mean) ** 2 / mean) == pytest.approx(1, abs=0.05)


@pytest.mark.nightly
def test_both_the_budget_and_the_verdict() -> None:
    """As many tries for each arm, of settings that exist; two seeds show the order."""
    assert {arm.tries for arm in runs.ARMS.values()} == {4}
    for arm in runs.ARMS.values():
        assert set(arm.grid) <= set(arm.model.get_params())
    bent = runs.rivals("effects bend", range(2))
    assert bent["GAM"].max() < bent["boosting"].min() < bent["GLM"].min()
    crossed = runs.rivals("effects depend on each other", range(2))
    assert crossed["boosting"].max() < 1 < crossed["GAM"].min()
