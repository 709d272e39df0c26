from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.model_selection import ShuffleSplit, permutation_test_score
from sklearn.naive_bayes import GaussianNB

from snippets.permutation import held_out, p_value, permuted_scores


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
def test_p_value_equals_scikit_learn(load) -> None:
    """From the same permuted scores, the p-value of `permutation_test_score`."""
    X, y = load(return_X_y=True)
    columns = np.random.default_rng(0).normal(size=(len(y), 2))  # nothing to find
    for data in (X[:, :2], columns):
        score, permuted, p = permutation_test_score(
            GaussianNB(), data, y, cv=ShuffleSplit(1, random_state=0), n_permutations=19
        )
        assert p_value(score, permuted) == pytest.approx(p, abs=1e-15)


def test_p_value_counts_ties_and_itself() -> None:
    """An equal score counts against; the observed one keeps the value above 0."""
    assert p_value(0.9, np.array([0.1, 0.9, 0.95])) == 0.75
    assert p_value(1.0, np.array([0.1, 0.2, 0.3])) == 0.25
    assert p_value(0.0, np.array([0.1, 0.2, 0.3])) == 1.0


def test_labels_are_dealt_out_anew() -> None:
    """Each time the same labels in another order, repeatable by the source."""
    seen: list[list[int]] = []

    def score(y: np.ndarray) -> float:
        seen.append(y.tolist())
        return float(y[0])

    y = np.arange(10)
    scores = permuted_scores(score, y, 5, np.random.default_rng(0))
    assert scores.tolist() == [order[0] for order in seen]
    assert all(sorted(order) == y.tolist() for order in seen)
    assert len({tuple(order) for order in seen}) == 5
    again = permuted_scores(score, y, 5, np.random.default_rng(0))
    np.testing.assert_array_equal(scores, again)


def test_held_out_trains_on_the_first_half_and_tests_on_the_second() -> None:
    """The score is that of the library on the halves; an odd sample tests."""
    X, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))[:101]
    X, y = X[order], y[order]
    expected = GaussianNB().fit(X[:50], y[:50]).score(X[50:], y[50:])
    assert held_out(GaussianNB(), X)(y) == expected


@pytest.mark.nightly
def test_p_values_without_information_are_even() -> None:
    """On noise, a p-value below 0.2 comes up about two times in ten."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(100):
        X, y = rng.normal(size=(40, 2)), rng.integers(2, size=40)
        score = held_out(GaussianNB(), X)
        found.append(p_value(score(y), permuted_scores(score, y, 9, rng)))
    share = np.mean(np.array(found) <= 0.2)
    assert 0.08 < share < 0.32


def test_bad_input_is_refused() -> None:
    """No permutation, no p-value."""
    with pytest.raises(ValueError, match="got 0"):
        permuted_scores(lambda y: 0.0, np.arange(3), 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least one permuted score"):
        p_value(0.5, np.array([]))
