"""Linear regression from scratch against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from snippets.evidence import paired_difference
from snippets.linear_regression import (
    compare_passes,
    confounded,
    gradient_descent,
    least_squares,
    stochastic_descent,
    xor_blocks,
)

SETS = {
    "diabetes": load_diabetes(return_X_y=True),
    "friedman": make_friedman1(120, noise=1.0, random_state=0),
    "blocks": xor_blocks(50, 0.3, np.random.default_rng(0)),
}


@pytest.mark.parametrize("name", SETS)
def test_closed_form_equals_scikit_learn(name):
    """Slopes and intercept are those of LinearRegression."""
    X, y = SETS[name]
    coef, intercept = least_squares(X, y)
    model = LinearRegression().fit(X, y)
    np.testing.assert_allclose(coef, model.coef_, rtol=1e-9, atol=1e-10)
    assert intercept == pytest.approx(model.intercept_, rel=1e-10)


@pytest.mark.parametrize(("name", "n_steps"), [("diabetes", 15000), ("friedman", 500)])
def test_gradient_descent_reaches_the_closed_form(name, n_steps):
    """Enough steps of a safe length end at the least-squares slopes."""
    X, y = SETS[name]
    X, y = StandardScaler().fit_transform(X), y - y.mean()
    step = 1 / np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    last = gradient_descent(X, y, step, n_steps)[-1]
    np.testing.assert_allclose(last, least_squares(X, y)[0], atol=2e-10)


def test_error_falls_at_every_safe_step():
    """With a step below the bound no step raises the error."""
    X, y = SETS["friedman"]
    X, y = StandardScaler().fit_transform(X), y - y.mean()
    step = 1 / np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    errors = [np.mean((X @ w - y) ** 2) for w in gradient_descent(X, y, step, 15)]
    assert np.all(np.diff(errors) < 0)


def test_too_long_a_step_diverges():
    """Beyond twice the bound the slopes run away."""
    X, y = SETS["friedman"]
    X, y = StandardScaler().fit_transform(X), y - y.mean()
    step = 2.5 / np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    path = gradient_descent(X, y, step, 50)
    assert np.linalg.norm(path[-1]) > 100 * np.linalg.norm(path[1])


def test_stochastic_descent_with_one_sample_is_gradient_descent():
    """When there is one sample, its gradient is the whole gradient."""
    X, y = np.array([[2.0, -1.0]]), np.array([3.0])
    one = stochastic_descent(X, y, 0.1, 7, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(one, gradient_descent(X, y, 0.1, 7), atol=1e-15)


def test_decay_shortens_later_steps():
    """On one sample a decaying step stays behind a constant one."""
    X, y = np.array([[1.0]]), np.array([1.0])
    constant, decayed = (
        stochastic_descent(X, y, 0.2, 10, decay, np.random.default_rng(0)) for decay in (0.0, 1.0)
    )
    assert constant[1] == decayed[1]
    assert np.all(decayed[2:] < constant[2:])


def test_one_sample_gives_the_flat_line_through_it():
    """One sample leaves the slopes free; the shortest ones are zero."""
    coef, intercept = least_squares(np.array([[3.0, 4.0]]), np.array([7.0]))
    assert coef.tolist() == [0.0, 0.0]
    assert intercept == 7.0


def test_constant_feature_gets_no_slope():
    """A feature that never changes explains nothing."""
    X, y = SETS["blocks"]
    with_constant = np.column_stack([X, np.full(len(X), 5.0)])
    coef, intercept = least_squares(with_constant, y)
    assert coef[2] == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(with_constant @ coef + intercept, X @ coef[:2] + intercept)


def test_copied_feature_shares_its_slope():
    """Of all equally good slopes we get the shortest: half and half."""
    x = np.arange(6.0)
    coef, _ = least_squares(np.column_stack([x, x]), 4 * x)
    np.testing.assert_allclose(coef, [2.0, 2.0], atol=1e-12)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((3, 2)), np.zeros(2), r"got \(3, 2\) and \(2,\)"),
        (np.zeros(3), np.zeros(3), r"got \(3,\)"),
        (np.zeros((0, 2)), np.zeros(0), "at least one sample"),
        (np.array([[np.nan]]), np.zeros(1), "finite"),
    ],
)
def test_bad_samples_are_refused(X, y, message):
    """The error says what is wrong with the samples."""
    with pytest.raises(ValueError, match=message):
        least_squares(X, y)


def test_bad_settings_are_refused():
    """A step must be positive, a decay not negative, a draw not empty."""
    X, y = SETS["blocks"]
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="step must be positive, got 0"):
        gradient_descent(X, y, 0.0, 1)
    with pytest.raises(ValueError, match="decay not negative"):
        stochastic_descent(X, y, 0.1, 1, -1.0, rng)
    with pytest.raises(ValueError, match="at least 1"):
        xor_blocks(0, 0.1, rng)
    with pytest.raises(ValueError, match="at least 1"):
        confounded(0, rng)
    with pytest.raises(ValueError, match="two seeds"):
        compare_passes(3, (0,))


def test_no_line_fits_blocks():
    """On the noiseless checkerboard the best line explains next to nothing."""
    X, y = xor_blocks(4000, 0.0, np.random.default_rng(0))
    assert LinearRegression().fit(X, y).score(X, y) < 0.01
    assert set(np.unique(y)) == {0.0, 1.0}


def test_confounder_turns_the_sign():
    """Alone the feature seems to raise the target; given the cause it lowers it."""
    X, y = confounded(5000, np.random.default_rng(0))
    assert least_squares(X[:, :1], y)[0][0] > 0.9
    assert least_squares(X, y)[0][0] == pytest.approx(-0.5, abs=0.1)


@pytest.mark.nightly
def test_lesson_l23_depends_on_the_step():
    """A decaying step beats batch descent at 10 equal passes, a constant one loses."""
    result = compare_passes()
    batch, constant, decayed = (
        np.log10(arm[:, 10]) for arm in (result.batch, result.constant, result.decayed)
    )
    assert paired_difference(decayed, batch).high < 0
    assert paired_difference(constant, batch).low > 0
    first = paired_difference(result.constant[:, 1], result.batch[:, 1])
    assert first.high < 0
