"""Boosting from scratch against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    make_circles,
    make_friedman1,
    make_moons,
)
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from snippets.gradient_boosting import FLAT, LogLoss, SquaredError, boost

# Measured, in units of the largest prediction: 1e-15. The promise is 1e-12.
TOLERANCE = 1e-12

REGRESSION = {
    "diabetes": load_diabetes(return_X_y=True),
    "friedman": make_friedman1(120, noise=1.0, random_state=0),
}
# Overlapping classes of two features: where a node holds few samples, two splits can be equally
# good, and then the last bit of a residual decides between them.
CLASSES = {
    "moons": make_moons(150, noise=0.3, random_state=0),
    "wider moons": make_moons(300, noise=0.4, random_state=1),
    "circles": make_circles(200, noise=0.2, factor=0.5, random_state=0),
}
SETTINGS = [
    {},
    {"learning_rate": 0.5, "max_depth": 1},
    {"learning_rate": 0.3, "max_depth": 2, "random_state": 5},
]


def arguments(settings: dict[str, float]) -> dict[str, float]:
    """Translate the library's names into ours."""
    names = {"learning_rate": "rate", "random_state": "seed"}
    return {names.get(name, name): value for name, value in settings.items()}


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", REGRESSION)
def test_squared_error_equals_scikit_learn(name: str, settings: dict[str, float]) -> None:
    """Every stage predicts what `staged_predict` does."""
    X, y = REGRESSION[name]
    model = GradientBoostingRegressor(n_estimators=50, **{"random_state": 0, **settings}).fit(X, y)
    ours = boost(X, y, SquaredError(), **arguments(settings)).staged(X)
    assert ours.shape == (51, len(X))
    theirs = np.array([np.full(len(X), y.mean()), *model.staged_predict(X)])
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * np.abs(y).max())


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", CLASSES)
def test_log_loss_equals_scikit_learn(name: str, settings: dict[str, float]) -> None:
    """Log-odds and probabilities are those of the library, at every stage."""
    X, y = CLASSES[name]
    model = GradientBoostingClassifier(n_estimators=20, **{"random_state": 0, **settings})
    model.fit(X, y)
    ours = boost(X, y.astype(float), LogLoss(), 20, **arguments(settings)).staged(X)[1:]
    theirs = np.array([raw.ravel() for raw in model.staged_decision_function(X)])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE)
    shares = np.array([shares[:, 1] for shares in model.staged_predict_proba(X)])
    np.testing.assert_allclose(expit(ours), shares, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", CLASSES)
def test_new_samples_get_the_log_odds_of_the_library(name: str) -> None:
    """The model is inductive: shallow trees, whose splits have no ties, agree everywhere."""
    X, y = CLASSES[name]
    model = GradientBoostingClassifier(n_estimators=20, max_depth=2, random_state=0).fit(X, y)
    ours = boost(X, y.astype(float), LogLoss(), 20, max_depth=2).staged(X + 0.05)[-1]
    np.testing.assert_allclose(ours, model.decision_function(X + 0.05), rtol=0, atol=TOLERANCE)
    assert hasattr(model, "predict")


def test_starts_with_a_constant() -> None:
    """Before the first tree: the mean, or the log-odds (correction B13)."""
    X, y = REGRESSION["diabetes"]
    model = GradientBoostingRegressor(n_estimators=1).fit(X, y)
    assert model.init_.predict(X[:1])[0] == pytest.approx(SquaredError().start(y), rel=TOLERANCE)
    X, y = load_breast_cancer(return_X_y=True)
    model = GradientBoostingClassifier(n_estimators=1).fit(X, y)
    share = model.init_.predict_proba(X[:1])[0, 1]
    assert expit(LogLoss().start(y.astype(float))) == pytest.approx(share, rel=TOLERANCE)


@pytest.mark.parametrize("stages", [0, 1])
def test_few_stages(stages: int) -> None:
    """No stage leaves the start; one adds the rate times the first tree."""
    X, y = REGRESSION["friedman"]
    fit = boost(X, y, SquaredError(), stages)
    raw = fit.staged(X)
    assert raw.shape == (stages + 1, len(X))
    np.testing.assert_array_equal(raw[0], y.mean())
    if stages:
        first = fit.trees[0].predict(X)
        np.testing.assert_allclose(raw[1], y.mean() + 0.1 * first, rtol=TOLERANCE)


def slope(loss: str, y: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """Differentiate the loss of each sample by a central difference."""

    def value(f: np.ndarray) -> np.ndarray:
        return (y - f) ** 2 / 2 if loss == "squared" else np.logaddexp(0, f) - y * f

    return (value(raw + 1e-5) - value(raw - 1e-5)) / 2e-5


@pytest.mark.parametrize("loss", ["squared", "log"])
def test_residual_is_the_negative_gradient(loss: str) -> None:
    """Both residuals agree with a numerical derivative of their loss."""
    y, raw = np.array([0.0, 1.0, 1.0, 0.0]), np.array([-2.0, 0.3, 4.0, 1.5])
    found = (SquaredError() if loss == "squared" else LogLoss()).residual(y, raw)
    np.testing.assert_allclose(found, -slope(loss, y, raw), atol=1e-8)


def test_leaf_of_log_loss_is_a_newton_step() -> None:
    """Two samples at p = 0.5, one of each class and one more: slope over curvature."""
    y, raw = np.array([1.0, 1.0, 0.0]), np.zeros(3)
    residual = LogLoss().residual(y, raw)
    assert LogLoss().leaf(y, residual) == pytest.approx((0.5 / 3) / 0.25)


@pytest.mark.parametrize(("gap", "moved"), [(1e-152, False), (4 * FLAT, True)])
def test_leaf_without_curvature_stays(gap: float, moved: bool) -> None:
    """Where all probabilities are 0 or 1 to rounding, nothing is added."""
    value = LogLoss().leaf(np.array([0.0]), np.array([-gap]))
    assert value == (-1.0 if moved else 0.0)


def test_curvature_at_the_limit_counts() -> None:
    """The limit itself is still a curvature."""
    assert LogLoss().leaf(np.array([0.0]), np.array([-FLAT])) == -1.0
    assert FLAT == 1e-150


def test_training_error_never_rises() -> None:
    """For squared error and a rate up to 1, no stage makes the training samples worse."""
    X, y = REGRESSION["friedman"]
    for rate in (0.1, 1.0):
        raw = boost(X, y, SquaredError(), 30, rate).staged(X)
        errors = ((raw - y) ** 2).mean(axis=1)
        assert (np.diff(errors) <= 1e-12).all()
        assert errors[-1] < 0.5 * errors[0]


def test_does_not_change_what_it_is_given() -> None:
    """Samples and targets are read, not written."""
    X, y = (part.copy() for part in REGRESSION["friedman"])
    boost(X, y, SquaredError(), 3)
    np.testing.assert_array_equal(X, REGRESSION["friedman"][0])
    np.testing.assert_array_equal(y, REGRESSION["friedman"][1])


def test_the_seed_breaks_ties() -> None:
    """Of two equal features the seed says which one is asked; 0 unless said otherwise."""
    X, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0])
    crossed = np.array([[0.0, 1.0]])
    found = [boost(X, y, SquaredError(), 3, seed=seed).staged(crossed)[-1, 0] for seed in range(9)]
    assert boost(X, y, SquaredError(), 3).staged(crossed)[-1, 0] == found[0]
    assert found[0] != found[1]
    for seed in (0, 1):
        model = GradientBoostingRegressor(n_estimators=3, random_state=seed).fit(X, y)
        assert model.predict(crossed)[0] == pytest.approx(found[seed], rel=TOLERANCE)


