"""Policy gradient: a policy of softmax form on a small world, its exact
gradient, and the estimates that a walker can make of it.

Formulas: Williams 1992 (REINFORCE); Sutton and Barto, "Reinforcement Learning",
2018, sections 13.2 to 13.5 (theorem, baseline, actor and critic).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.gridworld import MOVES, Cell, Grid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Weight = Literal["all", "to go", "above baseline", "one step"]
"""By what the score of an action is multiplied."""


class World(NamedTuple):
    """States and actions as tables; the last state is the end.

    Attributes:
        after: State after each action, shape (n_states, n_actions); the end
            leads to itself.
        reward: Reward of each action, the same shape; 0 at the end.
        start: Chance of each state to be the first, shape (n_states,).
    """

    after: IntArray
    reward: FloatArray
    start: FloatArray


def of_grid(grid: Grid, start: Cell | None = None) -> World:
    """Write a grid as tables; its states keep their order, the goal is last.

    Args:
        grid: Where we walk.
        start: Where each walk starts; None for any free cell.
    """
    cells = grid.states()
    number = {cell: place for place, cell in enumerate([*cells, grid.goal])}
    after = np.full((len(number), len(MOVES)), len(cells))
    reward = np.zeros(after.shape)
    for place, cell in enumerate(cells):
        for action in range(len(MOVES)):
            there, reward[place, action] = grid.step(cell, action)
            after[place, action] = number[there]
    first = np.zeros(len(number))
    first[: len(cells)] = 1 / len(cells)
    if start is not None:
        first = np.eye(len(number))[number[start]]
    return World(after, reward, first)


# --8<-- [start:softmax]
def softmax(logits: FloatArray) -> FloatArray:
    """Chances of the actions, along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
    # --8<-- [end:softmax]


# --8<-- [start:exact]
def moves(world: World, policy: FloatArray) -> FloatArray:
    """Chance to come from state to state, without the end.

    Args:
        world: Where we walk.
        policy: Chance of each action, shape (..., n_states, n_actions).

    Returns:
        Shape (..., n_states - 1, n_states - 1).
    """
    to = np.eye(len(world.after))[world.after[:-1]]  # (s, a, s'), 0 or 1
    found = np.einsum("...sa,sat->...st", policy[..., :-1, :], to[..., :-1])
    return np.asarray(found)


def worth(world: World, policy: FloatArray, discount: float) -> FloatArray:
    """Worth of each action if the policy goes on: one linear system.

    Args:
        world: Where we walk.
        policy: Chance of each action, shape (..., n_states, n_actions).
        discount: Worth of a reward one step later; 1 only if every walk ends.

    Returns:
        Shape (..., n_states, n_actions), 0 at the end.
    """
    system = np.eye(len(world.after) - 1) - discount * moves(world, policy)
    paid = (policy * world.reward)[..., :-1, :].sum(axis=-1, keepdims=True)
    value = np.zeros(policy.shape[:-1])
    value[..., :-1] = np.linalg.solve(system, paid)[..., 0]
    return np.asarray(world.reward + discount * value[..., world.after])


def exact_gradient(
    world: World, logits: FloatArray, discount: float
) -> FloatArray:
    """The policy-gradient theorem, with no walk at all.

    Args:
        world: Where we walk.
        logits: Parameters, shape (n_states, n_actions).
        discount: Worth of a reward one step later.

    Returns:
        Derivative of the worth of the start, the shape of `logits`.
    """
    policy = softmax(logits)
    q = worth(world, policy, discount)
    advantage = q - (policy * q).sum(axis=-1, keepdims=True)
    system = np.eye(len(logits) - 1) - discount * moves(world, policy)
    visits = np.append(np.linalg.solve(system.T, world.start[:-1]), 0)
    return np.asarray(visits[:, None] * policy * advantage)
    # --8<-- [end:exact]


class Walks(NamedTuple):
    """Walks of some runs, n each, side by side; all have T steps.

    Attributes:
        states: Shape (T + 1, n_runs, n).
        actions: Shape (T, n_runs, n).
        rewards: Shape (T, n_runs, n); 0 after the end.
    """

    states: IntArray
    actions: IntArray
    rewards: FloatArray


# --8<-- [start:walk]
def walk(
    world: World,
    logits: FloatArray,
    n: int,
    rng: np.random.Generator,
    n_steps: int,
) -> Walks:
    """Follow policies until all walks have ended, or the steps are used up.

    Args:
        world: Where we walk.
        logits: Parameters of each run, shape (n_runs, n_states, n_actions).
        n: Walks of each run.
        rng: Source of starts and actions.
        n_steps: The most steps of a walk.
    """
    n_runs, n_states, _ = logits.shape
    runs = np.arange(n_runs)[:, None]
    ends = softmax(logits).cumsum(axis=-1)[..., :-1]
    drawn = rng.random((n_steps, n_runs, n, 1))
    state = rng.choice(n_states, (n_runs, n), p=world.start)
    states = [state]
    actions: list[IntArray] = []
    while len(actions) < n_steps and (state < n_states - 1).any():
        actions.append((drawn[len(actions)] > ends[runs, state]).sum(axis=-1))
        state = world.after[state, actions[-1]]
        states.append(state)
    taken = np.array(actions)
    here = np.array(states[:-1])
    return Walks(np.array(states), taken, world.reward[here, taken])
    # --8<-- [end:walk]


