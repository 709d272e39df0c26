"""Ridge and lasso from scratch against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.linear_model import Lasso, Ridge

from snippets.evidence import mean_interval
from snippets.ridge_lasso import (
    few_or_many,
    lasso,
    ridge,
    smallest_silencing_penalty,
    soft_threshold,
    twins,
)

SETS = {
    "diabetes": load_diabetes(return_X_y=True),
    "diabetes in units": load_diabetes(return_X_y=True, scaled=False),
    "friedman": make_friedman1(120, noise=1.0, random_state=0),
    "wide": few_or_many(20, 40, 3, np.random.default_rng(0)),
}


@pytest.mark.parametrize("penalty", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("name", SETS)
def test_ridge_equals_scikit_learn(name: str, penalty: float) -> None:
    """Slopes and intercept are those of Ridge (measured 7e-13), wide tables included."""
    X, y = SETS[name]
    coef, intercept = ridge(X, y, penalty)
    model = Ridge(alpha=penalty).fit(X, y)
    np.testing.assert_allclose(coef, model.coef_, rtol=1e-9, atol=6e-12)
    assert intercept == pytest.approx(model.intercept_, rel=1e-10)


@pytest.mark.parametrize("penalty", [0.1, 1.0])
@pytest.mark.parametrize("name", SETS)
def test_lasso_equals_scikit_learn(name: str, penalty: float) -> None:
    """Slopes and intercept are those of Lasso, and the same slopes are zero."""
    X, y = SETS[name]
    coef, intercept = lasso(X, y, penalty)
    model = Lasso(alpha=penalty, tol=1e-14, max_iter=1_000_000).fit(X, y)
    np.testing.assert_allclose(coef, model.coef_, rtol=0, atol=2e-8)
    np.testing.assert_array_equal(coef == 0, model.coef_ == 0)
    assert intercept == pytest.approx(model.intercept_, abs=2e-8)


@pytest.mark.parametrize(
    ("value", "cut", "moved"),
    [(3.0, 1.0, 2.0), (-3.0, 1.0, -2.0), (0.5, 1.0, 0.0), (-1.0, 1.0, 0.0), (2.0, 0.0, 2.0)],
)
def test_soft_threshold(value: float, cut: float, moved: float) -> None:
    """A number moves towards zero by the cut, and not past zero."""
    assert soft_threshold(value, cut) == moved


def test_soft_threshold_is_continuous_at_zero() -> None:
    """Zero stays zero, whatever the cut."""
    assert soft_threshold(0.0, 0.0) == 0.0
    assert soft_threshold(0.0, 2.0) == 0.0


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_intercept_is_free(fit) -> None:
    """Shifting targets or features moves the intercept only."""
    X, y = SETS["friedman"]
    coef, intercept = fit(X, y, 0.3)
    shifted, moved = fit(X, y + 1000.0, 0.3)
    np.testing.assert_allclose(shifted, coef, atol=1e-9)
    assert moved == pytest.approx(intercept + 1000.0)
    again, back = fit(X + 10.0, y, 0.3)
    np.testing.assert_allclose(again, coef, atol=1e-9)
    assert back == pytest.approx(intercept - 10.0 * coef.sum())


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_a_large_offset_costs_no_digits(fit) -> None:
    """Targets are centred before they are multiplied: a billion on top does not round away."""
    X, y = SETS["friedman"]
    whole = np.round(y)
    coef, _ = fit(X, whole, 0.3)
    lifted, _ = fit(X, whole + 2.0**33, 0.3)
    np.testing.assert_allclose(lifted, coef, rtol=0, atol=1e-9)


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_inputs_are_left_alone(fit) -> None:
    """No array of the caller is changed."""
    X, y = SETS["friedman"]
    before = X.copy(), y.copy()
    fit(X, y, 0.3)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_one_sample_predicts_itself(fit) -> None:
    """One sample leaves nothing to explain: slopes are zero, the intercept is its target."""
    coef, intercept = fit(np.array([[2.0, 3.0]]), np.array([7.0]), 1.0)
    assert coef.tolist() == [0.0, 0.0]
    assert intercept == 7.0


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_constant_feature_gets_no_slope(fit) -> None:
    """A feature that never changes explains nothing, and the others stay as they were."""
    X, y = SETS["friedman"]
    alone, _ = fit(X, y, 0.1)
    coef, _ = fit(np.column_stack([np.full(len(y), 5.0), X]), y, 0.1)
    assert coef[0] == 0.0
    np.testing.assert_allclose(coef[1:], alone, atol=1e-10)


def test_lasso_has_a_constant_feature_only() -> None:
    """If no feature varies, no slope moves and the mean is predicted."""
    coef, intercept = lasso(np.ones((4, 1)), np.array([0.0, 1.0, 2.0, 5.0]), 0.1)
    assert coef.tolist() == [0.0]
    assert intercept == 2.0


def test_ridge_shares_between_copies_and_lasso_keeps_the_first() -> None:
    """Exact copies: ridge gives equal slopes, coordinate descent takes the first."""
    X, y = twins(50, 0.0, np.random.default_rng(0))
    shared, _ = ridge(X, y, 5.0)
    assert shared[0] == pytest.approx(shared[1])
    kept, _ = lasso(X, y, 0.1)
    assert kept[0] > 1
    assert abs(kept[1]) < 1e-9


def test_lasso_stops_at_the_sweep_that_moves_nothing() -> None:
    """A loose tolerance stops early, a tight one reaches the solution."""
    X, y = SETS["diabetes in units"]
    exact, _ = lasso(X, y, 0.1)
    rough, _ = lasso(X, y, 0.1, tol=1e-2)
    gap = np.abs(rough - exact).max()
    assert 1e-4 < gap < 5
    once, _ = lasso(X, y, 0.1, tol=1e9)
    assert np.abs(once - exact).max() > gap


def test_tolerance_counts_as_still() -> None:
    """A sweep whose largest move equals the tolerance is the last."""
    X, y = np.array([[-1.0], [1.0]]), np.array([-2.0, 2.0])
    coef, _ = lasso(X, y, 1.0, tol=1.0, max_sweeps=1)  # the only move is from 0 to 1
    assert coef.tolist() == [1.0]


def test_lasso_says_that_it_has_not_settled() -> None:
    """Too few sweeps raise an error instead of returning slopes that still move."""
    X, y = SETS["diabetes in units"]
    with pytest.raises(RuntimeError, match="slopes still move after 3 sweeps"):
        lasso(X, y, 0.1, max_sweeps=3)


def test_default_settings_are_tight() -> None:
    """A correlation of 0.9995 settles with the defaults, to nine digits."""
    X, y = twins(200, 0.0225, np.random.default_rng(0))
    coef, _ = lasso(X, y, 0.001)
    pull = (X - X.mean(axis=0)).T @ (y - y.mean() - (X - X.mean(axis=0)) @ coef) / len(y)
    active = coef != 0
    np.testing.assert_allclose(pull[active], 0.001 * np.sign(coef[active]), atol=1e-9)


@pytest.mark.parametrize("fit", [ridge, lasso])
@pytest.mark.parametrize("penalty", [0.0, -1.0, np.inf, np.nan])
def test_a_price_is_positive_and_finite(fit, penalty: float) -> None:
    """Other prices are refused by name."""
    with pytest.raises(ValueError, match=f"penalty must be positive and finite, got {penalty}"):
        fit(np.eye(3), np.arange(3.0), penalty)


@pytest.mark.parametrize("fit", [ridge, lasso])
@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.eye(3), np.zeros(2), r"\(3, 3\) and \(2,\)"),
        (np.zeros((0, 2)), np.zeros(0), "at least one sample"),
        (np.array([[np.nan]]), np.zeros(1), "finite"),
    ],
)
def test_unfit_samples_are_refused(fit, X, y, message: str) -> None:
    """Shapes that disagree, no sample, and nan say what is wrong."""
    with pytest.raises(ValueError, match=message):
        fit(X, y, 1.0)


@pytest.mark.parametrize("name", SETS)
def test_smallest_silencing_penalty(name: str) -> None:
    """At this price all slopes are zero, just below it one is not."""
    X, y = SETS[name]
    top = smallest_silencing_penalty(X, y)
    assert not lasso(X, y, top * 1.000001)[0].any()
    assert np.count_nonzero(lasso(X, y, top * 0.9999)[0]) == 1


def test_silencing_needs_fit_samples() -> None:
    """The samples are checked here too."""
    with pytest.raises(ValueError, match="finite"):
        smallest_silencing_penalty(np.array([[np.inf]]), np.zeros(1))


def test_doubled_samples_double_the_price_of_ridge_only() -> None:
    """Ridge sums over samples, lasso averages."""
    X, y = SETS["friedman"]
    XX, yy = np.vstack([X, X]), np.r_[y, y]
    np.testing.assert_allclose(ridge(XX, yy, 2.0)[0], ridge(X, y, 1.0)[0], atol=1e-12)
    np.testing.assert_allclose(lasso(XX, yy, 0.3)[0], lasso(X, y, 0.3)[0], atol=1e-10)


@pytest.mark.parametrize(("p", "n_active"), [(5, 5), (8, 2), (3, 1)])
def test_few_or_many_keeps_the_signal(p: int, n_active: int) -> None:
    """The active slopes are equal with squares that sum to 10; the noise has variance 1."""
    X, y = few_or_many(20_000, p, n_active, np.random.default_rng(0))
    slopes = np.r_[np.full(n_active, np.sqrt(10 / n_active)), np.zeros(p - n_active)]
    coef, *_ = np.linalg.lstsq(X, y)
    np.testing.assert_allclose(coef, slopes, atol=0.04)
    assert np.var(y - X @ slopes) == pytest.approx(1.0, abs=0.04)
    assert X.shape == (20_000, p)


@pytest.mark.parametrize(("n", "p", "n_active"), [(0, 3, 1), (5, 3, 0), (5, 3, 4)])
def test_few_or_many_refuses(n: int, p: int, n_active: int) -> None:
    """No sample, no active feature, or more than there are."""
    with pytest.raises(ValueError, match=f"got {n}, {n_active}, {p}"):
        few_or_many(n, p, n_active, np.random.default_rng(0))


def test_one_sample_of_each_draw() -> None:
    """The smallest draws are allowed."""
    assert few_or_many(1, 1, 1, np.random.default_rng(0))[0].shape == (1, 1)
    assert twins(1, 0.0, np.random.default_rng(0))[0].shape == (1, 2)


def test_twins_differ_by_the_gap_and_matter_equally() -> None:
    """Each twin is a shared normal plus its own deviation; the target is their sum."""
    X, y = twins(20_000, 0.5, np.random.default_rng(0))
    assert np.std(X[:, 0] - X[:, 1]) == pytest.approx(0.5 * np.sqrt(2), rel=0.03)
    assert np.cov(X.T)[0, 1] == pytest.approx(1.0, abs=0.04)
    assert np.std(y - X.sum(axis=1)) == pytest.approx(1.0, abs=0.03)
    assert abs(np.mean(y - X.sum(axis=1))) < 0.03


@pytest.mark.parametrize(("n", "gap"), [(0, 0.1), (5, -0.1)])
def test_twins_refuses(n: int, gap: float) -> None:
    """No sample, or a negative gap."""
    with pytest.raises(ValueError, match=f"got {n}, {gap}"):
        twins(n, gap, np.random.default_rng(0))


def test_which_twin_lasso_keeps_is_chance() -> None:
    """Over 40 draws each twin is the only one kept in a fair share."""
    model = Lasso(alpha=0.1, tol=1e-10, max_iter=100_000)
    kept = [model.fit(*twins(50, 0.02, np.random.default_rng(s))).coef_ > 0.01 for s in range(40)]
    only = np.array(kept, dtype=float)
    assert mean_interval(only[:, 0] > only[:, 1]).low > 0.1
    assert mean_interval(only[:, 1] > only[:, 0]).low > 0.1


def test_the_library_models_are_inductive() -> None:
    """Both predict new samples."""
    assert hasattr(Ridge(), "predict")
    assert hasattr(Lasso(), "predict")


def test_a_seed_keeps_its_draw() -> None:
    """First the features, then the noise: what the note says of its seeds rests on it."""
    rng = np.random.default_rng(7)
    features, noise = rng.standard_normal((6, 3)), rng.standard_normal(6)
    X, y = few_or_many(6, 3, 1, np.random.default_rng(7))
    np.testing.assert_allclose(X, features)
    np.testing.assert_allclose(y, features[:, 0] * np.sqrt(10) + noise)
    rng = np.random.default_rng(7)
    shared, own, noise = (rng.standard_normal(shape) for shape in ((6, 1), (6, 2), 6))
    X, y = twins(6, 0.5, np.random.default_rng(7))
    np.testing.assert_allclose(X, shared + own / 2)
    np.testing.assert_allclose(y, X[:, 0] + X[:, 1] + noise)
