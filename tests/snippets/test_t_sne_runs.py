"""What t-SNE is tried on, and the findings of the note in small."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from snippets import t_sne_runs as runs
from snippets.t_sne import student

X = np.random.default_rng(0).standard_normal((60, 5))


def test_neighbours_equal_scikit_learn() -> None:
    """The same others, nearest first."""
    theirs = NearestNeighbors(n_neighbors=7).fit(X).kneighbors(return_distance=False)
    np.testing.assert_array_equal(runs.neighbours(X, 7), theirs)


def test_kept_is_all_or_chance() -> None:
    """A turn keeps all neighbours; an unrelated map keeps k of n - 1."""
    assert runs.kept(X, 3 * X[:, ::-1]) == 1
    rng = np.random.default_rng(1)
    by_luck = runs.kept(X, rng.standard_normal((60, 2)))
    assert by_luck == pytest.approx(10 / 59, abs=0.06)
    assert runs.order_of_distances(X, -2 * X) == pytest.approx(1)


def test_groups_are_as_wide_and_far_as_they_say() -> None:
    """Widths of one and ten; means 10, 20 and 26 apart."""
    two = runs.two_widths(np.random.default_rng(0))
    assert runs.width(two[50:]) / runs.width(two[:50]) == pytest.approx(10, abs=1.5)
    many = np.mean([runs.three_groups(np.random.default_rng(s)) for s in range(200)], axis=0)
    means = many.reshape(3, 30, 10).mean(axis=1)
    gaps = [np.linalg.norm(means[i] - means[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(gaps, [10, 20, 26], atol=0.2)


def test_widths_are_evened_out() -> None:
    """On a map both groups are alike."""
    ratios = runs.width_ratios((10,), range(2))
    assert (ratios[:, 0] > 8).all() and (ratios[:, 1] < 1.3).all()


def test_distances_survive_a_wide_perplexity() -> None:
    """Wider than the groups, that is."""
    found = runs.order_survives((50,), range(2))
    assert all(each.shape == (1, 2) and each.all() for each in found.values())


def test_evenness_of_scatters() -> None:
    """About 1 for an even scatter, below for clumps, above for a grid."""
    rng = np.random.default_rng(1)
    scatter = rng.uniform(size=(2000, 2))
    assert runs.evenness(scatter) == pytest.approx(1, abs=0.05)
    grid = np.stack(np.meshgrid(range(20), range(20)), axis=-1).reshape(-1, 2).astype(float)
    assert runs.evenness(grid) > 1.8
    assert runs.evenness(np.repeat(grid, 3, axis=0) + 0.01 * rng.uniform(size=(1200, 2))) < 0.1


def test_noise_clumps_at_a_low_perplexity() -> None:
    """And not in the plane of PCA."""
    even, clear = runs.noise_maps((2,), range(2))
    assert (even[1] < 0.7).all() and (even[0] > 0.9).all() and (clear > 0.2).all()


def test_parts_of_the_digits_share_no_row() -> None:
    """There are ten, of 150 rows."""
    parts = [runs.digits_part(part) for part in range(10)]
    assert all(X.shape == (150, 64) and y.shape == (150,) for X, y in parts)
    assert len(np.unique(np.vstack([X for X, _ in parts]), axis=0)) == 1500
    with pytest.raises(ValueError, match="parts 0 to 9"):
        runs.digits_part(10)


def test_maps_of_digits_keep_neighbours() -> None:
    """More than a plane of PCA, which keeps more of the distances than a map.

    Grey values are whole numbers, so that some distances are equal, and which of two such
    neighbours comes first is for the rounding to say.
    """
    found = runs.digits_kept((2, 64), (30,), range(2))
    flat, full, drawn = found.values()
    np.testing.assert_allclose(full, 1, atol=3 / (150 * 10))
    assert (drawn[0] > flat[0] + 0.15).all() and (drawn[1] > flat[1]).all()


def test_start_from_pca_keeps_a_row() -> None:
    """Loss and neighbours are the same from both starts."""
    found = runs.by_start(range(3))
    assert found["PCA"][2].mean() > found["random"][2].mean()
    assert abs(found["PCA"][1] - found["random"][1]).max() < 0.1


def test_pairs_of_maps() -> None:
    """Three maps make three pairs; the same map is all alike."""
    found = runs.alike([X[:, :2], X[:, :2], X[:, 2:4]])
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found[:, 0], 1)
    assert (found[:, 1:] < 0.6).all()


def test_clusters_on_a_map_help_and_harm() -> None:
    """Unlike groups are cut on the map."""
    features, mapped = runs.clustered("unlike", range(2))
    assert (features > 0.7).all() and (mapped < features).all()
    assert runs.clustered("digits", range(2)).shape == (2, 2)


def test_pushes_by_the_tree() -> None:
    """With squares that are never far enough all pairs are compared; else nearly as exact."""
    Y = 20 * np.random.default_rng(1).uniform(-1, 1, (300, 2))
    squares = student(Y) ** 2
    exact = squares.sum(axis=1, keepdims=True) * Y - squares @ Y
    push, asked = runs.push_by_tree(Y, 0.0)
    np.testing.assert_allclose(push, exact, atol=1e-10)
    near, fewer = runs.push_by_tree(Y)
    assert fewer < asked / 3
    assert np.linalg.norm(near - exact) < 0.03 * np.linalg.norm(exact)
