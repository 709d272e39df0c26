"""t-SNE from scratch against scikit-learn's exact method, finite differences and its promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities

from snippets.t_sne import (
    FloatArray,
    affinities,
    conditional,
    divergence,
    gradient,
    plane_start,
    random_start,
    squared_distances,
    student,
    t_sne,
    walk,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((50, 5))
X[:20] += 3


def seen(rows: FloatArray) -> FloatArray:
    """Perplexity of each row."""
    logs = np.log(np.where(rows > 0, rows, 1))
    return np.asarray(np.exp(-(rows * logs).sum(axis=1)))


def test_distances_equal_scipy() -> None:
    """Squared, and 0 on the diagonal."""
    found = squared_distances(X)
    np.testing.assert_allclose(found, squareform(pdist(X, "sqeuclidean")), atol=1e-10)
    np.testing.assert_array_equal(np.diag(found), 0)


@pytest.mark.parametrize("perplexity", [2.0, 10.0, 40.0])
def test_affinities_equal_scikit_learn(perplexity: float) -> None:
    """To what single precision and its tolerance of the search leave."""
    far = squareform(pdist(X, "sqeuclidean"))
    theirs = squareform(_joint_probabilities(far, perplexity, 0))
    ours = affinities(X, perplexity)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    assert np.abs(ours - theirs).max() < 1e-4 * ours.max()


@given(st.floats(1.5, 20), st.integers(0, 50), st.floats(1e-3, 1e3))
def test_each_row_has_the_perplexity(perplexity: float, seed: int, unit: float) -> None:
    """Whatever the unit of the features; each row sums to 1, all affinities to 1."""
    points = unit * np.random.default_rng(seed).standard_normal((25, 3))
    rows = conditional(points, perplexity)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    np.testing.assert_allclose(seen(rows), perplexity, rtol=1e-6)
    P = affinities(points, perplexity)
    np.testing.assert_array_equal(P, P.T)
    assert P.sum() == pytest.approx(1) and P.sum(axis=1).min() >= 1 / 50 - 1e-12


def test_samples_at_one_place_share_alike() -> None:
    """Where no precision parts them, the row is uniform."""
    same = np.ones((6, 2))
    np.testing.assert_allclose(conditional(same, 3.0)[0], [0, *[0.2] * 5])


def test_bad_input_is_refused() -> None:
    """A perplexity beyond the samples, a hole, and a map of other points."""
    for perplexity in (1.0, 49.0, -3.0):
        with pytest.raises(ValueError, match="perplexity must be between 1 and 49"):
            conditional(X, perplexity)
    with pytest.raises(ValueError, match="finite table"):
        conditional(np.array([[np.nan, 1], [0, 1], [2, 2], [3, 3]]), 2.0)
    for call in (divergence, lambda P, Y: next(walk(P, Y))):
        with pytest.raises(ValueError, match=r"must be \(3, 3\) for 3 points"):
            call(np.ones((2, 2)), np.ones((3, 2)))


@pytest.mark.parametrize("size", [0.1, 1.0, 10.0])
def test_gradient_equals_finite_differences(size: float) -> None:
    """Of maps of any size."""
    P, Y = affinities(X, 10), size * np.random.default_rng(1).standard_normal((50, 2))
    found = np.zeros_like(Y)
    for place in np.ndindex(Y.shape):
        step = np.zeros_like(Y)
        step[place] = 1e-5
        found[place] = (divergence(P, Y + step) - divergence(P, Y - step)) / 2e-5
    np.testing.assert_allclose(gradient(P, Y), found, rtol=0, atol=1e-6)
    np.testing.assert_allclose(gradient(P, Y).sum(axis=0), 0, atol=1e-12)


def test_the_loss_knows_neither_place_nor_turn() -> None:
    """It is 0 where the shares are alike, and above elsewhere."""
    P, Y = affinities(X, 10), np.random.default_rng(1).standard_normal((50, 2))
    turned = Y @ np.array([[0.6, 0.8], [-0.8, 0.6]]) + [3, -1]
    assert divergence(P, Y) == pytest.approx(divergence(P, turned)) and divergence(P, Y) > 0
    weights = student(Y)
    assert divergence(weights / weights.sum(), Y) == pytest.approx(0, abs=1e-12)


def test_loss_of_a_map_equals_scikit_learn() -> None:
    """Steps of nothing leave the map where it was, and the library tells its loss."""
    Y = 3 * np.random.default_rng(1).standard_normal((50, 2))
    held = TSNE(
        method="exact",
        init=Y.copy(),
        perplexity=10,
        early_exaggeration=1.0,
        learning_rate=1e-9,
        max_iter=251,
    ).fit(X)
    assert divergence(affinities(X, 10), Y) == pytest.approx(held.kl_divergence_, abs=1e-5)


@pytest.mark.parametrize("n_steps", [251, 500])
def test_descent_equals_scikit_learn(n_steps: int) -> None:
    """From the same start, in short steps without exaggeration."""
    begin = plane_start(X)
    library = TSNE(
        method="exact",
        init=begin.copy(),
        perplexity=10,
        early_exaggeration=1.0,
        learning_rate=1.0,
        max_iter=n_steps,
        min_grad_norm=0,
    ).fit(X)
    *_, ours = walk(affinities(X, 10), begin, n_steps, 250, 1.0, 1.0)
    np.testing.assert_allclose(ours, library.embedding_, rtol=0, atol=2e-2)
    loss = divergence(affinities(X, 10), ours)
    assert loss == pytest.approx(library.kl_divergence_, abs=1e-3)


def test_starts_are_small_and_repeatable() -> None:
    """PCA with one sign of two; random places from a seed. Neither has a unit."""
    first = plane_start(X)
    assert first[:, 0].std() == pytest.approx(1e-4) and first[:, 1].std() < 1e-4
    np.testing.assert_allclose(plane_start(1000 * X), first)
    one, two = (random_start(50, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert 5e-5 < one.std() < 2e-4


def test_a_map_parts_two_groups() -> None:
    """And leaves its start as it was; no step leaves the map there."""
    begin = plane_start(X)
    before = begin.copy()
    Y = t_sne(X, 8, begin, 300, 100)
    np.testing.assert_array_equal(begin, before)
    np.testing.assert_array_equal(t_sne(X, 8, begin, 0), before)
    far, P = squared_distances(Y), affinities(X, 8)
    np.fill_diagonal(far, np.inf)
    group = np.arange(50) < 20
    assert (group[far.argmin(axis=1)] == group).mean() > 0.9
    assert divergence(P, Y) < 0.5 * divergence(P, begin)
