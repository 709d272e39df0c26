from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris

from data.clusters import NAMES, make
from snippets.k_means import assign, best_of_starts, fill_empty, landscape, lloyd, random_start

# Measured against scikit-learn: 5e-15 in a centroid; the promise is 100 times that, or 1e-12.
TOLERANCE = 1e-12


def library(X: np.ndarray, start: np.ndarray) -> KMeans:
    """Run scikit-learn's Lloyd from the same start until no label changes."""
    return KMeans(len(start), init=start, n_init=1, tol=0.0, algorithm="lloyd").fit(X)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", [*NAMES, "square"])
def test_equals_scikit_learn_from_the_same_start(name: str, seed: int) -> None:
    """Centroids, labels and inertia are those of the library, on every point set."""
    points = make(name, seed)
    start = random_start(points.X, 3, np.random.default_rng(seed))
    ours, theirs = lloyd(points.X, start), library(points.X, start)
    np.testing.assert_allclose(ours.centres, theirs.cluster_centers_, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)
    assert ours.inertia == pytest.approx(theirs.inertia_, rel=TOLERANCE)


def test_equals_scikit_learn_in_four_dimensions_with_units() -> None:
    """The same holds for iris in centimetres, where the mean is far from 0."""
    X = load_iris().data
    start = X[[0, 50, 100]]
    ours, theirs = lloyd(X, start), library(X, start)
    np.testing.assert_allclose(ours.centres, theirs.cluster_centers_, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)


def test_labels_are_what_predict_says_of_the_training_samples() -> None:
    """Labels and centroids belong together, as `assign` shows."""
    X = make("aniso").X
    fit = lloyd(X, X[:3])
    labels, nearest = assign(X, fit.centres)
    np.testing.assert_array_equal(labels, fit.labels)
    assert nearest.sum() == pytest.approx(fit.inertia)


@pytest.mark.parametrize("seed", range(10))
def test_inertia_never_rises(seed: int) -> None:
    """No step of Lloyd's iteration makes the loss worse, rounding aside."""
    X = make("square", seed).X
    steps = lloyd(X, random_start(X, 8, np.random.default_rng(seed))).inertias
    assert len(steps) > 2
    assert (np.diff(steps) <= 1e-12 * steps[0]).all()


def test_does_not_change_what_it_is_given() -> None:
    """Samples and start are read, not written."""
    X = make("blobs").X
    start = X[:3].copy()
    before = X.copy()
    lloyd(X, start)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(start, X[:3])


def test_stops_early_with_labels_that_fit_the_centroids() -> None:
    """At `max_iter` the labels are those of the centroids returned, not of older ones."""
    X = make("square").X
    fit = lloyd(X, X[:6], max_iter=1)
    np.testing.assert_array_equal(fit.labels, assign(X, fit.centres)[0])
    assert len(fit.inertias) == 2
    assert fit.inertia > lloyd(X, X[:6]).inertia


def test_zero_updates_only_assign() -> None:
    """With `max_iter=0` the centroids are the start."""
    X = make("blobs").X
    np.testing.assert_array_equal(lloyd(X, X[:3], max_iter=0).centres, X[:3])


def test_one_sample() -> None:
    """One sample is its own cluster, without inertia."""
    fit = lloyd(np.array([[2.0, 3.0]]), np.array([[9.0, 9.0]]))
    np.testing.assert_array_equal(fit.centres, [[2.0, 3.0]])
    assert fit.inertia == 0.0


def test_one_cluster_is_the_mean() -> None:
    """For k = 1 the centroid is the mean, and inertia the total sum of squares."""
    X = load_iris().data
    fit = lloyd(X, X[:1])
    np.testing.assert_allclose(fit.centres[0], X.mean(axis=0))
    assert fit.inertia == pytest.approx(len(X) * X.var(axis=0).sum())


def test_constant_feature_changes_nothing() -> None:
    """A feature that is the same everywhere moves no sample to another cluster."""
    X = make("varied").X
    wide = np.column_stack([X, np.full(len(X), 5.0)])
    np.testing.assert_array_equal(lloyd(wide, wide[:3]).labels, lloyd(X, X[:3]).labels)


def test_tie_goes_to_the_first_centroid() -> None:
    """A sample halfway between two centroids belongs to the first, as in NumPy's argmin."""
    labels, nearest = assign(np.array([[0.0]]), np.array([[1.0], [-1.0]]))
    assert labels.tolist() == [0]
    assert nearest.tolist() == [1.0]


