"""Tests of the exercise on imbalanced classes, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB

from snippets.imbalanced_classes import draw, segments

P = np.repeat([0.5, 0.1, 2 / 960], [10, 30, 960])
CRACKED = np.repeat([1, 0, 1, 0, 1, 0], [5, 5, 3, 27, 2, 958])
"""The bolts of the worked example."""


def test_cut_by_hand(solution: ModuleType) -> None:
    """Where a miss costs 19 alarms, one in twenty is enough."""
    assert solution.cost_threshold(1, 19) == pytest.approx(0.05)
    assert solution.cost_threshold(3, 3) == pytest.approx(0.5)


def test_cost_by_hand(solution: ModuleType) -> None:
    """32 alarms and 2 misses from 0.05, 10 misses if nobody is called."""
    found = solution.mean_cost(CRACKED, P >= 0.05, 1, 19)
    assert found == pytest.approx(0.070)
    nobody = np.zeros(1000, dtype=bool)
    assert solution.mean_cost(CRACKED, nobody, 1, 19) == pytest.approx(0.190)


def test_share_by_hand(solution: ModuleType) -> None:
    """From one in a hundred to one half the odds are 99 times as large."""
    even = solution.shift_share(np.array([0.1, 0.01]), 0.01, 0.5)
    assert even == pytest.approx([11 / 12, 0.5])
    back = solution.shift_share(even, 0.5, 0.01)
    assert back == pytest.approx([0.1, 0.01])


def test_share_is_that_of_naive_bayes(solution: ModuleType) -> None:
    """A model that takes the share as a parameter says the same."""
    X, y = draw(200, 0.2, np.random.default_rng(0))
    before, after = (
        GaussianNB(priors=[1 - share, share]).fit(X, y).predict_proba(X)[:, 1]
        for share in (0.5, 0.05)
    )
    found = solution.shift_share(before, 0.5, 0.05)
    assert found == pytest.approx(after, rel=1e-9)


def test_area_by_hand(solution: ModuleType) -> None:
    """Of four pairs two are won, one is a tie and one is lost."""
    y, scores = np.array([1, 1, 0, 0]), np.array([3.0, 1, 1, 2])
    assert solution.roc_area(y, scores) == pytest.approx(2.5 / 4)


def test_area_is_that_of_the_library(solution: ModuleType) -> None:
    """Equal scores share their ranks."""
    rng = np.random.default_rng(0)
    y, scores = rng.integers(2, size=80), rng.normal(size=80).round(1)
    library = roc_auc_score(y, scores)
    assert solution.roc_area(y, scores) == pytest.approx(library)


def test_made_samples_are_on_the_way(solution: ModuleType) -> None:
    """From a rare sample to one of its k nearest; all lie on a line here."""
    rare = np.array([[0.0, 0], [4, 2], [40, 20], [44, 22]])
    made = solution.smote(rare, 60, np.random.default_rng(0), k=1)
    assert made.shape == (60, 2)
    assert made[:, 1] == pytest.approx(made[:, 0] / 2)
    assert not ((made[:, 0] > 4.001) & (made[:, 0] < 39.999)).any()


def test_made_samples_fit_the_definition(solution: ModuleType) -> None:
    """Every rare sample is on some way, and the parts of the way fill it."""
    rare = np.random.default_rng(0).normal(size=(12, 3))
    made = solution.smote(rare, 400, np.random.default_rng(1))
    begin, end, way = segments(made, rare)
    assert len({*begin, *end}) == 12
    assert way.min() < 0.05 and way.max() > 0.95


def test_one_rare_sample_is_too_few(solution: ModuleType) -> None:
    """There is no way from one sample to another."""
    with pytest.raises(ValueError, match="two"):
        solution.smote(np.zeros((1, 2)), 3, np.random.default_rng(0))
