"""Lesson about one-shot learning: the sign of each interval, and the functions behind it."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.datasets import load_iris, load_wine
from sklearn.neighbors import KNeighborsClassifier

from snippets.lessons import l46_one_shot as l46


@pytest.fixture(scope="module")
def result() -> l46.Result:
    return ran(l46)


@pytest.mark.nightly
def test_l46_does_not_hold(result: l46.Result) -> None:
    """Neither kind of knowledge about other digits beats the pixels; the right one would."""
    outcome = l46.judge(result)
    assert outcome.primary.standing == "against"
    network, metric, untrained = outcome.findings
    assert network.contradicts and metric.contradicts and not untrained.supports
    assert same([network], [result.gain("network of six others")])
    assert same([metric], [result.gain("metric of six others")])
    assert same([untrained], [result.gain("network of six others", "untrained network")])
    assert {one.claim for one in outcome.findings} == {"above"}
    assert network.effect.n == 10 and result.scores.shape == (5, 10)
    assert network.effect.mean < -0.05 and network.effect.high < 0 and metric.effect.low > -0.06
    assert result.gain("network of all ten").low > 0.05
    assert 0.7 < result.scores[0].mean() < 0.85


def test_l46_each_seed_has_new_digits_of_its_own() -> None:
    """Ten seeds choose ten different fours, and each digit is new equally often."""
    digits = np.arange(10)
    for first in (0, 1000):
        seeds = range(first, first + 10)
        new = [digits[l46.renamed(digits, seed) >= l46.FIRST_NEW] for seed in seeds]
        assert len({tuple(each) for each in new}) == 10
        assert np.bincount(np.concatenate(new)).tolist() == [4] * 10


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_l46_nearest_equals_scikit_learn(load) -> None:
    """One example a class is a nearest neighbour of one."""
    X, y = load(return_X_y=True)
    first = np.array([np.flatnonzero(y == label)[3] for label in np.unique(y)])
    model = KNeighborsClassifier(1).fit(X[first], [0, 1, 2])
    np.testing.assert_array_equal(l46.nearest(X[first], X), model.predict(X))


def test_l46_ties_go_to_the_first() -> None:
    """Equally near examples: the first row."""
    assert l46.nearest(np.array([[1.0], [-1.0]]), np.array([[0.0], [-0.1]])).tolist() == [0, 1]


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_l46_metric_rounds_classes(load) -> None:
    """After the map, the mean covariance within classes plus the ridge is the identity."""
    X, y = load(return_X_y=True)
    y = y * 5 + 2  # labels need not start at 0
    ridge = 0.3
    A = l46.rounding_metric(X, y, ridge)
    within = sum((y == label).mean() * np.cov(X[y == label].T, bias=True) for label in np.unique(y))
    np.testing.assert_allclose(
        A.T @ (within + ridge * np.eye(X.shape[1])) @ A, np.eye(X.shape[1]), rtol=0, atol=1e-9
    )


def test_l46_bad_input_is_refused() -> None:
    """The error names the value."""
    with pytest.raises(ValueError, match=r"got \[0\]"):
        l46.run((0,))
    with pytest.raises(ValueError, match="got 0"):
        l46.rounding_metric(np.eye(2), np.array([0, 1]), 0)