def test_empty_cluster_is_refilled_as_scikit_learn_does() -> None:
    """A centroid that no sample is near takes the sample farthest from its own."""
    X = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [30.0]])
    start = np.array([[1.0], [9.0], [1000.0]])
    ours, theirs = lloyd(X, start), library(X, start)
    assert sorted(np.unique(ours.labels)) == [0, 1, 2]
    np.testing.assert_allclose(ours.centres, theirs.cluster_centers_, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)


def test_refilling_may_take_a_cluster_s_only_sample() -> None:
    """Taking the sole member of a cluster refills that cluster in turn."""
    X = np.array([[0.0], [1.0], [20.0]])
    fit = lloyd(X, np.array([[0.5], [15.0], [1000.0]]))
    assert len(np.unique(fit.labels)) == 3
    assert fit.inertia == 0.0


def test_fill_empty_leaves_full_clusters_alone() -> None:
    """Where no cluster is empty, no label changes."""
    labels = np.array([1, 0, 1])
    np.testing.assert_array_equal(fill_empty(labels, np.array([3.0, 2.0, 1.0]), 2), labels)


def test_all_start_centroids_equal() -> None:
    """Equal starting centroids still end as different clusters."""
    X = make("blobs").X
    fit = lloyd(X, np.repeat(X[:1], 3, axis=0))
    assert len(np.unique(fit.labels)) == 3
    assert (np.diff(fit.inertias) <= 1e-12 * fit.inertias[0]).all()


@pytest.mark.parametrize(
    ("X", "start", "message"),
    [
        (np.zeros(3), np.zeros((1, 1)), "table"),
        (np.zeros((0, 2)), np.zeros((1, 2)), "at least one sample"),
        (np.eye(2), np.zeros((1, 3)), r"shape \(k, 2\)"),
        (np.eye(2), np.zeros((0, 2)), "k at least 1"),
        (np.array([[0.0], [np.nan]]), np.zeros((1, 1)), "finite"),
        (np.eye(2), np.array([[np.inf, 0.0]]), "finite"),
        (
            np.ones((5, 2)),
            np.zeros((2, 2)),
            "2 clusters need as many distinct samples, there are 1",
        ),
    ],
)
def test_bad_input_is_named(X: np.ndarray, start: np.ndarray, message: str) -> None:
    """What cannot be clustered raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        lloyd(X, start)


def test_random_start_draws_distinct_samples() -> None:
    """Duplicates in the data never become two equal centroids."""
    X = np.repeat(np.arange(4.0)[:, None], 50, axis=0)
    start = random_start(X, 4, np.random.default_rng(0))
    assert sorted(start[:, 0]) == [0.0, 1.0, 2.0, 3.0]


def test_random_start_repeats_with_its_seed() -> None:
    """The same generator state gives the same start, another one does not."""
    X = make("blobs").X
    first, again, other = (random_start(X, 3, np.random.default_rng(s)) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("k", [0, 5])
def test_random_start_refuses_a_k_that_does_not_fit(k: int) -> None:
    """K is at least 1 and at most the number of distinct samples."""
    with pytest.raises(ValueError, match="k must be from 1 to 4"):
        random_start(np.arange(4.0)[:, None], k, np.random.default_rng(0))


def test_best_of_starts_is_no_worse_than_its_first_start() -> None:
    """More starts lower the inertia or leave it, and some set needs them."""
    gains = []
    for seed in range(5):
        X = make("varied", seed).X
        one = best_of_starts(X, 3, np.random.default_rng(seed), n_starts=1).inertia
        ten = best_of_starts(X, 3, np.random.default_rng(seed), n_starts=10).inertia
        gains.append(one - ten)
    assert min(gains) >= 0
    assert max(gains) > 0


def test_best_of_starts_needs_a_start() -> None:
    """No start, no fit."""
    with pytest.raises(ValueError, match="n_starts must be at least 1, got 0"):
        best_of_starts(np.eye(2), 1, np.random.default_rng(0), n_starts=0)


def test_landscape_is_a_picture() -> None:
    """Colours lie between 0 and 1, the grain follows the seed."""
    picture = landscape(0, 20, 30)
    assert picture.shape == (20, 30, 3)
    assert picture.min() >= 0
    assert picture.max() <= 1
    np.testing.assert_array_equal(picture, landscape(0, 20, 30))
    assert not np.array_equal(picture, landscape(1, 20, 30))


def test_landscape_needs_a_pixel() -> None:
    """An empty picture is refused."""
    with pytest.raises(ValueError, match="0 x 30"):
        landscape(0, 0, 30)


def test_the_library_model_is_inductive() -> None:
    """K-means can label new samples; the note's claim rests on this method."""
    assert hasattr(KMeans(), "predict")
