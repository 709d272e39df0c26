"""Tests for the exercise on action values, easiest first.

There is no such model in scikit-learn: the reference is planning with known
rules.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.gridworld import Grid, value_iteration
from snippets.q_learning import corridor, guessed_worth, worth_of_habit

GRIDS = [Grid(3, 3, (2, 2)), Grid(2, 4, (0, 3), frozenset({(0, 1)}))]


def test_chances(solution: ModuleType) -> None:
    """Each action gets explore / n; those with the largest worth share what is
    left.
    """
    found = solution.chances(np.array([1.0, 3.0, 3.0, 0.0]), 0.2)
    np.testing.assert_allclose(found, [0.05, 0.45, 0.45, 0.05])


def test_of_a_first_walk_only_the_last_step_learns(
    solution: ModuleType,
) -> None:
    """All other steps see a reward of 0 and a future worth 0. Counts say what
    was tried.
    """
    q, tries = solution.learn(
        corridor(3), 0.9, 1, np.random.default_rng(0), 0.25, start=(0, 0)
    )
    assert np.count_nonzero(q) == 1
    assert q[0, 2, 1] == 0.25
    assert tries[0, 2, 1] == 1
    assert not tries[0, 3].any()


@pytest.mark.parametrize(
    "on_policy", [False, True], ids=["off-policy", "on-policy"]
)
def test_two_targets(solution: ModuleType, on_policy: bool) -> None:
    """Off-policy the future is the best action's worth, on-policy its mean over
    `chances`.
    """
    grid = GRIDS[1]
    q, _ = solution.learn(
        grid, 0.8, 400, np.random.default_rng(1), on_policy=on_policy
    )
    planned = worth_of_habit(grid, 0.8, 1.0 if on_policy else 0.0)
    np.testing.assert_allclose(q, planned, rtol=0, atol=1e-10)


def test_a_hint_shifts_the_worth(solution: ModuleType) -> None:
    """Add discount * hint[after] - hint[cell] to the reward: q falls by the
    hint, no more.
    """
    hint = guessed_worth(GRIDS[0], 0.9)
    q, _ = solution.learn(
        GRIDS[0], 0.9, 200, np.random.default_rng(2), hint=hint
    )
    for cell in GRIDS[0].states():
        planned = value_iteration(GRIDS[0], 0.9)[cell]
        np.testing.assert_allclose(
            q[cell] + hint[cell], planned, rtol=0, atol=1e-12
        )


@pytest.mark.parametrize("grid", GRIDS, ids=["open", "wall"])
def test_random_walks_find_what_planning_finds(
    solution: ModuleType, grid: Grid
) -> None:
    """With every action tried again and again, the table is that of value
    iteration.
    """
    q, _ = solution.learn(grid, 0.9, 300, np.random.default_rng(3))
    np.testing.assert_allclose(
        q, value_iteration(grid, 0.9), rtol=0, atol=1e-12
    )
