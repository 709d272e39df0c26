import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, Birch
from sklearn.datasets import load_iris

from data.clusters import make
from snippets.birch import (
    FloatArray,
    distances_to_place,
    feature_of,
    fused_pair,
    grow_leaves,
    last_step,
    merge,
    tree_features,
)
from snippets.evidence import adjusted_rand, mean_interval

TOLERANCE = 1e-12
SETS = {
    "blobs": make("blobs", seed=1).X,
    "varied": make("varied", seed=1).X,
    "circles": make("circles", seed=1).X,
    "iris": load_iris().data,
}


@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_features_add_up(X: FloatArray) -> None:
    """The feature of a union is the sum of the features: centroid and radius are exact."""
    left, right = X[:37], X[37:]
    joined = merge(feature_of(left), feature_of(right))
    radius = np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert joined.n == len(X)
    np.testing.assert_allclose(joined.centroid, X.mean(axis=0), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(joined.radius, radius, rtol=0, atol=TOLERANCE)


def test_merging_does_not_care_about_order() -> None:
    """Merging is commutative and associative, to rounding."""
    X = SETS["varied"]
    a, b, c = feature_of(X[:10]), feature_of(X[10:50]), feature_of(X[50:])
    one, other = merge(merge(a, b), c), merge(b, merge(c, a))
    assert one.n == other.n
    np.testing.assert_allclose(one.linear_sum, other.linear_sum, atol=TOLERANCE)
    assert one.squared_sum == pytest.approx(other.squared_sum, rel=TOLERANCE)


def test_radius_of_equal_points_is_zero_and_not_nan() -> None:
    """Rounding below zero under the root is cut off."""
    assert feature_of(np.full((7, 3), 0.1)).radius < 1e-7
    assert feature_of(np.array([[1e3, 1e3]])).radius == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("threshold", [0.13, 0.37, 0.71])
@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_leaves_are_those_of_a_tree_of_one_node(X: FloatArray, threshold: float) -> None:
    """Where no node splits, our leaves are scikit-learn's, in its order."""
    leaves = grow_leaves(X, threshold)
    model = Birch(threshold=threshold, branching_factor=len(X) + 1, n_clusters=None).fit(X)
    centres = np.array([leaf.centroid for leaf in leaves])
    assert centres.shape == model.subcluster_centers_.shape
    np.testing.assert_allclose(centres, model.subcluster_centers_, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_a_tree_of_many_nodes_keeps_the_promises_of_its_leaves(X: FloatArray) -> None:
    """Counts sum to n, centre = LS / N, radius within the threshold, also after splits."""
    model = Birch(threshold=0.2, branching_factor=5, n_clusters=None).fit(X)
    found = list(tree_features(model))
    assert not model.root_.is_leaf  # the tree did split
    assert sum(feature.n for feature in found) == len(X)
    centres = np.array([feature.centroid for feature in found])
    np.testing.assert_allclose(centres, model.subcluster_centers_, rtol=0, atol=TOLERANCE)
    assert max(feature.radius for feature in found) <= 0.2 + TOLERANCE


@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_labels_are_those_of_the_nearest_centre(X: FloatArray) -> None:
    """scikit-learn relabels every point after the last step, by nearest centre."""
    model = Birch(threshold=0.3, n_clusters=3).fit(X)
    gaps = ((X[:, None] - model.subcluster_centers_[None]) ** 2).sum(axis=2)
    by_hand = model.subcluster_labels_[gaps.argmin(axis=1)]
    np.testing.assert_array_equal(by_hand, model.labels_)


def test_one_sample_is_one_leaf() -> None:
    """A single point is a leaf of radius 0 on that point."""
    (leaf,) = grow_leaves(np.array([[2.0, -1.0]]), threshold=0.5)
    np.testing.assert_allclose(leaf.centroid, [2.0, -1.0])
    assert leaf.n == 1 and leaf.radius == 0.0


def test_equal_points_share_one_leaf_and_distinct_ones_do_not_at_a_tiny_threshold() -> None:
    """As the threshold goes to 0 there is a leaf for each distinct point."""
    X = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 4, axis=0)
    assert sorted(leaf.n for leaf in grow_leaves(X, 1e-6)) == [4, 4, 4]
    assert len(grow_leaves(SETS["blobs"], 1e-6)) == len(SETS["blobs"])


def test_tie_goes_to_the_older_leaf() -> None:
    """A point half-way between two leaves joins the one that opened first."""
    first, second = grow_leaves(np.array([[-1.0], [1.0], [0.0]]), threshold=0.6)
    assert (first.n, second.n) == (2, 1)


@pytest.mark.parametrize("threshold", [0.0, -1.0])
def test_bad_threshold_is_refused(threshold: float) -> None:
    """A leaf without room cannot take a point."""
    with pytest.raises(ValueError, match="positive"):
        grow_leaves(SETS["blobs"], threshold)


def test_unfitted_tree_is_refused() -> None:
    """There is nothing to read before `fit`."""
    with pytest.raises(ValueError, match="fit it first"):
        next(tree_features(Birch()))


def test_distances_to_place_are_all_centres_in_a_flat_tree_and_fewer_in_a_deep_one() -> None:
    """One node compares with every subcluster; a tree follows one branch a level."""
    X = SETS["varied"]
    flat = Birch(threshold=0.1, branching_factor=len(X), n_clusters=None).fit(X)
    deep = Birch(threshold=0.1, branching_factor=4, n_clusters=None).fit(X)
    assert distances_to_place(flat, X) == len(X) * len(flat.subcluster_centers_)
    assert distances_to_place(deep, X) < len(X) * len(deep.subcluster_centers_) / 2
    with pytest.raises(ValueError, match="fit it first"):
        distances_to_place(Birch(), X)


def test_distances_to_place_follow_the_nearest_entry() -> None:
    """In a tree of two leaves a point pays for the root and for the leaf on its side."""
    X = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    model = Birch(threshold=0.1, branching_factor=4, n_clusters=None).fit(X)
    sizes = [len(entry.child_.subclusters_) for entry in model.root_.subclusters_]
    assert sorted(sizes) == [2, 3]
    assert distances_to_place(model, np.array([[0.5]])) == 2 + 3
    assert distances_to_place(model, np.array([[10.4]])) == 2 + 2


@pytest.mark.gate
def test_ward_costs_more_than_counts() -> None:
    """Two by two on the same subclusters of touching groups: step and counts apart."""
    for gap in (2.0, 3.0, 4.0):
        ari = np.empty((2, 2, 30))
        for seed in range(30):
            X, truth = fused_pair(gap, seed)
            model = Birch(threshold=0.5, n_clusters=None).fit(X)
            for i, how in enumerate(("ward", "k-means")):
                for j in range(2):
                    labels = last_step(model, X, 3, how, weighted=bool(j))
                    ari[i, j, seed] = adjusted_rand(truth, labels)
        assert mean_interval(ari[1].mean(axis=0) - ari[0].mean(axis=0)).low > 0
        counts = mean_interval(ari[1, 1] - ari[1, 0])
        assert counts.low > -0.02 and counts.high < 0.02


def test_ward_without_counts_is_the_step_of_the_library() -> None:
    """And with counts it is Ward on each point in the place of its centre."""
    X, _ = fused_pair(3.0, 1)
    model = Birch(threshold=0.5, n_clusters=3).fit(X)
    ours = last_step(model, X, 3, "ward", weighted=False)
    assert adjusted_rand(ours, model.labels_) == 1
    counts = [feature.n for feature in tree_features(model)]
    copies = np.repeat(model.subcluster_centers_, counts, axis=0)
    direct = AgglomerativeClustering(3).fit(copies).labels_[np.cumsum(counts) - 1]
    nearest = model.transform(X).argmin(axis=1)
    ours = last_step(model, X, 3, "ward", weighted=True)
    assert adjusted_rand(ours, direct[nearest]) == 1
    with pytest.raises(ValueError, match="got 'median'"):
        last_step(model, X, 3, "median", weighted=True)


def test_last_step_uses_the_counts() -> None:
    """A lone far point may not claim a cluster from two crowds: counts decide."""
    X = np.array([[0.0]] * 50 + [[1.0]] * 50 + [[3.0]])
    model = Birch(threshold=0.1, n_clusters=2).fit(X)
    labels = last_step(model, X, 2, "k-means", weighted=True)
    assert labels[0] != labels[50] == labels[100]  # 0 | 1 and 3
    assert model.labels_[0] == model.labels_[50] != model.labels_[100]  # 0 and 1 | 3


def test_fused_pair_is_seeded_and_refuses_a_negative_gap() -> None:
    """The seed decides the draw; a distance is not negative."""
    X, truth = fused_pair(4.0, seed=2)
    np.testing.assert_array_equal(X, fused_pair(4.0, seed=2)[0])
    assert not np.array_equal(X, fused_pair(4.0, seed=3)[0])
    assert np.bincount(truth).tolist() == [100, 100, 100]
    with pytest.raises(ValueError, match="negative"):
        fused_pair(-1.0, seed=0)
