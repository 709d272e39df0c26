"""Outlier scores from scratch against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.covariance import EllipticEnvelope
from sklearn.datasets import load_breast_cancer, load_wine, make_blobs
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM

from snippets.outlier_detection import (
    DETECTORS,
    MOST_BAD,
    N_TRAIN,
    average_path,
    centre_distance,
    density,
    isolation_score,
    local_outlier_factor,
    nearest,
    reconstruction_error,
    spread_groups,
    tumours,
)

# Measured against scikit-learn: 1e-15 relative for LOF, 1e-13 for the others.
TOLERANCE = 1e-12

SETS = {
    "wine": load_wine().data,
    "groups": spread_groups(0),
    "blobs": make_blobs(60, random_state=1)[0],
}


def shifted(X: np.ndarray) -> np.ndarray:
    """Samples near the given ones, but none of them."""
    return X + 0.1 * np.random.default_rng(0).standard_normal(X.shape)


@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("name", SETS)
def test_local_outlier_factor_equals_scikit_learn(name: str, k: int) -> None:
    """The factor is the library's with its sign turned, for old and for new samples."""
    X = SETS[name]
    model = LocalOutlierFactor(k, novelty=True).fit(X)
    np.testing.assert_allclose(
        local_outlier_factor(X, k), -model.negative_outlier_factor_, rtol=TOLERANCE
    )
    new = shifted(X)
    np.testing.assert_allclose(
        local_outlier_factor(X, k, new), -model.score_samples(new), rtol=TOLERANCE
    )


@pytest.mark.parametrize("name", SETS)
def test_centre_distance_equals_scikit_learn(name: str) -> None:
    """It is the smallest column of `KMeans.transform`."""
    X = SETS[name]
    model = KMeans(3, n_init=1, random_state=0).fit(X)
    theirs = model.transform(shifted(X)).min(axis=1)
    np.testing.assert_allclose(
        centre_distance(model.cluster_centers_, shifted(X)), theirs, rtol=1e-9
    )


def test_centre_distance_by_arithmetic() -> None:
    """Sides of 3 and 4 make 5; of two centres the near one counts."""
    centres = np.array([[0.0, 0.0], [100.0, 0.0]])
    np.testing.assert_allclose(
        centre_distance(centres, np.array([[3.0, 4.0], [98.0, 0.0]])), [5, 2]
    )


@pytest.mark.parametrize("n_components", [1, 2])
@pytest.mark.parametrize("name", SETS)
def test_reconstruction_error_equals_scikit_learn(name: str, n_components: int) -> None:
    """It is the distance between a sample and its picture on the plane of PCA."""
    X, new = SETS[name], shifted(SETS[name])
    model = PCA(n_components).fit(X)
    theirs = np.linalg.norm(new - model.inverse_transform(model.transform(new)), axis=1)
    found = reconstruction_error(X, new, n_components)
    np.testing.assert_allclose(found, theirs, rtol=0, atol=TOLERANCE * max(1, np.abs(new).max()))


def test_reconstruction_by_arithmetic() -> None:
    """Training samples on a line: the error is the distance from the line."""
    train = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    np.testing.assert_allclose(reconstruction_error(train, np.array([[9.0, 3.5]]), 1), [2.5])


def test_all_components_lose_nothing() -> None:
    """With as many axes as features every sample lies on the plane."""
    X = SETS["wine"]
    error = reconstruction_error(X, shifted(X), X.shape[1])
    assert error.max() < 1e-9 * np.abs(X).max()


@pytest.mark.parametrize("n_components", [0, 3])
def test_reconstruction_needs_components_that_exist(n_components: int) -> None:
    """From one to the smaller side of the table."""
    with pytest.raises(ValueError, match=f"must be from 1 to 2, got {n_components}"):
        reconstruction_error(np.eye(2), np.eye(2), n_components)


@pytest.mark.parametrize("name", SETS)
def test_isolation_score_equals_scikit_learn(name: str) -> None:
    """The score made from depths is the library's with its sign turned."""
    X = SETS[name]
    model = IsolationForest(n_estimators=20, random_state=0).fit(X)
    np.testing.assert_allclose(
        isolation_score(model, shifted(X)), -model.score_samples(shifted(X)), rtol=TOLERANCE
    )


def test_average_path_is_the_mean_over_all_cuts() -> None:
    """A single sample needs no cut, two need one; many follow the recursion, nearly."""
    np.testing.assert_array_equal(average_path(np.array([0, 1, 2])), [0, 0, 1])
    n = 400
    harmonic = (1 / np.arange(1, n)).sum()
    exact = 2 * harmonic - 2 * (n - 1) / n
    assert average_path(np.array([n]))[0] == pytest.approx(exact, abs=0.003)
    three = 2 * (np.log(2) + np.euler_gamma) - 4 / 3
    assert average_path(np.array([3]))[0] == pytest.approx(three, rel=TOLERANCE)


