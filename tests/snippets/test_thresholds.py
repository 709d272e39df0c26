from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve

from snippets.thresholds import average_precision, cheapest, sweep

SETS = {
    "cancer": (load_breast_cancer, 1),
    "digits": (load_digits, 8),
    "wine": (load_wine, 0),
}


def scored(name: str, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and scores of a weak model on a real set; few places make many ties."""
    load, positive = SETS[name]
    X, y = load(return_X_y=True)
    y = (y == positive).astype(int)
    rng = np.random.default_rng(0)
    scores = LogisticRegression(max_iter=5000).fit(X[:, :3], y).decision_function(X[:, :3])
    return y, np.round(scores + rng.standard_normal(len(y)), places)


@pytest.mark.parametrize("places", [12, 1, 0])
@pytest.mark.parametrize("name", SETS)
def test_equals_scikit_learn(name: str, places: int) -> None:
    """Thresholds, precision, recall and average precision are the library's, ties too."""
    y, scores = scored(name, places)
    found = sweep(y, scores)
    precision, recall, thresholds = precision_recall_curve(y, scores)
    np.testing.assert_array_equal(found.thresholds, thresholds)
    np.testing.assert_allclose(found.precision, precision[:-1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.recall, recall[:-1], rtol=0, atol=1e-12)
    assert average_precision(found) == pytest.approx(average_precision_score(y, scores), abs=1e-12)


@pytest.mark.parametrize("name", SETS)
def test_counts_are_those_of_the_confusion_matrix(name: str) -> None:
    """At each threshold hits, false alarms and misses are counted as one would by hand."""
    y, scores = scored(name, 1)
    found = sweep(y, scores)
    for i in (0, 1, len(found.thresholds) // 2, -1):
        (_, alarms), (misses, hits) = confusion_matrix(y, scores >= found.thresholds[i])
        assert (found.hits[i], found.false_alarms[i], found.misses[i]) == (hits, alarms, misses)


def test_by_hand() -> None:
    """Four samples, two of them tied."""
    found = sweep(np.array([1, 0, 1, 0]), np.array([0.9, 0.5, 0.5, 0.1]))
    assert found.thresholds.tolist() == [0.1, 0.5, 0.9]
    assert found.hits.tolist() == [2, 2, 1]
    assert found.false_alarms.tolist() == [2, 1, 0]
    assert found.misses.tolist() == [0, 0, 1]
    assert found.precision.tolist() == [0.5, 2 / 3, 1.0]
    assert found.recall.tolist() == [1.0, 1.0, 0.5]
    assert average_precision(found) == pytest.approx(0.5 * 2 / 3 + 0.5)


def test_recall_never_rises_with_the_threshold() -> None:
    """Fewer are called, so no more are found; precision has no such promise."""
    found = sweep(*scored("digits", 12))
    assert (np.diff(found.recall) <= 0).all()
    assert (np.diff(found.precision) < 0).any() and (np.diff(found.precision) > 0).any()


def test_one_sample_and_equal_scores() -> None:
    """One positive sample is always found; equal scores leave one threshold."""
    one = sweep(np.array([1]), np.array([0.3]))
    assert (one.hits.tolist(), one.false_alarms.tolist(), one.misses.tolist()) == ([1], [0], [0])
    same = sweep(np.array([0, 1, 0, 0]), np.full(4, 0.3))
    assert (len(same.thresholds), same.precision.tolist()) == (1, [0.25])
    assert average_precision(same) == 0.25


def test_reads_and_does_not_write() -> None:
    """Labels and scores stay as they were."""
    y, scores = np.array([0, 1, 1]), np.array([3.0, 1.0, 2.0])
    sweep(y, scores)
    assert (y.tolist(), scores.tolist()) == ([0, 1, 1], [3.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("alarm", "miss", "threshold"),
    [(1, 1, 0.5), (1, 10, 0.2), (10, 1, 0.6), (0, 1, 0.1), (1, 0, 0.6), (3, 2, 0.6)],
)
def test_the_cheapest_threshold_follows_the_costs(
    alarm: float, miss: float, threshold: float
) -> None:
    """Dear misses lower the threshold, dear alarms raise it."""
    y = np.array([0, 1, 0, 0, 1, 0, 1, 1, 1])
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.8, 0.9])
    assert cheapest(sweep(y, scores), alarm, miss) == threshold


def test_calling_nobody_may_be_cheapest() -> None:
    """Where the positive sample has the lowest score, dear alarms call nobody."""
    found = sweep(np.array([1, 0, 1, 0]), np.array([0.1, 0.5, 0.2, 0.9]))
    assert cheapest(found, 10, 1) == np.inf
    assert cheapest(found, 1, 1) == 0.1  # two alarms cost as much as two misses
    assert cheapest(found, 1.1, 1) == np.inf


@pytest.mark.parametrize(("alarm", "miss"), [(1.0, 1.0), (2.0, 5.0), (7.0, 1.0)])
def test_the_cheapest_threshold_beats_all_others(alarm: float, miss: float) -> None:
    """No other threshold costs less, counted by hand."""
    y, scores = scored("cancer", 12)

    def cost(threshold: float) -> float:
        called = scores >= threshold
        return alarm * (called & (y == 0)).sum() + miss * (~called & (y == 1)).sum()

    best = cheapest(sweep(y, scores), alarm, miss)
    assert cost(best) == min(cost(t) for t in [*scores, np.inf])


def test_a_tie_of_costs_takes_the_lowest() -> None:
    """Where calling one and calling nobody cost the same, we call."""
    found = sweep(np.array([0, 1]), np.array([0.5, 0.5]))
    assert cheapest(found, 1, 1) == 0.5
    two = sweep(np.array([1, 0, 1]), np.array([0.1, 0.5, 0.9]))
    assert cheapest(two, 1, 1) == 0.1


@pytest.mark.parametrize(
    ("y", "scores", "message"),
    [
        (np.array([1, 0]), np.array([0.5]), "must be"),
        (np.array([[1]]), np.array([[0.5]]), "must be"),
        (np.array([1, 2]), np.array([0.5, 0.1]), r"0 or 1, got \[1 2\]"),
        (np.array([0, 0]), np.array([0.5, 0.1]), "there is none"),
        (np.array([], dtype=int), np.array([]), "there is none"),
        (np.array([1, 0]), np.array([0.5, np.nan]), "finite"),
        (np.array([1, 0]), np.array([0.5, np.inf]), "finite"),
    ],
)
def test_bad_scores_are_named(y: np.ndarray, scores: np.ndarray, message: str) -> None:
    """What cannot be judged is refused, with the reason."""
    with pytest.raises(ValueError, match=message):
        sweep(y, scores)


@pytest.mark.parametrize("costs", [(-1.0, 1.0), (1.0, -1.0), (0.0, 0.0)])
def test_costs_are_costs(costs: tuple[float, float]) -> None:
    """Negative costs, or none at all, have no cheapest threshold."""
    found = sweep(np.array([0, 1]), np.array([0.1, 0.9]))
    with pytest.raises(ValueError, match=f"got {costs[0]}, {costs[1]}"):
        cheapest(found, *costs)
