from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine, make_moons
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors

from snippets.k_nearest_neighbours import (
    class_shares,
    contrast,
    hidden_plane,
    mean_target,
    neighbours,
    turn_into,
)

# Measured against scikit-learn's tree: 2e-14 for distances of hundreds, shares 0.
TOLERANCE = 1e-12

TABLES = {
    "iris": load_iris(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "moons": make_moons(200, noise=0.2, random_state=0),
    "digits": tuple(part[:300] for part in load_digits(return_X_y=True)),
}


def jittered(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A table without equal distances: with them the order of neighbours is arbitrary."""
    X, y = TABLES[name]
    return X + np.random.default_rng(0).normal(0, 1e-3, X.shape), y


@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("name", TABLES)
def test_equals_scikit_learn(name: str, k: int) -> None:
    """Distances, rows and shares of classes are those of the library."""
    X, y = jittered(name)
    stored, queries = X[::2], X[1::2]
    theirs = KNeighborsClassifier(k, algorithm="kd_tree").fit(stored, y[::2])
    distances, rows = neighbours(stored, queries, k)
    wanted, at = theirs.kneighbors(queries)
    np.testing.assert_allclose(distances, wanted, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(rows, at)
    shares = class_shares(stored, y[::2], queries, k)
    np.testing.assert_allclose(shares, theirs.predict_proba(queries), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("k", [1, 4, 30])
def test_regression_equals_scikit_learn(k: int) -> None:
    """The prediction of a number is the library's."""
    X, y = load_diabetes(return_X_y=True)
    theirs = KNeighborsRegressor(k).fit(X[:300], y[:300]).predict(X[300:])
    found = mean_target(X[:300], y[:300], X[300:], k)
    np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-11)


def test_own_nearest_neighbour_is_oneself() -> None:
    """A stored sample asked about is at distance 0 from itself."""
    X, _ = jittered("moons")
    distances, rows = neighbours(X, X, 1)
    assert (distances == 0).all()
    np.testing.assert_array_equal(rows[:, 0], np.arange(200))


def test_regression_takes_the_mean_not_the_median() -> None:
    """Neighbours with targets 0, 0 and 9 predict 3."""
    X, y = np.array([[0.0], [1.0], [2.0], [9.0]]), np.array([0.0, 0.0, 9.0, 100.0])
    assert mean_target(X, y, np.array([[1.0]]), 3).tolist() == [3.0]


def test_distance_is_euclidean() -> None:
    """Legs of 3 and 4 give a distance of 5."""
    distances, _ = neighbours(np.array([[3.0, 4.0]]), np.zeros((1, 2)), 1)
    assert distances.tolist() == [[5.0]]


def test_equal_distances_keep_the_order_of_rows() -> None:
    """Of equally near samples the first is taken, however many there are."""
    X = np.array([[-1.0], [1.0]] * 20)
    rows = neighbours(X, np.zeros((1, 1)), 40)[1]
    np.testing.assert_array_equal(rows[0], np.arange(40))


def test_all_neighbours_give_the_shares_of_the_classes() -> None:
    """With k = n every query gets the same answer."""
    X, y = TABLES["iris"]
    shares = class_shares(X[:120], y[:120], X[120:], 120)
    np.testing.assert_allclose(shares, np.tile([50 / 120, 50 / 120, 20 / 120], (30, 1)))


def test_one_sample_and_one_class() -> None:
    """A single stored sample decides everything."""
    found = class_shares(np.zeros((1, 2)), np.array([7]), np.ones((3, 2)), 1)
    np.testing.assert_array_equal(found, np.ones((3, 1)))


def test_constant_feature_changes_nothing() -> None:
    """A feature that is the same everywhere moves no neighbour."""
    X, _ = jittered("moons")
    wide = np.column_stack([X, np.full(200, 4.0)])
    np.testing.assert_array_equal(
        neighbours(wide[:100], wide[100:], 7)[1], neighbours(X[:100], X[100:], 7)[1]
    )


def test_contrast_by_hand() -> None:
    """Distances 1 and 3 have a ratio of 0.5, distances 2 and 2 one of 1; the mean counts."""
    X = np.array([[1.0], [-3.0]])
    assert contrast(X, np.array([[0.0]])) == pytest.approx(0.5)
    assert contrast(X, np.array([[-1.0]])) == pytest.approx(1.0)
    assert contrast(X, np.array([[0.0], [-1.0]])) == pytest.approx(0.75)


def test_contrast_fades_with_noise_features() -> None:
    """With more features all samples become about equally far; the library agrees."""
    found = []
    for n_noise in (0, 10, 100):
        X, _ = hidden_plane(150, n_noise, np.random.default_rng(0))
        distances = NearestNeighbors(n_neighbors=100, algorithm="brute").fit(X[:100])
        d = distances.kneighbors(X[100:])[0]
        found.append(contrast(X[:100], X[100:]))
        assert found[-1] == pytest.approx((d.min(axis=1) / d.mean(axis=1)).mean())
    assert found[0] < found[1] < found[2] < 1


def test_hidden_plane_is_decided_by_two_features() -> None:
    """Labels are the sign of the first two features' sum; all features have one scale."""
    X, y = hidden_plane(5000, 3, np.random.default_rng(0))
    assert X.shape == (5000, 5)
    np.testing.assert_array_equal(y, X[:, 0] + X[:, 1] > 0)
    np.testing.assert_allclose(X.std(axis=0), 1, atol=0.05)
    assert hidden_plane(1, 0, np.random.default_rng(0))[0].shape == (1, 2)


@pytest.mark.parametrize("n_features", [4, 50])
def test_turning_keeps_every_distance(n_features: int) -> None:
    """The samples get more features, and their distances and neighbours stay."""
    X, _ = jittered("iris")
    turned = turn_into(X, n_features, np.random.default_rng(0))
    assert turned.shape == (150, n_features)
    assert not np.allclose(turned[:, :4], X)
    for k in (1, 9):
        before, rows = neighbours(X[:80], X[80:], k)
        after, same = neighbours(turned[:80], turned[80:], k)
        np.testing.assert_allclose(before, after, atol=1e-12)
        np.testing.assert_array_equal(rows, same)


@pytest.mark.parametrize(
    ("X", "queries", "k", "message"),
    [
        (np.zeros(3), np.zeros((1, 1)), 1, r"\(n, p\)"),
        (np.zeros((3, 1)), np.zeros(1), 1, r"\(m, p\)"),
        (np.zeros((3, 1)), np.zeros((1, 2)), 1, r"\(3, 1\), \(1, 2\)"),
        (np.array([[np.nan]]), np.zeros((1, 1)), 1, "finite"),
        (np.zeros((1, 1)), np.array([[np.inf]]), 1, "finite"),
        (np.zeros((3, 1)), np.zeros((1, 1)), 0, "k must be from 1 to 3 samples, got 0"),
        (np.zeros((3, 1)), np.zeros((1, 1)), 4, "k must be from 1 to 3 samples, got 4"),
        (np.zeros((0, 1)), np.zeros((1, 1)), 1, "from 1 to 0"),
    ],
)
def test_bad_input_is_named(X, queries, k: int, message: str) -> None:
    """What has no neighbours raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        neighbours(X, queries, k)


def test_targets_and_settings_out_of_range_are_named() -> None:
    """Too few targets, no samples, or too few features are refused."""
    X = np.zeros((3, 2))
    for predict in (class_shares, mean_target):
        with pytest.raises(ValueError, match=r"3 samples needs one target, got shape \(2,\)"):
            predict(X, np.zeros(2), X, 1)
    with pytest.raises(ValueError, match="got 0 and 1"):
        hidden_plane(0, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="got 1 and -1"):
        hidden_plane(1, -1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="2 features do not fit into 1"):
        turn_into(X, 1, np.random.default_rng(0))
