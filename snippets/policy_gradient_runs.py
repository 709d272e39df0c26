"""Runs of policy gradients: two mazes, equal budgets, and a bandit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from snippets.gridworld import MOVES, Grid
from snippets.policy_gradient import (
    Climb,
    FloatArray,
    Weight,
    World,
    climb,
    of_grid,
    softmax,
    walk,
    walk_gradients,
    weights,
    worth,
)
from snippets.sarsa import exploring, learn

GRID = Grid(
    4, 6, goal=(0, 5), walls=frozenset({(0, 4), (1, 1), (1, 2), (2, 4)})
)
DISCOUNT = 0.9
BUDGET = 4000
"""Steps that a run may take."""
RATES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
KINDS: tuple[Weight, ...] = ("to go", "above baseline", "one step")


def prize() -> World:
    """The maze of [[q-learning]]: the goal pays 1, all else nothing."""
    return of_grid(GRID)


def toll() -> World:
    """The same maze; each step costs 1, and the goal pays nothing."""
    world = of_grid(GRID)
    reward = np.where(np.arange(len(world.after)) < len(world.after) - 1, -1, 0)
    return world._replace(reward=np.repeat(1.0 * reward[:, None], 4, axis=1))


def bandit(payments: Sequence[float]) -> World:
    """One state, from which each action leads to the end.

    Args:
        payments: What each action pays.
    """
    n = len(payments)
    return World(
        np.ones((2, n), dtype=np.int64),
        np.array([payments, [0.0] * n]),
        np.array([1.0, 0.0]),
    )


def start_worth(
    world: World, policy: FloatArray, discount: float = DISCOUNT
) -> FloatArray:
    """Exact worth of the start, by a linear system.

    Args:
        world: Where we walk.
        policy: Chance of each action, shape (..., n_states, n_actions).
        discount: Worth of a reward one step later.

    Returns:
        Shape (...).
    """
    q = worth(world, policy, discount)
    return np.asarray((policy * q).sum(axis=-1) @ world.start)


def spread(
    world: World,
    logits: FloatArray,
    kind: Weight,
    rng: np.random.Generator,
    n_runs: int = 10,
) -> tuple[FloatArray, FloatArray]:
    """How estimates by single walks vary, if the worth of states is known.

    Args:
        world: Where we walk.
        logits: Parameters of the policy, shape (n_states, n_actions).
        kind: By what scores are multiplied.
        rng: Source of starts and actions.
        n_runs: How many groups of 300 walks.

    Returns:
        Variance, summed over the parameters, of each group, shape (n_runs,),
        and the mean of all estimates, the shape of `logits`.
    """
    policy = softmax(logits)
    value = (policy * worth(world, policy, DISCOUNT)).sum(axis=-1)
    stack = np.repeat(logits[None], n_runs, axis=0)
    walks = walk(world, stack, 300, rng, n_steps=150)
    weight = weights(
        walks, np.repeat(value[None], n_runs, axis=0), DISCOUNT, kind
    )
    found = walk_gradients(softmax(stack), walks, weight)
    return found.var(axis=1, ddof=1).sum(axis=(1, 2)), found.mean(axis=(0, 1))


# --8<-- [start:tuned]
def within(done: Climb, worths: FloatArray, budget: int) -> FloatArray:
    """Worth of the last policy that the budget pays for, shape (n_runs,).

    Args:
        done: Policies and what they cost.
        worths: What the policies are worth, shape (n_updates + 1, n_runs).
        budget: Steps that a run may take.
    """
    last = (done.steps <= budget).sum(axis=0) - 1
    return np.asarray(worths[last, np.arange(len(last))])


def tuned(
    world: World,
    kind: Weight,
    guess: float = 0.0,
    n_updates: int = 80,
    n_runs: int = 20,
) -> tuple[float, Climb, FloatArray]:
    """Choose a rate on three runs for each, then run it anew.

    Args:
        world: Where we walk.
        kind: By what scores are multiplied.
        guess: What the critic holds each state to be worth at first.
        n_updates: How often the policy is changed.
        n_runs: Runs that judge.

    Returns:
        The rate, the new runs, and what their policies are worth at the start,
        shape (n_updates + 1, n_runs).
    """

    def run(rates: FloatArray, seed: int) -> tuple[Climb, FloatArray]:
        rng = np.random.default_rng(seed)
        done = climb(world, DISCOUNT, kind, rates, n_updates, rng, guess=guess)
        return done, start_worth(world, softmax(done.logits))

    tries = within(*run(np.repeat(RATES, 3), 1), BUDGET)
    best = int(tries.reshape(-1, 3).mean(axis=1).argmax())
    return RATES[best], *run(np.full(n_runs, RATES[best]), 2)
    # --8<-- [end:tuned]


def by_table(world: World, budget: int, n_runs: int = 20) -> FloatArray:
    """Worth of the start by the best actions of Q-learning's table.

    The share of random actions is chosen, of three, on three runs each.

    Args:
        world: Where we walk.
        budget: Steps of each run.
        n_runs: Runs that judge.

    Returns:
        Shape (n_runs,).
    """

    def score(explore: FloatArray, seed: int) -> FloatArray:
        rng = np.random.default_rng(seed)
        off = np.zeros(len(explore), dtype=bool)
        done = learn(world, off, explore, budget, rng, discount=DISCOUNT)
        return start_worth(world, exploring(done.q, 0.0))

    shares = np.array([0.1, 0.3, 1.0])
    found = score(shares.repeat(3), 1).reshape(3, 3).mean(axis=1)
    return score(np.full(n_runs, shares[found.argmax()]), 2)


def draw_chances(ax: Axes, policy: FloatArray) -> None:
    """Draw an arrow for each action, as long as its chance.

    Args:
        ax: Axes to draw on.
        policy: Chance of each action in the maze, shape (n_states, 4).
    """
    cells = np.array(GRID.states())
    down, right = (
        each * policy[: len(cells)].T for each in np.array(MOVES).T[:, :, None]
    )
    ax.quiver(
        np.tile(cells[:, 1], len(MOVES)),
        np.tile(cells[:, 0], len(MOVES)),
        0.45 * right,
        -0.45 * down,
        angles="uv",
        scale_units="x",
        scale=1,
        width=0.006,
        color="C0",
    )
    for row, column in GRID.walls:
        ax.fill_between(
            [column - 0.5, column + 0.5], row - 0.5, row + 0.5, color="#808080"
        )
    ax.text(5, 0, "goal", ha="center", va="center", size=9)
    ax.set(xlim=(-0.5, 5.5), ylim=(3.5, -0.5), aspect="equal")
    ax.set(xlabel="column", ylabel="row", yticks=range(4))
