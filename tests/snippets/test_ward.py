from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, is_valid_linkage, linkage
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from data.clusters import NAMES, make
from snippets.birch import fused_pair
from snippets.evidence import adjusted_rand, paired_difference
from snippets.ward import (
    WardTree,
    branch_labels,
    cut,
    linkage_matrix,
    moved_labels,
    ward,
    within_sum_of_squares,
)

# Measured against scikit-learn: 7e-15 in a height; the promise is 100 times that, or 1e-12.
TOLERANCE = 1e-12


def library(X: np.ndarray) -> AgglomerativeClustering:
    """Build scikit-learn's full tree with its heights."""
    return AgglomerativeClustering(linkage="ward", compute_distances=True).fit(X)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", [*NAMES, "square"])
def test_equals_scikit_learn(name: str, seed: int) -> None:
    """Merges and heights are those of the library, on every point set."""
    X = make(name, seed).X[:60]
    ours, theirs = ward(X), library(X)
    np.testing.assert_array_equal(ours.children, theirs.children_)
    np.testing.assert_allclose(ours.heights, theirs.distances_, rtol=0, atol=TOLERANCE)


def test_equals_scipy_in_four_dimensions() -> None:
    """The linkage matrix is SciPy's, here on noisy iris so that no two merges tie."""
    X = load_iris().data[::2] + np.random.default_rng(0).normal(0, 1e-3, (75, 4))
    ours = linkage_matrix(ward(X))
    assert is_valid_linkage(ours)
    np.testing.assert_allclose(ours, linkage(X, "ward"), rtol=0, atol=TOLERANCE)


def test_a_height_is_the_growth_of_the_sum_of_squares() -> None:
    """Half of a squared height is what the merge adds to the within-cluster sum of squares."""
    X = make("aniso").X[:40]
    tree = ward(X)
    sums = [within_sum_of_squares(X, cut(tree, k)) for k in range(40, 0, -1)]
    np.testing.assert_allclose(np.diff(sums), tree.heights**2 / 2, rtol=0, atol=TOLERANCE)


def test_heights_never_fall() -> None:
    """Ward's heights rise along the tree, so that any cut is one horizontal line."""
    heights = ward(make("square").X[:80]).heights
    assert (np.diff(heights) >= 0).all()
    assert heights[-1] > heights[0]


@pytest.mark.parametrize("k", [1, 2, 3, 7, 60])
def test_cut_equals_scikit_learn_and_scipy(k: int) -> None:
    """Each cut groups the samples as both libraries do."""
    X = make("varied").X[:60]
    tree = ward(X)
    labels = cut(tree, k)
    assert len(np.unique(labels)) == k
    theirs = AgglomerativeClustering(k, linkage="ward").fit_predict(X)
    assert adjusted_rand_score(labels, theirs) == 1.0
    scipys = fcluster(linkage_matrix(tree), k, criterion="maxclust")
    assert adjusted_rand_score(labels, scipys) == 1.0


def test_cut_numbers_clusters_by_first_appearance() -> None:
    """The first sample is in cluster 0, the first of another cluster in 1."""
    labels = cut(ward(np.array([[5.0], [0.0], [5.1], [0.1]])), 2)
    assert labels.tolist() == [0, 1, 0, 1]


def test_branches_belong_to_the_cluster_of_their_samples() -> None:
    """Nodes below the cut carry its labels, those above it -1."""
    X = np.array([[0.0], [1.0], [10.0], [12.0], [50.0]])
    tree = ward(X)  # {0, 1}, {2, 3}, their union, everything
    assert branch_labels(tree, cut(tree, 3)).tolist() == [0, 0, 1, 1, 2, 0, 1, -1, -1]
    assert branch_labels(tree, cut(tree, 1)).tolist() == [0] * 9


def test_branches_need_a_label_a_sample() -> None:
    """Too few labels are refused."""
    with pytest.raises(ValueError, match="2 samples need as many labels, got 1"):
        branch_labels(ward(np.array([[0.0], [1.0]])), np.array([0]))


def test_two_samples_are_as_high_as_their_distance() -> None:
    """For two samples the factor is 1: the height is the Euclidean distance."""
    tree = ward(np.array([[0.0, 0.0], [3.0, 4.0]]))
    assert tree.children.tolist() == [[0, 1]]
    assert tree.heights.tolist() == [5.0]


