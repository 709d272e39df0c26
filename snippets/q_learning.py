"""Tabular learning of action values: how to behave, what to learn of, rewards
that show the way.

Formulas: Sutton and Barto, "Reinforcement Learning", sections 6.5 and 6.6
(Q-learning and Expected Sarsa); Ng, Harada and Russell 1999 (shaping by a
potential).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snippets.gridworld import MOVES, Cell, Grid, check_discount

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def check_settings(discount: float, rate: float, explore: float) -> None:
    """Refuse settings under which values need not settle.

    Args:
        discount: Worth of a reward one step later, at least 0 and below 1.
        rate: Share of the error that a step corrects, above 0 and at most 1.
        explore: Share of random actions, from 0 to 1.

    Raises:
        ValueError: If one of them is outside its range.
    """
    check_discount(discount)
    if not 0 < rate <= 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}")
    if not 0 <= explore <= 1:
        raise ValueError(f"explore is a share, from 0 to 1, got {explore}")


def draw(chances: FloatArray, rng: np.random.Generator) -> int:
    """Draw an action.

    Args:
        chances: Chance of each action, shape (n_actions,), sum 1.
        rng: Source of the draw.

    Returns:
        Index of the action; one with chance 0 is never drawn.
    """
    ends = chances.cumsum()
    return int(np.searchsorted(ends, rng.random() * ends[-1], side="right"))


def chances(worth: FloatArray, explore: float) -> FloatArray:
    """Chance of each action: a share `explore` is spread evenly, the rest goes
    to the best.

    Args:
        worth: What each action is held to be worth, shape (n_actions,).
        explore: Share of random actions, from 0 to 1.

    Returns:
        Chances with sum 1, shape (n_actions,); equally good actions share the
        rest.
    """
    best = worth == worth.max()
    return np.asarray(explore / len(worth) + (1 - explore) * best / best.sum())


# --8<-- [start:learn]
def learn(
    grid: Grid,
    discount: float,
    n_episodes: int,
    rng: np.random.Generator,
    rate: float = 0.5,
    explore: float = 1.0,
    on_policy: bool = False,
    hint: FloatArray | None = None,
    start: Cell | None = None,
) -> tuple[FloatArray, IntArray]:
    """Walk, and move the worth of each action towards what came of it.

    Args:
        grid: Where we walk; only the result of each step is seen.
        discount: Worth of a reward one step later, at least 0 and below 1.
        n_episodes: Walks to the goal.
        rng: Source of starts and actions.
        rate: Share of the error that a step corrects, above 0 and at most 1.
        explore: Share of random actions, from 0 to 1.
        on_policy: Learn of how we walk, random actions included, not of the
            best actions.
        hint: Potential that shapes the rewards, shape (height, width), 0 at the
            goal.
        start: Where each walk starts; None for a random cell.

    Returns:
        Worth of each action, and how often it was tried, both (height, width,
        4).
    """
    check_settings(discount, rate, explore)
    hint = np.zeros((grid.height, grid.width)) if hint is None else hint
    q = np.zeros((grid.height, grid.width, len(MOVES)))
    tries, starts = np.zeros(q.shape, dtype=np.int64), grid.states()
    for _ in range(n_episodes):
        cell = starts[rng.integers(len(starts))] if start is None else start
        while cell != grid.goal:
            action = draw(chances(q[cell], explore), rng)
            after, reward = grid.step(cell, action)
            reward += discount * hint[after] - hint[cell]
            future = (
                q[after] @ chances(q[after], explore)
                if on_policy
                else q[after].max()
            )
            q[cell][action] += rate * (
                reward + discount * future - q[cell][action]
            )
            tries[cell][action] += 1
            cell = after
    return q, tries
    # --8<-- [end:learn]


def worth_of_habit(grid: Grid, discount: float, explore: float) -> FloatArray:
    """Plan for one who goes on exploring: the best worth if a share of actions
    is random.

    Args:
        grid: Where we walk; its rules are known to the planner.
        discount: Worth of a reward one step later, at least 0 and below 1.
        explore: Share of random actions; with 0 this is value iteration, with 1
            it is the worth of walking at random.

    Returns:
        Worth of each action, shape (height, width, 4); 0 at the goal and in
        walls.

    Raises:
        ValueError: If a setting is outside its range.
    """
    check_settings(discount, 1.0, explore)
    q = np.zeros((grid.height, grid.width, len(MOVES)))
    while True:
        old = q.copy()
        for cell in grid.states():
            for action in range(len(MOVES)):
                after, reward = grid.step(cell, action)
                q[cell][action] = reward + discount * (
                    q[after] @ chances(q[after], explore)
                )
        if np.abs(q - old).max() < 1e-14:
            return q


def steps_away(grid: Grid) -> FloatArray:
    """Count steps to the goal as if there were no walls, shape (height,
    width).
    """
    rows, columns = np.indices((grid.height, grid.width))
    return np.asarray(
        abs(rows - grid.goal[0]) + abs(columns - grid.goal[1]), dtype=float
    )


def guessed_worth(grid: Grid, discount: float) -> FloatArray:
    """A potential that shows the way: what a cell would be worth if there were
    no walls.

    Args:
        grid: Where we walk.
        discount: Worth of a reward one step later, at least 0 and below 1.

    Returns:
        Potential, shape (height, width); 0 at the goal, as shaping needs it.

    Raises:
        ValueError: If the discount is outside its range.
    """
    check_discount(discount)
    away = steps_away(grid)
    return np.where(away > 0, discount ** (away - 1), 0.0)


def corridor(length: int) -> Grid:
    """A corridor with the goal at its right end.

    Args:
        length: Steps from the left end to the goal.

    Returns:
        One row of `length` + 1 cells.

    Raises:
        ValueError: If there is no step to take.
    """
    if length < 1:
        raise ValueError(
            f"the goal must be at least one step away, got {length}"
        )
    return Grid(1, length + 1, (0, length))


def steps_to_goal(length: int, hint: str, rng: np.random.Generator) -> int:
    """Count the steps of a first walk along a corridor, learning on the way.

    One action in ten is random, the others are the best so far, ties at random;
    the discount is 0.95.

    Args:
        length: Steps from the start at the left end to the goal.
        hint: The potential that shapes the rewards: "none", "guessed worth" or
            "minus distance".
        rng: Source of the actions.

    Returns:
        Steps until the goal is entered for the first time.

    Raises:
        ValueError: If there is no step to take, or no such hint.
    """
    grid = corridor(length)
    hints = {
        "none": None,
        "guessed worth": guessed_worth(grid, 0.95),
        "minus distance": -steps_away(grid),
    }
    if hint not in hints:
        raise ValueError(
            f"no hint is named {hint!r}; there are {', '.join(hints)}"
        )
    _, tries = learn(
        grid, 0.95, 1, rng, explore=0.1, hint=hints[hint], start=(0, 0)
    )
    return int(tries.sum())
