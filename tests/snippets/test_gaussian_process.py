"""Gaussian processes from scratch against scikit-learn, SciPy's densities and own promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from snippets import bayesian_regression
from snippets.gaussian_process import (
    FloatArray,
    condition,
    draw,
    fit,
    inducing,
    laplace,
    log_marginal,
    n_multiplies,
    posterior_covariance,
    predict,
)
from snippets.gaussian_process_kernels import linear, rbf, stationary
from snippets.gaussian_process_rivals import each_kernel


def samples(n: int = 40, p: int = 1) -> tuple[FloatArray, FloatArray]:
    """A noisy wave along the first feature."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (n, p))
    return X, np.sin(3 * X[:, 0]) + 0.2 * rng.standard_normal(n)


NEW = np.linspace(-1, 4, 30)[:, None]
SMOOTH, THETA = stationary(rbf), np.array([0.1, -0.5, -1.5])


@pytest.mark.parametrize("name", each_kernel())
def test_equals_scikit_learn(name: str) -> None:
    """Mean, deviation, marginal likelihood; the gradient is that of central differences."""
    X, y = samples()
    kernel, theta, theirs = each_kernel()[name]
    library = GaussianProcessRegressor(theirs, alpha=np.exp(2 * theta[-1]), optimizer=None)
    mean, sd = library.fit(X, y).predict(NEW, return_std=True)
    process = condition(kernel, theta, X, y)
    found, spread = predict(process, NEW)
    np.testing.assert_allclose(found, mean, rtol=0, atol=1e-9)
    np.testing.assert_allclose(spread, sd, rtol=0, atol=1e-9)
    value, gradient = log_marginal(kernel, theta, X, y)
    assert value == process.log_marginal
    assert value == pytest.approx(library.log_marginal_likelihood_value_, rel=1e-9)
    steps = 1e-5 * np.eye(len(theta))
    up = np.array([log_marginal(kernel, theta + step, X, y)[0] for step in steps])
    down = np.array([log_marginal(kernel, theta - step, X, y)[0] for step in steps])
    size = np.abs(gradient).max()
    np.testing.assert_allclose(gradient / size, (up - down) / 2e-5 / size, rtol=0, atol=1e-6)


def test_gradient_equals_that_of_the_library() -> None:
    """With a length for each of three features; the library's parameters are variances."""
    X, y = samples(25, 3)
    theta = np.array([0.2, -0.3, 0.4, 0.1, -1.0])
    kernel: Any = ConstantKernel(np.exp(0.4)) * RBF(np.exp(theta[1:4]))
    library = GaussianProcessRegressor(kernel + WhiteKernel(np.exp(-2)), alpha=0, optimizer=None)
    value, theirs = library.fit(X, y).log_marginal_likelihood(
        library.kernel_.theta, eval_gradient=True
    )
    found, gradient = log_marginal(stationary(rbf, 3), theta, X, y)
    assert found == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(gradient, theirs * [2, 1, 1, 1, 2], rtol=1e-8)


def test_marginal_likelihood_is_a_density() -> None:
    """Of the targets, by SciPy."""
    X, y = samples()
    spread = SMOOTH(X, X, THETA[:-1]) + np.exp(2 * THETA[-1]) * np.eye(len(X))
    density = multivariate_normal(np.zeros(len(X)), spread).logpdf(y)
    assert condition(SMOOTH, THETA, X, y).log_marginal == pytest.approx(density, rel=1e-9)


def test_a_linear_kernel_is_bayesian_linear_regression() -> None:
    """Mean, variance and evidence are those of the weights."""
    X, y = samples()
    A, places = (np.column_stack([np.ones(len(x)), x]) for x in (X, NEW))
    found = bayesian_regression.posterior(A, y, tau=0.8, sigma=0.3)
    mean, of_weights, _ = bayesian_regression.predict(found, places)
    process = condition(linear(), np.log([0.8, 0.8, 0.3]), X, y)
    values, sd = predict(process, NEW)
    np.testing.assert_allclose(values, mean, rtol=0, atol=1e-9)
    np.testing.assert_allclose(sd**2, of_weights, rtol=0, atol=1e-9)
    evidence = bayesian_regression.log_evidence(A, y, 0.8, 0.3)
    assert process.log_marginal == pytest.approx(evidence, rel=1e-9)


def test_no_sample_leaves_the_prior_and_each_narrows() -> None:
    """The deviation never grows, and does not depend on the targets."""
    X, y = samples(10)
    before = predict(condition(SMOOTH, THETA, X[:0], y[:0]), NEW)
    np.testing.assert_allclose(before[0], 0)
    np.testing.assert_allclose(before[1], np.exp(THETA[0]))
    last = before[1]
    for n in range(1, 11):
        sd = predict(condition(SMOOTH, THETA, X[:n], y[:n]), NEW)[1]
        assert (sd <= last + 1e-9).all()
        last = sd
    other = predict(condition(SMOOTH, THETA, X, 5 - y), NEW)[1]
    np.testing.assert_allclose(other, last, rtol=1e-12)


