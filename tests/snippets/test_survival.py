"""Survival analysis: curve and test against SciPy, the regression against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf, logrank
from sklearn.linear_model import LogisticRegression, PoissonRegressor

from snippets.survival import (
    BoolArray,
    Cox,
    Durations,
    FloatArray,
    concordance,
    count,
    cox,
    incidence,
    kaplan_meier,
    log_rank,
    mean_until,
    slope,
)
from snippets.survival_runs import (
    BETA,
    DRUG,
    PLACEBO,
    STUDY,
    card_holders,
    crossing,
    customers,
    remission,
    rivals,
    split,
    together,
    watch,
)

TRIAL = together(remission(DRUG), remission(PLACEBO))
WITHOUT = np.repeat([False, True], 21)


def drawn(seed: int, n: int = 60) -> tuple[FloatArray, Durations]:
    """Customers whose months are rounded up, so that there are ties."""
    rng = np.random.default_rng(seed)
    X, T = customers(n, rng)
    d = watch(T, rng)
    return X, d._replace(time=np.ceil(d.time))


def library(d: Durations, rows: BoolArray) -> CensoredData:
    """Some rows as SciPy takes them."""
    ended, lost = rows & d.event, rows & ~d.event
    return CensoredData(uncensored=d.time[ended], right=d.time[lost])


# SciPy says so of the last moment, where nobody is left and the error has no value.
@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_the_library(seed: int) -> None:
    """With ties, and its error too."""
    _, d = drawn(seed)
    curve, found = kaplan_meier(d), ecdf(library(d, np.ones(60, dtype=bool))).sf
    times = np.linspace(0, 30, 91)
    expected = np.where(times < d.time.min(), 1, found.evaluate(times))
    np.testing.assert_allclose(curve.at(times), expected, rtol=1e-12)
    low = found.confidence_interval(method="linear").low.evaluate(curve.moments)
    inside = low > 0  # SciPy cuts its interval there
    np.testing.assert_allclose(
        (curve.survival - 1.959963984540054 * curve.error)[inside], low[inside], rtol=1e-9
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_test_is_that_of_the_library(seed: int) -> None:
    """Its sign says who ends sooner."""
    X, d = drawn(seed)
    group = X[:, 0] > 0
    expected = logrank(library(d, group), library(d, ~group)).statistic
    assert log_rank(d, group) == pytest.approx(expected, rel=1e-12)


def test_the_trial_gives_the_numbers_of_the_textbooks() -> None:
    """Curve, log-rank and ratio, with ties as Breslow has them."""
    curve = kaplan_meier(remission(DRUG))
    shares = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    np.testing.assert_allclose(curve.survival, shares, atol=5e-4)
    assert log_rank(TRIAL, WITHOUT) ** 2 == pytest.approx(16.79, abs=5e-3)
    model = cox(WITHOUT[:, None].astype(float), TRIAL)
    assert model.beta[0] == pytest.approx(1.509, abs=5e-4)
    assert model.error[0] == pytest.approx(0.4096, abs=5e-5)


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_regression_is_a_poisson_regression(seed: int, is_late: bool) -> None:
    """Of a row for each sample and moment; with those who enter late, too."""
    X, d = drawn(seed)
    if is_late:
        d = d._replace(entry=np.floor(d.time * np.random.default_rng(seed).random(60)))
    model = cox(X, d)
    moments, at_risk, ends = count(d)
    when, who = np.nonzero(at_risk)
    rows = np.column_stack([np.eye(len(moments))[when], X[who]])
    twin = PoissonRegressor(
        alpha=0, fit_intercept=False, solver="newton-cholesky", tol=1e-12, max_iter=500
    ).fit(rows, ends[when, who])
    np.testing.assert_allclose(twin.coef_[len(moments) :], model.beta, atol=1e-9)
    np.testing.assert_allclose(np.cumsum(np.exp(twin.coef_[: len(moments)])), model.hazard)


def test_pairs_are_a_logistic_regression() -> None:
    """Where two are at risk, who ends is a matter of their difference."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((80, 2))
    X += np.array([0.0, 0.5])[np.arange(80) % 2, None]  # the second of a pair ends later
    pair = np.arange(80) // 2
    d = Durations(2.0 * pair, 2.0 * pair + 1 + np.arange(80) % 2, np.arange(80) % 2 == 0)
    ahead = X[::2] - X[1::2]
    both = np.concatenate([ahead, -ahead])
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10)
    model.fit(both, np.repeat([1, 0], 40))
    np.testing.assert_allclose(cox(X, d).beta, model.coef_[0], atol=1e-5)


