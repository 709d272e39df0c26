"""Tests of the exercise on active learning, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

TORN = np.array([[0.5, 0.5, 0.0], [0.4, 0.3, 0.3], [1.0, 0.0, 0.0]])
"""Torn between two, unsure of all, and sure."""


def test_doubts_by_hand(solution: ModuleType) -> None:
    """Each ranks the three otherwise; who is sure has none."""
    np.testing.assert_allclose(solution.least_confident(TORN), [0.5, 0.6, 0])
    np.testing.assert_allclose(solution.small_margin(TORN), [0, -0.1, -1])
    np.testing.assert_allclose(
        solution.entropy(TORN), [np.log(2), 1.0889, 0], atol=1e-4
    )


def test_a_committee_that_agrees_is_told_nothing(solution: ModuleType) -> None:
    """Though all be unsure; two that are sure of opposites are told ln 2."""
    agree = np.full((4, 1, 2), 0.5)
    apart = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    np.testing.assert_allclose(solution.told_by_a_label(agree), [0], atol=1e-15)
    np.testing.assert_allclose(solution.told_by_a_label(apart), [np.log(2)])


def test_a_first_draw_tells_most(solution: ModuleType) -> None:
    """The mean entropy of a share that may be any is 1/2."""
    told = solution.told_by_a_draw(
        np.array([1.0, 2, 30]), np.array([1.0, 1, 30])
    )
    assert told[0] == pytest.approx(np.log(2) - 0.5)
    assert told[0] > told[1] > told[2] > 0


def test_farthest_first_by_hand(solution: ModuleType) -> None:
    """From 0 the farthest is 10; then what lies between them."""
    X = np.array([[0.0], [1], [4], [10], [9]])
    rows = solution.farthest_first(X, X[:1], 3)
    assert rows.tolist() == [3, 2, 1]


@pytest.mark.parametrize("turn", [1, 5, 11, 15])
def test_a_turn_is_found_by_halves(solution: ModuleType, turn: int) -> None:
    """In four answers for sixteen samples, wherever it is."""
    found, asked = solution.halve(16, lambda row: int(row >= turn))
    assert found == turn and len(asked) <= 4
