from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.cluster import SpectralClustering
from sklearn.datasets import load_iris
from sklearn.manifold import spectral_embedding
from sklearn.metrics import adjusted_rand_score

from data.clusters import make
from snippets.spectral import (
    check_affinity,
    library_labels,
    neighbour_affinity,
    rbf_affinity,
    spectral,
)


def pieces() -> np.ndarray:
    """Three complete graphs of four samples, without an edge between them."""
    return np.kron(np.eye(3), np.ones((4, 4)))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ["blobs", "aniso", "varied", "close", "moons", "circles"])
def test_affinities_equal_scikit_learn(name: str, seed: int) -> None:
    """Both affinities are the library's `affinity_matrix_`."""
    X = make(name, seed).X[:100]
    with warnings.catch_warnings():  # the graph may be in pieces; only the affinity matters here
        warnings.filterwarnings("ignore", message="Graph is not fully connected")
        near = SpectralClustering(2, affinity="nearest_neighbors", random_state=0).fit(X)
        rbf = SpectralClustering(2, gamma=3.0, random_state=0).fit(X)
    np.testing.assert_array_equal(neighbour_affinity(X), near.affinity_matrix_.toarray())
    np.testing.assert_allclose(rbf_affinity(X, 3.0), rbf.affinity_matrix_, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "gamma"), [("blobs", 1.0), ("moons", 30.0), ("circles", 30.0), ("varied", 5.0)]
)
def test_labels_equal_scikit_learn(name: str, gamma: float) -> None:
    """The clusters are the library's, to ARI 1."""
    points = make(name)
    ours = spectral(rbf_affinity(points.X, gamma), points.k).labels
    theirs = library_labels(points.X, points.k, gamma=gamma)
    assert adjusted_rand_score(ours, theirs) == 1.0


@pytest.mark.parametrize("name", ["blobs", "varied", "circles"])
def test_labels_equal_scikit_learn_on_neighbours(name: str) -> None:
    """So they are on a neighbour graph, also where it falls into pieces."""
    points = make(name)
    ours = spectral(neighbour_affinity(points.X), points.k).labels
    theirs = library_labels(points.X, points.k, affinity="nearest_neighbors")
    assert adjusted_rand_score(ours, theirs) == 1.0


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_embedding_equals_scikit_learn_up_to_sign(gamma: float) -> None:
    """Dividing by the square root of the degree gives the library's coordinates."""
    affinity = rbf_affinity(load_iris().data[::2], gamma)
    ours = spectral(affinity, 3).embedding
    theirs = spectral_embedding(
        affinity, n_components=3, drop_first=False, eigen_solver="arpack", random_state=0
    )
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, rtol=0, atol=1e-8)


def test_first_coordinate_is_constant() -> None:
    """In a connected graph the eigenvector of eigenvalue 0 tells no samples apart."""
    fit = spectral(rbf_affinity(make("moons").X[:80]), 2)
    assert fit.eigenvalues[0] == pytest.approx(0, abs=1e-12)
    assert fit.eigenvalues[1] > 1e-6
    np.testing.assert_allclose(fit.embedding[:, 0], fit.embedding[0, 0], rtol=1e-8)


def test_eigenvalue_zero_counts_the_pieces() -> None:
    """A graph of three pieces has eigenvalue 0 three times, and its pieces are the clusters."""
    fit = spectral(pieces(), 3)
    np.testing.assert_allclose(fit.eigenvalues[:3], 0, atol=1e-12)
    assert fit.eigenvalues[3] > 0.5
    assert adjusted_rand_score(fit.labels, np.repeat([0, 1, 2], 4)) == 1.0


def test_eigenvalues_lie_between_0_and_2() -> None:
    """The normalised Laplacian's spectrum is bounded and ascending."""
    values = spectral(neighbour_affinity(make("square").X[:60]), 2).eigenvalues
    assert values.min() > -1e-12
    assert values.max() < 2 + 1e-12
    assert (np.diff(values) >= 0).all()


def test_loops_and_a_common_factor_change_nothing() -> None:
    """Affinity to oneself and the unit of the weights do not move a sample."""
    affinity = rbf_affinity(make("varied").X[:60], 5.0)
    plain = spectral(affinity, 3).labels
    np.testing.assert_array_equal(spectral(affinity + 7 * np.eye(60), 3).labels, plain)
    assert adjusted_rand_score(spectral(affinity * 4.0, 3).labels, plain) == 1.0


def test_affinity_and_samples_are_not_changed() -> None:
    """Inputs are read, not written."""
    X = make("moons").X[:40]
    samples = X.copy()
    affinity = neighbour_affinity(X)
    before = affinity.copy()
    spectral(affinity, 2)
    np.testing.assert_array_equal(affinity, before)
    np.testing.assert_array_equal(X, samples)


