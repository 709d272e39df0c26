import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.mixture import GaussianMixture

from data.clusters import make
from snippets.gaussian_mixture import (
    RIVAL_SETS,
    FloatArray,
    Mixture,
    e_step,
    ellipse,
    em,
    m_step,
    parameter_count,
    unit_start,
)

TOLERANCE = 1e-12


def points(name: str) -> tuple[FloatArray, int]:
    if name == "iris":
        return load_iris().data, 3
    drawn = make(name, seed=1)
    return drawn.X, drawn.k


@pytest.mark.parametrize("name", ["blobs", "aniso", "varied", "close", "iris"])
def test_em_equals_scikit_learn_from_the_same_start(name: str) -> None:
    """Same start, same stop rule: same bound, weights, means and covariances."""
    X, k = points(name)
    start = unit_start(X, list(range(0, 40 * k, 40)))
    ours, bounds = em(X, start, tol=1e-4)
    theirs = GaussianMixture(
        k,
        tol=1e-4,
        max_iter=500,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=start.covariances,  # the identity is its own inverse
    ).fit(X)
    assert len(bounds) == theirs.n_iter_ > 2
    np.testing.assert_allclose(bounds[-1], theirs.lower_bound_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.weights, theirs.weights_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.means, theirs.means_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.covariances, theirs.covariances_, rtol=0, atol=TOLERANCE)
    shares, _ = e_step(X, ours)
    np.testing.assert_allclose(shares, theirs.predict_proba(X), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", ["blobs", "moons", "circles", "square"])
def test_likelihood_never_falls(name: str) -> None:
    """Without a ridge, each step of EM raises the likelihood or keeps it."""
    X = make(name, seed=2).X
    _, bounds = em(X, unit_start(X, [0, 100, 200]), tol=1e-9, max_steps=60, ridge=0.0)
    assert len(bounds) > 5
    assert np.diff(bounds).min() > -TOLERANCE


def test_one_component_is_the_sample_mean_and_covariance() -> None:
    """With k = 1 EM is done after one step, and its fit has a closed form."""
    X = make("aniso", seed=0).X
    mixture, bounds = em(X, unit_start(X, [0]), ridge=0.0)
    np.testing.assert_allclose(mixture.means[0], X.mean(axis=0), atol=TOLERANCE)
    np.testing.assert_allclose(mixture.covariances[0], np.cov(X.T, ddof=0), atol=TOLERANCE)
    assert len(bounds) == 3  # the start, the closed form, and no change


def test_shares_are_probabilities_even_far_away() -> None:
    """A point where every density underflows still has shares that sum to 1."""
    mixture = unit_start(np.array([[0.0, 0.0], [1.0, 0.0]]), [0, 1])
    shares, _ = e_step(np.array([[1e4, 0.0], [0.5, 1e4], [0.5, 0.0]]), mixture)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=TOLERANCE)
    np.testing.assert_allclose(shares[0], [0.0, 1.0], atol=TOLERANCE)
    np.testing.assert_allclose(shares[2], [0.5, 0.5], atol=TOLERANCE)


def test_an_empty_component_keeps_finite_parameters() -> None:
    """A component that no point has a share in gets weight near 0, not nan."""
    X = make("blobs", seed=0).X
    shares = np.column_stack([np.ones(len(X)), np.zeros(len(X))])
    mixture = m_step(X, shares, ridge=1e-6)
    assert np.isfinite(mixture.means).all() and np.isfinite(mixture.covariances).all()
    assert mixture.weights[1] < 1e-12
    assert mixture.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "X",
    [np.zeros((5, 2)), np.column_stack([np.arange(5.0), np.zeros(5)])],
    ids=["equal points", "constant feature"],
)
def test_singular_covariance_is_an_error_without_ridge_and_none_with(X: FloatArray) -> None:
    """A component without volume is refused; a ridge gives it some."""
    start = unit_start(X, [0])
    with pytest.raises(ValueError, match="singular"):
        em(X, start, ridge=0.0)
    mixture, bounds = em(X, start, ridge=1e-6)
    assert np.isfinite(bounds).all()
    np.testing.assert_allclose(mixture.means[0], X.mean(axis=0), atol=TOLERANCE)


def test_one_sample_is_fitted_with_a_ridge() -> None:
    """One point and one component: mean on the point, covariance the ridge."""
    mixture, _ = em(np.array([[2.0, 3.0]]), unit_start(np.array([[2.0, 3.0]]), [0]), ridge=0.5)
    np.testing.assert_allclose(mixture.means, [[2.0, 3.0]])
    np.testing.assert_allclose(mixture.covariances, [0.5 * np.eye(2)], atol=TOLERANCE)


@pytest.mark.parametrize("rows", [[], [3, 3]])
def test_bad_start_is_refused(rows: list[int]) -> None:
    """No rows, or one row twice, is no start."""
    with pytest.raises(ValueError, match="different rows"):
        unit_start(np.zeros((5, 2)), rows)


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_parameter_count_is_the_one_in_the_bic(kind: str) -> None:
    """The BIC of scikit-learn charges log n for each parameter that we count."""
    X = load_iris().data
    model = GaussianMixture(3, covariance_type=kind, random_state=0).fit(X)
    charged = (model.bic(X) + 2 * len(X) * model.score(X)) / np.log(len(X))
    assert charged == pytest.approx(parameter_count(3, 4, kind))


def test_parameter_count_by_hand() -> None:
    """Three full components in the plane: 2 weights, 6 coordinates, 9 covariance entries."""
    assert parameter_count(3, 2) == 17
    with pytest.raises(ValueError, match="'round'"):
        parameter_count(3, 2, "round")


def test_ellipse_lies_at_one_mahalanobis_distance() -> None:
    """Every point of the outline is `radius` from the mean, measured by the covariance."""
    mean, covariance = np.array([1.0, -2.0]), np.array([[2.0, 0.6], [0.6, 0.5]])
    gaps = ellipse(mean, covariance, radius=1.5) - mean
    squared = np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(covariance), gaps)
    np.testing.assert_allclose(squared, 1.5**2, atol=TOLERANCE)


@pytest.mark.parametrize("name", RIVAL_SETS)
def test_rival_sets_follow_their_seed(name: str) -> None:
    """The same seed draws the same standardised points, another seed draws others."""
    X, truth = RIVAL_SETS[name](3)
    again, _ = RIVAL_SETS[name](3)
    other, _ = RIVAL_SETS[name](4)
    np.testing.assert_array_equal(X, again)
    assert not np.array_equal(X, other)
    np.testing.assert_allclose(X.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1.0, atol=1e-12)
    assert len(truth) == len(X) and truth.min() == 0


def test_mixture_unpacks_in_the_order_of_its_names() -> None:
    """`em` walks the components by unpacking, so the order is part of the promise."""
    assert Mixture._fields == ("weights", "means", "covariances")
