"""Logistic regression from scratch against scikit-learn, and the cost of thresholds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.preprocessing import StandardScaler

from snippets.logistic_regression import (
    check_binary,
    draw_categories,
    fair_threshold,
    loss,
    misses_and_alarms,
    newton,
    probability,
)

CANCER, IRIS, WINE = (load(return_X_y=True) for load in (load_breast_cancer, load_iris, load_wine))
SETS = {
    "cancer": (StandardScaler().fit_transform(CANCER[0]), CANCER[1]),
    "cancer, three in units": (CANCER[0][:, :3], CANCER[1]),
    "iris": (IRIS[0][50:], IRIS[1][50:] - 1),
    "wine": (StandardScaler().fit_transform(WINE[0]), (WINE[1] == 1).astype(np.int64)),
}
# Samples on which plain Newton steps overshoot after some steps: the loss would rise 30-fold.
FAR = np.array(
    [
        [0.3, 0.6, -0.3],
        [-4.6, 0.6, -3.7],
        [-91.7, -220.4, 187.6],
        [-0.1, 0.1, 0.0],
        [-3.7, -4.5, 3.3],
        [-0.1, 0.2, -0.0],
    ]
)
FAR_Y = np.array([1, 0, 0, 1, 0, 1])


@pytest.mark.parametrize("C", [0.01, 1.0])
@pytest.mark.parametrize("name", SETS)
def test_equals_scikit_learn(name: str, C: float) -> None:
    """Weights (measured 2e-11), intercept and probabilities are those of newton-cholesky."""
    X, y = SETS[name]
    fit = newton(X, y, C)
    model = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12).fit(X, y)
    np.testing.assert_allclose(fit.coef, model.coef_[0], rtol=0, atol=2e-9)
    assert fit.intercept == pytest.approx(model.intercept_[0], abs=1e-7)
    np.testing.assert_allclose(probability(X, fit), model.predict_proba(X)[:, 1], atol=1e-8)


@pytest.mark.parametrize("name", SETS)
def test_equals_lbfgs_with_a_tight_tolerance(name: str) -> None:
    """Another optimiser of the library ends at the same weights (measured 1e-6)."""
    X, y = SETS[name]
    model = LogisticRegression(tol=1e-10, max_iter=100_000).fit(X, y)
    np.testing.assert_allclose(newton(X, y).coef, model.coef_[0], rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", SETS)
def test_gradient_is_zero_and_the_intercept_is_free(name: str) -> None:
    """At the minimum C A'(p - y) cancels the weights, and residuals sum to zero."""
    X, y = SETS[name]
    fit = newton(X, y, C=0.5)
    wrong = probability(X, fit) - y
    np.testing.assert_allclose(0.5 * X.T @ wrong, -fit.coef, atol=1e-6)
    assert wrong.sum() == pytest.approx(0.0, abs=1e-9)


def test_loss_is_that_of_its_formula() -> None:
    """C times the log loss plus half the squared weights, the last one excepted."""
    A = np.array([[1.0, 1.0], [-2.0, 1.0]])
    w = np.array([0.5, 3.0])
    p = 1 / (1 + np.exp(-A @ w))
    by_hand = 2.0 * -(np.log(p[0]) + np.log(1 - p[1])) + 0.125
    assert loss(A, np.array([1, 0]), w, 2.0) == pytest.approx(by_hand)