def test_lof_of_an_even_chain_is_one_inside() -> None:
    """Where neighbours are as dense as the sample itself, the factor is 1."""
    factor = local_outlier_factor(np.arange(20.0)[:, None], 2)
    np.testing.assert_allclose(factor[4:-4], 1.0, rtol=1e-9)


def test_lof_by_arithmetic() -> None:
    """Three samples on a line, one neighbour each: 0, 1 and 3."""
    # Nearest: 0-1 (1), 1-0 (1), 3-1 (2). Reach: 1, 1, 2. Densities: 1, 1, 1/2.
    factor = local_outlier_factor(np.array([[0.0], [1.0], [3.0]]), 1)
    np.testing.assert_allclose(factor, [1.0, 1.0, 2.0], rtol=1e-9)
    new = local_outlier_factor(np.array([[0.0], [1.0], [3.0]]), 1, np.array([[7.0], [0.1]]))
    # 7 is 4 from 3, whose reach is 2: density 1/4 against 1/2. 0.1 has the reach of 0.
    np.testing.assert_allclose(new, [2.0, 1.0], rtol=1e-9)


def test_copies_of_one_sample_are_no_outliers() -> None:
    """A tiny constant keeps the density of copies finite."""
    factor = local_outlier_factor(np.array([[0.0]] * 5 + [[1.0]]), 2)
    np.testing.assert_allclose(factor[:5], 1.0)
    theirs = LocalOutlierFactor(2, novelty=True).fit(np.array([[0.0]] * 5 + [[1.0]]))
    np.testing.assert_allclose(factor, -theirs.negative_outlier_factor_, rtol=TOLERANCE)


def test_density_by_arithmetic() -> None:
    """The mean counts a neighbour's own reach where that is longer than the distance."""
    found = density(np.array([[1.0, 3.0], [1.0, 1.0]]), np.array([[2.0, 1.0], [0.5, 1.0]]))
    np.testing.assert_allclose(found, [1 / 2.5, 1.0], rtol=1e-9)


def test_nearest_keeps_order_in_ties() -> None:
    """Of equally near samples the first is taken."""
    distances, columns = nearest(np.array([[2.0, 1.0, 1.0, 0.5]]), 2)
    assert distances.tolist() == [[0.5, 1.0]]
    assert columns.tolist() == [[3, 1]]
    assert nearest(np.ones((1, 40)), 40)[1].tolist() == [list(range(40))]


@pytest.mark.parametrize("k", [0, 4])
def test_lof_needs_neighbours_that_exist(k: int) -> None:
    """A sample is not its own neighbour, so k is at most n - 1."""
    with pytest.raises(ValueError, match=f"k must be from 1 to 3, got {k}"):
        local_outlier_factor(np.eye(4), k)


def test_lof_with_the_most_neighbours() -> None:
    """k = n - 1 and k = 1 are allowed."""
    assert local_outlier_factor(np.eye(4), 3).shape == (4,)
    assert local_outlier_factor(np.eye(4), 1, np.ones((2, 4))).shape == (2,)


@pytest.mark.parametrize(
    ("train", "new", "message"),
    [
        (np.ones(3), np.ones((3, 1)), "two tables of the same features"),
        (np.ones((3, 1)), np.ones(3), "two tables of the same features"),
        (np.ones((3, 2)), np.ones((3, 1)), r"got \(3, 2\), \(3, 1\)"),
        (np.ones((0, 2)), np.ones((3, 2)), "at least one sample on each side"),
        (np.ones((3, 2)), np.ones((0, 2)), "at least one sample on each side"),
        (np.full((3, 2), np.nan), np.ones((3, 2)), "must be finite"),
        (np.ones((3, 2)), np.full((3, 2), np.inf), "must be finite"),
    ],
)
def test_refuses_tables_that_do_not_fit(train: np.ndarray, new: np.ndarray, message: str) -> None:
    """Every score checks what it compares."""
    with pytest.raises(ValueError, match=message):
        centre_distance(train, new)
    with pytest.raises(ValueError, match=message):
        reconstruction_error(train, new, 1)
    with pytest.raises(ValueError, match=message):
        local_outlier_factor(train, 1, new)


def test_one_feature_one_component_one_sample() -> None:
    """One training sample is its own mean, and its plane loses all else."""
    np.testing.assert_allclose(
        reconstruction_error(np.array([[1.0, 1.0]]), np.array([[4.0, 5.0]]), 1) <= 5.0, [True]
    )
    assert centre_distance(np.array([[1.0]]), np.array([[1.0]])).tolist() == [0.0]


