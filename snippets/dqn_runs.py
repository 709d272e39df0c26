"""Runs of a small DQN: what memory and target bring, and a table of boxes."""

from __future__ import annotations

import numpy as np

from snippets.dqn import (
    DISCOUNT,
    SCALE,
    Arm,
    BoolArray,
    Carts,
    FloatArray,
    IntArray,
    balanced,
    dqn,
    reader,
)

RATES = (0.003, 0.01, 0.03, 0.1)
EVERY = (1, 5, 10, 25, 50)
"""Updates between two copies into the target; 1 is a run without a target."""
N_UPDATES = 1200
N_CARTS = 4
BOX_RATES = (0.05, 0.15, 0.5)


# --8<-- [start:compare]
def score(
    rates: FloatArray, replay: BoolArray, every: IntArray, seed: int
) -> FloatArray:
    """Balanced steps, mean over four looks: after each quarter of the updates.

    Args:
        rates: Step size of each run, shape (n_runs,).
        replay: Whether it draws from all that was seen, shape (n_runs,).
        every: Updates between two copies into the target, shape (n_runs,).
        seed: Of the runs.

    Returns:
        Shape (n_runs,).
    """
    arm = Arm(rates, replay, every)
    nets = dqn(arm, N_UPDATES, np.random.default_rng(seed), n=N_CARTS)
    rng = np.random.default_rng([seed, 1])
    up = [balanced(reader(net), len(rates), rng) for net in nets[1:]]
    return np.asarray(np.mean(up, axis=0))


def compare(n_runs: int = 20) -> tuple[FloatArray, FloatArray]:
    """Choose a rate for each arm on three runs each, then judge it on new ones.

    Args:
        n_runs: Runs that judge, of each arm.

    Returns:
        The rate of each arm, shape (2, 5): with and without replay, by `EVERY`;
        and its scores, shape (2, 5, n_runs).
    """
    replay = np.repeat([True, False], len(EVERY))
    every = np.tile(EVERY, 2)
    n = len(RATES) * 3
    tries = np.tile(np.repeat(RATES, 3), len(every))
    found = score(tries, replay.repeat(n), every.repeat(n), 1)
    means = found.reshape(len(every), len(RATES), 3).mean(axis=2)
    rates = np.array(RATES)[means.argmax(axis=1)]
    n = n_runs
    found = score(rates.repeat(n), replay.repeat(n), every.repeat(n), 2)
    shape = (2, len(EVERY))
    return rates.reshape(shape), found.reshape(*shape, n_runs)
    # --8<-- [end:compare]


# --8<-- [start:boxes]
EXPERT = (
    np.array([-0.8, 0.8]),
    np.array([-0.5, 0.5]),
    np.radians([-6, -1, 0, 1, 6]),
    np.radians([-50, 50]),
)
"""Where the boxes of Barto, Sutton and Anderson meet: m, m/s, rad, rad/s."""
Edges = tuple[FloatArray, ...]


def even(*counts: int) -> Edges:
    """Where boxes of equal width meet, between the ends that `SCALE` names.

    Args:
        counts: How many boxes in each direction; 1 leaves the direction out.
    """
    pairs = zip(SCALE, counts, strict=True)
    return tuple(np.linspace(-end, end, n + 1)[1:-1] for end, n in pairs)


def box(state: FloatArray, edges: Edges) -> IntArray:
    """Number of the box that a state lies in, shape (...).

    Args:
        state: Shape (..., 4).
        edges: Where the boxes meet, in each direction.
    """
    at = [np.digitize(state[..., i], each) for i, each in enumerate(edges)]
    sizes = [len(each) + 1 for each in edges]
    return np.ravel_multi_index(at, sizes)
    # --8<-- [end:boxes]


def boxed(
    edges: Edges, n_runs: int = 20, seed: int = 1
) -> tuple[float, FloatArray]:
    """Q-learning with a table over boxes, on as many steps as a net has.

    Args:
        edges: Where the boxes meet, in each direction.
        n_runs: Runs that judge.
        seed: Of the runs that choose the rate; the next one is of those that
            judge.

    Returns:
        The rate, of three, that did best on five runs of its own, and balanced
        steps of new runs, shape (n_runs,).
    """
    found = _boxed(edges, np.repeat(BOX_RATES, 5), seed)
    best = found.reshape(len(BOX_RATES), 5).mean(axis=1).argmax()
    rate = BOX_RATES[int(best)]
    return rate, _boxed(edges, np.full(n_runs, rate), seed + 1)


def _boxed(edges: Edges, rates: FloatArray, seed: int) -> FloatArray:
    """Balanced steps at given rates, mean over four looks, as `score` has
    them, shape (n_runs,).
    """
    rng = np.random.default_rng(seed)
    looks = np.random.default_rng([seed, 1])
    up = []
    runs = np.arange(len(rates))[:, None]
    q = np.zeros((len(rates), np.prod([len(e) + 1 for e in edges]), 2))
    carts = Carts(len(rates), N_CARTS, rng)
    for step in range(N_UPDATES):
        here = box(carts.state, edges)
        moved = carts.push(q[runs, here].argmax(axis=-1), step / N_UPDATES)
        ahead = q[runs, box(moved.after, edges)].max(axis=-1)
        aim = np.where(moved.fallen, -1.0, DISCOUNT * ahead)
        error = rates[:, None] * (aim - q[runs, here, moved.action])
        np.add.at(q, (runs, here, moved.action), error)
        if (step + 1) % (N_UPDATES // 4) == 0:
            up.append(
                balanced(
                    lambda state: q[runs, box(state, edges)], len(rates), looks
                )
            )
    return np.asarray(np.mean(up, axis=0))