def test_the_gradient_is_nought_at_the_fit() -> None:
    """And the loss lower than anywhere near."""
    X, d = drawn(1)
    counts, beta = count(d), cox(X, d).beta
    best, gradient, curvature = slope(X, counts, beta)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)
    assert (np.linalg.eigvalsh(curvature) > 0).all()
    for step in np.concatenate([np.eye(3), -np.eye(3)]) / 10:
        assert slope(X, counts, beta + step)[0] < best


def test_without_censoring_a_curve_is_a_share() -> None:
    """And its mean that of the durations; causes add to what has ended."""
    rng = np.random.default_rng(0)
    T = rng.exponential(5, 100)
    d = Durations(np.zeros(100), T, np.ones(100, dtype=bool))
    times = np.linspace(0, 20, 50)
    curve = kaplan_meier(d)
    np.testing.assert_allclose(curve.at(times), (T[:, None] > times).mean(axis=0), atol=1e-12)
    assert mean_until(curve, 8) == pytest.approx(np.minimum(T, 8).mean())
    cause = rng.random(100) < 0.3
    moments, share = incidence(d, cause)
    np.testing.assert_allclose(share, (cause & (moments[:, None] >= T)).mean(axis=1))


def test_survival_follows_the_curve_where_features_do_nothing() -> None:
    """Breslow's hazard is that of all; at time 0 all are left."""
    _, d = drawn(2, n=400)
    moments, at_risk, ends = count(d)
    hazard = np.cumsum(ends.sum(axis=1) / at_risk.sum(axis=1))
    model = Cox(np.zeros(1), np.zeros(1), moments, hazard)
    times = np.array([0.0, 3, 8])
    found = model.survival(np.ones((1, 1)), times)[0]
    assert found[0] == 1
    np.testing.assert_allclose(found, kaplan_meier(d).at(times), atol=0.01)


def test_concordance_is_a_count_of_pairs() -> None:
    """One by one, with ties of risks."""
    X, d = drawn(4, n=40)
    risk = np.round(X[:, 0])
    right = pairs = 0.0
    for i in range(40):
        for j in range(40):
            if d.event[i] and d.time[i] < d.time[j]:
                pairs += 1
                right += float(risk[i] > risk[j]) + float(risk[i] == risk[j]) / 2
    assert concordance(risk, d) == pytest.approx(right / pairs)


def test_a_split_watches_the_same_for_as_long() -> None:
    """Events and times add up; nobody is watched twice at once."""
    d, card = card_holders(0)
    rows, after = split(d, card)
    assert rows.event.sum() == d.event.sum()
    assert (rows.time - rows.entry).sum() == pytest.approx((d.time - d.entry).sum())
    assert after.sum() == (card < d.time).sum() and (rows.time > rows.entry).all()
    np.testing.assert_allclose(kaplan_meier(rows).survival, kaplan_meier(d).survival)


@pytest.mark.nightly
def test_runs_are_as_the_note_says() -> None:
    """Customers as drawn, and rivals in their order."""
    X, T = customers(4000, np.random.default_rng(0))
    d = watch(T, np.random.default_rng(1))
    assert (d.time <= STUDY).all() and 0.3 < d.event.mean() < 0.6
    np.testing.assert_allclose(cox(X, d).beta, BETA, atol=0.1)
    one = rivals(0)
    assert one.order["Cox"] > one.order["censored dropped"]
    assert one.leave["classify a year"] > one.leave["truth"]
    _, early = crossing(0)
    assert early.sum() == 100
