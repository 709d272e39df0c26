from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline

from snippets.validation import (
    best_features,
    best_of,
    cross_validate,
    folds,
    leak,
    nearest_mean,
    selecting,
)

SETS = {"iris": load_iris, "wine": load_wine, "cancer": load_breast_cancer}


@pytest.mark.parametrize("k", [2, 3, 7, 10])
@pytest.mark.parametrize("n", [10, 11, 150])
def test_folds_equal_scikit_learn(n: int, k: int) -> None:
    """Without shuffling the parts are those of `KFold`, rows in the same order."""
    theirs = list(KFold(k).split(np.zeros((n, 1))))
    ours = folds(n, k)
    assert len(ours) == k
    for (train, held), (their_train, their_held) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(held, their_held)
        np.testing.assert_array_equal(train, their_train)


def test_shuffled_folds_hold_each_row_out_once() -> None:
    """Shuffled parts are another order of the same rows, and train on all the others."""
    parts = folds(23, 4, np.random.default_rng(0))
    held = np.concatenate([part for _, part in parts])
    assert sorted(held) == list(range(23))
    assert held.tolist() != list(range(23))
    for train, part in parts:
        assert sorted([*train, *part]) == list(range(23))
    again = folds(23, 4, np.random.default_rng(0))
    assert all((a[1] == b[1]).all() for a, b in zip(parts, again, strict=True))


def test_leave_one_out_is_the_largest_k() -> None:
    """With k = n each part is one row."""
    assert [held.tolist() for _, held in folds(3, 3)] == [[0], [1], [2]]
    assert len(folds(2, 2)) == 2


@pytest.mark.parametrize("k", [0, 1, 6])
def test_k_must_fit_the_rows(k: int) -> None:
    """One part, or more parts than rows, cannot be held out."""
    with pytest.raises(ValueError, match=f"from 2 to 5 rows, got {k}"):
        folds(5, k)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("name", SETS)
def test_cross_validation_equals_scikit_learn(name: str, shuffle: bool) -> None:
    """Accuracy of each part is the library's, with the same model on the same rows."""
    X, y = SETS[name](return_X_y=True)
    parts = folds(len(y), 5, np.random.default_rng(1) if shuffle else None)
    theirs = cross_val_score(NearestCentroid(), X, y, cv=parts)
    np.testing.assert_allclose(cross_validate(nearest_mean, X, y, parts), theirs, atol=1e-12)


def test_choosing_inside_the_folds_equals_a_pipeline() -> None:
    """`selecting` is `SelectKBest` and class means in one pipeline."""
    X, y = load_breast_cancer(return_X_y=True)
    parts = folds(len(y), 5, np.random.default_rng(0))
    pipeline = make_pipeline(SelectKBest(f_classif, k=4), NearestCentroid())
    ours = cross_validate(selecting(4), X, y, parts)
    np.testing.assert_allclose(ours, cross_val_score(pipeline, X, y, cv=parts), atol=1e-12)


@pytest.mark.parametrize("n", [1, 3, 30])
def test_best_features_equal_scikit_learn(n: int) -> None:
    """For two classes the F test orders features as the correlation does."""
    X, y = load_breast_cancer(return_X_y=True)
    chosen = SelectKBest(f_classif, k=n).fit(X, y).get_support(indices=True)
    assert sorted(best_features(X, y, n)) == chosen.tolist()


def test_best_features_come_best_first() -> None:
    """The sign does not matter, ties keep their order, a constant feature comes last."""
    y = np.array([0, 0, 1, 1])
    X = np.array([[7.0, 0, 1, 0], [7, 1, 1, 0], [7, 1, 0, 5], [7, 1, 0, 5]])
    assert best_features(X, y, 4).tolist() == [2, 3, 1, 0]


