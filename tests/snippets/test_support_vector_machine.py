from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, make_blobs, make_moons
from sklearn.metrics.pairwise import rbf_kernel as library_rbf
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from snippets.support_vector_machine import SvmFit, rbf_kernel, smo, squares_kernel

# Measured against LIBSVM on a kernel in its single precision: 1e-8 in a multiplier. In double
# precision the two differ by what the rounding of the kernel makes, up to 1e-4.
TOLERANCE = 1e-6


def signs(classes: np.ndarray) -> np.ndarray:
    """Classes 0 and 1 as -1 and +1."""
    return 2.0 * classes - 1


def blobs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    X, classes = make_blobs(120, centers=[[0.0, 0.0], [2.5, 0.0]], random_state=seed)
    return X, signs(classes)


def moons(seed: int) -> tuple[np.ndarray, np.ndarray]:
    X, classes = make_moons(120, noise=0.3, random_state=seed)
    return X, signs(classes)


def cancer() -> tuple[np.ndarray, np.ndarray]:
    X, classes = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X[:150]), signs(classes[:150])


def two_irises() -> tuple[np.ndarray, np.ndarray]:
    X, classes = load_iris(return_X_y=True)
    return X[50:], signs(classes[50:] - 1)


def single(gram: np.ndarray) -> np.ndarray:
    """Round a kernel as LIBSVM stores it."""
    return gram.astype(np.float32).astype(float)


def multipliers(model: SVC, n: int) -> np.ndarray:
    """The library's beta, with a zero for each sample that is no support vector."""
    beta = np.zeros(n)
    beta[model.support_] = model.dual_coef_[0]
    return beta