def test_loss_survives_certainty() -> None:
    """Log-odds of 1000 cost 1000 nats when wrong, 0 when right, without a warning."""
    A, w = np.array([[1000.0, 1.0]]), np.array([1.0, 0.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loss(A, np.array([1]), w, 1.0) == 0.5
        assert loss(A, np.array([0]), w, 1.0) == 1000.5


def test_losses_start_at_ignorance_and_never_rise() -> None:
    """Zero weights give each sample log 2; each step lowers the loss."""
    X, y = SETS["wine"]
    fit = newton(X, y, C=2.0)
    assert fit.losses[0] == pytest.approx(2.0 * len(y) * np.log(2))
    assert np.all(np.diff(fit.losses) <= 1e-10)
    assert 5 < len(fit.losses) < 15
    A = np.column_stack([X, np.ones(len(y))])
    assert fit.losses[-1] == pytest.approx(loss(A, y, np.append(fit.coef, fit.intercept), 2.0))


def test_a_step_too_far_is_halved() -> None:
    """Where plain Newton overshoots, ours falls at each step and ends at the minimum."""
    fit = newton(FAR, FAR_Y, C=100.0)
    assert np.all(np.diff(fit.losses) <= 1e-9 * fit.losses[0])
    wrong = probability(FAR, fit) - FAR_Y
    np.testing.assert_allclose(100.0 * FAR.T @ wrong, -fit.coef, atol=1e-6)
    assert abs(wrong.sum()) < 1e-9


def test_halving_halves() -> None:
    """A step is the largest of 1, 1/2, 1/4, ... that does not raise the loss."""
    C, price = 100.0, np.diag([1.0, 1.0, 1.0, 0.0])
    fit = newton(FAR, FAR_Y, C)
    A, w, halved = np.column_stack([FAR, np.ones(len(FAR))]), np.zeros(4), 0
    for expected in fit.losses[1:12]:
        chance = 1 / (1 + np.exp(-A @ w))
        gradient = C * A.T @ (chance - FAR_Y) + price @ w
        hessian = C * (A.T * (chance * (1 - chance))) @ A + price
        step, before = np.linalg.solve(hessian, gradient), loss(A, FAR_Y, w, C)
        while loss(A, FAR_Y, w - step, C) > before:
            step, halved = step / 2, halved + 1
        w = w - step
        assert loss(A, FAR_Y, w, C) == pytest.approx(expected, rel=1e-7)
    assert halved > 0


def test_max_steps_and_tol_stop_the_fit() -> None:
    """`max_steps` bounds the steps, and a loose tolerance ends them sooner."""
    X, y = SETS["wine"]
    assert len(newton(X, y, max_steps=3).losses) == 4
    assert newton(X, y, max_steps=0).coef.tolist() == [0.0] * 13
    full = len(newton(X, y).losses)
    assert len(newton(X, y, tol=0.5).losses) < full
    first = np.abs(newton(X, y, max_steps=1).coef).max()
    start = newton(X, y, max_steps=1)
    largest = max(first, abs(start.intercept))
    assert len(newton(X, y, tol=largest).losses) == 2


def test_weights_grow_without_end_on_separable_classes() -> None:
    """A hundred times the C adds to the weight, until the penalty is gone."""
    X, y = IRIS[0][:100, 2:3], IRIS[1][:100]
    weights = [newton(X, y, C).coef[0] for C in (1.0, 1e2, 1e4, 1e6, 1e8)]
    assert np.diff(weights).min() > 2


def test_one_sample_a_class() -> None:
    """Two samples are enough; the border lies half-way."""
    fit = newton(np.array([[-1.0], [3.0]]), np.array([0, 1]))
    assert probability(np.array([[1.0]]), fit)[0] == pytest.approx(0.5)
    assert fit.coef[0] > 0


def test_constant_feature_gets_no_weight() -> None:
    """A feature that never changes leaves its work to the free intercept."""
    X, y = SETS["iris"]
    fit = newton(np.column_stack([X, np.full(len(y), 7.0)]), y)
    assert abs(fit.coef[-1]) < 1e-9
    np.testing.assert_allclose(fit.coef[:-1], newton(X, y).coef, atol=1e-8)


def test_inputs_are_left_alone() -> None:
    """No array of the caller is changed."""
    X, y = SETS["iris"]
    before = X.copy(), y.copy()
    newton(X, y)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


@pytest.mark.parametrize("C", [0.0, -1.0, np.inf, np.nan])
def test_c_is_positive_and_finite(C: float) -> None:
    """Other values are refused by name."""
    with pytest.raises(ValueError, match=f"C must be positive and finite, got {C}"):
        newton(*SETS["iris"], C=C)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.eye(3), np.array([0, 1]), r"\(3, 3\) and \(2,\)"),
        (np.zeros(2), np.array([0, 1]), r"\(2,\) and \(2,\)"),
        (np.eye(2), np.eye(2), r"\(2, 2\) and \(2, 2\)"),
        (np.array([[np.nan], [1.0]]), np.array([0, 1]), "finite"),
        (np.eye(2), np.array([1, 1]), r"got \[1\]"),
        (np.eye(3), np.array([0, 1, 2]), r"got \[0, 1, 2\]"),
        (np.zeros((0, 1)), np.array([], dtype=int), r"got \[\]"),
    ],
)
def test_unfit_samples_are_refused(X, y, message: str) -> None:
    """Wrong shapes, nan, one class, three classes and no sample say what is wrong."""
    with pytest.raises(ValueError, match=message):
        check_binary(X, y)
    with pytest.raises(ValueError, match=message):
        newton(X, y)


