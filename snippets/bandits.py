"""Multi-armed bandits: four ways to choose between arms of unknown worth.

Formulas: Sutton and Barto, "Reinforcement Learning", chapter 2
(epsilon-greedy); Auer, Cesa-Bianchi and Fischer 2002 (UCB1); Thompson 1933
(posterior sampling).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Policy = Callable[[FloatArray, FloatArray, np.random.Generator], int]
"""Chooses an arm from (pulls of each arm, wins of each arm, rng)."""


# --8<-- [start:policies]
def greedy(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> int:
    """Try each arm once, then always take the best mean so far."""
    if pulls.min() == 0:
        return int(pulls.argmin())
    return int((wins / pulls).argmax())


def epsilon_greedy(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> int:
    """One time in ten take any arm, else the best mean so far."""
    if rng.random() < 0.1:
        return int(rng.integers(len(pulls)))
    return greedy(pulls, wins, rng)


def ucb1(pulls: FloatArray, wins: FloatArray, rng: np.random.Generator) -> int:
    """Take the arm with the highest optimistic bound on its mean."""
    if pulls.min() == 0:
        return int(pulls.argmin())
    bonus = np.sqrt(2 * np.log(pulls.sum()) / pulls)
    return int((wins / pulls + bonus).argmax())


def thompson(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> int:
    """Draw a mean for each arm from its posterior; take the largest draw."""
    return int(rng.beta(1 + wins, 1 + pulls - wins).argmax())
    # --8<-- [end:policies]


POLICIES: dict[str, Policy] = {
    "greedy": greedy,
    "epsilon-greedy": epsilon_greedy,
    "UCB1": ucb1,
    "Thompson": thompson,
}


# --8<-- [start:play]
def play(
    policy: Policy, chances: FloatArray, n_pulls: int, rng: np.random.Generator
) -> FloatArray:
    """Let a policy pull arms that pay 1 or nothing, and sum what it misses.

    Args:
        policy: Chooses an arm from the pulls and wins so far.
        chances: Chance that each arm pays, shape (n_arms,), hidden from the
            policy.
        n_pulls: How many pulls.
        rng: Source of payments and of the policy's own chance.

    Returns:
        Regret after each pull, shape (n_pulls,): the expected payments lost so
            far by
        not always pulling the best arm.

    Raises:
        ValueError: If a chance is outside 0 to 1, or there is no arm or no
            pull.
    """
    if len(chances) == 0 or n_pulls < 1:
        raise ValueError(
            f"need an arm and a pull, got {len(chances)} arms, {n_pulls} pulls"
        )
    if chances.min() < 0 or chances.max() > 1:
        raise ValueError(f"chances must lie between 0 and 1, got {chances}")
    pulls, wins = np.zeros(len(chances)), np.zeros(len(chances))
    lost = np.empty(n_pulls)
    for t in range(n_pulls):
        arm = policy(pulls, wins, rng)
        pulls[arm] += 1
        wins[arm] += rng.random() < chances[arm]
        lost[t] = chances.max() - chances[arm]
    return lost.cumsum()
    # --8<-- [end:play]


def regret_by_seed(
    policy: Policy, n_pulls: int, seeds: range, n_arms: int = 5
) -> FloatArray:
    """Play one bandit a seed, its chances drawn uniformly from 0 to 1.

    Args:
        policy: Chooses an arm from the pulls and wins so far.
        n_pulls: Pulls a seed.
        seeds: One bandit each; the same seed gives every policy the same
            bandit.
        n_arms: Arms of each bandit.

    Returns:
        Regret, shape (n_seeds, n_pulls), in payments.
    """
    rows = []
    for seed in seeds:
        chances = np.random.default_rng(seed).random(n_arms)
        rows.append(
            play(policy, chances, n_pulls, np.random.default_rng([seed, 1]))
        )
    return np.array(rows)
