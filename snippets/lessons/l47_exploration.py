"""Lesson L47: does it pay to go on exploring?

The four policies of `snippets/bandits.py`, on arms drawn evenly, on one good arm among four
that are nearly as good, and with few or many pulls to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.bandits import POLICIES, Policy, play, regret_by_seed
from snippets.evidence import Interval, paired_difference
from snippets.lessons.harness import Finding, Lesson, Outcome

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L47",
    "Who goes on exploring loses less than who settles on the best so far",
    "S3-R1",
    "bandits of five arms, 1000 pulls",
)

N_PULLS, N_SEEDS = 1000, 50
CLOSE = (0.6, 0.4, 0.4, 0.4, 0.4)
"""Chances of the arms of the bandit that is easy to get wrong."""
EXPLORERS = tuple(name for name in POLICIES if name != "greedy")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Regret by bandit ("drawn" or "close") and policy, each (n_seeds, n_pulls)."""

    regret: Mapping[str, Mapping[str, FloatArray]]

    def after(self, bandit: str, policy: str, n_pulls: int = N_PULLS) -> FloatArray:
        """Regret after some pulls, shape (n_seeds,), in payments.

        Raises:
            ValueError: If there were not that many pulls.
        """
        runs = self.regret[bandit][policy]
        if not 1 <= n_pulls <= runs.shape[1]:
            raise ValueError(f"need between 1 and {runs.shape[1]} pulls, got {n_pulls}")
        return np.asarray(runs[:, n_pulls - 1])

    def stuck(self, bandit: str, policy: str) -> float:
        """Share of the seeds whose last hundred pulls were all on an arm that is not the best."""
        runs = self.regret[bandit][policy]
        return float((np.diff(runs[:, -101:], axis=1) > 0).all(axis=1).mean())

    def saved(self, bandit: str, policy: str, n_pulls: int = N_PULLS) -> Interval:
        """Regret of the greedy policy minus that of another."""
        greedy = self.after(bandit, "greedy", n_pulls)
        return paired_difference(greedy, self.after(bandit, policy, n_pulls))


# --8<-- [start:close]
def close_regret(policy: Policy, n_pulls: int, seeds: range) -> FloatArray:
    """Play a bandit with one good arm, which stands in another place with each seed.

    Args:
        policy: Chooses an arm from the pulls and wins so far.
        n_pulls: Pulls a seed.
        seeds: One game each; a seed gives every policy the same bandit.

    Returns:
        Regret, shape (n_seeds, n_pulls), in payments.
    """
    rows = []
    for seed in seeds:
        chances = np.random.default_rng(seed).permutation(CLOSE)
        rows.append(play(policy, chances, n_pulls, np.random.default_rng([seed, 1])))
    return np.array(rows)
    # --8<-- [end:close]


def run(n_seeds: int = N_SEEDS, n_pulls: int = N_PULLS) -> Result:
    """Play both bandits with all policies.

    Args:
        n_seeds: Games of each bandit, with seeds 0, 1, ...
        n_pulls: Pulls a game.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    if n_seeds < 2:
        raise ValueError(f"need two seeds or more, got {n_seeds}")
    seeds = range(n_seeds)
    return Result(
        {
            "drawn": {name: regret_by_seed(one, n_pulls, seeds) for name, one in POLICIES.items()},
            "close": {name: close_regret(one, n_pulls, seeds) for name, one in POLICIES.items()},
        }
    )


def judge(result: Result) -> Outcome:
    """Every explorer should lose less, on both bandits, and soon."""
    drawn = [
        Finding(f"arms drawn: greedy − {name}, regret", result.saved("drawn", name))
        for name in EXPLORERS[::-1]
    ]
    close = [
        Finding(f"one good arm: greedy − {name}, regret", result.saved("close", name))
        for name in EXPLORERS[::-1]
    ]
    early = Finding(
        "arms drawn, 20 pulls: greedy − Thompson, regret", result.saved("drawn", "Thompson", 20)
    )
    return LESSON.judge(*drawn, *close, early)