@pytest.mark.parametrize("y", [np.zeros(4, dtype=int), np.array([0, 1, 2, 0])])
def test_two_classes_are_needed(y: np.ndarray) -> None:
    """One class, or a third, is refused."""
    with pytest.raises(ValueError, match="0 and 1, both present"):
        best_features(np.eye(4), y, 1)


@pytest.mark.parametrize("n", [0, 5])
def test_as_many_features_as_there_are(n: int) -> None:
    """No feature, or more than there are, is refused."""
    with pytest.raises(ValueError, match=f"from 1 to 4 features, got {n}"):
        best_features(np.eye(4), np.array([0, 1, 0, 1]), n)


def test_nearest_mean_by_hand() -> None:
    """Means 1 and 9: five is halfway and goes to the first class; one class always wins."""
    predict = nearest_mean(np.array([[0.0], [2.0], [9.0]]), np.array([3, 3, 5]))
    assert predict(np.array([[1.0], [5.0], [5.1]])).tolist() == [3, 3, 5]
    assert nearest_mean(np.array([[4.0]]), np.array([2]))(np.array([[-9.0]])).tolist() == [2]


def test_the_leak_shows() -> None:
    """Labels are chance: outside the folds the score is high, inside it is a coin."""
    found = leak()
    assert found.outside.shape == found.inside.shape == (10,)
    assert found.outside.mean() > 0.85
    assert 0.4 < found.inside.mean() < 0.6
    np.testing.assert_array_equal(leak(50, 1000, 2).inside, found.inside[:2])
    np.testing.assert_array_equal(leak(50, 1000, 2).outside, found.outside[:2])


def test_the_smallest_leak() -> None:
    """Twenty rows and twenty columns: all are chosen, so nothing can leak."""
    found = leak(20, 20, 2)
    np.testing.assert_allclose(found.outside, found.inside, atol=1e-12)


@pytest.mark.parametrize("sizes", [(19, 100, 2), (50, 19, 2), (50, 100, 1)])
def test_a_leak_needs_room(sizes: tuple[int, int, int]) -> None:
    """Too few rows, columns or seeds are refused by value."""
    with pytest.raises(ValueError, match=f"got {sizes[0]}, {sizes[1]}, {sizes[2]}"):
        leak(*sizes)


def test_more_tries_flatter_the_best() -> None:
    """The best of many coins looks good where it was chosen and is a coin elsewhere."""
    one, many = (
        np.array([best_of(n, 100, np.random.default_rng(seed)) for seed in range(40)])
        for n in (1, 300)
    )
    assert abs(one.mean(axis=0) - 0.5).max() < 0.03
    assert many[:, 0].min() > 0.6
    assert abs(many[:, 1].mean() - 0.5) < 0.03


def test_best_of_by_hand() -> None:
    """Labels are drawn first, then the answers of each rule; the first best one is chosen."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, 12)
    answers = rng.integers(0, 2, (9, 12))
    shares = [(float((a[:6] == y[:6]).mean()), float((a[6:] == y[6:]).mean())) for a in answers]
    best = max(range(9), key=lambda rule: shares[rule][0])
    assert best_of(9, 6, np.random.default_rng(3)) == shares[best]


def test_a_score_is_a_share_of_its_samples() -> None:
    """With one sample a score is 0 or 1; of many rules one is right there."""
    validated, fresh = best_of(50, 1, np.random.default_rng(0))
    assert validated == 1.0 and fresh in (0.0, 1.0)
    scores = [best_of(1, 4, np.random.default_rng(s)) for s in range(20)]
    assert all((4 * each) == int(4 * each) for pair in scores for each in pair)
    assert len(set(scores)) > 3


@pytest.mark.parametrize("sizes", [(0, 1), (1, 0)])
def test_a_try_needs_a_rule_and_a_sample(sizes: tuple[int, int]) -> None:
    """Nothing tried, or nothing to try on, is refused."""
    with pytest.raises(ValueError, match=f"got {sizes[0]} and {sizes[1]}"):
        best_of(*sizes, np.random.default_rng(0))
