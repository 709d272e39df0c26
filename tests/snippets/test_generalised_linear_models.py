"""Generalised linear models from scratch against scikit-learn and Newton's method."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import BSpline
from sklearn.metrics import log_loss, mean_tweedie_deviance
from sklearn.preprocessing import SplineTransformer

from snippets import generalised_linear_models as glm
from snippets.generalised_linear_models import (
    BINOMIAL,
    GAMMA,
    NORMAL,
    POISSON,
    Family,
    FloatArray,
    irls,
    tweedie,
    with_ones,
)
from snippets.generalised_linear_models_runs import each_family
from snippets.logistic_regression import newton

NAMES = ("normal", "binomial", "Poisson", "gamma", "Tweedie")
CANONICAL = ("normal", "binomial", "Poisson")


def drawn(name: str) -> tuple[FloatArray, FloatArray, Family, Any]:
    """Features, targets, family, and the library's model of one family."""
    return each_family(np.random.default_rng(5), 200)[name]


def theirs(model: Any) -> FloatArray:
    """Intercept and coefficients of a model of the library."""
    return np.append(model.intercept_, model.coef_)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_equals_scikit_learn(name: str, weighted: bool) -> None:
    """Coefficients (measured 1e-7 at most) and means, with weights and without."""
    X, y, family, model = drawn(name)
    weights = np.random.default_rng(1).uniform(0.5, 2, len(y)) if weighted else np.ones(len(y))
    fit = irls(with_ones(X), y, family, weights=weights)
    np.testing.assert_allclose(fit.coef, theirs(model.fit(X, y, weights)), rtol=0, atol=1e-6)
    np.testing.assert_allclose(fit.mean, family.link.mean(with_ones(X) @ fit.coef))


@pytest.mark.parametrize("name", ["Poisson", "gamma", "Tweedie"])
def test_a_price_equals_alpha(name: str) -> None:
    """The library divides by n and halves; our price is alpha times n."""
    X, y, family, model = drawn(name)
    price = 0.2 * len(y) * np.diag([0.0, 1, 1, 1])
    fit = irls(with_ones(X), y, family, price=price)
    library = model.set_params(alpha=0.2).fit(X, y)
    np.testing.assert_allclose(fit.coef, theirs(library), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CANONICAL)