def test_one_sided_neighbours_weigh_half() -> None:
    """An edge that only one side chose has affinity 0.5."""
    affinity = neighbour_affinity(np.array([[0.0], [1.0], [3.0]]), 2)
    np.testing.assert_array_equal(affinity, [[1, 1, 0], [1, 1, 0.5], [0, 0.5, 1]])


def test_duplicates_count_themselves_first() -> None:
    """With equal samples each is still its own first neighbour."""
    affinity = neighbour_affinity(np.zeros((3, 1)), 1)
    np.testing.assert_array_equal(affinity, np.eye(3))


def test_a_weak_neighbour_is_a_neighbour() -> None:
    """A weight far below the affinity to oneself still counts as an edge."""
    affinity = np.eye(4) + 1e-20 * (pieces()[:4, :4] - np.eye(4))
    fit = spectral(affinity, 1)
    np.testing.assert_allclose(fit.eigenvalues, [0, 4 / 3, 4 / 3, 4 / 3], atol=1e-12)


def test_a_gamma_that_underflows_is_named() -> None:
    """Where every affinity rounds to 0, the first lonely sample is reported."""
    with pytest.raises(ValueError, match="sample 0 has no neighbour"):
        spectral(rbf_affinity(np.array([[0.0], [1.0], [2.0]]), 1e4), 2)


def test_two_samples() -> None:
    """The smallest graph has eigenvalues 0 and 2."""
    fit = spectral(np.ones((2, 2)), 2)
    np.testing.assert_allclose(fit.eigenvalues, [0.0, 2.0], atol=1e-12)
    assert sorted(fit.labels) == [0, 1]


def test_library_labels_are_silent_only_about_pieces() -> None:
    """The warning about a graph in pieces is silenced; any other one still shows."""
    X = np.vstack([np.zeros((12, 2)), np.full((12, 2), 50.0)])
    X += np.random.default_rng(0).normal(0, 0.1, X.shape)
    with pytest.warns(UserWarning, match="Graph is not fully connected"):
        SpectralClustering(2, affinity="nearest_neighbors", random_state=0).fit(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        labels = library_labels(X, 2, affinity="nearest_neighbors")
    assert adjusted_rand_score(labels, np.repeat([0, 1], 12)) == 1.0
    # A square table looks like an affinity that was given by mistake.
    with pytest.warns(UserWarning, match="API has changed"):
        library_labels(np.eye(6), 2)


@pytest.mark.parametrize(
    ("affinity", "k", "message"),
    [
        (np.ones((2, 3)), 1, "square"),
        (np.ones(4), 1, "square"),
        (np.array([[0.0, 1.0], [2.0, 0.0]]), 1, "symmetric"),
        (np.array([[0.0, -1.0], [-1.0, 0.0]]), 1, "negative"),
        (np.ones((3, 3)), 0, "k must be from 1 to 3"),
        (np.ones((3, 3)), 4, "k must be from 1 to 3"),
        (np.eye(3), 2, "sample 0 has no neighbour"),
        (np.ones((1, 1)), 1, "sample 0 has no neighbour"),
    ],
)
def test_bad_affinities_are_named(affinity: np.ndarray, k: int, message: str) -> None:
    """What cannot be cut raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        check_affinity(affinity, k)
    with pytest.raises(ValueError, match=message):
        spectral(affinity, k)


@pytest.mark.parametrize("n_neighbours", [0, 5])
def test_number_of_neighbours_must_fit(n_neighbours: int) -> None:
    """There are at least one and at most n_samples neighbours."""
    with pytest.raises(ValueError, match="n_neighbours must be from 1 to 4"):
        neighbour_affinity(np.arange(4.0)[:, None], n_neighbours)


@pytest.mark.parametrize("gamma", [0.0, -1.0])
def test_gamma_must_be_positive(gamma: float) -> None:
    """A gamma of 0 or less makes no affinity that falls with distance."""
    with pytest.raises(ValueError, match="gamma must be positive"):
        rbf_affinity(np.eye(2), gamma)


@pytest.mark.parametrize(
    ("X", "message"),
    [(np.zeros(3), "table"), (np.zeros((0, 2)), "at least one"), (np.array([[np.nan]]), "finite")],
)
def test_bad_samples_are_named(X: np.ndarray, message: str) -> None:
    """Samples without distances are refused by both affinities."""
    for affinity in (rbf_affinity, neighbour_affinity):
        with pytest.raises(ValueError, match=message):
            affinity(X)


def test_the_library_model_is_transductive() -> None:
    """Spectral clustering labels the samples it was given and has no method for others."""
    assert hasattr(SpectralClustering(), "fit_predict")
    assert not hasattr(SpectralClustering(), "predict")