@pytest.mark.parametrize("C", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("samples", [blobs(0), blobs(1), two_irises()], ids=["b0", "b1", "iris"])
def test_linear_machine_equals_scikit_learn(samples: tuple[np.ndarray, np.ndarray], C: float):
    """Multipliers, weights, intercept and support vectors are the library's."""
    X, y = samples
    fit = smo(single(X @ X.T), y, C, tol=1e-10)
    model = SVC(kernel="linear", C=C, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(fit.beta, multipliers(model, len(y)), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(X.T @ fit.beta, model.coef_[0], rtol=0, atol=TOLERANCE)
    assert fit.intercept == pytest.approx(model.intercept_[0], abs=TOLERANCE)
    np.testing.assert_array_equal(np.flatnonzero(fit.beta), np.sort(model.support_))


@pytest.mark.parametrize(("C", "gamma"), [(0.2, 0.5), (1.0, 2.0), (5.0, 0.3)])
@pytest.mark.parametrize("samples", [moons(0), moons(1), cancer()], ids=["m0", "m1", "cancer"])
def test_rbf_machine_equals_scikit_learn(
    samples: tuple[np.ndarray, np.ndarray], C: float, gamma: float
):
    """The same holds in a feature space that nobody can write down."""
    X, y = samples
    gamma /= X.shape[1]
    gram = rbf_kernel(X, X, gamma)
    fit = smo(single(gram), y, C, tol=1e-10)
    model = SVC(C=C, gamma=gamma, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(fit.beta, multipliers(model, len(y)), rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(np.flatnonzero(fit.beta), np.sort(model.support_))
    new = X[:20] + 0.1
    ours = fit.decision(rbf_kernel(new, X, gamma))
    np.testing.assert_allclose(ours, model.decision_function(new), rtol=0, atol=1e-5)


def test_in_double_precision_the_fit_is_no_worse_than_the_library_s():
    """What differs is the library's rounding: our dual objective is at least as high."""
    X, y = moons(0)
    gram = rbf_kernel(X, X, 1.0)
    ours = smo(gram, y, 10.0, tol=1e-10).beta
    theirs = multipliers(SVC(C=10.0, gamma=1.0, tol=1e-10).fit(X, y), len(y))

    def height(beta: np.ndarray) -> float:
        return float(np.abs(beta).sum() - beta @ gram @ beta / 2)

    assert height(ours) >= height(theirs) - 1e-10
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-3)


def test_optimality_conditions_hold():
    """A sample is unused beyond its margin, free on the edge, fully used inside."""
    X, y = blobs(2)
    C = 0.7
    fit = smo(X @ X.T, y, C, tol=1e-9)
    margin, used = y * fit.decision(X @ X.T), np.abs(fit.beta)
    free = (used > 0) & (used < C)
    assert fit.beta.sum() == pytest.approx(0, abs=1e-12)
    assert free.sum() >= 2
    np.testing.assert_allclose(margin[free], 1, atol=1e-8)
    assert margin[used == 0].min() > 1 - 1e-8
    assert margin[used == C].max() < 1 + 1e-8
    assert (fit.beta * y >= 0).all()


def test_two_samples_are_solved_by_hand():
    """Samples at -1 and +1 give weight 1 and intercept 0, in one step."""
    fit = smo(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([-1.0, 1.0]), tol=0.0, max_steps=9)
    assert fit.beta.tolist() == [-0.5, 0.5]
    assert (fit.intercept, fit.steps, fit.gap) == (0.0, 1, 0.0)


@pytest.mark.parametrize(("C", "intercept"), [(0.1, -0.05), (10.0, -1.0)])
def test_intercept_with_and_without_a_free_sample(C: float, intercept: float):
    """Where every multiplier is at its bound, the intercept is the middle of what is allowed."""
    X, y = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    fit = smo(X @ X.T, y, C)
    assert fit.intercept == pytest.approx(intercept)
    assert fit.intercept == pytest.approx(SVC(kernel="linear", C=C).fit(X, y).intercept_[0])


def test_twins_of_different_classes_stop_at_the_bound():
    """Two equal samples with different answers cannot be told apart: both are fully used."""
    X, y = np.array([[1.0], [1.0]]), np.array([-1.0, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is divided by a curvature of 0
        fit = smo(X @ X.T, y, C=3.0)
    assert fit.beta.tolist() == [-3.0, 3.0]
    assert fit.intercept == 0.0


def test_bounds_are_met_exactly():
    """No multiplier leaves its box, not by a rounding error."""
    X, y = moons(3)
    beta = smo(rbf_kernel(X, X, 1.0), y, C=0.3).beta
    assert np.abs(beta).max() == 0.3
    assert (np.abs(beta) == 0.3).sum() > 10


def test_stops_at_the_limit_of_steps_and_says_so():
    """A fit that was cut short reports the violation that is left."""
    X, y = moons(0)
    gram = rbf_kernel(X, X, 1.0)
    assert smo(gram, y, max_steps=0).gap == 2.0
    assert not smo(gram, y, max_steps=0).beta.any()
    fit = smo(gram, y, max_steps=5)
    assert fit.steps == 5
    assert fit.gap > 0.1
    assert np.count_nonzero(fit.beta) <= 10
    full = smo(gram, y)
    assert full.steps > 50
    assert full.gap <= 1e-6


def test_defaults_are_documented_ones():
    """The note shows C = 1, a violation of a millionth and a hundred thousand pairs."""
    given = inspect.signature(smo).parameters
    assert [given[name].default for name in ("C", "tol", "max_steps")] == [1.0, 1e-6, 100_000]


def test_order_of_the_samples_does_not_matter():
    """Shuffled samples get shuffled multipliers."""
    X, y = moons(1)
    turn = np.random.default_rng(0).permutation(len(y))
    straight = smo(rbf_kernel(X, X, 1.0), y, tol=1e-10)
    shuffled = smo(rbf_kernel(X[turn], X[turn], 1.0), y[turn], tol=1e-10)
    np.testing.assert_allclose(shuffled.beta, straight.beta[turn], atol=1e-6)


def test_removing_a_sample_that_is_no_support_vector_changes_nothing():
    """The fit rests on its support vectors alone."""
    X, y = blobs(0)
    gram = X @ X.T
    before = smo(gram, y, tol=1e-10)
    kept = before.beta != 0
    after = smo(gram[np.ix_(kept, kept)], y[kept], tol=1e-10)
    assert kept.sum() < len(y) / 2
    np.testing.assert_allclose(after.beta, before.beta[kept], atol=1e-6)


def test_does_not_change_what_it_is_given():
    """Kernel and classes are read, not written; whole numbers serve as classes."""
    X, y = blobs(0)
    gram, whole = X @ X.T, y.astype(int)
    before = gram.copy()
    fit = smo(gram, whole)
    np.testing.assert_array_equal(gram, before)
    np.testing.assert_array_equal(whole, y)
    np.testing.assert_array_equal(fit.beta, smo(gram, y).beta)


def test_decision_weighs_kernels_and_adds_the_intercept():
    """A score is the sum of beta times kernel, plus the intercept."""
    fit = SvmFit(np.array([-0.5, 2.0]), 0.25, 1, 0.0)
    np.testing.assert_array_equal(fit.decision(np.array([[1.0, 3.0], [2.0, 0.0]])), [5.75, -0.75])


@pytest.mark.parametrize(
    ("gram", "y", "C", "message"),
    [
        (np.eye(3), np.array([-1.0, 1.0]), 1.0, r"2 classes need .* \(2, 2\), got \(3, 3\)"),
        (np.ones((2, 3)), np.array([-1.0, 1.0]), 1.0, r"got \(2, 3\)"),
        (np.eye(2), np.array([[-1.0, 1.0]]), 1.0, r"2 classes need"),
        (np.array([[1.0, np.nan], [np.nan, 1.0]]), np.array([-1.0, 1.0]), 1.0, "finite"),
        (np.eye(2), np.array([0.0, 1.0]), 1.0, r"both of them, got \[0\. 1\.\]"),
        (np.eye(2), np.array([1.0, 1.0]), 1.0, "both of them"),
        (np.eye(2), np.array([-1.0, 1.0]), 0.0, r"C must be positive, got 0\.0"),
        (np.eye(2), np.array([-1.0, 1.0]), np.nan, "C must be positive, got nan"),
    ],
)
def test_bad_input_is_named(gram: np.ndarray, y: np.ndarray, C: float, message: str):
    """What has no solution raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        smo(gram, y, C)


@pytest.mark.parametrize("gamma", [0.1, 1.0, 7.0])
def test_rbf_kernel_equals_scikit_learn(gamma: float):
    """The kernel of two different sets of samples is the library's."""
    A, B = moons(0)[0], cancer()[0][:30, :2]
    ours = rbf_kernel(A, B, gamma)
    assert ours.shape == (120, 30)
    np.testing.assert_allclose(ours, library_rbf(A, B, gamma), atol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, -1.0, np.nan])
def test_rbf_kernel_refuses_a_gamma_that_is_not_positive(gamma: float):
    """Similarity has to fall with distance."""
    with pytest.raises(ValueError, match="gamma must be positive"):
        rbf_kernel(np.eye(2), np.eye(2), gamma)


def test_squares_kernel_is_the_inner_product_of_squares():
    """Its feature space has the squared features as coordinates."""
    A, B = np.array([[1.0, -2.0], [3.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 5.0], [-1.0, 1.0]])
    np.testing.assert_array_equal(squares_kernel(A, B), [[104.0, 5.0], [36.0, 9.0], [25.0, 1.0]])


def test_a_flat_boundary_in_the_feature_space_is_the_curved_one():
    """The machine with the kernel is the linear machine on the squared features (B11)."""
    X, y = moons(0)
    curved = SVC(kernel=squares_kernel, tol=1e-8).fit(X, y)
    flat = SVC(kernel="linear", tol=1e-8).fit(X**2, y)
    ours, theirs = curved.decision_function(X), flat.decision_function(X**2)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_library_model_is_inductive_and_gives_no_probabilities():
    """SVC labels new samples; its scores are distances, not probabilities."""
    assert hasattr(SVC(), "predict")
    assert not hasattr(SVC(), "predict_proba")
