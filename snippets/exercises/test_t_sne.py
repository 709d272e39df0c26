"""Tests for the exercise on t-SNE, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.manifold import TSNE

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 4))
Y = RNG.standard_normal((30, 2))
LINE = np.array([[0.0, 0], [1, 0], [2, 0]])
BY_HAND = np.array([[0, 25, 4], [25, 0, 25], [4, 25, 0]]) / 108


def test_weights_by_hand(solution: ModuleType) -> None:
    """A point weighs nothing to itself, one half at a distance of 1."""
    expected = [[0, 0.5, 0.2], [0.5, 0, 0.5], [0.2, 0.5, 0]]
    np.testing.assert_allclose(solution.student(LINE), expected)


def test_each_row_has_the_perplexity(solution: ModuleType) -> None:
    """Rows are shares, and see as many neighbours as was asked for."""
    rows = solution.conditional(X, 7.5)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    np.testing.assert_array_equal(np.diag(rows), 0)
    logs = np.log(np.where(rows > 0, rows, 1))
    seen = np.exp(-(rows * logs).sum(axis=1))
    np.testing.assert_allclose(seen, 7.5, rtol=1e-6)


def test_affinities_are_the_same_both_ways(solution: ModuleType) -> None:
    """They sum to 1, and no sample is forgotten."""
    P = solution.affinities(X, 5.0)
    np.testing.assert_allclose(P, P.T)
    assert P.sum() == pytest.approx(1)
    assert P.sum(axis=1).min() >= 1 / 60 - 1e-12


def test_loss_by_hand(solution: ModuleType) -> None:
    """Three points on a line; nothing is lost where shares are the same."""
    expected = (100 * np.log(10 / 9) + 8 * np.log(4 / 9)) / 108
    assert solution.divergence(BY_HAND, LINE) == pytest.approx(expected)
    weights = solution.student(Y)
    same = solution.divergence(weights / weights.sum(), Y)
    assert same == pytest.approx(0, abs=1e-12)


def test_gradient_is_the_slope_of_the_loss(solution: ModuleType) -> None:
    """By hand, and by a small step of each coordinate."""
    slope = solution.gradient(BY_HAND, LINE)[:, 0]
    np.testing.assert_allclose(slope, [1 / 36, 0, -1 / 36], atol=1e-12)
    P, found = solution.affinities(X, 5.0), np.zeros_like(Y)
    for place in np.ndindex(Y.shape):
        step = np.zeros_like(Y)
        step[place] = 1e-5
        above, below = (solution.divergence(P, Y + s) for s in (step, -step))
        found[place] = (above - below) / 2e-5
    np.testing.assert_allclose(solution.gradient(P, Y), found, atol=1e-6)


def test_first_two_steps_by_hand(solution: ModuleType) -> None:
    """The gain of a first step is 0.8; that of a second in the same direction
    is 1, and half of the first move is added.
    """
    slope = solution.gradient(2 * BY_HAND, LINE)
    steps = list(solution.walk(BY_HAND, LINE, 2, 5, 2.0, 0.1))
    np.testing.assert_allclose(steps[0], LINE - 0.08 * slope)
    later = solution.gradient(2 * BY_HAND, steps[0])
    held = np.where(slope * later > 0, 1.0, 0.64)
    moved = -0.5 * 0.08 * slope - 0.1 * held * later
    np.testing.assert_allclose(steps[1], steps[0] + moved, atol=1e-12)


def test_descent_equals_scikit_learn(solution: ModuleType) -> None:
    """The exact method from the same start, in short steps and without an
    exaggeration; beyond the 250th step, where momentum changes.
    """
    library = TSNE(
        method="exact",
        init=Y.copy(),
        perplexity=7,
        early_exaggeration=1.0,
        learning_rate=1.0,
        max_iter=300,
        min_grad_norm=0,
    ).fit(X)
    P = solution.affinities(X, 7.0)
    *_, last = solution.walk(P, Y, 300, 250, 1.0, 1.0)
    np.testing.assert_allclose(last, library.embedding_, atol=1e-2)
    loss = solution.divergence(P, last)
    assert loss == pytest.approx(library.kl_divergence_, abs=1e-3)
