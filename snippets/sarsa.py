"""Sarsa beside Q-learning, on a cliff; and a table's great trap, a divergence
that weights make possible.

Formulas: Sutton and Barto, "Reinforcement Learning", 2018, sections 6.4 and 6.5
(Sarsa; example 6.6 is the cliff) and 11.2 (Baird's counterexample).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from snippets.gridworld import MOVES
from snippets.policy_gradient import FloatArray, IntArray, World, worth

ROWS, COLUMNS = 4, 12
BoolArray = NDArray[np.bool_]


# --8<-- [start:cliff]
def cliff() -> World:
    """Four rows of twelve cells; below the third lies an abyss.

    Each step pays −1. Start and goal are the corners below; a step into one of
    the ten cells between them pays −100 and leads back to the start.

    Returns:
        States row by row, then the start, then the goal, which is the end.
    """
    n = (ROWS - 1) * COLUMNS
    after = np.full((n + 2, len(MOVES)), n + 1)
    reward = np.full(after.shape, -1.0)
    reward[-1] = 0
    for state in range(n + 1):
        row, column = divmod(state, COLUMNS)
        for action, (down, right) in enumerate(MOVES):
            r = min(max(row + down, 0), ROWS - 1)
            c = min(max(column + right, 0), COLUMNS - 1)
            if r < ROWS - 1:
                after[state, action] = r * COLUMNS + c
            elif c < COLUMNS - 1:
                after[state, action] = n
                reward[state, action] = -100.0 if c else -1.0
    return World(after, reward, np.eye(n + 2)[n])
    # --8<-- [end:cliff]


# --8<-- [start:habit]
def exploring(q: FloatArray, explore: float) -> FloatArray:
    """Chances of one who takes the best action but for a share of the time.

    Args:
        q: Worth of each action, shape (..., n_actions); of several best ones
            each is as likely.
        explore: Share of random actions, from 0 to 1.
    """
    best = q == q.max(axis=-1, keepdims=True)
    best = best / best.sum(axis=-1, keepdims=True)
    return np.asarray(explore / q.shape[-1] + (1 - explore) * best)


def best_habit(world: World, explore: float) -> FloatArray:
    """Plan for one who goes on exploring: solve, improve, until nothing gains.

    Args:
        world: Where we walk; its rules are known to the planner.
        explore: Share of random actions; 0 plans the best walk.

    Returns:
        Worth of each action, shape (n_states, n_actions), undiscounted.
    """
    q = worth(world, exploring(0 * world.reward, 1.0), 1.0)
    while True:
        old = q
        # so that rounding decides no tie
        q = worth(world, exploring(old.round(6), explore), 1.0)
        if np.abs(q - old).max() < 1e-8:
            return q
    # --8<-- [end:habit]


class Learnt(NamedTuple):
    """What runs side by side learnt, and what it cost.

    Attributes:
        q: Worth of each action, shape (n_runs, n_states, n_actions).
        rewards: Reward of each step, shape (n_steps, n_runs).
        ended: Whether it was the last of a walk, the same shape.
    """

    q: FloatArray
    rewards: FloatArray
    ended: BoolArray


# --8<-- [start:learn]
def learn(
    world: World,
    on_policy: BoolArray,
    explore: FloatArray | float,
    n_steps: int,
    rng: np.random.Generator,
    rate: float = 0.5,
    discount: float = 1.0,
) -> Learnt:
    """Sarsa and Q-learning: they differ in one line.

    Args:
        world: Where we walk.
        on_policy: Whether a run is Sarsa, shape (n_runs,).
        explore: Share of random actions, from 0 to 1, for all runs or for
            each, shape (n_runs,).
        n_steps: Steps of each run, over as many walks as they give.
        rng: Source of starts and actions.
        rate: Share of the error that a step corrects, above 0 and at most 1.
        discount: Worth of a reward one step later.

    Raises:
        ValueError: If the rate or the share is outside its range.
    """
    if not (0 < rate <= 1 and 0 <= np.min(explore) <= np.max(explore) <= 1):
        raise ValueError(f"rate and share up to 1, got {rate}, {explore}")
    runs, (end, n_actions) = np.arange(len(on_policy)), world.after.shape
    end -= 1
    q = np.zeros((len(runs), *world.after.shape))
    rewards = np.zeros((n_steps, len(runs)))
    ended = np.zeros(rewards.shape, dtype=bool)
    shape = n_steps + 1, len(runs)
    starts = np.asarray(rng.choice(end + 1, shape, p=world.start))
    tries = np.asarray(rng.random(shape) < explore)
    others = rng.integers(0, n_actions, shape)
    state = starts[-1]
    action = others[-1]
    for step in range(n_steps):
        after = world.after[state, action]
        rewards[step] = world.reward[state, action]
        ended[step] = after == end
        # the next action, which Sarsa learns of and both then take
        now = np.where(ended[step], starts[step], after)
        ahead = q[runs, now].argmax(axis=1)
        then = np.where(tries[step], others[step], ahead)
        taken = np.where(on_policy, then, q[runs, after].argmax(axis=1))
        aim = rewards[step] + discount * q[runs, after, taken]
        q[runs, state, action] += rate * (aim - q[runs, state, action])
        state, action = now, then
    return Learnt(q, rewards, ended)
    # --8<-- [end:learn]


def per_walk(learnt: Learnt, last: int) -> FloatArray:
    """Mean reward of a walk over the last steps, shape (n_runs,).

    Args:
        learnt: What `learn` gave.
        last: How many steps count.
    """
    paid = learnt.rewards[-last:].sum(axis=0)
    return np.asarray(paid / learnt.ended[-last:].sum(axis=0))


def path(world: World, q: FloatArray, most: int = 60) -> list[int]:
    """States on the way that takes the best action each time.

    Args:
        world: Where we walk.
        q: Worth of each action, shape (n_states, n_actions).
        most: Steps after which we give up.
    """
    states = [int(world.start.argmax())]
    best = q.round(6).argmax(axis=1)
    while states[-1] != len(q) - 1 and len(states) <= most:
        states.append(int(world.after[states[-1], best[states[-1]]]))
    return states


def places(states: list[int]) -> tuple[IntArray, IntArray]:
    """Rows and columns of states of the cliff."""
    at = np.array(states)
    n = (ROWS - 1) * COLUMNS
    at = np.where(at > n, ROWS * COLUMNS - 1, at)
    return at // COLUMNS, at % COLUMNS


def draw_cliff(ax: Axes, value: FloatArray) -> None:
    """Colour the cells by their worth, and name start, abyss and goal.

    Args:
        ax: Axes to draw on.
        value: Worth of each state, shape (n_states,).
    """
    cells = np.full((ROWS, COLUMNS), np.nan)
    cells.flat[: len(value) - 1] = value[:-1]
    ax.imshow(cells, cmap="cividis", vmin=-60, vmax=0)
    names = {0: "start", 5.5: "abyss", COLUMNS - 1: "goal"}
    for column, name in names.items():
        # the cell of the start has a colour, the others have none
        style = "#808080"
        if name == "start":
            style = "#111111" if value[-2] > -36 else "white"
        ax.text(column, 3, name, ha="center", va="center", color=style, size=8)
    ax.set(xlabel="column", ylabel="row", xticks=range(COLUMNS))
    ax.set(yticks=range(ROWS))


# --8<-- [start:baird]
def baird() -> FloatArray:
    """Features of Baird's seven states, shape (7, 8): worth is X @ w."""
    X = np.zeros((7, 8))
    X[:6, :6], X[:6, 7] = 2 * np.eye(6), 1
    X[6, 6:] = 1, 2
    return X


def expected_update(
    X: FloatArray,
    visits: FloatArray,
    follow: FloatArray,
    discount: float,
    rate: float,
) -> FloatArray:
    """One expected step of TD with weights is a matrix, if nothing is paid.

    Args:
        X: Features, shape (n_states, n_weights).
        visits: How often each state is corrected, shape (n_states,), sum 1.
        follow: Chance of the next state under the policy that is judged, shape
            (n_states, n_states).
        discount: Worth of a reward one step later; 0 takes no guess as target.
        rate: Step size.

    Returns:
        What multiplies the weights, shape (n_weights, n_weights).
    """
    error = discount * follow @ X - X
    return np.asarray(np.eye(X.shape[1]) + rate * (X.T * visits) @ error)
    # --8<-- [end:baird]


def radius(matrix: FloatArray) -> float:
    """Largest absolute eigenvalue: above 1, repeated steps grow."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())