def test_fit_climbs_to_a_peak() -> None:
    """The highest first; the gradient vanishes there; the library gets no higher."""
    X, y = samples()
    starts = np.array([[0.0, 0.0, 0.0], [0.0, -1.0, -2.0], [0.0, 2.0, 0.0]])
    ends = fit(SMOOTH, X, y, starts)
    values = [each.log_marginal for each in ends]
    assert values == sorted(values, reverse=True) and len(values) == 3
    assert np.abs(log_marginal(SMOOTH, ends[0].theta, X, y)[1]).max() < 1e-2
    kernel: Any = ConstantKernel(1.0) * RBF(1.0) + WhiteKernel(0.1)
    library = GaussianProcessRegressor(kernel, alpha=0).fit(X, y)
    assert values[0] == pytest.approx(library.log_marginal_likelihood_value_, abs=1e-4)


def test_fit_turns_back_where_the_matrix_is_singular() -> None:
    """Samples that repeat themselves without noise: it ends at a finite value."""
    X, y = np.repeat(np.linspace(0, 1, 8), 3)[:, None], np.repeat(np.linspace(0, 1, 8) ** 2, 3)
    best = fit(SMOOTH, X, y, [np.array([0.0, 0.0, -5.0])])[0]
    assert np.isfinite(best.log_marginal)


def test_draws_have_mean_and_covariance() -> None:
    """Of many functions after the samples."""
    X, y = samples()
    process = condition(SMOOTH, THETA, X, y)
    places = NEW[::5]
    spread, (mean, sd) = posterior_covariance(process, places), predict(process, places)
    np.testing.assert_allclose(np.diag(spread), sd**2, rtol=0, atol=1e-9)
    found = draw(mean, spread, 20_000, np.random.default_rng(0))
    assert found.shape == (20_000, len(places))
    np.testing.assert_allclose(found.mean(axis=0), mean, atol=0.05)
    np.testing.assert_allclose(np.cov(found.T), spread, atol=0.05)


def test_all_samples_as_inducing_points_are_exact() -> None:
    """And a few are nearly so, where the function is smooth."""
    X, y = samples()
    exact = predict(condition(SMOOTH, THETA, X, y), NEW)
    for chosen, bound in ((X, 1e-4), (np.linspace(-0.5, 3.5, 12)[:, None], 0.05)):
        found = inducing(SMOOTH, THETA, (X, y), chosen, NEW)
        inside = (NEW[:, 0] > 0) & (NEW[:, 0] < 3)
        for ours, theirs in zip(found, exact, strict=True):
            np.testing.assert_allclose(ours[inside], theirs[inside], rtol=0, atol=bound)


class Counted:
    """A number that counts its multiplications."""

    made = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __mul__(self, other: Counted) -> Counted:
        Counted.made += 1
        return Counted(self.value * other.value)

    def __sub__(self, other: Counted) -> Counted:
        return Counted(self.value - other.value)


def counted_root(matrix: FloatArray) -> int:
    """Multiplications of Cholesky's root, entry by entry; divisions and roots aside."""
    n = len(matrix)
    left = [[Counted(float(each)) for each in row] for row in matrix]
    Counted.made = 0
    for j in range(n):
        pivot = float(np.sqrt(left[j][j].value))
        for i in range(j, n):
            left[i][j] = Counted(left[i][j].value / pivot)
        for k in range(j + 1, n):
            for i in range(k, n):
                left[i][k] = left[i][k] - left[i][j] * left[k][j]
    found = np.tril([[each.value for each in row] for row in left])
    np.testing.assert_allclose(found, np.linalg.cholesky(matrix), atol=1e-9)
    return Counted.made


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_multiplications_are_counted(n: int) -> None:
    """Those that a root takes; ten times the rows are a thousand times the work."""
    rng = np.random.default_rng(0)
    root = rng.standard_normal((n, n))
    assert n_multiplies(n) == counted_root(root @ root.T + np.eye(n))
    assert 990 < n_multiplies(10_000) / n_multiplies(1000) < 1001
    assert 9 < n_multiplies(10_000, 50) / n_multiplies(1000, 50) < 10.1


def test_laplace_equals_scikit_learn() -> None:
    """Marginal likelihood; and at the peak the prior's pull balances the likelihood's."""
    X, y = samples()
    labels = (y > 0).astype(float)
    covariance = SMOOTH(X, X, THETA[:-1])
    odds, likely = laplace(covariance, labels)
    kernel = ConstantKernel(np.exp(0.2)) * RBF(np.exp(-0.5))
    library = GaussianProcessClassifier(kernel, optimizer=None).fit(X, labels)
    assert likely == pytest.approx(library.log_marginal_likelihood_value_, abs=1e-6)
    pull = labels - 1 / (1 + np.exp(-odds))
    np.testing.assert_allclose(odds, covariance @ pull, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("X", "y", "n_theta", "said"),
    [
        (np.ones(3), np.ones(3), 3, r"\(3,\) and \(3,\)"),
        (np.ones((3, 1)), np.ones(4), 3, r"\(3, 1\) and \(4,\)"),
        (np.full((2, 1), np.inf), np.ones(2), 3, "finite"),
        (np.ones((2, 1)), np.ones(2), 2, "amplitude, length and noise, got 2 numbers"),
    ],
)
def test_refuses_what_does_not_fit(X: FloatArray, y: FloatArray, n_theta: int, said: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(ValueError, match=said):
        condition(SMOOTH, np.zeros(n_theta), X, y)
