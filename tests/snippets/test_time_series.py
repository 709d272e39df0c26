"""Time series: against definitions, closed forms and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.model_selection import TimeSeriesSplit

from snippets.time_series import (
    ALPHAS,
    State,
    ahead,
    ar1,
    autocorrelation,
    begin,
    best_alpha,
    fit_smoothing,
    lag_table,
    mase,
    misses,
    noisy_walk,
    origins,
    smooth,
)

FLAT = State(0.0, 0.0, [0.0])


def test_autocorrelation_is_that_of_the_definition() -> None:
    """Sums of products over the sum of squares, as NumPy's correlate has them too."""
    y = np.random.default_rng(0).normal(size=60).cumsum()
    d = y - y.mean()
    full = np.correlate(d, d, "full")[59:]
    assert autocorrelation(y, 59) == pytest.approx(full / full[0])
    by_hand = sum(d[t] * d[t - 7] for t in range(7, 60)) / sum(d**2)
    assert autocorrelation(y, 7)[7] == pytest.approx(by_hand)


def test_autocorrelation_of_an_ar1_falls_by_powers() -> None:
    """Of long series, to two digits or so."""
    found = [autocorrelation(ar1(20_000, 0.8, np.random.default_rng(s))[:, 0], 6) for s in range(5)]
    assert np.mean(found, axis=0) == pytest.approx(0.8 ** np.arange(7), abs=0.02)


@pytest.mark.parametrize("m", [1, 4])
def test_mase_of_the_naive_forecast_inside_is_one(m: int) -> None:
    """It is scaled by what that forecast does."""
    train = np.random.default_rng(0).normal(size=40).cumsum()
    assert mase(train[m:], train[:-m], train, m) == pytest.approx(1)
    assert mase(train[m:] * 3, train[:-m] * 3, train * 3, m) == pytest.approx(1)


@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("window", [None, 7])
def test_origins_are_those_of_the_library(gap: int, window: int | None) -> None:
    """With parts of five at the end of 40 rows."""
    ours = list(origins(40, 20, 5, gap, window))
    split = TimeSeriesSplit(4, test_size=5, gap=gap, max_train_size=window)
    for (a, b), (fit, new) in zip(ours, split.split(np.zeros(40)), strict=True):
        assert (a == fit).all() and (b == new).all()
        assert b[0] - a[-1] == gap + 1


def test_a_table_of_lags_knows_nothing_later() -> None:
    """Each target stands h behind the latest value of its row."""
    y = np.arange(20.0)
    for lags, h in ((1, 1), (3, 1), (4, 5)):
        X, target = lag_table(y, lags, h)
        assert X.shape == (20 - lags - h + 1, lags)
        assert (target - X[:, 0] == h).all()
        assert (X[:, 0] - X[:, -1] == lags - 1).all()
        assert target[-1] == y[-1]


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.93])
def test_simple_smoothing_is_the_weighted_sum(alpha: float) -> None:
    """Weights fall by 1 - alpha, and what is left stays with the start."""
    y = np.random.default_rng(0).normal(size=30)
    _, state = smooth(y, State(2.0, 0.0, [0.0]), alpha)
    weights = alpha * (1 - alpha) ** np.arange(30)
    assert state.level == pytest.approx(weights @ y[::-1] + (1 - alpha) ** 30 * 2)
    assert weights.sum() + (1 - alpha) ** 30 == pytest.approx(1)


def test_ends_of_alpha_are_the_naive_forecast_and_the_start() -> None:
    """The last value, or nothing learned."""
    y = np.random.default_rng(0).normal(size=9)
    said, state = smooth(y, FLAT, 1.0)
    assert said[1:] == pytest.approx(y[:-1]) and ahead(state, 3) == pytest.approx([y[-1]] * 3)
    assert (smooth(y, FLAT, 0.0)[0] == 0).all()


@pytest.mark.parametrize(("m", "trend"), [(1, False), (1, True), (4, False), (12, True)])
def test_a_line_with_a_season_is_forecast_without_error(m: int, trend: bool) -> None:
    """From the start that `begin` finds, for any weights; and the fit goes on so."""
    t = np.arange(70)
    season = np.random.default_rng(m).normal(size=m)
    y = 5 + 0.3 * trend * t + season[t % m]
    said, _ = smooth(y, begin(y, m, trend), 0.4, 0.2, 0.3)
    assert said == pytest.approx(y, abs=1e-9)
    fit = fit_smoothing(y[:55], m, trend)
    assert ahead(fit.state, 15) == pytest.approx(y[55:], abs=1e-9)


