"""Experiments on time series: what each may know, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import linregress

from snippets.time_series import ar1, lag_table
from snippets.time_series_runs import (
    LAGS,
    METHODS,
    SEASON,
    SERIES,
    SETTINGS,
    TABLES,
    H,
    ar2,
    by_lags,
    by_rule,
    claimed,
    compete,
    direct_and_recursive,
    features,
    forecasts,
    least_squares,
    nearest,
    real_series,
    said_related,
    series,
    table,
    windows,
)


def test_nearest_is_the_mean_of_three() -> None:
    """Those with the closest features."""
    X, y = np.arange(6.0)[:, None], np.array([1.0, 2, 6, 9, 0, 0])
    assert nearest(X, y, np.array([[0.1], [2.0]])) == pytest.approx([3, 17 / 3])


def test_least_squares_finds_a_line() -> None:
    """With its intercept."""
    X = np.random.default_rng(0).normal(size=(30, 2))
    found = least_squares(X, 3 + X @ [2.0, -1], X[:5])
    assert found == pytest.approx(3 + X[:5] @ [2.0, -1])


def test_sums_of_noise_overlap_for_eleven_rows() -> None:
    """Targets of neighbours share their noise; those twelve apart share none."""
    tables = [table("noise", np.random.default_rng(seed)) for seed in range(40)]
    assert all(len(X) == len(y) and gap == 11 for X, y, _, gap in tables)
    together = np.array([[y[:-1] @ y[1:], y[:-12] @ y[12:], y @ y] for _, y, _, _ in tables])
    one, twelve, all_ = together.sum(axis=0)
    assert one / all_ == pytest.approx(11 / 12, abs=0.03)
    assert twelve / all_ == pytest.approx(0, abs=0.06)


def test_a_shuffled_split_promises_too_much_but_for_lags() -> None:
    """A back-test with its gap tells what comes."""
    for name in TABLES:
        shuffled, *_, gap, later = np.mean([claimed(name, s) for s in range(20)], axis=0)
        assert gap / later == pytest.approx(1, abs=0.1)
        assert (shuffled < 0.7 * later) == (name != "lags")


def test_old_values_help_unless_the_process_has_changed() -> None:
    """All that was, less the last 60."""
    for change in (False, True):
        gains = np.diff([windows(change, seed) for seed in range(10)])
        assert (gains.mean() < 0) == change


def test_walks_seem_related_and_steps_do_not() -> None:
    """A share of 1 in 20 is what a test of 5 % has."""
    x, y = (ar1(100, 1.0, np.random.default_rng(seed), 1000) for seed in (0, 1))
    assert said_related(x, y) > 0.6
    assert said_related(np.diff(x, axis=0), np.diff(y, axis=0)) == pytest.approx(0.05, abs=0.02)


def test_the_share_is_that_of_a_t_test() -> None:
    """SciPy's p value of a slope is below 0.05 about as often."""
    x, y = (ar1(200, 0.9, np.random.default_rng(seed), 40) for seed in (0, 1))
    small = [linregress(a, b).pvalue < 0.05 for a, b in zip(x.T, y.T, strict=True)]
    assert said_related(x, y) == pytest.approx(np.mean(small), abs=0.03)


def test_an_ar2_has_its_autocorrelation() -> None:
    """That of lag 1 is 1.4 / 1.7."""
    y = ar2(50_000, np.random.default_rng(0))
    assert np.corrcoef(y[1:], y[:-1])[0, 1] == pytest.approx(1.4 / 1.7, abs=0.01)


def test_direct_forecasts_win_where_lags_lack() -> None:
    """With both lags they have more to learn, and are no better."""
    one, two = (np.mean([direct_and_recursive(k, 5, s) for s in range(20)], 0) for k in (1, 2))
    assert one[0, 0] == pytest.approx(one[1, 0])  # one step is the same
    assert (one[0, 2:] < 0.9 * one[1, 2:]).all()
    assert (two[0, 1:] >= two[1, 1:]).all()
    assert two[:, 0] == pytest.approx([1, 1], abs=0.1)


def test_features_of_steps_forget_the_height() -> None:
    """A series that stands higher looks the same."""
    known, at = np.random.default_rng(0).normal(size=(5, LAGS)), np.arange(5)
    plain = features(known, at, False)
    assert plain.shape == (5, LAGS + 2)
    assert plain[:, -1] == pytest.approx(np.cos(2 * np.pi * at / SEASON))
    steps = features(known, at, True)
    assert steps.shape == (5, LAGS + 1)
    assert features(known + 7, at, True) == pytest.approx(steps)


@pytest.mark.parametrize("how", ["last", "season", "drift", "mean"])
def test_rules_by_hand(how: str) -> None:
    """Of a line with a slope of 2."""
    line = 2 * np.arange(30.0)
    said = {"last": 58 + 0 * np.arange(H), "season": 36 + 2 * np.arange(H)}
    said |= {"drift": 60 + 2 * np.arange(H), "mean": np.full(H, 29.0)}
    assert by_rule(how, line, line) == pytest.approx(said[how])


@pytest.mark.parametrize("method", METHODS)
def test_forecasts_do_not_see_what_comes(method: str) -> None:
    """Values from an origin on may be anything."""
    y = series("trend and season", 150, 0)
    at = np.array([100, 120])
    other = y.copy()
    other[120:] = 1e6
    for setting in SETTINGS[method]:
        said = forecasts(method, setting, y, 100, at)
        assert said.shape == (2, H)
        assert forecasts(method, setting, other, 100, at) == pytest.approx(said)


@pytest.mark.parametrize("steps", [False, True])
def test_the_first_forecast_by_lags_is_that_of_the_model(steps: bool) -> None:
    """Ridge without much of a penalty is least squares on the same table."""
    y = series("AR(2)", 200, 0)
    said = by_lags("ridge", (1e-9, steps), y, 150, np.array([160]))[0, 0]
    known, truth = lag_table(y[:150], LAGS)
    X = features(known, np.arange(LAGS, 150), False)
    new = features(y[160 - LAGS : 160][::-1][None], np.array([160]), False)
    if not steps:
        assert said == pytest.approx(least_squares(X, truth, new)[0])
    else:  # in steps, weights of the lags sum to one
        lifted = by_lags("ridge", (1e-9, True), y + 50, 150, np.array([160]))[0, 0]
        assert lifted == pytest.approx(said + 50)


def test_trees_stay_below_what_they_have_seen() -> None:
    """Unless they learn steps."""
    y = 0.2 * np.arange(160.0) + np.random.default_rng(0).normal(size=160)
    at = np.array([120])
    assert by_lags("boosting", (30, False), y, 120, at, 40).max() <= y[:120].max()
    assert by_lags("boosting", (30, True), y, 120, at, 40).max() > y[:120].max()


@pytest.mark.parametrize("name", SERIES)
def test_each_series_has_scores_of_all(name: str) -> None:
    """In units of the naive error."""
    y = series(name, 200, 0)
    assert len(y) == 200 and np.isfinite(y).all()
    found = compete(y, 110, 150)
    assert found.shape == (len(METHODS),) and (found > 0).all()
    assert compete(1000 * y, 110, 150)[:2] == pytest.approx(found[:2])


def test_real_series_are_there() -> None:
    """391 values of each, all of them numbers."""
    found = real_series()
    assert [len(y) for y in found.values()] == [391] * 5
    assert all(np.isfinite(y).all() for y in found.values())