def test_errors_are_those_of_the_confusion_matrix() -> None:
    """Misses and alarms agree with the library's count at each threshold."""
    X, y = SETS["cancer, three in units"]
    chance = probability(X, newton(X, y))
    cuts = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    misses, alarms = misses_and_alarms(y, chance, cuts)
    for cut, miss, alarm in zip(cuts, misses, alarms, strict=True):
        (_, false_positive), (false_negative, _) = confusion_matrix(y, chance > cut)
        assert (miss, alarm) == (false_negative, false_positive)


def test_a_chance_at_the_threshold_is_called_0() -> None:
    """As in the library, a tie goes to class 0."""
    misses, alarms = misses_and_alarms(np.array([0, 1]), np.array([0.5, 0.5]), np.array([0.5]))
    assert (misses.tolist(), alarms.tolist()) == ([1], [0])


@pytest.mark.parametrize(
    ("y", "chance", "cuts", "message"),
    [
        (np.array([0, 1]), np.array([0.5]), np.array([0.5]), r"\(2,\) and \(1,\)"),
        (np.zeros((1, 1)), np.zeros((1, 1)), np.array([0.5]), "must both be"),
        (np.array([0]), np.array([0.5]), np.array([0.2, 1.1]), "from 0 to 1"),
        (np.array([0]), np.array([0.5]), np.array([-0.1]), "from 0 to 1"),
    ],
)
def test_thresholds_are_checked(y, chance, cuts, message: str) -> None:
    """Shapes and range are checked."""
    with pytest.raises(ValueError, match=message):
        misses_and_alarms(y, chance, cuts)


def test_fair_threshold_has_least_cost_for_true_probabilities() -> None:
    """Ten to one gives 1/11, equal costs 1/2; and no other cut is cheaper."""
    assert fair_threshold(10.0, 1.0) == pytest.approx(1 / 11)
    assert fair_threshold(2.0, 2.0) == 0.5
    assert fair_threshold(0.5, 0.5) == 0.5
    rng = np.random.default_rng(0)
    chance = rng.random(200_000)
    truth = (rng.random(200_000) < chance).astype(np.int64)
    cuts = np.linspace(0.02, 0.98, 49)
    misses, alarms = misses_and_alarms(truth, chance, cuts)
    assert cuts[np.argmin(3 * misses + alarms)] == pytest.approx(fair_threshold(3.0, 1.0), abs=0.03)


@pytest.mark.parametrize(("miss", "alarm"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 2.0)])
def test_costs_are_positive(miss: float, alarm: float) -> None:
    """A free error has no fair threshold."""
    with pytest.raises(ValueError, match=f"got {miss} and {alarm}"):
        fair_threshold(miss, alarm)


def test_categories_have_the_shares_they_claim() -> None:
    """Six categories say yes in 15 % and six in 85 %, and all are about as frequent."""
    category, answer, truth = draw_categories(60_000, np.random.default_rng(1))
    assert sorted(truth.tolist()) == [0.15] * 6 + [0.85] * 6
    assert set(category.tolist()) == set(range(12))
    for c in range(12):
        assert answer[category == c].mean() == pytest.approx(truth[c], abs=0.025)
        assert np.mean(category == c) == pytest.approx(1 / 12, abs=0.006)
    assert set(answer.tolist()) == {0, 1}
    assert len(draw_categories(1, np.random.default_rng(0))[0]) == 1


def test_categories_need_a_sample() -> None:
    """No sample is refused."""
    with pytest.raises(ValueError, match="got 0"):
        draw_categories(0, np.random.default_rng(0))


def test_the_library_model_is_an_inductive_classifier() -> None:
    """It predicts classes and probabilities of new samples."""
    assert hasattr(LogisticRegression(), "predict")
    assert hasattr(LogisticRegression(), "predict_proba")
