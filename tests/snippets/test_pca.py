"""PCA against scikit-learn and against its defining properties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.decomposition import PCA

from data.clusters import make
from snippets.pca import (
    check_samples,
    components_for,
    hidden_factors,
    pca,
    principal_cosines,
    reconstruction_error,
)

# Measured against scikit-learn: 0 in components and variances, 8e-16 in coordinates.
TOLERANCE = 1e-12
SETS = {
    "iris": load_iris().data,
    "wine": load_wine().data,
    "cancer": load_breast_cancer().data,
    "digits": load_digits().data,
    "aniso": make("aniso").X,
    "wide": np.random.default_rng(0).normal(size=(6, 20)),
}


def relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference, as a share of the largest value."""
    assert ours.shape == theirs.shape
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_equals_scikit_learn(name: str, k: int) -> None:
    """Mean, components with their signs, variances, ratios and coordinates are the library's."""
    X = SETS[name]
    k = min(k, *X.shape)
    ours, theirs = pca(X, k), PCA(k, svd_solver="full").fit(X)
    assert relative(ours.mean, theirs.mean_) < TOLERANCE
    assert relative(ours.components, theirs.components_) < TOLERANCE
    assert relative(ours.variances, theirs.explained_variance_) < TOLERANCE
    assert relative(ours.ratios, theirs.explained_variance_ratio_) < TOLERANCE
    Z = ours.transform(X)
    assert relative(Z, theirs.transform(X)) < TOLERANCE
    assert relative(ours.inverse_transform(Z), theirs.inverse_transform(Z)) < TOLERANCE


def test_all_components_rebuild_the_samples() -> None:
    """With as many components as features nothing is lost."""
    X = SETS["wine"]
    full = pca(X, 13)
    assert reconstruction_error(full, X) < 1e-18 * (X**2).sum()
    assert full.ratios.sum() == pytest.approx(1.0)


def test_the_error_is_the_variance_that_is_left() -> None:
    """Mean squared distance to the plane = the variances dropped, with n in place of n - 1."""
    X = SETS["digits"]
    dropped = pca(X, 64).variances[10:].sum() * (len(X) - 1) / len(X)
    assert reconstruction_error(pca(X, 10), X) == pytest.approx(dropped, rel=1e-10)


def test_no_other_plane_is_nearer() -> None:
    """Random planes through the mean lose more."""
    X = SETS["iris"]
    best = reconstruction_error(pca(X, 2), X)
    centred, rng = X - X.mean(axis=0), np.random.default_rng(0)
    for _ in range(20):
        basis = np.linalg.qr(rng.normal(size=(4, 2)))[0]
        assert ((centred - centred @ basis @ basis.T) ** 2).sum(axis=1).mean() > best


def test_the_largest_loading_is_positive() -> None:
    """The sign rule: in each component the entry of largest size is above 0."""
    for X in SETS.values():
        components = pca(X, min(4, *X.shape)).components
        largest = np.abs(components).argmax(axis=1)
        assert (components[np.arange(len(components)), largest] > 0).all()


def test_new_samples_are_centred_with_the_old_mean() -> None:
    """The mean of the fit has the coordinates 0, wherever the new samples lie."""
    model = pca(SETS["iris"], 2)
    np.testing.assert_allclose(model.transform(model.mean[None]), 0.0, atol=1e-12)
    np.testing.assert_allclose(model.inverse_transform(np.zeros((1, 2)))[0], model.mean)


def test_two_samples_lie_on_a_line() -> None:
    """The direction is that from one to the other."""
    model = pca(np.array([[0.0, 0.0], [3.0, 4.0]]), 1)
    np.testing.assert_allclose(model.components, [[0.6, 0.8]])
    np.testing.assert_allclose(model.variances, [12.5])
    np.testing.assert_allclose(model.ratios, [1.0])


def test_constant_samples_have_no_variance() -> None:
    """Nothing varies: variances and ratios are 0, not NaN."""
    model = pca(np.ones((4, 3)), 2)
    assert model.variances.tolist() == model.ratios.tolist() == [0.0, 0.0]


def test_shares_do_not_depend_on_the_unit() -> None:
    """In kilometres the variances are tiny, and the shares those in centimetres."""
    X = SETS["iris"]
    np.testing.assert_allclose(pca(X * 1e-5, 4).ratios, pca(X, 4).ratios, rtol=1e-10)