def test_a_step_is_newtons(name: str) -> None:
    """For a canonical link: gradient and curvature of half the deviance, solved."""
    X, y, family, _ = drawn(name)
    A, beta = with_ones(X), np.array([0.1, -0.2, 0.3, 0.1])
    eta = A @ beta
    gradient = A.T @ (family.link.mean(eta) - y)
    curvature = (A.T * family.link.slope(eta)) @ A
    step = glm.irls_step(A, y, eta, family, np.zeros(200), np.ones(200), np.zeros((4, 4)))
    np.testing.assert_allclose(step, beta - np.linalg.solve(curvature, gradient), atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_that_of_the_deviance(name: str) -> None:
    """Central differences of half the deviance are the work times the residual."""
    X, y, family, _ = drawn(name)
    A, beta = with_ones(X), np.array([1.5, 0.1, -0.1, 0.05])
    z, work = glm.working(y, A @ beta, family)
    ours = -A.T @ (work * (z - A @ beta))
    for k, move in enumerate(1e-6 * np.eye(4)):
        ends = [
            family.deviance(y, family.link.mean(A @ (beta + sign * move))).sum() / 2
            for sign in (1, -1)
        ]
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(ours[k], rel=1e-5, abs=1e-4)


def test_equals_the_newton_of_logistic_regression() -> None:
    """With its price of 1 on the weights, the same fit as the vault's other module."""
    X, y, _, _ = drawn("binomial")
    fit = irls(with_ones(X), y, BINOMIAL, price=np.diag([0.0, 1, 1, 1]))
    other = newton(X, y.astype(np.int64), C=1.0)
    np.testing.assert_allclose(fit.coef, [other.intercept, *other.coef], atol=1e-8)
    assert fit.objectives[-1] == pytest.approx(2 * other.losses[-1])


@pytest.mark.parametrize("p", [0, 1, 1.3, 1.9, 2, 3])
def test_power_deviance_equals_scikit_learn(p: float) -> None:
    """The mean over samples, with a zero where the family has zeros."""
    rng = np.random.default_rng(0)
    y, mu = rng.gamma(2.0, size=(2, 40))
    if p < 2:
        y[0] = 0
    found = glm.power_deviance(y, mu, p).mean()
    assert found == pytest.approx(mean_tweedie_deviance(y, mu, power=p))
    assert glm.power_deviance(mu, mu, p) == pytest.approx(0, abs=1e-12)


def test_binomial_deviance_is_twice_the_log_loss() -> None:
    """For yes and no; a share of a half costs nothing at a half."""
    y, p = np.array([0.0, 1, 1]), np.array([0.2, 0.7, 0.9])
    assert BINOMIAL.deviance(y, p).mean() == pytest.approx(2 * log_loss(y, p))
    assert BINOMIAL.deviance(np.array([0.5]), np.array([0.5])) == pytest.approx(0)


def test_objectives_fall_and_the_normal_family_needs_one_step() -> None:
    """From one mean for all to the fit; the second step finds nothing to do."""
    for name in NAMES:
        X, y, family, _ = drawn(name)
        fit = irls(with_ones(X), y, family)
        flat = family.deviance(y, np.full(len(y), y.mean())).sum()
        assert fit.objectives[0] == pytest.approx(flat)
        assert np.diff(fit.objectives).max() < 1e-8
        assert 3 <= len(fit.objectives) < 12
        assert (len(fit.objectives) == 3) == (name == "normal")


def test_a_step_too_far_is_halved() -> None:
    """Where a plain step overflows ours still comes down, without a warning."""
    A = with_ones(np.array([[0.0], [0.0], [0.0], [10.0]]))
    y = np.array([0.0, 0.0, 1.0, 1000.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = irls(A, y, POISSON)
    np.testing.assert_allclose(fit.mean, [1 / 3, 1 / 3, 1 / 3, 1000], rtol=1e-5)
    assert np.diff(fit.objectives).max() < 1e-6


def test_an_offset_is_a_rate_with_weights() -> None:
    """Two ways to fit a rate, and the start that both share."""
    X, _, _, _ = drawn("Poisson")
    rng = np.random.default_rng(3)
    years = rng.uniform(0.1, 3, len(X))
    y = rng.poisson(years * np.exp(X[:, 0])).astype(float)
    A = with_ones(X)
    by_offset = irls(A, y, POISSON, offset=np.log(years))
    by_rate = irls(A, y / years, POISSON, weights=years)
    np.testing.assert_allclose(by_offset.coef, by_rate.coef, atol=1e-8)
    np.testing.assert_allclose(by_offset.objectives, by_rate.objectives, rtol=1e-9)
    assert by_offset.mean.sum() == pytest.approx(y.sum())


def test_standard_errors_of_a_line_are_those_of_the_textbook() -> None:
    """Normal family: quasi is the usual error; the sandwich is HC1."""
    X, y, _, _ = drawn("normal")
    A = with_ones(X)
    fit = irls(A, y, NORMAL)
    residual = y - fit.mean
    inverse = np.linalg.inv(A.T @ A)
    usual = np.sqrt(np.diag(inverse) * (residual @ residual) / (200 - 4))
    np.testing.assert_allclose(glm.standard_errors(A, y, fit, NORMAL, "quasi"), usual)
    middle = (A.T * residual**2) @ A
    robust = np.sqrt(np.diag(inverse @ middle @ inverse) * 200 / 196)
    np.testing.assert_allclose(glm.standard_errors(A, y, fit, NORMAL, "sandwich"), robust)


def test_standard_errors_of_one_mean() -> None:
    """Only an intercept: the error of a logarithm of a mean is known."""
    y = np.random.default_rng(0).poisson(4.0, 500).astype(float)
    A = np.ones((500, 1))
    fit = irls(A, y, POISSON)
    by_model = glm.standard_errors(A, y, fit, POISSON, "model")
    assert by_model == pytest.approx(1 / np.sqrt(y.sum()))
    by_sample = y.std(ddof=1) / np.sqrt(500) / y.mean()
    for kind in ("quasi", "sandwich"):
        assert glm.standard_errors(A, y, fit, POISSON, kind) == pytest.approx(by_sample)
    assert glm.dispersion(y, fit, POISSON) == pytest.approx(y.var(ddof=1) / y.mean())


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_splines_equal_scikit_learn_and_scipy(degree: int) -> None:
    """Inside and beyond the ends, where the end's value holds."""
    x = np.linspace(-1, 6, 200)
    found = glm.b_splines(x, 0, 5, 6, degree)
    if degree:  # the library has no constant ends for boxes
        ends = np.linspace(0, 5, 6)[:, None]
        library = SplineTransformer(6, degree=degree, knots=ends, extrapolation="constant")
        np.testing.assert_allclose(found, library.fit(ends).transform(x[:, None]), atol=1e-12)
    inside = x[(x > 0) & (x < 5)]
    knots = np.arange(-degree, 6.0 + degree)
    scipy = BSpline.design_matrix(inside, knots, degree).toarray()
    np.testing.assert_allclose(glm.b_splines(inside, 0, 5, 6, degree), scipy, atol=1e-12)
    assert found.shape == (200, 5 + degree)
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_a_high_price_leaves_a_straight_predictor() -> None:
    """Freedom goes from all columns to two, and the fit to that of a line."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 5, 300)
    y = rng.poisson(np.exp(0.2 + 0.3 * x)).astype(float)
    A = glm.b_splines(x, 0, 5, 8)
    free, stiff = (price * glm.roughness(10) for price in (0.0, 1e7))
    assert glm.freedom(A, irls(A, y, POISSON, price=free), free) == pytest.approx(10)
    fit = irls(A, y, POISSON, price=stiff)
    assert glm.freedom(A, fit, stiff) == pytest.approx(2, abs=0.01)
    line = irls(with_ones(x[:, None]), y, POISSON)
    np.testing.assert_allclose(fit.mean, line.mean, rtol=1e-3)


def test_roughness_prices_bends_alone() -> None:
    """Squared second differences; constants and straight runs are free."""
    price = glm.roughness(7)
    for free in (np.ones(7), np.arange(7.0)):
        np.testing.assert_allclose(price @ free, 0, atol=1e-12)
    bent = np.random.default_rng(0).normal(size=7)
    assert bent @ price @ bent == pytest.approx((np.diff(bent, 2) ** 2).sum())


def test_multiplications_are_counted() -> None:
    """A hundred rows and six columns by hand."""
    assert glm.n_multiplies(100, 6) == 600 + 3600 + 72


def test_inputs_are_left_alone() -> None:
    """No array of the caller is changed."""
    X, y, family, _ = drawn("Poisson")
    A = with_ones(X)
    before = A.copy(), y.copy()
    irls(A, y, family)
    np.testing.assert_array_equal(A, before[0])
    np.testing.assert_array_equal(y, before[1])


@pytest.mark.parametrize(
    ("A", "y", "family", "message"),
    [
        (np.eye(3), np.zeros(2), POISSON, r"\(3, 3\) and \(2,\)"),
        (np.zeros(3), np.zeros(3), POISSON, r"\(3,\) and \(3,\)"),
        (np.zeros((0, 1)), np.zeros(0), POISSON, r"\(0, 1\) and \(0,\)"),
        (np.eye(2), np.array([np.nan, 1]), POISSON, "finite"),
        (np.eye(2), np.array([-1.0, 1]), POISSON, "from 0 to inf, got -1 to 1"),
        (np.eye(2), np.array([0.0, 1]), GAMMA, "got 0 to 1"),
        (np.eye(2), np.array([0.0, 2]), BINOMIAL, "from 0 to 1, got 0 to 2"),
    ],
)
def test_unfit_samples_are_refused(
    A: FloatArray, y: FloatArray, family: Family, message: str
) -> None:
    """Shapes, nan, and targets that the family cannot have made."""
    with pytest.raises(ValueError, match=message):
        irls(A, y, family)


@pytest.mark.parametrize(
    ("y", "family"), [(np.zeros(4), POISSON), (np.zeros(4), BINOMIAL), (np.ones(4), BINOMIAL)]
)
def test_targets_that_are_all_at_an_end_are_refused(y: FloatArray, family: Family) -> None:
    """No event at all, or nothing but events: the intercept would run off."""
    with pytest.raises(ValueError, match="no finite fit"):
        irls(np.ones((4, 1)), y, family)


def test_a_step_that_overflows_is_refused() -> None:
    """An error, not an endless halving."""
    A = with_ones(np.array([[1e200], [2e200], [3e200]]))
    with (
        np.errstate(all="ignore"),
        pytest.raises(ValueError, match="a step is not finite"),
    ):
        irls(A, np.array([1.0, 2.0, 3.0]), POISSON)


@pytest.mark.parametrize("p", [-1.0, 0.5])
def test_there_is_no_family_of_this_power(p: float) -> None:
    """Below 0 and between 0 and 1."""
    with pytest.raises(ValueError, match=f"p must be 0 or at least 1, got {p}"):
        tweedie(p)
