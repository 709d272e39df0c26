"""A small deep Q-network: a net of one hidden layer, a memory of steps, and a
target that stands still; on a cart with a pole.

Formulas: Mnih et al. 2015 (DQN); Barto, Sutton and Anderson 1983 (cart and
pole, and its 162 boxes). Many nets learn side by side: the first axis of each
array is the run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.rnn import adam_move

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SCALE = np.array([2.4, 2.0, 0.21, 2.0])
"""What counts as much: metres, metres a second, radians, radians a second."""
LIMIT = np.array([2.4, np.inf, np.radians(12), np.inf])
LONGEST = 200
"""Steps after which a balanced pole is taken away: four seconds."""
DISCOUNT = 0.97


# --8<-- [start:pole]
def pole_step(
    state: FloatArray, action: IntArray
) -> tuple[FloatArray, BoolArray]:
    """Push a cart of 1 kg to the left (0) or right (1) with 10 N for 0.02 s.

    The pole on it weighs 0.1 kg, its half length is 0.5 m.

    Args:
        state: Place (m), speed (m/s), angle (rad) and its speed (rad/s), shape
            (..., 4).
        action: Shape (...).

    Returns:
        The next state, and whether the pole or the cart has left its limits.
    """
    speed, angle, turn = np.moveaxis(state[..., 1:], -1, 0)
    sin, cos = np.sin(angle), np.cos(angle)
    push = (20 * action - 10 + 0.05 * turn**2 * sin) / 1.1
    twist = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - 0.1 * cos**2 / 1.1))
    pull = push - 0.05 * twist * cos / 1.1
    after = state + 0.02 * np.stack([speed, pull, turn, twist], axis=-1)
    return after, np.asarray((np.abs(after) > LIMIT).any(axis=-1))
    # --8<-- [end:pole]


class Moved(NamedTuple):
    """What a push did.

    Attributes:
        action: Which way, shape (n_runs, n).
        after: State after it, shape (n_runs, n, 4).
        fallen: Whether a limit was left, shape (n_runs, n).
    """

    action: IntArray
    after: FloatArray
    fallen: BoolArray


class Carts:
    """Carts of many runs, pushed side by side; who falls starts anew.

    Attributes:
        state: Shape (n_runs, n, 4).
        age: Steps since the start, shape (n_runs, n).
    """

    def __init__(self, n_runs: int, n: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.state = rng.uniform(-0.05, 0.05, (n_runs, n, 4))
        self.age = np.zeros((n_runs, n))

    def push(self, best: IntArray, done: float) -> Moved:
        """Push as told, but for a share of the time, which falls to 5 %.

        Args:
            best: The action to take, shape (n_runs, n).
            done: Share of the run that is over; after a quarter of it no less
                is tried.
        """
        tried = self.rng.random(best.shape) < max(0.05, 1 - 4 * done)
        chance = self.rng.integers(0, 2, best.shape)
        action = np.where(tried, chance, best)
        after, fallen = pole_step(self.state, action)
        self.age += 1
        over = fallen | (self.age == LONGEST)
        new = self.rng.uniform(-0.05, 0.05, after.shape)
        self.state = np.where(over[..., None], new, after)
        self.age *= ~over
        return Moved(action, after, fallen)


class Net(NamedTuple):
    """Weights of nets side by side, of h hidden units.

    Attributes:
        W: Shape (n_runs, n_inputs, h).
        b: Shape (n_runs, 1, h).
        V: Shape (n_runs, h, n_actions).
        c: Shape (n_runs, 1, n_actions).
    """

    W: FloatArray
    b: FloatArray
    V: FloatArray
    c: FloatArray


def start_net(n_runs: int, n_hidden: int, rng: np.random.Generator) -> Net:
    """Draw small weights; the outputs start at 0.

    Args:
        n_runs: How many nets.
        n_hidden: Hidden units h.
        rng: Source of the weights.
    """
    return Net(
        rng.normal(size=(n_runs, 4, n_hidden)),
        rng.normal(size=(n_runs, 1, n_hidden)),
        np.zeros((n_runs, n_hidden, 2)),
        np.zeros((n_runs, 1, 2)),
    )


# --8<-- [start:net]
def worths(net: Net, X: FloatArray) -> FloatArray:
    """What each action is held to be worth, shape (n_runs, n, n_actions).

    Args:
        net: Weights.
        X: Scaled states, shape (n_runs, n, n_inputs).
    """
    return np.asarray(np.tanh(X @ net.W + net.b) @ net.V + net.c)


def slope(net: Net, X: FloatArray, action: IntArray, aim: FloatArray) -> Net:
    """Differentiate half the mean squared error of the actions that were taken.

    Args:
        net: Weights.
        X: Scaled states, shape (n_runs, n, n_inputs).
        action: Shape (n_runs, n).
        aim: What the action should be worth, shape (n_runs, n). It is held
            fixed, although it was made of a net.
    """
    hidden = np.tanh(X @ net.W + net.b)
    found = hidden @ net.V + net.c
    chosen = action[..., None] == np.arange(found.shape[-1])
    error = chosen * (found - aim[..., None]) / X.shape[1]
    below = error @ net.V.swapaxes(1, 2) * (1 - hidden**2)
    return Net(
        X.swapaxes(1, 2) @ below,
        below.sum(axis=1, keepdims=True),
        hidden.swapaxes(1, 2) @ error,
        error.sum(axis=1, keepdims=True),
    )
    # --8<-- [end:net]


# --8<-- [start:memory]
class Memory:
    """All steps of all runs, in the order in which they came.

    Args:
        n_runs: How many runs.
        size: The most steps of each.
    """

    def __init__(self, n_runs: int, size: int) -> None:
        self.before = np.zeros((n_runs, size, 4))
        self.after = self.before.copy()
        self.action = np.zeros((n_runs, size), dtype=np.int64)
        self.fallen = np.zeros((n_runs, size), dtype=bool)
        self.filled = 0

    def add(self, before: FloatArray, moved: Moved) -> None:
        """Keep n steps of each run; shapes as in `Moved`."""
        now = slice(self.filled, self.filled + before.shape[1])
        self.before[:, now], self.after[:, now] = before, moved.after
        self.action[:, now], self.fallen[:, now] = moved.action, moved.fallen
        self.filled = now.stop

    def take(
        self, batch: int, replay: BoolArray, rng: np.random.Generator
    ) -> tuple[FloatArray, Moved]:
        """Draw steps from all that are kept, or take the last.

        Args:
            batch: How many of each run.
            replay: Whether a run draws, shape (n_runs,).
            rng: Source of the draws.

        Returns:
            States, shape (n_runs, batch, 4), and what was done in them.
        """
        drawn = rng.integers(0, self.filled, (len(replay), batch))
        last = np.arange(self.filled - batch, self.filled) % self.filled
        runs = np.arange(len(replay))[:, None]
        at = (runs, np.where(replay[:, None], drawn, last))
        moved = Moved(self.action[at], self.after[at], self.fallen[at])
        return self.before[at], moved

    # --8<-- [end:memory]


class Arm(NamedTuple):
    """Settings of runs, one entry each.

    Attributes:
        rate: Step size of Adam, shape (n_runs,).
        replay: Whether steps are drawn from all that was seen, shape (n_runs,);
            else the last ones are taken.
        every: Updates between two copies of the net into the target's net,
            shape (n_runs,); 1 is as good as none.
    """

    rate: FloatArray
    replay: BoolArray
    every: IntArray


# --8<-- [start:dqn]
def dqn(
    arm: Arm,
    n_updates: int,
    rng: np.random.Generator,
    n: int = 4,
    batch: int = 16,
    n_hidden: int = 16,
) -> list[Net]:
    """Walk, remember, draw, correct; a net for each run.

    Args:
        arm: Settings of the runs.
        n_updates: How often the weights are changed, once a step.
        rng: Source of weights, starts, actions and draws.
        n: Carts of each run; a run sees n steps between two updates.
        batch: Steps of which an update learns.
        n_hidden: Hidden units.

    Returns:
        The nets at the start, and after each quarter of the updates.
    """
    runs = len(arm.rate)
    net = still = start_net(runs, n_hidden, rng)
    first = second = Net(*(np.zeros_like(part) for part in net))
    seen = Memory(runs, n * n_updates)
    carts, kept = Carts(runs, n, rng), [net]
    for step in range(n_updates):
        before = carts.state
        best = worths(net, before / SCALE).argmax(axis=-1)
        seen.add(before, carts.push(best, step / n_updates))
        state, moved = seen.take(batch, arm.replay, rng)
        ahead = worths(still, moved.after / SCALE).max(axis=-1)
        aim = np.where(moved.fallen, -1.0, DISCOUNT * ahead)
        down = slope(net, state / SCALE, moved.action, aim)
        first = mixed(first, down, 0.9)
        second = mixed(second, Net(*(part**2 for part in down)), 0.999)
        rate = arm.rate[:, None, None]
        net = Net(
            *(
                part - rate * adam_move(m, s, step)
                for part, m, s in zip(net, first, second, strict=True)
            )
        )
        stays = (step + 1) % arm.every != 0
        still = mixed(still, net, stays[:, None, None].astype(float))
        if (step + 1) % (n_updates // 4) == 0:
            kept.append(net)
    return kept
    # --8<-- [end:dqn]


def mixed(old: Net, new: Net, share: FloatArray | float) -> Net:
    """A share of the old weights, and the rest of the new ones."""
    return Net(
        *(share * a + (1 - share) * b for a, b in zip(old, new, strict=True))
    )


def reader(net: Net) -> Callable[[FloatArray], FloatArray]:
    """What reads worths off states: from (n_runs, n, 4) to (n_runs, n, 2)."""
    return lambda state: worths(net, state / SCALE)


def balanced(
    read: Callable[[FloatArray], FloatArray],
    n_runs: int,
    rng: np.random.Generator,
    n: int = 20,
) -> FloatArray:
    """Steps until the pole falls, at most `LONGEST`, without exploring.

    Args:
        read: What actions are held to be worth, from states (n_runs, n, 4).
        n_runs: How many runs it reads side by side.
        rng: Source of the starts.
        n: Starts of each run.

    Returns:
        Mean over the starts, shape (n_runs,).
    """
    state = rng.uniform(-0.05, 0.05, (n_runs, n, 4))
    up = np.ones(state.shape[:2], dtype=bool)
    total = np.zeros(state.shape[:2])
    for _ in range(LONGEST):
        state, fallen = pole_step(state, read(state).argmax(axis=-1))
        # who fell lies still, and no speed grows without end
        state = np.where(fallen[..., None], 0, state)
        up &= ~fallen
        total += up
        if not up.any():
            break
    return np.asarray(total.mean(axis=1))
