"""Discriminant analysis from scratch against scikit-learn and against its own promises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.covariance import ledoit_wolf as ledoit_wolf_of_library
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)

from snippets.discriminant_analysis import (
    FloatArray,
    IntArray,
    fisher_axes,
    fit,
    free_numbers,
    ledoit_wolf,
    linear_form,
    log_joint,
    posterior,
)


def standardised(load: Callable[..., tuple[FloatArray, IntArray]]) -> tuple[FloatArray, IntArray]:
    """A table in units of its standard deviations."""
    X, y = load(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


DATA = {
    "iris": standardised(load_iris),
    "wine": standardised(load_wine),
    "tumours": standardised(load_breast_cancer),
}


@pytest.mark.parametrize("solver", ["svd", "lsqr", "eigen"])
@pytest.mark.parametrize("name", DATA)
def test_lda_equals_scikit_learn(name: str, solver: str) -> None:
    """Probabilities of seen and of new samples, by both forms of the scores."""
    X, y = DATA[name]
    library, model = LinearDiscriminantAnalysis(solver=solver).fit(X, y), fit(X, y)
    weights, offsets = linear_form(model)
    for each in (X, X * 1.5 + 0.1):
        theirs = library.predict_proba(each)
        for scores in (log_joint(model, each), each @ weights.T + offsets):
            np.testing.assert_allclose(posterior(scores), theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("solver", ["svd", "eigen"])
@pytest.mark.parametrize("name", DATA)
def test_qda_equals_scikit_learn(name: str, solver: str) -> None:
    """Probabilities of the quadratic form; the library's tolerance in squared units is off."""
    X, y = DATA[name]
    library = QuadraticDiscriminantAnalysis(solver=solver, tol=0.0).fit(X, y)
    found = posterior(log_joint(fit(X, y, alpha=1.0), X))
    np.testing.assert_allclose(found, library.predict_proba(X), rtol=0, atol=1e-9)


@pytest.mark.parametrize("shrink", [0.1, 0.5, 1.0])
def test_shrinkage_equals_scikit_learn(shrink: float) -> None:
    """For LDA with its solver lsqr, for QDA with eigen: a sphere of the same trace."""
    X, y = DATA["wine"]
    linear = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrink).fit(X, y)
    curved = QuadraticDiscriminantAnalysis(solver="eigen", shrinkage=shrink).fit(X, y)
    for alpha, library in ((0.0, linear), (1.0, curved)):
        found = posterior(log_joint(fit(X, y, alpha, shrink), X))
        np.testing.assert_allclose(found, library.predict_proba(X), rtol=0, atol=1e-9)


def test_priors_are_those_of_svd_and_not_of_the_others() -> None:
    """With svd the covariance is weighed by samples, with lsqr and eigen by the priors."""
    X, y = DATA["wine"]
    prior = np.array([0.1, 0.1, 0.8])
    found = posterior(log_joint(fit(X, y, prior=prior), X))
    gaps = {
        solver: np.abs(
            found
            - LinearDiscriminantAnalysis(solver=solver, priors=prior).fit(X, y).predict_proba(X)
        ).max()
        for solver in ("svd", "lsqr", "eigen")
    }
    assert gaps["svd"] < 1e-9 and gaps["lsqr"] > 0.1 and gaps["eigen"] > 0.1
    library = QuadraticDiscriminantAnalysis(priors=prior).fit(X, y)
    found = posterior(log_joint(fit(X, y, 1.0, prior=prior), X))
    np.testing.assert_allclose(found, library.predict_proba(X), rtol=0, atol=1e-9)


def test_log_joint_is_prior_times_density() -> None:
    """Term by term the density of SciPy."""
    X, y = DATA["iris"]
    model = fit(X, y, alpha=0.7, shrink=0.2)
    for k, found in enumerate(log_joint(model, X).T):
        density = multivariate_normal(model.means[k], model.covariances[k])
        np.testing.assert_allclose(found, np.log(model.prior[k]) + density.logpdf(X), rtol=1e-10)


@pytest.mark.parametrize("name", DATA)
def test_axes_equal_scikit_learn(name: str) -> None:
    """At most one fewer than classes, the spread within is 1, signs aside the library's."""
    X, y = DATA[name]
    axes, ratios = fisher_axes(X, y)
    library = LinearDiscriminantAnalysis().fit(X, y)
    assert axes.shape == (X.shape[1], len(np.unique(y)) - 1)
    within = axes.T @ fit(X, y).covariances[0] @ axes
    np.testing.assert_allclose(within, np.eye(axes.shape[1]), atol=1e-9)
    ours = np.abs((X - X.mean(axis=0)) @ axes)
    np.testing.assert_allclose(ours, np.abs(library.transform(X)), rtol=0, atol=1e-9)
    share = library.explained_variance_ratio_
    np.testing.assert_allclose(ratios / ratios.sum(), share, rtol=1e-9)


