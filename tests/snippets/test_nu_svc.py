from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, make_blobs, make_moons
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, NuSVC

from snippets.nu_svc import NuFit, feasible_start, largest_nu, nu_smo, shares
from snippets.support_vector_machine import rbf_kernel

# Measured against LIBSVM on a kernel in its single precision: 1e-7 of the largest multiplier.
TOLERANCE = 1e-6


def blobs(seed: int, distance: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    centres = [[0.0, 0.0], [distance, 0.0]]
    X, classes = make_blobs(120, centers=centres, random_state=seed)
    return X, 2.0 * classes - 1


def moons(seed: int) -> tuple[np.ndarray, np.ndarray]:
    X, classes = make_moons(120, noise=0.3, random_state=seed)
    return X, 2.0 * classes - 1


def cancer() -> tuple[np.ndarray, np.ndarray]:
    X, classes = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X[:150]), 2.0 * classes[:150] - 1


def single(gram: np.ndarray) -> np.ndarray:
    """Round a kernel as LIBSVM stores it."""
    return gram.astype(np.float32).astype(float)


def multipliers(model: SVC | NuSVC, n: int) -> np.ndarray:
    """The library's scaled beta, with a zero for each sample that is no support vector."""
    beta = np.zeros(n)
    beta[model.support_] = model.dual_coef_[0]
    return beta


