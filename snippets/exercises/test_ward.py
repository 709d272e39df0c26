"""Tests for the exercise on Ward's method, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from data.clusters import make
from snippets.ward import WardTree


def test_two_samples_merge_at_their_distance(solution: ModuleType) -> None:
    """For two single samples the height is the Euclidean distance, here 5."""
    tree = solution.ward(np.array([[0.0, 0.0], [3.0, 4.0]]))
    assert tree.children.tolist() == [[0, 1]]
    np.testing.assert_allclose(tree.heights, [5.0])


def test_a_road_by_hand(solution: ModuleType) -> None:
    """The n-th merge makes cluster n_samples + n; sizes count in the height."""
    tree = solution.ward(np.array([[0.0], [1.0], [5.0], [7.0], [20.0]]))
    assert tree.children[:3].tolist() == [[0, 1], [2, 3], [5, 6]]
    np.testing.assert_allclose(tree.heights[:3], [1, 2, np.sqrt(2) * 5.5])


def test_a_cut_undoes_the_last_merges(solution: ModuleType) -> None:
    """Clusters are numbered by the first sample in them."""
    tree = WardTree(
        np.array([[0, 2], [1, 3], [4, 5]]), np.array([1.0, 2.0, 9.0])
    )
    assert solution.cut(tree, 1).tolist() == [0, 0, 0, 0]
    assert solution.cut(tree, 2).tolist() == [0, 1, 0, 1]
    assert solution.cut(tree, 3).tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize("name", ["blobs", "aniso", "circles"])
def test_equals_scikit_learn(solution: ModuleType, name: str) -> None:
    """Merges, heights and cuts are the library's."""
    X = make(name, seed=1).X[:50]
    tree = solution.ward(X)
    library = AgglomerativeClustering(3, compute_distances=True).fit(X)
    np.testing.assert_array_equal(tree.children, library.children_)
    np.testing.assert_allclose(
        tree.heights, library.distances_, rtol=0, atol=1e-12
    )
    assert adjusted_rand_score(solution.cut(tree, 3), library.labels_) == 1.0
