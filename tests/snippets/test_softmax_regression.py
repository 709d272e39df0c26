"""Softmax regression from scratch against scikit-learn."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from snippets.softmax_regression import (
    SoftmaxFit,
    check_classes,
    descend,
    probabilities,
    rings,
    softmax,
)

IRIS, WINE = load_iris(return_X_y=True), load_wine(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
SETS = {
    "iris": (StandardScaler().fit_transform(IRIS[0]), IRIS[1], 1.0),
    "iris, strong price": (StandardScaler().fit_transform(IRIS[0]), IRIS[1], 0.1),
    "wine": (StandardScaler().fit_transform(WINE[0]), WINE[1], 0.1),
    "rings": (*rings(40, np.random.default_rng(0)), 1.0),
}


@cache
def fitted(name: str) -> SoftmaxFit:
    """Fit once with the defaults; nobody changes the result."""
    X, y, C = SETS[name]
    return descend(X, y, C)


@pytest.mark.nightly
@pytest.mark.parametrize("name", SETS)
def test_equals_scikit_learn(name: str) -> None:
    """Probabilities (measured 4e-10), weights and biases are those of newton-cholesky."""
    X, y, C = SETS[name]
    fit = fitted(name)
    model = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12).fit(X, y)
    np.testing.assert_allclose(probabilities(X, fit), model.predict_proba(X), rtol=0, atol=5e-8)
    np.testing.assert_allclose(fit.weights.T, model.coef_, rtol=0, atol=1e-7)
    np.testing.assert_allclose(fit.bias, model.intercept_, rtol=0, atol=1e-6)


def test_equals_lbfgs_with_a_tight_tolerance() -> None:
    """The default solver ends at the same probabilities (measured 8e-8)."""
    X, y, C = SETS["iris"]
    model = LogisticRegression(C=C, tol=1e-12, max_iter=100_000).fit(X, y)
    np.testing.assert_allclose(probabilities(X, fitted("iris")), model.predict_proba(X), atol=8e-6)


def test_two_classes_are_logistic_regression_with_twice_the_c() -> None:
    """The difference of both columns is the weight vector of the two-class model."""
    X, y = StandardScaler().fit_transform(CANCER[0][:, :3]), CANCER[1]
    both = descend(X, y, C=0.05)
    one = LogisticRegression(C=0.1, solver="newton-cholesky", tol=1e-12).fit(X, y)
    np.testing.assert_allclose(both.weights[:, 1] - both.weights[:, 0], one.coef_[0], atol=1e-7)
    assert both.bias[1] - both.bias[0] == pytest.approx(one.intercept_[0], abs=1e-6)


def test_softmax_equals_scipy() -> None:
    """Row by row, the same to rounding."""
    logits = np.random.default_rng(0).normal(0, 10, (20, 4))
    np.testing.assert_allclose(softmax(logits), scipy_softmax(logits, axis=1), rtol=1e-13)


def test_softmax_does_not_overflow_and_does_not_mind_a_shift() -> None:
    """Logits of 1000 are fine, and adding a number to a row changes nothing."""
    logits = np.array([[1000.0, 1001.0, 0.0], [-2000.0, -2000.0, -2000.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = softmax(logits)
    np.testing.assert_allclose(found[0], [1 / (1 + np.e), np.e / (1 + np.e), 0.0])
    np.testing.assert_allclose(found[1], 1 / 3)
    np.testing.assert_allclose(softmax(logits + np.array([[5.0], [-7.0]])), found)


@pytest.mark.parametrize("name", SETS)
def test_losses_start_at_ignorance_and_never_rise(name: str) -> None:
    """Zero weights give each sample log K; every step lowers the loss."""
    X, y, C = SETS[name]
    fit = fitted(name)
    assert fit.losses[0] == pytest.approx(C * len(y) * np.log(3))
    assert np.diff(fit.losses).max() <= 1e-10 * fit.losses[0]
    chance = probabilities(X, fit)[np.arange(len(y)), y]
    by_hand = -C * np.log(chance).sum() + (fit.weights**2).sum() / 2
    assert fit.losses[-1] == pytest.approx(by_hand)


def test_steps_are_as_long_as_promised() -> None:
    """The first step is the gradient at zero times one over the bound of the curvature."""
    X, y, C = SETS["wine"]
    fit = descend(X, y, C, max_steps=1)
    truth, A = np.eye(3)[y], np.column_stack([X, np.ones(len(y))])
    bound = C * np.linalg.eigvalsh(A.T @ A)[-1] / 2 + 1
    expected = C * A.T @ (truth - 1 / 3) / bound
    np.testing.assert_allclose(np.vstack([fit.weights, fit.bias]), expected, rtol=1e-9, atol=1e-12)


def test_max_steps_bounds_the_steps() -> None:
    """As many steps as asked, and one more loss."""
    X, y, C = SETS["iris"]
    assert not descend(X, y, C, max_steps=0).weights.any()
    assert [len(descend(X, y, C, max_steps=n).losses) for n in (0, 1, 7)] == [1, 2, 8]
    once, twice = (descend(X, y, C, max_steps=n).losses for n in (1, 2))
    assert twice[-1] < once[-1]


@pytest.mark.nightly
def test_descent_stops_at_the_tolerance() -> None:
    """No entry of the last gradient exceeds it, and a tighter one takes more steps."""
    X, y, C = SETS["iris"]
    for tol in (1e-2, 1e-5):
        fit = descend(X, y, C, tol=tol)
        wrong = probabilities(X, fit) - np.eye(3)[y]
        steepest = max(np.abs(C * X.T @ wrong + fit.weights).max(), np.abs(C * wrong.sum(0)).max())
        assert 0.9 * tol < steepest <= tol
    assert len(descend(X, y, C, tol=1e-2).losses) < len(fit.losses)


def test_a_gradient_at_the_tolerance_is_small_enough() -> None:
    """The tolerance itself counts as reached."""
    X, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    assert len(descend(X, y, tol=1.0).losses) == 1  # the gradient at zero is exactly 1
    assert len(descend(X, y, tol=0.99).losses) > 1


def test_weights_sum_to_zero_over_classes() -> None:
    """The price takes the shortest of all weights that give the same probabilities."""
    X, fit = SETS["wine"][0], fitted("wine")
    np.testing.assert_allclose(fit.weights.sum(axis=1), 0, atol=1e-10)
    moved = probabilities(X, SoftmaxFit(fit.weights + 3.0, fit.bias - 1.0, fit.losses))
    np.testing.assert_allclose(moved, probabilities(X, fit), atol=1e-10)


def test_bias_is_free() -> None:
    """Residuals of each class sum to zero, as they do without a price."""
    X, y, _ = SETS["iris, strong price"]
    wrong = probabilities(X, fitted("iris, strong price")) - np.eye(3)[y]
    np.testing.assert_allclose(wrong.sum(axis=0), 0, atol=1e-7)


@pytest.mark.nightly
def test_constant_feature_gets_no_weight() -> None:
    """A feature that is 1 everywhere leaves its work to the free bias."""
    X, y, C = SETS["rings"]
    fit = descend(np.column_stack([X, np.ones(len(y))]), y, C)
    np.testing.assert_allclose(fit.weights[-1], 0, atol=1e-8)


def test_one_sample_a_class_and_equal_samples() -> None:
    """One sample a class is enough; equal samples get equal chances."""
    fit = descend(np.zeros((4, 2)), np.arange(4))
    np.testing.assert_allclose(probabilities(np.ones((1, 2)), fit), 0.25)
    sure = descend(np.array([[-5.0], [5.0]]), np.array([0, 1]))
    assert probabilities(np.array([[5.0]]), sure)[0, 1] > 0.9


def test_inputs_are_left_alone() -> None:
    """No array of the caller is changed."""
    X, y, C = SETS["rings"]
    before = X.copy(), y.copy()
    descend(X, y, C)
    softmax(X)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


@pytest.mark.parametrize("C", [0.0, -1.0, np.inf, np.nan])
def test_c_is_positive_and_finite(C: float) -> None:
    """Other values are refused by name."""
    with pytest.raises(ValueError, match=f"C must be positive and finite, got {C}"):
        descend(np.eye(2), np.array([0, 1]), C=C)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.eye(3), np.array([0, 1]), r"\(3, 3\) and \(2,\)"),
        (np.zeros(2), np.array([0, 1]), r"\(2,\) and \(2,\)"),
        (np.eye(2), np.eye(2), r"\(2, 2\) and \(2, 2\)"),
        (np.array([[np.nan], [1.0]]), np.array([0, 1]), "finite"),
        (np.eye(2), np.array([0, 0]), r"at least two, got \[0\]"),
        (np.eye(2), np.array([1, 2]), r"got \[1, 2\]"),
        (np.eye(3), np.array([0, 1, 3]), r"got \[0, 1, 3\]"),
        (np.zeros((0, 1)), np.array([], dtype=int), r"got \[\]"),
    ],
)
def test_unfit_samples_are_refused(X, y, message: str) -> None:
    """Wrong shapes, nan, one class, gaps in the numbering and no sample say what is wrong."""
    with pytest.raises(ValueError, match=message):
        check_classes(X, y)
    with pytest.raises(ValueError, match=message):
        descend(X, y)


def test_rings_have_the_radii_they_claim() -> None:
    """Radii 1, 2, 3 with sd 0.15, angles all around, as many samples each."""
    X, ring = rings(5_000, np.random.default_rng(0))
    radius = np.hypot(*X.T)
    for k in range(3):
        assert np.sum(ring == k) == 5_000
        assert radius[ring == k].mean() == pytest.approx(k + 1, abs=0.02)
        assert radius[ring == k].std() == pytest.approx(0.15, abs=0.01)
        np.testing.assert_allclose(X[ring == k].mean(axis=0), 0, atol=0.1)
        np.testing.assert_allclose(X[ring == k].var(axis=0), (k + 1) ** 2 / 2, rtol=0.1)
    quarters = np.histogram(np.arctan2(*X.T), bins=np.linspace(-np.pi, np.pi, 5))[0]
    np.testing.assert_allclose(quarters / len(X), 0.25, atol=0.02)
    assert rings(1, np.random.default_rng(0))[0].shape == (3, 2)


def test_a_seed_keeps_its_draw() -> None:
    """First the deviations of the radius, then the angles."""
    rng = np.random.default_rng(7)
    radius = np.repeat([1.0, 2.0, 3.0], 2) + 0.15 * rng.standard_normal(6)
    X, _ = rings(2, np.random.default_rng(7))
    np.testing.assert_allclose(np.hypot(*X.T), radius)
    angle = rng.uniform(0, 2 * np.pi, 6)
    np.testing.assert_allclose(X[:, 1] / radius, np.sin(angle), atol=1e-12)
    np.testing.assert_allclose(X[:, 0] / radius, np.cos(angle), atol=1e-12)


def test_rings_need_a_sample() -> None:
    """No sample is refused."""
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        rings(0, np.random.default_rng(0))


def test_the_library_model_is_inductive() -> None:
    """It predicts new samples."""
    assert hasattr(LogisticRegression(), "predict")
