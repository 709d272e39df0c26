"""Tests for the exercise on BIRCH, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.cluster import Birch

from data.clusters import make


def test_three_sums(solution: ModuleType) -> None:
    """Of the points 1, 2 and 6 they are 3, 9 and 1 + 4 + 36."""
    feature = solution.feature_of(np.array([[1.0], [2.0], [6.0]]))
    assert (feature.n, feature.linear_sum.tolist(), feature.squared_sum) == (
        3,
        [9.0],
        41.0,
    )


def test_nothing_is_lost_by_adding(solution: ModuleType) -> None:
    """Centre and radius of a union are those of its points."""
    X = make("varied", seed=0).X
    joined = solution.merge(
        solution.feature_of(X[:100]), solution.feature_of(X[100:])
    )
    radius = np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=1).mean())
    np.testing.assert_allclose(
        joined.centroid, X.mean(axis=0), rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(joined.radius, radius, rtol=0, atol=1e-12)


def test_a_point_joins_or_opens(solution: ModuleType) -> None:
    """-1 and 1 are too far apart; 0 is as near to both, and joins the older
    leaf.
    """
    first, second = solution.grow_leaves(
        np.array([[-1.0], [1.0], [0.0]]), threshold=0.6
    )
    assert (first.n, second.n) == (2, 1)
    with pytest.raises(ValueError):
        solution.grow_leaves(np.array([[0.0]]), threshold=0.0)


@pytest.mark.parametrize("name", ["blobs", "varied", "circles"])
def test_equals_scikit_learn_without_splits(
    solution: ModuleType, name: str
) -> None:
    """In a tree whose one node never splits the leaves are ours, in the same
    order.
    """
    X = make(name, seed=1).X
    leaves = solution.grow_leaves(X, 0.3)
    library = Birch(
        threshold=0.3, branching_factor=len(X), n_clusters=None
    ).fit(X)
    centres = np.array([leaf.centroid for leaf in leaves])
    np.testing.assert_allclose(
        centres, library.subcluster_centers_, rtol=0, atol=1e-12
    )