# --8<-- [start:estimate]
def to_go(rewards: FloatArray, discount: float) -> FloatArray:
    """Discounted sum of the rewards from each step on, time first."""
    total = rewards.astype(float)
    for step in reversed(range(len(total) - 1)):
        total[step] += discount * total[step + 1]
    return total


def weights(
    walks: Walks, value: FloatArray, discount: float, kind: Weight
) -> FloatArray:
    """What the score of each action is multiplied by.

    Args:
        walks: What was walked.
        value: Guessed worth of each state, shape (n_runs, n_states), 0 at the
            end.
        discount: Worth of a reward one step later.
        kind: "all" takes the return of the whole walk, "to go" what came after
            the action, "above baseline" that minus the guessed worth, "one
            step" the temporal-difference error.

    Returns:
        Shape (T, n_runs, n); 0 after the end.
    """
    runs = np.arange(walks.states.shape[1])[:, None]
    fade = discount ** np.arange(len(walks.actions))[:, None, None]
    here, there = walks.states[:-1], walks.states[1:]
    if kind == "one step":
        gain = walks.rewards + discount * value[runs, there] - value[runs, here]
        return np.asarray(fade * gain)
    gain = to_go(walks.rewards, discount)
    if kind == "all":
        return np.where(here < value.shape[1] - 1, gain[0], 0)
    if kind == "above baseline":
        gain = gain - value[runs, here]
    return np.asarray(fade * gain)


def walk_gradients(
    policy: FloatArray, walks: Walks, weight: FloatArray
) -> FloatArray:
    """Sum weight times score, the derivative of the logarithm of the chance.

    Args:
        policy: Chance of each action, shape (n_runs, n_states, n_actions).
        walks: What was walked.
        weight: One for each action that was taken, shape (T, n_runs, n).

    Returns:
        An estimate by each walk, shape (n_runs, n, n_states, n_actions).
    """
    shape = (*walks.states.shape[1:], *policy.shape[1:])
    runs, places = np.indices(shape[:2])
    at = np.ravel_multi_index(
        np.broadcast_arrays(runs, places, walks.states[:-1], walks.actions),
        shape,
    )
    size = int(np.prod(shape))
    taken = np.bincount(at.ravel(), weight.ravel(), size).reshape(shape)
    return np.asarray(taken - policy[:, None] * taken.sum(-1, keepdims=True))
    # --8<-- [end:estimate]


class Climb(NamedTuple):
    """What came of following the estimated gradient.

    Attributes:
        logits: Parameters after each update, and before the first, shape
            (n_updates + 1, n_runs, n_states, n_actions).
        steps: Steps taken by then, shape (n_updates + 1, n_runs).
    """

    logits: FloatArray
    steps: IntArray


# --8<-- [start:climb]
def climb(
    world: World,
    discount: float,
    kind: Weight,
    rates: FloatArray,
    n_updates: int,
    rng: np.random.Generator,
    n: int = 8,
    n_steps: int = 40,
    guess: float = 0.0,
) -> Climb:
    """Walk, guess the gradient, follow it; and learn what a state is worth.

    Args:
        world: Where we walk.
        discount: Worth of a reward one step later.
        kind: "to go" and "above baseline" are REINFORCE, "one step" is actor
            and critic.
        rates: Step size of each run, shape (n_runs,).
        n_updates: How often the policy is changed.
        rng: Source of starts and actions.
        n: Walks between two updates.
        n_steps: The most steps of a walk.
        guess: What the critic holds each state to be worth at first.

    Raises:
        ValueError: If a rate is not positive.
    """
    if (rates <= 0).any():
        raise ValueError(f"rates must be positive, got {rates}")
    logits = np.zeros((len(rates), *world.after.shape))
    value = np.full(logits.shape[:2], guess)
    value[:, -1] = 0
    path, steps = [logits], [np.zeros(len(rates), dtype=np.int64)]
    first = np.arange(len(rates))[:, None] * value.shape[1]
    aim: Weight = "one step" if kind == "one step" else "above baseline"
    for _ in range(n_updates):
        walks = walk(world, logits, n, rng, n_steps)
        weight = weights(walks, value, discount, kind)
        slope = walk_gradients(softmax(logits), walks, weight).mean(axis=1)
        logits = logits + rates[:, None, None] * slope
        # the critic moves half of its mean error, state by state
        fade = discount ** np.arange(len(weight))[:, None, None]
        error = weights(walks, value, discount, aim) / fade
        at = (first + walks.states[:-1]).ravel()
        seen = np.bincount(at, minlength=value.size)
        total = np.bincount(at, error.ravel(), value.size)
        value = value + 0.5 * (total / np.maximum(seen, 1)).reshape(value.shape)
        alive = walks.states[:-1] < value.shape[1] - 1
        path.append(logits)
        steps.append(steps[-1] + alive.sum(axis=(0, 2)))
    return Climb(np.array(path), np.array(steps))
    # --8<-- [end:climb]
