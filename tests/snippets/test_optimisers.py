from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, QuantileRegressor
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer
from sklearn.preprocessing import StandardScaler

from snippets.optimisers import (
    HIGH,
    SLOPES,
    TURN,
    adam,
    descend,
    log_loss_gradient,
    log_loss_hessian,
    momentum,
    newton,
    residual_gradient,
    steps_to,
    subgradient,
)

PENALTY = 0.01


def cancer() -> tuple[np.ndarray, np.ndarray]:
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X[:, :4]), (y == 0).astype(float)


def flowers() -> tuple[np.ndarray, np.ndarray]:
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), (y == 1).astype(float)


SETS = {"cancer": cancer, "flowers": flowers}


def log_loss(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    signed = np.where(y == 1, -1.0, 1.0) * (X @ w)
    return float(np.logaddexp(0, signed).mean() + PENALTY / 2 * w @ w)


@pytest.mark.parametrize("name", SETS)
def test_gradient_and_hessian_are_derivatives(name: str) -> None:
    """They equal finite differences of the log loss and of its gradient."""
    X, y = SETS[name]()
    w = np.linspace(-1, 1, X.shape[1])
    gradient = log_loss_gradient(X, y, PENALTY)
    np.testing.assert_allclose(gradient(w), approx_fprime(w, log_loss, 1e-7, X, y), atol=1e-6)
    np.testing.assert_allclose(
        log_loss_hessian(X, PENALTY)(w), approx_fprime(w, gradient, 1e-7), atol=1e-6
    )


@pytest.mark.parametrize("name", SETS)
def test_all_optimisers_end_at_the_library_s_weights(name: str) -> None:
    """One loss has one minimum: four optimisers and scikit-learn find it."""
    X, y = SETS[name]()
    gradient, hessian = log_loss_gradient(X, y, PENALTY), log_loss_hessian(X, PENALTY)
    start = np.zeros(X.shape[1])
    library = LogisticRegression(
        C=1 / (PENALTY * len(y)), fit_intercept=False, tol=1e-14, solver="newton-cholesky"
    ).fit(X, y)
    ends = {
        "descent": descend(gradient, start, 1.0, 4000)[-1],
        "momentum": momentum(gradient, start, 0.5, 1500)[-1],
        "Adam": adam(gradient, start, 0.05, 3000)[-1],
        "Newton": newton(gradient, hessian, start, 15)[-1],
    }
    for end in ends.values():
        np.testing.assert_allclose(end, library.coef_[0], rtol=0, atol=1e-8)
    np.testing.assert_allclose(ends["Newton"], library.coef_[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SETS)
def test_steps_are_those_of_the_library_s_optimisers(name: str) -> None:
    """Step by step, momentum and Adam go where scikit-learn's network optimisers go."""
    X, y = SETS[name]()
    gradient, start = log_loss_gradient(X, y, PENALTY), np.zeros(X.shape[1])
    theirs = {
        "momentum": SGDOptimizer([start.copy()], 0.3, momentum=0.9, nesterov=False),
        "plain": SGDOptimizer([start.copy()], 0.3, momentum=0.0, nesterov=False),
        "Adam": AdamOptimizer([start.copy()], 0.3),
    }
    ours = {
        "momentum": momentum(gradient, start, 0.3, 40),
        "plain": descend(gradient, start, 0.3, 40),
        "Adam": adam(gradient, start, 0.3, 40),
    }
    for key, optimiser in theirs.items():
        weights = [start.copy()]
        near = 1e-5 if key == "Adam" else 1e-12  # the library adds Adam's 1e-8 elsewhere
        for step in range(1, 41):
            optimiser.update_params(weights, [gradient(weights[0])])
            np.testing.assert_allclose(ours[key][step], weights[0], rtol=0, atol=near)


def test_paths_begin_at_the_start() -> None:
    """n steps make n + 1 rows, the first of which is the start; 0 steps make one."""
    X, y = cancer()
    gradient, hessian = log_loss_gradient(X, y, PENALTY), log_loss_hessian(X, PENALTY)
    start = np.array([1.0, -1.0, 0.5, 0.0])
    for path in (
        descend(gradient, start, 0.1, 3),
        momentum(gradient, start, 0.1, 3),
        adam(gradient, start, 0.1, 3),
        newton(gradient, hessian, start, 3),
    ):
        assert path.shape == (4, 4)
        np.testing.assert_array_equal(path[0], start)
    assert descend(gradient, start, 0.1, 0).shape == (1, 4)
    np.testing.assert_array_equal(start, [1.0, -1.0, 0.5, 0.0])


def test_adam_s_first_step_has_the_length_of_the_rate() -> None:
    """Whatever the size of the gradient, each weight moves by the rate."""
    for size in (1e-3, 1.0, 1e3):
        first = adam(lambda w, size=size: size * np.array([1.0, -2.0]), np.zeros(2), 0.1, 1)[-1]
        np.testing.assert_allclose(first, [-0.1, 0.1], atol=2e-6)


def test_adam_survives_a_gradient_of_zero() -> None:
    """A weight without gradient stays."""
    assert adam(lambda w: np.zeros(1), np.ones(1), 0.1, 5)[-1].tolist() == [1.0]


def test_slopes_by_hand() -> None:
    """Derivative of each loss at -2, 0 and 2, and at a small residual."""
    r = np.array([-2.0, -0.1, 0.0, 0.1, 2.0])
    assert (TURN, HIGH) == (0.3, 0.9)
    assert SLOPES["squared"](r).tolist() == r.tolist()
    assert SLOPES["absolute"](r).tolist() == [-1, -1, 0, 1, 1]
    assert SLOPES["Huber"](r).tolist() == [-0.3, -0.1, 0, 0.1, 0.3]
    np.testing.assert_allclose(SLOPES["pinball"](r), [-0.9, -0.9, -0.9, 0.1, 0.1])


def regression(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A line with outliers, or two features of diabetes; a first column of ones."""
    if name == "line":
        rng = np.random.default_rng(0)
        x = rng.uniform(-1.7, 1.7, 60)
        y = x + 0.1 * rng.standard_normal(60)
        y[:5] -= 3
        return np.column_stack([np.ones(60), x]), y
    X, y = load_diabetes(return_X_y=True)
    X = StandardScaler().fit_transform(X[:, [2, 8]])
    return np.column_stack([np.ones(len(X)), X]), (y - y.mean()) / y.std()


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["line", "diabetes"])
def test_each_loss_finds_its_own_library(name: str) -> None:
    """Squared: least squares. Absolute and pinball: quantile regression. Huber: SciPy."""
    X, y = regression(name)
    found = {loss: subgradient(slope, X, y, 20000) for loss, slope in SLOPES.items()}
    least = LinearRegression(fit_intercept=False).fit(X, y).coef_
    np.testing.assert_allclose(found["squared"], least, rtol=0, atol=1e-9)
    for loss, quantile in (("absolute", 0.5), ("pinball", HIGH)):
        model = QuantileRegressor(quantile=quantile, alpha=0, fit_intercept=False).fit(X, y)
        np.testing.assert_allclose(found[loss], model.coef_, rtol=0, atol=0.02)

    def huber(w: np.ndarray) -> float:
        r = np.abs(X @ w - y)
        return float(np.where(r < TURN, r**2 / 2, TURN * (r - TURN / 2)).mean())

    best = minimize(huber, least, method="BFGS", options={"gtol": 1e-10}).x
    np.testing.assert_allclose(found["Huber"], best, rtol=0, atol=1e-4)


def test_constants_are_mean_median_and_quantile() -> None:
    """Without features, squared loss gives the mean, absolute the median, pinball a quantile."""
    y = np.array([0.0, 1.0, 2.0, 3.0, 14.0])
    ones = np.ones((5, 1))
    assert subgradient(SLOPES["squared"], ones, y)[0] == pytest.approx(4.0, abs=1e-9)
    assert subgradient(SLOPES["absolute"], ones, y)[0] == pytest.approx(2.0, abs=0.05)
    assert subgradient(SLOPES["pinball"], ones, y, 20000)[0] == pytest.approx(14.0, abs=0.1)


def test_the_gradient_is_a_mean() -> None:
    """Twice the same samples give the same gradient."""
    X, y = regression("line")
    w = np.array([0.3, 0.7])
    one = residual_gradient(SLOPES["absolute"], X, y)(w)
    two = residual_gradient(SLOPES["absolute"], np.vstack([X, X]), np.append(y, y))(w)
    np.testing.assert_allclose(one, two)
    np.testing.assert_allclose(one, (np.sign(X @ w - y)[:, None] * X).mean(axis=0))


def test_two_steps_by_hand() -> None:
    """Target 4, squared loss: 0, then 4, then 4; the mean of the second half is 4."""
    assert subgradient(SLOPES["squared"], np.ones((1, 1)), np.array([4.0]), 2).tolist() == [4.0]
    steps = subgradient(SLOPES["absolute"], np.ones((1, 1)), np.array([9.0]), 3)
    # 0, 1, 1 + 1/√2, 1 + 1/√2 + 1/√3: the second and third step are the second half
    assert steps[0] == pytest.approx(1 + 1 / np.sqrt(2) + 0.5 / np.sqrt(3))
    four = subgradient(SLOPES["absolute"], np.ones((1, 1)), np.array([9.0]), 4)
    assert four[0] == pytest.approx(1 + 1 / np.sqrt(2) + 1 / np.sqrt(3) + 0.25)


def test_steps_to_counts_the_last_arrival() -> None:
    """A path that leaves again has not arrived."""
    path = np.array([[5.0], [0.0], [3.0], [0.5], [0.0]])
    zero = np.zeros(1)
    assert steps_to(path, zero, near=1.0) == 3
    assert steps_to(path, zero, near=0.1) == 4
    assert steps_to(path, zero, near=0.5) == 3  # as far as near is near
    assert steps_to(path[1:2], zero) == 0
    assert steps_to(path[3:], zero, near=1.0) == 0
    assert steps_to(np.array([[0.0015, 0.0], [0.0005, 0.0005]]), np.zeros(2)) == 1


def test_a_path_that_does_not_arrive_is_refused() -> None:
    """The message says how far away it ends, and after how many steps."""
    with pytest.raises(ValueError, match="still 2 away after 3"):
        steps_to(np.array([[5.0], [0.0], [0.0], [2.0]]), np.zeros(1))


@pytest.mark.parametrize(
    ("X", "y", "n_steps", "message"),
    [
        (np.ones(3), np.ones(3), 10, "must be"),
        (np.ones((3, 1)), np.ones(2), 10, "must be"),
        (np.ones((0, 1)), np.ones(0), 10, "must be"),
        (np.ones((3, 1)), np.ones(3), 1, "at least 2, got 1"),
    ],
)
def test_bad_input_is_named(X: np.ndarray, y: np.ndarray, n_steps: int, message: str) -> None:
    """What cannot be fitted is refused, with the reason."""
    with pytest.raises(ValueError, match=message):
        subgradient(SLOPES["squared"], X, y, n_steps)