def test_no_axis_beats_fishers() -> None:
    """The ratio of a thousand random directions stays at or below that of the first axis."""
    X, y = DATA["wine"]
    _, ratios = fisher_axes(X, y)
    model, rng = fit(X, y), np.random.default_rng(0)
    tried = rng.standard_normal((1000, X.shape[1]))
    apart = (tried @ (model.means - model.prior @ model.means).T) ** 2 @ model.prior
    within = ((tried @ model.covariances[0]) * tried).sum(axis=1)
    assert (apart / within).max() <= ratios[0]


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_affine_maps_change_no_probability(alpha: float) -> None:
    """Other units and mixtures of features change nothing; with a sphere mixed in they do."""
    X, y = load_wine(return_X_y=True)
    A = np.diag(10.0 ** np.linspace(-2, 2, 13))
    A[0, 1:] = A[0, 0] / 2
    gaps = [
        np.abs(
            posterior(log_joint(fit(X, y, alpha, shrink), X))
            - posterior(log_joint(fit(X @ A - 3, y, alpha, shrink), X @ A - 3))
        ).max()
        for shrink in (0.0, 0.1)
    ]
    assert gaps[0] < 1e-8 and gaps[1] > 1e-3


@pytest.mark.parametrize("n", [5, 30, 178])
def test_ledoit_wolf_equals_scikit_learn(n: int) -> None:
    """With fewer samples than features and with more."""
    X, _ = DATA["wine"]
    assert ledoit_wolf(X[:n]) == pytest.approx(ledoit_wolf_of_library(X[:n])[1], rel=1e-9)


def test_shrinkage_auto_of_the_library_is_ledoit_wolf_of_each_class() -> None:
    """In units of the class's own deviations, and averaged by the shares."""
    X, y = DATA["wine"]
    library = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(X, y)
    shared = np.zeros((13, 13))
    for c, share in zip(*np.unique(y, return_counts=True), strict=True):
        units = X[y == c].std(axis=0)
        Z = (X[y == c] - X[y == c].mean(axis=0)) / units
        found, shrink = Z.T @ Z / len(Z), ledoit_wolf(Z)
        sphere = np.trace(found) / 13 * np.eye(13)
        shrunk = (1 - shrink) * found + shrink * sphere
        shared += share / len(y) * np.outer(units, units) * shrunk
    np.testing.assert_allclose(library.covariance_, shared, rtol=0, atol=1e-12)


def test_ledoit_wolf_at_its_ends() -> None:
    """Of samples that are all the same there is nothing to shrink; it is never above 1."""
    assert ledoit_wolf(np.ones((4, 3))) == 0.0
    noise = np.random.default_rng(0).standard_normal((4, 40))
    assert ledoit_wolf(noise) <= 1.0


def test_numbers_that_are_learned_are_counted() -> None:
    """As many as a fit holds, of symmetric matrices one half and the diagonal."""
    for n_classes, p in ((2, 3), (3, 10)):
        shares, means, half = n_classes - 1, n_classes * p, p * (p + 1) // 2
        assert free_numbers("LDA", n_classes, p) == shares + means + half
        assert free_numbers("QDA", n_classes, p) == shares + means + n_classes * half
        assert free_numbers("naive Bayes", n_classes, p) == shares + 2 * means
        assert free_numbers("logistic", n_classes, p) == shares * (p + 1)
    with pytest.raises(ValueError, match="got 'SVM'"):
        free_numbers("SVM", 2, 2)


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (np.ones(3), np.arange(3), r"\(3,\) and \(3,\)"),
        (np.ones((3, 2)), np.arange(4), r"\(3, 2\) and \(4,\)"),
        (np.full((2, 1), np.nan), np.arange(2), "finite"),
        (np.ones((3, 1)), np.zeros(3, dtype=np.int64), "two classes"),
    ],
)
def test_refuses_what_cannot_be_fitted(X: FloatArray, y: IntArray, said: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(ValueError, match=said):
        fit(X, y)


def test_refuses_a_share_outside_0_to_1() -> None:
    """With its name and value."""
    X, y = DATA["iris"]
    with pytest.raises(ValueError, match=r"alpha must be from 0 to 1, got 1\.5"):
        fit(X, y, alpha=1.5)
    with pytest.raises(ValueError, match=r"shrink must be from 0 to 1, got -0\.1"):
        fit(X, y, shrink=-0.1)
