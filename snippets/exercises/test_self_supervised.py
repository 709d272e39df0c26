"""Tests of the exercise on self-supervised learning, easiest first; each
docstring is a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

TWO_PAIRS = np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 3.0]])
"""Partners agree, the others are at right angles; lengths do not count."""


def test_alignment_by_hand(solution: ModuleType) -> None:
    """Partners that agree have 0, partners at right angles 2."""
    assert solution.alignment(TWO_PAIRS) == pytest.approx(0)
    assert solution.alignment(TWO_PAIRS[[0, 1, 3, 2]]) == pytest.approx(2)


def test_uniformity_by_hand(solution: ModuleType) -> None:
    """Two pairs of rows are in one place, four are at a squared distance of
    2.
    """
    wanted = np.log((2 + 4 * np.exp(-4)) / 6)
    assert solution.uniformity(TWO_PAIRS) == pytest.approx(wanted)


def test_noise_shrinks_the_weak_direction(solution: ModuleType) -> None:
    """A direction of variance v is multiplied by v / (v + sd²)."""
    X = np.array([[2.0, 0], [-2, 0], [0, 1], [0, -1]])  # variances 2 and 1/2
    W = solution.denoising_map(X, 1.0)
    np.testing.assert_allclose(W, np.diag([2 / 3, 1 / 3]), atol=1e-12)


def test_a_copy_fills_in_what_is_hidden(solution: ModuleType) -> None:
    """Two features that are the same, each hidden half the time."""
    X = np.array([[1.0, 1], [-1, -1]])
    W = solution.masked_map(X, 0.5)
    np.testing.assert_allclose(W, np.full((2, 2), 2 / 3), atol=1e-12)


def test_loss_by_hand(solution: ModuleType) -> None:
    """A cosine of 1 among two of 0, at temperatures 1 and 1/2."""
    for tau, e in ((1.0, np.e), (0.5, np.e**2)):
        loss, _ = solution.contrast(TWO_PAIRS, tau)
        assert loss == pytest.approx(np.log(1 + 2 / e))


def test_slope_is_the_limit_of_small_moves(solution: ModuleType) -> None:
    """Each row is asked, and is an answer for all others."""
    H = np.random.default_rng(0).normal(size=(6, 3))
    slope = solution.contrast(H, 0.5)[1]
    for at in np.ndindex(H.shape):
        move = np.zeros_like(H)
        move[at] = 1e-5
        ends = [solution.contrast(H + k * move, 0.5)[0] for k in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(slope[at], abs=1e-8)
