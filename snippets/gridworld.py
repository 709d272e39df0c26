"""A walk on a grid: values by planning, and the same values by trial and error.

Formulas: Sutton and Barto, "Reinforcement Learning", sections 4.4 (value
iteration) and 6.5 (Q-learning; Watkins 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Cell = tuple[int, int]

MOVES: tuple[Cell, ...] = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Row and column steps of the four actions: up, right, down, left."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle with one goal and some walls.

    Attributes:
        height: Number of rows.
        width: Number of columns.
        goal: Row and column of the goal. Entering it pays 1 and ends the
            episode.
        walls: Cells that cannot be entered.
    """

    height: int
    width: int
    goal: Cell
    walls: frozenset[Cell] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a goal outside the grid or inside a wall."""
        inside = (
            0 <= self.goal[0] < self.height and 0 <= self.goal[1] < self.width
        )
        if not inside or self.goal in self.walls:
            raise ValueError(
                f"the goal must be a free cell of the grid, got {self.goal}"
            )

    def states(self) -> list[Cell]:
        """List the cells in which an action can be chosen, row by row."""
        cells = [(r, c) for r in range(self.height) for c in range(self.width)]
        return [
            cell
            for cell in cells
            if cell != self.goal and cell not in self.walls
        ]

    def step(self, cell: Cell, action: int) -> tuple[Cell, float]:
        """Move, or stay when a wall or the edge is in the way.

        Args:
            cell: Row and column now.
            action: Index into `MOVES`.

        Returns:
            The next cell and the reward: 1 on entering the goal, else 0.
        """
        row, col = cell[0] + MOVES[action][0], cell[1] + MOVES[action][1]
        free = (
            0 <= row < self.height
            and 0 <= col < self.width
            and (row, col) not in self.walls
        )
        after = (row, col) if free else cell
        return after, float(after == self.goal)


def check_discount(discount: float) -> None:
    """Refuse a discount under which values need not settle.

    Args:
        discount: Worth of a reward one step later, no unit.

    Raises:
        ValueError: If `discount` is below 0, or 1 or more.
    """
    if not 0 <= discount < 1:
        raise ValueError(
            f"discount must be at least 0 and below 1, got {discount}"
        )


# --8<-- [start:value_iteration]
def value_iteration(grid: Grid, discount: float) -> FloatArray:
    """Plan with known rules: sweep Bellman's equation until nothing changes.

    Args:
        grid: Where we walk; its rules are known to the planner.
        discount: Worth of a reward one step later, at least 0 and below 1.

    Returns:
        Worth of each action, shape (height, width, 4); 0 at the goal and in
        walls.

    Raises:
        ValueError: If `discount` is outside its range.
    """
    check_discount(discount)
    q = np.zeros((grid.height, grid.width, len(MOVES)))
    while True:
        old = q.copy()
        for cell in grid.states():
            for action in range(len(MOVES)):
                after, reward = grid.step(cell, action)
                q[cell][action] = reward + discount * q[after].max()
        if np.abs(q - old).max() < 1e-14:
            return q
    # --8<-- [end:value_iteration]


# --8<-- [start:q_learning]
def q_learning(
    grid: Grid,
    discount: float,
    n_episodes: int,
    rate: float,
    rng: np.random.Generator,
) -> FloatArray:
    """Learn the same values by stumbling about, without knowing the rules.

    Every action is random: Q-learning learns about the best actions whatever it
    does.

    Args:
        grid: Where we walk; only the result of each step is seen.
        discount: Worth of a reward one step later, at least 0 and below 1.
        n_episodes: Walks from a random cell to the goal.
        rate: Share of the error that a step corrects, above 0 and at most 1.
        rng: Source of starts and actions.

    Returns:
        Worth of each action, shape (height, width, 4).

    Raises:
        ValueError: If `discount` or `rate` is outside its range.
    """
    check_discount(discount)
    if not 0 < rate <= 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}")
    q = np.zeros((grid.height, grid.width, len(MOVES)))
    starts = grid.states()
    for _ in range(n_episodes):
        cell = starts[rng.integers(len(starts))]
        while cell != grid.goal:
            action = int(rng.integers(len(MOVES)))
            after, reward = grid.step(cell, action)
            error = reward + discount * q[after].max() - q[cell][action]
            q[cell][action] += rate * error
            cell = after
    return q
    # --8<-- [end:q_learning]


def draw_policy(ax: Axes, grid: Grid, q: FloatArray) -> None:
    """Colour each cell by its worth and point an arrow along its best action.

    A cell whose actions are all worth nothing gets no arrow; walls stay empty.

    Args:
        ax: Axes to draw on.
        grid: Where we walk.
        q: Worth of each action, shape (height, width, 4).
    """
    worth = np.full((grid.height, grid.width), np.nan)
    for row, col in grid.states():
        worth[row, col] = q[row, col].max()
        if worth[row, col] > 0:
            down, right = MOVES[int(q[row, col].argmax())]
            # not black, which themes change
            ink = "white" if worth[row, col] < 0.6 else "#111111"
            arrow = {"arrowstyle": "->", "color": ink, "lw": 1.5}
            start = (col - 0.3 * right, row - 0.3 * down)
            end = (col + 0.3 * right, row + 0.3 * down)
            ax.annotate("", xy=end, xytext=start, arrowprops=arrow)
    ax.imshow(worth, cmap="cividis", vmin=0, vmax=1)
    ax.text(
        grid.goal[1], grid.goal[0], "goal", ha="center", va="center", fontsize=8
    )
    ax.set(xticks=range(grid.width), yticks=range(grid.height), xlabel="column")
