"""Tests for your generalised linear models, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.linear_model import LinearRegression, PoissonRegressor
from sklearn.metrics import mean_tweedie_deviance
from sklearn.preprocessing import SplineTransformer

from snippets.generalised_linear_models import (
    BINOMIAL,
    NORMAL,
    POISSON,
    with_ones,
)


def test_deviance_of_counts_by_hand(solution: ModuleType) -> None:
    """A count of 0 costs twice its mean; one that is met costs nothing."""
    found = solution.power_deviance(
        np.array([0.0, 3.0]), np.array([2.0, 3.0]), 1
    )
    np.testing.assert_allclose(found, [4.0, 0.0], atol=1e-12)


def test_deviance_equals_scikit_learn(solution: ModuleType) -> None:
    """All powers, with zeros where the family has them."""
    rng = np.random.default_rng(0)
    y, mu = rng.gamma(2.0, size=(2, 50))
    for p in (0, 1, 1.5, 2, 3):
        if p < 2:
            y[0] = 0.0
        else:
            y[0] = 1.0
        found = solution.power_deviance(y, mu, p).mean()
        assert np.isclose(found, mean_tweedie_deviance(y, mu, power=p))


def test_working_response_by_hand(solution: ModuleType) -> None:
    """Cups of ice cream, all with the mean 5, as in the note."""
    y = np.array([1.0, 3.0, 6.0, 10.0])
    z, work = solution.working(y, np.full(4, np.log(5)), POISSON)
    np.testing.assert_allclose(z, np.log(5) + np.array([-4, -2, 1, 5]) / 5)
    np.testing.assert_allclose(work, 5.0)


def test_working_weights_of_a_half(solution: ModuleType) -> None:
    """At even odds a yes or no weighs a quarter, and stands 2 away."""
    z, work = solution.working(np.array([0.0, 1.0]), np.zeros(2), BINOMIAL)
    np.testing.assert_allclose(z, [-2.0, 2.0])
    np.testing.assert_allclose(work, 0.25)


def test_a_step_for_the_normal_family_is_least_squares(
    solution: ModuleType,
) -> None:
    """From anywhere, with weights, and with an offset that is taken away."""
    rng = np.random.default_rng(1)
    X, y, offset = rng.normal(size=(30, 2)), *rng.normal(size=(2, 30))
    weights = rng.uniform(1, 2, 30)
    found = solution.irls_step(
        with_ones(X), y, 9 * y, NORMAL, offset, weights, np.zeros((3, 3))
    )
    model = LinearRegression().fit(X, y - offset, weights)
    np.testing.assert_allclose(found, [model.intercept_, *model.coef_])


def test_steps_lead_to_the_library(solution: ModuleType) -> None:
    """Ten steps with a price: the fit of PoissonRegressor with its alpha."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(80, 2))
    y = rng.poisson(np.exp(X @ [0.5, -0.5])).astype(float)
    A, price = with_ones(X), np.diag([0.0, 8.0, 8.0])
    coef = np.zeros(3)
    for _ in range(10):
        coef = solution.irls_step(A, y, A @ coef, POISSON, 0.0, 1.0, price)
    model = PoissonRegressor(
        alpha=0.1, solver="newton-cholesky", tol=1e-12
    ).fit(X, y)
    np.testing.assert_allclose(
        coef, [model.intercept_, *model.coef_], atol=1e-8
    )


def test_boxes_are_splines_of_degree_0(solution: ModuleType) -> None:
    """One 1 in each row; the last knot belongs to the last box."""
    found = solution.b_splines(np.array([0.0, 1.0, 1.5, 3.0]), 0, 3, 4, 0)
    np.testing.assert_array_equal(found, np.eye(3)[[0, 1, 1, 2]])


def test_splines_equal_scikit_learn(solution: ModuleType) -> None:
    """Several degrees, and the value of the end beyond it."""
    x = np.linspace(-3, 9, 100)
    knots = np.linspace(-2, 7, 6)[:, None]
    for degree in (1, 2, 3):
        theirs = SplineTransformer(
            6, degree=degree, knots=knots, extrapolation="constant"
        ).fit(knots)
        np.testing.assert_allclose(
            solution.b_splines(x, -2, 7, 6, degree),
            theirs.transform(x[:, None]),
            atol=1e-12,
        )


def test_only_bends_have_a_price(solution: ModuleType) -> None:
    """A straight run is free, a square costs 4 for each neighbourhood."""
    price, run = solution.roughness(6), np.arange(6.0)
    np.testing.assert_allclose(price @ (3 + 2 * run), 0, atol=1e-12)
    assert np.isclose(run**2 @ price @ run**2, 4 * 4)