@pytest.mark.parametrize("bad", [0, 1, 10, MOST_BAD])
def test_tumours_mix_what_is_asked_for(bad: int) -> None:
    """200 training samples of which `bad` are malignant, and a test that does not change."""
    X, y = load_breast_cancer(return_X_y=True)
    drawn, clean = tumours(3, bad), tumours(3)
    assert np.array_equal(drawn.train, clean.train) == (bad == 0)
    assert N_TRAIN == 200
    assert MOST_BAD == 40
    assert drawn.train.shape == (N_TRAIN, 30)
    np.testing.assert_allclose(drawn.train.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(drawn.train.std(axis=0), 1, rtol=1e-9)
    np.testing.assert_array_equal(drawn.malignant, clean.malignant)
    assert drawn.malignant.sum() == (y == 0).sum() - MOST_BAD
    assert (~drawn.malignant).sum() == (y == 1).sum() - N_TRAIN
    assert len(drawn.test) == len(drawn.malignant)

    # Undo the scaling: every row of training is a row of the data, once, and not of the test.
    rng = np.random.default_rng(3)
    good, worse = rng.permutation(np.flatnonzero(y == 1)), rng.permutation(np.flatnonzero(y == 0))
    rows = np.concatenate([good[: N_TRAIN - bad], worse[:bad]])
    mean, spread = X[rows].mean(axis=0), X[rows].std(axis=0)
    np.testing.assert_allclose(drawn.train, (X[rows] - mean) / spread, atol=1e-9)
    tested = np.concatenate([good[N_TRAIN:], worse[MOST_BAD:]])
    np.testing.assert_allclose(drawn.test, (X[tested] - mean) / spread, atol=1e-9)


@pytest.mark.parametrize("bad", [-1, MOST_BAD + 1])
def test_tumours_refuse_more_than_they_have(bad: int) -> None:
    """The test keeps its malignant samples."""
    with pytest.raises(ValueError, match=f"bad must be from 0 to 40, got {bad}"):
        tumours(0, bad)


def test_detectors_are_the_library_with_its_sign_turned() -> None:
    """Each entry gives one score a test sample, and the settings are those of the note."""
    X, new = SETS["blobs"], shifted(SETS["blobs"])
    wide = np.hstack([X, X**2, np.sin(X)])  # six features, for five components
    wide_new = np.hstack([new, new**2, np.sin(new)])
    centres = KMeans(5, n_init=3, random_state=4).fit(wide).cluster_centers_
    mean = wide.mean(axis=0)
    expected = {
        "isolation forest": -IsolationForest(n_estimators=50, random_state=4)
        .fit(wide)
        .score_samples(wide_new),
        "elliptic envelope": -EllipticEnvelope(random_state=4).fit(wide).score_samples(wide_new),
        "one-class SVM": -OneClassSVM().fit(wide).score_samples(wide_new),
        "local outlier factor": local_outlier_factor(wide, 20, wide_new),
        "K-means distance": centre_distance(centres, wide_new),
        "PCA error": reconstruction_error(wide, wide_new, 5),
        "distance to the mean": np.linalg.norm(wide_new - mean, axis=1),
    }
    assert list(expected) == list(DETECTORS)
    for name, detector in DETECTORS.items():
        np.testing.assert_allclose(detector(wide, wide_new, 4), expected[name], rtol=1e-9)


def test_spread_groups() -> None:
    """A dense group, a group ten times as wide, and one sample in between, last."""
    X = spread_groups(1, 400)
    assert X.shape == (801, 2)
    assert X[-1].tolist() == [1.0, 0.0]
    np.testing.assert_allclose(X[:400].mean(axis=0), [0, 0], atol=0.02)
    np.testing.assert_allclose(X[:400].std(axis=0), 0.1, rtol=0.1)
    np.testing.assert_allclose(X[400:800].mean(axis=0), [6, 0], atol=0.2)
    np.testing.assert_allclose(X[400:800].std(axis=0), 1, rtol=0.1)
    assert spread_groups(1).shape == (201, 2)
    assert spread_groups(1, 1).shape == (3, 2)
    assert not np.array_equal(spread_groups(1), spread_groups(2))
    noise = np.random.default_rng(1).standard_normal((800, 2))
    np.testing.assert_allclose(X[:400], 0.1 * noise[:400])
    np.testing.assert_allclose(X[400:800], noise[400:] + np.array([6, 0]))


def test_spread_groups_need_a_sample() -> None:
    """An empty group is refused."""
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        spread_groups(0, 0)


def test_lof_needs_novelty_to_predict() -> None:
    """The note's claim: without it there is no `predict` and no `score_samples`."""
    assert not hasattr(LocalOutlierFactor(), "predict")
    assert not hasattr(LocalOutlierFactor(), "score_samples")
    assert hasattr(LocalOutlierFactor(novelty=True), "predict")
    assert not hasattr(LocalOutlierFactor(novelty=True), "fit_predict")