def test_one_sample_has_nothing_to_merge() -> None:
    """A tree of one leaf has no merge and one cluster."""
    tree = ward(np.array([[1.0, 2.0]]))
    assert tree.children.shape == (0, 2)
    assert cut(tree, 1).tolist() == [0]


def test_duplicates_merge_first_at_height_zero() -> None:
    """Equal samples cost nothing."""
    tree = ward(np.array([[1.0], [7.0], [1.0]]))
    assert tree.children[0].tolist() == [0, 2]
    assert tree.heights[0] == 0.0


def test_ties_give_the_same_heights_as_the_library() -> None:
    """On a grid many merges tie: the order may differ, the first heights do not."""
    X = np.array([[0.0], [1.0], [10.0], [11.0]])
    tree = ward(X)
    np.testing.assert_allclose(tree.heights, library(X).distances_, rtol=0, atol=TOLERANCE)


def test_constant_feature_changes_nothing() -> None:
    """A feature that is the same everywhere leaves the tree as it is."""
    X = make("blobs").X[:40]
    wide = np.column_stack([X, np.full(40, 3.0)])
    np.testing.assert_array_equal(ward(wide).children, ward(X).children)


def test_does_not_change_what_it_is_given() -> None:
    """Samples are read, not written, and whole numbers are allowed."""
    X = np.array([[0, 0], [3, 4], [6, 9]])
    before = X.copy()
    assert ward(X).heights[0] == 5.0
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros(3), "table"),
        (np.zeros((0, 2)), "at least one sample"),
        (np.array([[0.0], [np.inf]]), "finite"),
    ],
)
def test_bad_samples_are_named(X: np.ndarray, message: str) -> None:
    """What cannot be clustered raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        ward(X)


@pytest.mark.parametrize("k", [0, 4])
def test_cut_refuses_a_k_that_does_not_fit(k: int) -> None:
    """K is at least 1 and at most the number of samples."""
    tree = WardTree(np.array([[0, 1], [2, 3]]), np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match=f"k must be from 1 to 3 samples, got {k}"):
        cut(tree, k)


def test_sum_of_squares_needs_a_label_a_sample() -> None:
    """Too few labels are refused."""
    with pytest.raises(ValueError, match="2 samples need as many labels, got 1"):
        within_sum_of_squares(np.eye(2), np.array([0]))


def test_the_library_model_is_transductive() -> None:
    """Ward labels the samples it was given and has no method for others."""
    assert hasattr(AgglomerativeClustering(), "fit_predict")
    assert not hasattr(AgglomerativeClustering(), "predict")


@pytest.mark.nightly
def test_moved_samples_are_the_lead_of_k_means() -> None:
    """All of it where a pair is fused, a part of it on touching groups."""
    for gap in (2.0, 3.0, 4.0):
        drawn = [fused_pair(gap, seed) for seed in range(10)]
        ward, moved, means = _agreement(drawn, 3)
        assert paired_difference(moved, ward).low > 0
        left = paired_difference(means, moved)
        assert max(-left.low, left.high) < 0.02
    close = [make("close", seed) for seed in range(30)]
    ward, moved, means = _agreement([(each.X, each.truth) for each in close], 2)
    assert paired_difference(moved, ward).low > 0
    assert paired_difference(means, moved).low > 0


def _agreement(drawn: list[tuple[np.ndarray, np.ndarray]], k: int) -> np.ndarray:
    """ARI of Ward, of moved samples and of K-means, draw by draw."""
    arms = (
        AgglomerativeClustering(k, linkage="ward").fit_predict,
        lambda X: moved_labels(X, k),
        KMeans(k, n_init=10, random_state=0).fit_predict,
    )
    return np.array([[adjusted_rand(truth, arm(X)) for X, truth in drawn] for arm in arms])


def test_moving_never_raises_the_sum_of_squares() -> None:
    """It starts at Ward's groups, and ends at labels of as many."""
    for name in ("close", "varied"):
        X, k = make(name).X, make(name).k
        labels = moved_labels(X, k)
        before = AgglomerativeClustering(k, linkage="ward").fit_predict(X)
        assert set(labels) == set(range(k))
        assert within_sum_of_squares(X, labels) <= within_sum_of_squares(X, before)
