from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import load_iris
from sklearn.neighbors import KNeighborsClassifier

from data.clusters import make
from snippets.contracts import CLUSTERERS, contract, extend

INDUCTIVE = {
    "K-Means",
    "Mini-batch K-Means",
    "Gaussian mixture",
    "BIRCH",
    "Mean shift",
    "Affinity propagation",
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", CLUSTERERS)
def test_kind_of_each_clusterer(name: str) -> None:
    """Those with `predict` repeat their own labels and place new samples; the others do not."""
    X, new = make("close").X, make("close", 1).X[:7]
    found = contract(CLUSTERERS[name], X, new)
    assert found["labels of X"] == (300,)
    if name in INDUCTIVE:
        assert found["kind"] == "inductive"
        assert found["labels of new"] == (7,)
        assert found["predict repeats"] == 1.0
    else:
        assert found == {
            "kind": "transductive",
            "labels of X": (300,),
            "labels of new": "none",
        }


def test_the_table_holds_both_kinds() -> None:
    """Eleven clusterers, five of them without `predict`."""
    assert len(CLUSTERERS) == 11
    assert {name for name, model in CLUSTERERS.items() if hasattr(model, "predict")} == INDUCTIVE


def test_the_settings_are_those_of_the_note() -> None:
    """Three clusters where a number is asked for, and radii that suit standardised sets."""
    assert [repr(model) for model in CLUSTERERS.values()] == [
        "KMeans(n_clusters=3, n_init=3, random_state=0)",
        "MiniBatchKMeans(n_clusters=3, n_init=3, random_state=0)",
        "GaussianMixture(n_components=3, random_state=0)",
        "Birch(threshold=0.2)",
        "MeanShift(bandwidth=0.8)",
        "AffinityPropagation(damping=0.9, random_state=0)",
        "AgglomerativeClustering(n_clusters=3)",
        "SpectralClustering(affinity='nearest_neighbors', n_clusters=3, random_state=0)",
        "DBSCAN(eps=0.25)",
        "HDBSCAN(copy=True, min_cluster_size=15)",
        "OPTICS(min_samples=15)",
    ]


def test_the_model_is_not_fitted_in_passing() -> None:
    """A copy is fitted; what was handed in learns nothing."""
    model = KMeans(2, n_init=1, random_state=0)
    contract(model, make("close").X, make("close", 1).X)
    assert not hasattr(model, "labels_")


class Forgetful(ClusterMixin, BaseEstimator):
    """Gives every other sample another label when it is asked again."""

    def fit(self, X: np.ndarray, y: None = None) -> Forgetful:
        self.labels_ = np.zeros(len(X), dtype=int)
        self.labels_[0] = 1
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.arange(len(X)) % 2


def test_a_model_that_changes_its_mind_is_found_out() -> None:
    """The share of labels that `predict` repeats is a share."""
    assert contract(Forgetful(), np.zeros((4, 1)), np.zeros((2, 1)))["predict repeats"] == 0.25


class Inventive(Forgetful):
    """Answers with a cluster that does not exist."""

    def predict(self, X: np.ndarray) -> np.ndarray:
        return np.full(len(X), 7)


def test_a_cluster_that_does_not_exist_is_refused() -> None:
    """A label of a new sample must occur in X."""
    with pytest.raises(ValueError, match=r"labels \[.*7.*\] of new samples occur nowhere"):
        contract(Inventive(), np.zeros((4, 1)), np.zeros((2, 1)))


@pytest.mark.parametrize("name", ["blobs", "aniso", "close", "moons"])
def test_extending_equals_one_nearest_neighbour(name: str) -> None:
    """The rule is the library's classifier with one neighbour."""
    points, new = make(name), make(name, 1).X
    labels = AgglomerativeClustering(points.k).fit_predict(points.X)
    theirs = KNeighborsClassifier(1).fit(points.X, labels).predict(new)
    np.testing.assert_array_equal(extend(points.X, labels, new), theirs)


def test_extending_works_in_four_dimensions() -> None:
    """The same for iris, and every sample is its own nearest."""
    X = load_iris().data
    labels = AgglomerativeClustering(3).fit_predict(X)
    np.testing.assert_array_equal(extend(X, labels, X), labels)


def test_noise_lends_no_label() -> None:
    """The nearest sample of a cluster decides, though noise lies nearer."""
    X, labels = np.array([[0.0], [1.0], [5.0]]), np.array([-1, 4, 2])
    assert extend(X, labels, np.array([[0.0], [4.0]])).tolist() == [4, 2]


def test_a_tie_goes_to_the_first_sample() -> None:
    """Halfway between two samples the first decides; one sample decides alone."""
    X = np.array([[-1.0], [1.0]])
    assert extend(X, np.array([3, 5]), np.zeros((1, 1))).tolist() == [3]
    assert extend(X[:1], np.array([3]), np.array([[9.0]])).tolist() == [3]
    assert extend(X, np.array([3, 5]), np.zeros((0, 1))).tolist() == []


@pytest.mark.parametrize(
    ("labels", "new", "message"),
    [
        (np.array([0]), np.zeros((1, 2)), "shapes do not fit"),
        (np.array([0, 1]), np.zeros((1, 3)), "shapes do not fit"),
        (np.array([-1, -1]), np.zeros((1, 2)), "all are noise"),
    ],
)
def test_bad_input_is_named(labels: np.ndarray, new: np.ndarray, message: str) -> None:
    """What cannot be extended is refused, with the reason."""
    with pytest.raises(ValueError, match=message):
        extend(np.zeros((2, 2)), labels, new)
