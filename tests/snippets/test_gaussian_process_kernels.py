"""Kernels of the Gaussian process against scikit-learn, central differences and smoothness."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.gaussian_process_kernels import (
    PROFILES,
    FloatArray,
    Kernel,
    linear,
    periodic,
    rbf,
    stationary,
)
from snippets.gaussian_process_rivals import each_kernel

RNG = np.random.default_rng(0)
A, B = RNG.uniform(0, 3, (12, 1)), RNG.uniform(0, 3, (7, 1))

COMPOSED: dict[str, tuple[Kernel, FloatArray]] = {
    "sum": (stationary(rbf) + linear(), np.array([0.1, -0.3, 0.2, -0.4])),
    "product": (stationary(rbf) * periodic(), np.array([0.1, 0.5, -0.2, 0.3, 0.2])),
    "both": (
        stationary(rbf) + linear() * stationary(PROFILES["Matérn 3/2"]),
        np.array([0.1, -0.3, 0.2, -0.4, 0.3, 0.1]),
    ),
}
ALL = {name: (ours, theta[:-1]) for name, (ours, theta, _) in each_kernel().items()} | COMPOSED


@pytest.mark.parametrize("name", each_kernel())
def test_equals_scikit_learn(name: str) -> None:
    """Covariances between places, and the variance at each."""
    ours, theta, theirs = each_kernel()[name]
    np.testing.assert_allclose(ours(A, B, theta[:-1]), theirs(A, B), rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.variance(A, theta[:-1]), theirs.diag(A), rtol=1e-12)
    assert len(ours.names) == len(theta) - 1


@pytest.mark.parametrize("name", ALL)
def test_slopes_are_central_differences(name: str) -> None:
    """By the logarithm of each parameter."""
    kernel, theta = ALL[name]
    found = kernel.slopes(A, theta)
    assert found.shape == (len(theta), len(A), len(A))
    for slope, step in zip(found, 1e-5 * np.eye(len(theta)), strict=True):
        near = (kernel(A, A, theta + step) - kernel(A, A, theta - step)) / 2e-5
        np.testing.assert_allclose(slope, near, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_a_kernel_is_a_covariance(name: str) -> None:
    """Symmetric, with no negative eigenvalue; its diagonal is the variance."""
    kernel, theta = ALL[name]
    found = kernel(A, A, theta)
    np.testing.assert_allclose(found, found.T, rtol=1e-12)
    np.testing.assert_allclose(np.diag(found), kernel.variance(A, theta), rtol=1e-12)
    assert np.linalg.eigvalsh(found).min() > -1e-9


def test_sum_and_product_are_those_of_values() -> None:
    """The parameters stand one behind the other."""
    first, second = stationary(rbf), linear()
    theta = np.array([0.1, -0.3, 0.2, -0.4])
    parts = first(A, B, theta[:2]), second(A, B, theta[2:])
    np.testing.assert_allclose((first + second)(A, B, theta), parts[0] + parts[1])
    np.testing.assert_allclose((first * second)(A, B, theta), parts[0] * parts[1])
    assert (first + second).names == ("amplitude", "length", "intercept", "slope")


def test_a_length_for_each_feature() -> None:
    """Equal lengths are one length; a huge one switches its feature off."""
    X = np.random.default_rng(1).uniform(size=(9, 3))
    one, each = stationary(rbf), stationary(rbf, 3)
    theta = np.log([1.2, 0.4])
    equal = np.append(theta, [theta[1], theta[1]])
    np.testing.assert_allclose(each(X, X, equal), one(X, X, theta))
    np.testing.assert_allclose(each.slopes(X, equal)[1:].sum(axis=0), one.slopes(X, theta)[1])
    idle = np.append(theta, [theta[1], np.log(1e6)])
    np.testing.assert_allclose(each(X, X, idle), one(X[:, :2], X[:, :2], theta), atol=1e-9)
    assert each.names == ("amplitude", "length 1", "length 2", "length 3")


def test_profiles_become_smoother() -> None:
    """Near 0 the first loss is r² of all but Matérn 1/2, which loses r."""
    r = np.array([0.0, 1e-3])
    for name, profile in PROFILES.items():
        near, fall = profile(r)
        assert near[0] == 1.0 and np.isfinite(fall).all()
        order = 1 if name == "Matérn 1/2" else 2
        assert 0.3 < (1 - near[1]) / 1e-3**order < 2