def test_one_sample_and_constant_feature() -> None:
    """Where no split is possible the answer is the mean, at every stage."""
    np.testing.assert_array_equal(
        boost(np.array([[1.0]]), np.array([3.0]), SquaredError(), 2).staged(np.zeros((2, 1))), 3.0
    )
    flat = boost(np.ones((3, 1)), np.array([1.0, 2.0, 6.0]), SquaredError(), 2)
    np.testing.assert_allclose(flat.staged(np.ones((1, 1))), 3.0, rtol=TOLERANCE)


@pytest.mark.parametrize(
    ("X", "y", "stages", "rate", "message"),
    [
        (np.ones(3), np.ones(3), 1, 0.1, r"X must be \(n, p\) and y \(n,\), got \(3,\)"),
        (np.ones((3, 1)), np.ones((3, 1)), 1, 0.1, r"and \(3, 1\)"),
        (np.ones((3, 1)), np.ones(2), 1, 0.1, r"got \(3, 1\) and \(2,\)"),
        (np.ones((0, 1)), np.ones(0), 1, 0.1, "at least one sample, got 0$"),
        (np.ones((3, 1)), np.ones(3), -1, 0.1, "got -1 and 0.1"),
        (np.ones((3, 1)), np.ones(3), 1, 0.0, "rate positive, got 1 and 0.0"),
    ],
)
def test_refuses_what_it_cannot_boost(
    X: np.ndarray, y: np.ndarray, stages: int, rate: float, message: str
) -> None:
    """The message says what is wrong with the value."""
    with pytest.raises(ValueError, match=message):
        boost(X, y, SquaredError(), stages, rate)


@pytest.mark.parametrize("y", [[1.0, 1.0], [0.0, 0.0], [0.0, 0.5], [1.0, 2.0], [0.0, 1.0, 2.0]])
def test_log_loss_needs_two_classes(y: list[float]) -> None:
    """One class has no finite log-odds, and other numbers are no classes."""
    with pytest.raises(ValueError, match="needs classes 0 and 1, got"):
        boost(np.arange(float(len(y)))[:, None], np.array(y), LogLoss())