def test_a_constant_feature_gets_no_weight() -> None:
    """A feature that never changes takes part in no component of positive variance."""
    X = np.column_stack([SETS["iris"], np.full(150, 7.0)])
    components = pca(X, 4).components
    np.testing.assert_allclose(components[:, 4], 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("X", "k", "message"),
    [
        (np.zeros(3), 1, "at least two samples"),
        (np.zeros((1, 3)), 1, "at least two samples"),
        (np.zeros((3, 0)), 1, r"got shape \(3, 0\)"),
        (np.array([[0.0], [np.inf]]), 1, "finite"),
        (np.eye(3), 0, "k must be from 1 to 3 for shape .*, got 0"),
        (np.zeros((2, 5)), 3, "k must be from 1 to 2"),
        (np.zeros((5, 2)), 3, "k must be from 1 to 2"),
    ],
)
def test_bad_input_is_named(X: np.ndarray, k: int, message: str) -> None:
    """What has no k directions raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        check_samples(X, k)
    with pytest.raises(ValueError, match=message):
        pca(X, k)


def test_components_for_counts_to_the_share() -> None:
    """A share that is reached exactly needs no further component."""
    ratios = np.array([0.5, 0.3, 0.1, 0.1])
    assert [components_for(ratios, s) for s in (0.1, 0.5, 0.51, 0.8, 0.95, 1.0)] == [
        1,
        1,
        2,
        2,
        4,
        4,
    ]


def test_components_for_agrees_with_scikit_learn() -> None:
    """`PCA(0.95)` keeps as many."""
    for name in ("wine", "digits"):
        X = SETS[name] / SETS[name].std(axis=0).clip(1e-9)
        assert components_for(pca(X, X.shape[1]).ratios, 0.95) == PCA(0.95).fit(X).n_components_


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_a_share_is_a_share(share: float) -> None:
    """It is above 0 and at most 1."""
    with pytest.raises(ValueError, match="share must be above 0"):
        components_for(np.ones(1), share)


def test_a_share_that_is_not_reached() -> None:
    """The first components alone may not do."""
    with pytest.raises(ValueError, match=r"2 components explain 0\.800, not 0\.9"):
        components_for(np.array([0.5, 0.3]), 0.9)


def test_principal_cosines_equal_scipy() -> None:
    """They are the cosines of SciPy's angles, also for directions at no right angle."""
    rng = np.random.default_rng(0)
    for k in (1, 2, 3):
        A, B = rng.normal(size=(k, 6)), rng.normal(size=(2, 6))
        expected = np.sort(np.cos(subspace_angles(A.T, B.T)))[::-1]
        np.testing.assert_allclose(principal_cosines(A, B), expected, atol=1e-12)
    np.testing.assert_allclose(principal_cosines(B, np.array([[1, 2], [3, 4]]) @ B), [1, 1])


@pytest.mark.parametrize(("a", "b"), [((2, 3), (2, 4)), ((3,), (2, 3)), ((2, 3), (3,))])
def test_principal_cosines_need_one_space(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Directions of other lengths are refused."""
    with pytest.raises(ValueError, match="rows of one length"):
        principal_cosines(np.ones(a), np.ones(b))


def test_hidden_factors_have_their_variance() -> None:
    """Beyond the factors only the noise is left, of variance 0.01."""
    X = hidden_factors(np.random.default_rng(0), n=2000, n_factors=2, n_features=8)
    variances = pca(X, 8).variances
    assert variances[1] > 1.0
    np.testing.assert_allclose(variances[2:], 0.01, rtol=0.15)
    assert abs(X.mean()) < 0.2
    assert hidden_factors(np.random.default_rng(0)).shape == (300, 50)
    assert pca(hidden_factors(np.random.default_rng(0)), 4).ratios[3] < 0.001
    assert pca(hidden_factors(np.random.default_rng(0)), 4).ratios[2] > 0.1


def test_hidden_factors_are_factors_times_loadings_plus_noise() -> None:
    """Drawn by hand in the same order, the parts give the same samples; one of each will do."""
    for sizes in ((5, 2, 4), (1, 1, 1)):
        rng = np.random.default_rng(7)
        factors, loadings = rng.normal(size=sizes[:2]), rng.normal(size=sizes[1:])
        expected = factors @ loadings + 0.1 * rng.normal(size=(sizes[0], sizes[2]))
        drawn = hidden_factors(np.random.default_rng(7), *sizes)
        np.testing.assert_allclose(drawn, expected, rtol=1e-12)


def test_hidden_factors_share_their_loadings() -> None:
    """A feature's variance is the sum of its squared loadings, about the number of factors."""
    X = hidden_factors(np.random.default_rng(1), n=4000, n_factors=4, n_features=400)
    assert X.var(axis=0).mean() == pytest.approx(4.0, rel=0.1)


@pytest.mark.parametrize("sizes", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_hidden_factors_need_numbers(sizes: tuple[int, int, int]) -> None:
    """No samples, factors or features: refused."""
    with pytest.raises(ValueError, match="at least 1"):
        hidden_factors(np.random.default_rng(0), *sizes)


def test_the_library_model_is_inductive() -> None:
    """It takes new samples by `transform`, and predicts nothing."""
    assert hasattr(PCA(), "transform") and not hasattr(PCA(), "predict")