@pytest.mark.parametrize("nu", [0.11, 0.31, 0.51, 0.91])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_linear_machine_equals_scikit_learn(seed: int, nu: float) -> None:
    """Multipliers, rho, scores and support vectors are the library's.

    With these nu, nu * n / 2 is not a whole number, so some sample is used in part.
    """
    X, y = blobs(seed)
    fit = nu_smo(single(X @ X.T), y, nu, tol=1e-10)
    model = NuSVC(nu=nu, kernel="linear", tol=1e-10).fit(X, y)
    theirs = multipliers(model, len(y))
    np.testing.assert_allclose(fit.beta / fit.rho, theirs, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(np.flatnonzero(fit.beta), np.sort(model.support_))
    assert 1 / np.abs(theirs).max() == pytest.approx(fit.rho, rel=TOLERANCE)
    np.testing.assert_allclose(fit.decision(X @ X.T), model.decision_function(X), atol=1e-5)
    assert -fit.offset / fit.rho == pytest.approx(model.intercept_[0], abs=1e-5)


@pytest.mark.nightly
@pytest.mark.parametrize("nu", [0.21, 0.41])
@pytest.mark.parametrize("samples", [moons(0), moons(1), cancer()], ids=["m0", "m1", "cancer"])
def test_rbf_machine_equals_scikit_learn(samples: tuple[np.ndarray, np.ndarray], nu: float) -> None:
    """The same holds with a curved boundary, and for classes of unequal size."""
    X, y = samples
    gamma = 1 / X.shape[1]
    gram = rbf_kernel(X, X, gamma)
    fit = nu_smo(single(gram), y, nu, tol=1e-10)
    model = NuSVC(nu=nu, gamma=gamma, tol=1e-10).fit(X, y)
    theirs = multipliers(model, len(y))
    np.testing.assert_allclose(
        fit.beta / fit.rho, theirs, rtol=0, atol=TOLERANCE * np.abs(theirs).max()
    )
    np.testing.assert_allclose(fit.decision(gram), model.decision_function(X), atol=1e-5)


@pytest.mark.parametrize("nu", [0.15, 0.37, 0.72])
def test_weights_and_edges(nu: float) -> None:
    """Each class holds half of nu * n, and samples used in part lie on the margin's edge."""
    X, y = moons(2)
    gram = rbf_kernel(X, X, 1.0)
    fit = nu_smo(gram, y, nu, tol=1e-10)
    used, margin = np.abs(fit.beta), y * fit.decision(gram)
    for side in (-1, 1):
        assert used[y == side].sum() == pytest.approx(nu * len(y) / 2, abs=1e-10)
    assert used.max() <= 1
    partly = (used > 0) & (used < 1)
    assert partly.any()
    np.testing.assert_allclose(margin[partly], 1, atol=1e-7)
    assert margin[used == 0].min() > 1 - 1e-7
    assert margin[used == 1].max() < 1 + 1e-7


@pytest.mark.parametrize("nu", [0.23, 0.47, 0.71])
@pytest.mark.parametrize("seed", range(3))
def test_nu_lies_between_margin_errors_and_support_vectors(seed: int, nu: float) -> None:
    """With rho above zero both bounds hold, for our fit as for the library's."""
    X, y = moons(seed)
    gram = rbf_kernel(X, X, 0.5)
    fit = nu_smo(gram, y, nu)
    errors, support, missed = shares(fit.decision(gram), y, fit.beta)
    assert fit.rho > 0.01
    assert errors <= nu <= support
    assert missed <= errors


def test_the_bound_fails_where_rho_is_zero():
    """Where classes overlap more than nu allows, margin errors exceed nu (B01)."""
    X, classes = make_blobs(200, centers=[[0.0, 0.0], [2.0, 0.0]], random_state=0)
    model = NuSVC(nu=0.1, kernel="linear").fit(X, classes)
    errors, _, missed = shares(
        model.decision_function(X), 2.0 * classes - 1, multipliers(model, 200)
    )
    assert 1 / np.abs(model.dual_coef_).max() < 1e-3
    assert errors > 0.2
    assert missed > 0.1


def test_it_is_the_other_machine_with_c_one_over_rho():
    """NuSVC and SVC are one family: C = 1 / rho gives the same scores."""
    X, y = moons(0)
    nu = NuSVC(nu=0.43, gamma=1.0, tol=1e-8).fit(X, y)
    C = np.abs(nu.dual_coef_).max()
    ordinary = SVC(C=C, gamma=1.0, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(nu.decision_function(X), ordinary.decision_function(X), atol=1e-4)


def test_four_samples_by_hand():
    """Samples at -3, -1, 1, 3: with nu = 1/4 the inner pair carries half a weight each."""
    X, y = np.array([[-3.0], [-1.0], [1.0], [3.0]]), np.array([-1.0, -1.0, 1.0, 1.0])
    fit = nu_smo(X @ X.T, y, 0.25)
    assert fit.beta.tolist() == [0.0, -0.5, 0.5, 0.0]
    assert (fit.rho, fit.offset, fit.steps) == (1.0, 0.0, 1)
    np.testing.assert_array_equal(fit.decision(X @ X.T), [-3.0, -1.0, 1.0, 3.0])


def test_an_uneven_pair_moves_the_offset():
    """Samples at 0 and 4 put the boundary at 2."""
    X, y = np.array([[0.0], [4.0]]), np.array([-1.0, 1.0])
    fit = nu_smo(X @ X.T, y, 0.5)
    assert (fit.rho, fit.offset, fit.steps) == (4.0, 4.0, 0)
    np.testing.assert_array_equal(fit.decision(np.array([[0.0, 8.0]])), [0.0])


def test_stops_at_the_limit_of_steps():
    """A fit cut short has moved as many pairs as it was allowed."""
    X, y = moons(0)
    gram = rbf_kernel(X, X, 1.0)
    assert nu_smo(gram, y, 0.31, max_steps=4).steps == 4
    assert nu_smo(gram, y, 0.31, max_steps=0).beta.tolist() == feasible_start(y, 0.31).tolist()
    assert nu_smo(gram, y, 0.31).steps > 20


def test_stops_where_nothing_is_violated():
    """With no tolerance at all, a solved problem takes no further step."""
    X, y = np.array([[-1.0], [1.0], [-3.0], [3.0]]), np.array([-1.0, 1.0, -1.0, 1.0])
    assert nu_smo(X @ X.T, y, 0.25, tol=0.0, max_steps=9).steps == 0


def test_defaults_are_documented_ones():
    """The note shows a violation of a millionth and a hundred thousand pairs."""
    given = inspect.signature(nu_smo).parameters
    assert [given[name].default for name in ("tol", "max_steps")] == [1e-6, 100_000]


def test_feasible_start_fills_each_class_in_order():
    """Weights are 1 until the class has its half, then what is left, then 0."""
    y = np.array([1.0, -1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0])
    start = feasible_start(y, 0.375)  # 1.5 a class
    assert start.tolist() == [1.0, -1.0, 0.5, -0.5, 0.0, 0.0, 0.0, 0.0]


def test_largest_nu_follows_the_smaller_class():
    """At 80 to 20 the limit is 0.4; .39 fits and .41 does not, here and in the library."""
    y = np.repeat([-1.0, 1.0], [80, 20])
    X = np.random.default_rng(0).normal(size=(100, 2))
    assert largest_nu(y) == 0.4
    assert largest_nu(np.array(["a", "b", "b", "b"])) == 0.5
    nu_smo(X @ X.T, y, 0.39)
    NuSVC(nu=0.39, kernel="linear").fit(X, y)
    for nu in (0.4, 0.41):
        with pytest.raises(ValueError, match=rf"above 0 and below 0\.4, got {nu}"):
            nu_smo(X @ X.T, y, nu)
    with pytest.raises(ValueError, match="infeasible"):
        NuSVC(nu=0.41, kernel="linear").fit(X, y)


@pytest.mark.parametrize("y", [np.ones(3), np.array([0, 1, 2])])
def test_largest_nu_needs_two_classes(y: np.ndarray) -> None:
    """One class has no boundary, three have several."""
    with pytest.raises(ValueError, match="two classes are needed"):
        largest_nu(y)


@pytest.mark.parametrize(
    ("gram", "y", "nu", "message"),
    [
        (np.eye(3), np.array([-1.0, 1.0]), 0.5, r"2 classes need .* got \(3, 3\)"),
        (np.eye(2), np.array([0.0, 1.0]), 0.5, r"both of them, got \[0\. 1\.\]"),
        (np.eye(2), np.array([1.0, 1.0]), 0.5, "both of them"),
        (np.eye(2), np.array([-1.0, 1.0]), 0.0, "nu must be above 0"),
        (np.eye(2), np.array([-1.0, 1.0]), np.nan, "nu must be above 0"),
        (np.eye(2), np.array([-1.0, 1.0]), 1.0, "below 1, got 1.0"),
    ],
)
def test_bad_input_is_named(gram: np.ndarray, y: np.ndarray, nu: float, message: str) -> None:
    """What has no solution raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        nu_smo(gram, y, nu)


def test_nu_of_one_fails_in_the_library_too():
    """With equal classes and nu = 1 every sample is fully used and the intercept is open."""
    X, y = blobs(0)
    with pytest.raises(ValueError, match="not finite"):
        NuSVC(nu=1.0, kernel="linear").fit(X, y)


def test_shares_are_counted_by_hand():
    """Inside the margin, used, and wrong are three counts; the edge is no margin error."""
    y = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0, -1.0])
    scores = np.array([2.0, 1 - 5e-5, 1 - 2e-4, -1.0, -0.5, 0.3, -4.0, -0.9])
    beta = np.array([0.0, 0.2, 1.0, 0.0, -1.0, -1.0, 1.0, -0.1])
    assert shares(scores, y, beta) == (5 / 8, 6 / 8, 2 / 8)
    assert shares(np.array([1 - 1e-4]), np.ones(1), np.ones(1)) == (0.0, 1.0, 0.0)
    assert shares(np.zeros(2), np.array([-1.0, 1.0]), np.zeros(2)) == (1.0, 0.0, 0.0)


def test_decision_scales_by_rho():
    """Scores are kernels weighted, less the offset, over rho."""
    fit = NuFit(np.array([-1.0, 0.5]), 2.0, 4.0, 0)
    np.testing.assert_array_equal(fit.decision(np.array([[2.0, 8.0], [0.0, 28.0]])), [0.0, 3.0])


def test_the_library_model_is_inductive():
    """NuSVC labels new samples."""
    assert hasattr(NuSVC(), "predict")
