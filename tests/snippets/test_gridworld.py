"""Gridworld: Bellman's equation, and Q-learning that finds its solution."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from snippets.gridworld import MOVES, Grid, draw_policy, q_learning, value_iteration

OPEN = Grid(4, 4, (3, 3))
MAZE = Grid(4, 6, (0, 5), frozenset({(0, 4), (1, 1), (1, 2), (2, 4)}))


def test_value_is_the_discount_to_the_power_of_the_distance():
    """On an open grid the worth of a cell is known by counting steps."""
    worth = value_iteration(OPEN, 0.9).max(axis=2)
    for row, col in OPEN.states():
        steps = (3 - row) + (3 - col)
        assert worth[row, col] == pytest.approx(0.9 ** (steps - 1), abs=1e-12)


@pytest.mark.parametrize("grid", [OPEN, MAZE], ids=["open", "maze"])
def test_values_satisfy_bellmans_equation(grid):
    """Each action is worth its reward plus the discounted best of what follows."""
    q = value_iteration(grid, 0.8)
    for cell in grid.states():
        for action in range(len(MOVES)):
            after, reward = grid.step(cell, action)
            assert q[cell][action] == pytest.approx(reward + 0.8 * q[after].max(), abs=1e-12)


@pytest.mark.parametrize("grid", [OPEN, MAZE], ids=["open", "maze"])
@pytest.mark.parametrize("seed", range(3))
def test_q_learning_finds_the_planned_values(grid, seed):
    """Random behaviour is enough: the learned values are those of planning."""
    learned = q_learning(grid, 0.9, 200, 0.5, np.random.default_rng(seed))
    np.testing.assert_allclose(learned, value_iteration(grid, 0.9), atol=1e-12)


def test_walls_and_edges_stop_a_move():
    """A blocked move leaves us where we are and pays nothing."""
    assert MAZE.step((0, 0), 0) == ((0, 0), 0.0)
    assert MAZE.step((0, 1), 2) == ((0, 1), 0.0)
    assert MAZE.step((1, 5), 0) == ((0, 5), 1.0)


def test_no_discount_looks_one_step_ahead():
    """With discount 0 only the step onto the goal is worth something."""
    q = value_iteration(OPEN, 0.0)
    assert q.sum() == 2.0
    assert q[2, 3, 2] == q[3, 2, 1] == 1.0


def test_grid_of_one_cell_has_nothing_to_choose():
    """A grid that is all goal has no state and no value."""
    grid = Grid(1, 1, (0, 0))
    assert grid.states() == []
    assert value_iteration(grid, 0.9).sum() == 0


def test_bad_settings_are_refused():
    """The error names the value."""
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"goal must be a free cell.*\(4, 0\)"):
        Grid(4, 4, (4, 0))
    with pytest.raises(ValueError, match="goal"):
        Grid(2, 2, (0, 0), frozenset({(0, 0)}))
    with pytest.raises(ValueError, match=r"discount.*got 1\.0"):
        value_iteration(OPEN, 1.0)
    with pytest.raises(ValueError, match=r"rate.*got 0"):
        q_learning(OPEN, 0.9, 1, 0.0, rng)


def test_drawing_gives_an_arrow_to_each_cell_of_worth():
    """Every free cell of a solved grid has its arrow, and the goal its name."""
    fig, ax = plt.subplots()
    draw_policy(ax, MAZE, value_iteration(MAZE, 0.9))
    texts = [text.get_text() for text in ax.texts]
    plt.close(fig)
    assert texts.count("") == len(MAZE.states())
    assert texts.count("goal") == 1