def test_a_state_goes_on_where_it_stopped() -> None:
    """In two parts as in one, also in the middle of a season."""
    y = np.random.default_rng(0).normal(size=50).cumsum()
    start = begin(y, 4, True)
    whole, end = smooth(y, start, 0.4, 0.1, 0.2)
    first, between = smooth(y[:23], start, 0.4, 0.1, 0.2)
    second, last = smooth(y[23:], between, 0.4, 0.1, 0.2)
    assert np.append(first, second) == pytest.approx(whole)
    assert ahead(last, 5) == pytest.approx(ahead(end, 5))
    _, still = smooth(y[:0], between, 0.4, 0.1, 0.2)
    assert ahead(still, 1)[0] == pytest.approx(second[0])


def test_the_grid_has_the_least_error() -> None:
    """One by one no other weight of the grid is better, and later values are not used."""
    y = noisy_walk(120, 0.5, np.random.default_rng(0))[:, 0]
    (alpha, beta, gamma), _ = fit_smoothing(y)
    assert (beta, gamma) == (0, 0)
    start = begin(y, 1, False)
    errors = [((y - smooth(y, start, each)[0])[10:] ** 2).mean() for each in ALPHAS]
    assert ALPHAS[np.argmin(errors)] == alpha
    with_outlier = np.append(y, 1e6)
    assert fit_smoothing(with_outlier[:120]).weights == (alpha, beta, gamma)


@pytest.mark.parametrize("ratio", [0.01, 0.5, 1, 4])
def test_the_best_alpha_is_that_of_the_least_variance(ratio: float) -> None:
    """SciPy finds the least of the exact variance, which is then 1 / (1 - alpha)."""

    def variance(alpha: float) -> float:
        kept = (1 - alpha) ** 2
        return float(1 + ratio + (kept * ratio + alpha**2) / (1 - kept))

    found = minimize_scalar(variance, bounds=(1e-6, 1), method="bounded", options={"xatol": 1e-10})
    alpha = best_alpha(ratio)
    assert alpha == pytest.approx(found.x, abs=1e-6)
    assert variance(alpha) == pytest.approx(1 / (1 - alpha))


def test_the_variance_is_that_of_simulated_walks() -> None:
    """Of 800 series, with the best alpha and with half of it."""
    y = noisy_walk(200, 0.5, np.random.default_rng(0), 800)
    for alpha in (0.25, 0.5):
        kept = (1 - alpha) ** 2
        exact = 1.5 + (kept * 0.5 + alpha**2) / (1 - kept)
        said, _ = smooth(y, FLAT, alpha)
        assert ((y - said)[60:] ** 2).mean() == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize("phi", [0.0, 0.6, 0.95])
def test_an_ar1_has_its_variance_from_the_first_value_on(phi: float) -> None:
    """1 / (1 - phi^2); a walk begins at 0 and grows by 1 a step."""
    y = ar1(50, phi, np.random.default_rng(0), 20_000)
    for t in (0, 49):
        assert y[t].var() == pytest.approx(1 / (1 - phi**2), rel=0.05)
    walk = ar1(50, 1.0, np.random.default_rng(0), 20_000)
    assert (walk[0] == 0).all() and walk[49].var() == pytest.approx(49, rel=0.05)


def test_limits_that_do_not_adapt_are_those_of_the_first_errors() -> None:
    """One limit for good, and as many misses as are promised, if nothing changes."""
    shares = []
    for seed in range(30):
        errors = np.abs(np.random.default_rng(seed).normal(size=600))
        missed, limits = misses(errors, 0.9, 100, 0.0)
        assert (limits == np.sort(errors[:100])[90]).all()  # the 91st
        assert (missed == (errors[100:] > limits)).all()
        shares.append(missed.mean())
    assert np.mean(shares) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("kind", ["grow", "jump", "adverse"])
def test_limits_that_adapt_keep_the_promise_in_the_long_run(kind: str) -> None:
    """The bound of Gibbs and Candès holds for any errors at all."""
    errors = np.abs(np.random.default_rng(0).normal(size=1100))
    if kind == "grow":
        errors *= np.linspace(1, 9, 1100)
    if kind == "jump":
        errors[500:] += 5
    if kind == "adverse":
        errors = np.arange(1100.0)  # each is larger than all before
    step = 0.05
    missed, limits = misses(errors, 0.9, 100, step)
    assert abs(missed.mean() - 0.1) <= (0.9 + step) / (step * len(missed))
    assert (limits >= 0).all()
