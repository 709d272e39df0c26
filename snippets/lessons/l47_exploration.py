"""Lesson L47: does it pay to go on exploring?

The four policies of `snippets/bandits.py`, on arms drawn evenly, on one good
arm among four that are nearly as good, and with few or many pulls to go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FACTORS = (1, 0.5, 0.1)
"""Under the root of UCB1's bonus, in place of the 2 of its proof."""

LESSON = Lesson(
    "L47",
    "An agent that keeps exploring loses less than one that settles on "
    "what looks best",
    "S3-R1",
    "bandits of five arms, 1000 pulls",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="bandits",
        made="generated",
        advice="Explore by Thompson's rule, if there is time to earn it back.",
        conditions=(
            Condition("arms are drawn, by Thompson's rule", margin=1.0),
            Condition("arms are drawn, by UCB1", margin=1.0),
            Condition("arms are drawn, by epsilon-greedy", margin=1.0),
            Condition("one arm is good, by Thompson's rule", margin=1.0),
            Condition("one arm is good, by UCB1", margin=1.0),
            Condition("one arm is good, by epsilon-greedy", margin=1.0),
            Condition("there are 20 pulls only", margin=0.02, rank="limit"),
            *(
                Condition(f"{arms}, by UCB1 with a factor of {c}", margin=1.0)
                for arms in ("arms are drawn", "one arm is good")
                for c in FACTORS
            ),
        ),
        held=(
            Held(
                "share of random pulls of ε-greedy",
                "0.1",
                tried=(
                    "0.02: saves 18 ± 12 over greedy on drawn arms, 26 ± 14 "
                    "with one good arm",
                ),
            ),
            Held("number of arms", "5"),
        ),
        changes=(
            Change(
                "400 games in place of 50",
                "what a game loses varies too much for 50; a review "
                "asked for it",
            ),
            Change(
                "UCB1 with a smaller bonus, too",
                "only the factor of its proof, 2, had been tried",
            ),
        ),
        reason="One pull in a hundred, of those that an agent has.",
    ),
)

N_PULLS, N_ARMS = 1000, 5
GAMES = tuple(range(400))
"""Seeds, a game each: what a game loses varies so much that fifty tell little.
"""
CLOSE = (0.6, 0.4, 0.4, 0.4, 0.4)
"""Chances of the arms of the bandit that is easy to get wrong."""
Policy = Callable[[FloatArray, FloatArray, np.random.Generator], IntArray]
"""Chooses an arm in each game, from pulls and wins of shape (n_games, n_arms).
"""


# --8<-- [start:policies]
def greedy(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> IntArray:
    """Try each arm once, then take the best mean so far."""
    return _best(wins / np.maximum(pulls, 1), pulls)


def epsilon_greedy(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> IntArray:
    """One time in ten take any arm."""
    n_games, n_arms = pulls.shape
    trying = rng.random(n_games) < 0.1
    any_arm = rng.integers(n_arms, size=n_games)
    return np.where(trying, any_arm, greedy(pulls, wins, rng))


def ucb1(
    pulls: FloatArray,
    wins: FloatArray,
    rng: np.random.Generator,
    factor: float = 2,
) -> IntArray:
    """Take the arm with the highest optimistic bound on its mean."""
    tried = np.maximum(pulls, 1)
    total = tried.sum(axis=1, keepdims=True)
    return _best(wins / tried + np.sqrt(factor * np.log(total) / tried), pulls)


def thompson(
    pulls: FloatArray, wins: FloatArray, rng: np.random.Generator
) -> IntArray:
    """Draw a mean for each arm from its posterior; take the largest draw."""
    drawn = rng.beta(1 + wins, 1 + pulls - wins)
    return np.asarray(drawn.argmax(axis=1))


def _best(worth: FloatArray, pulls: FloatArray) -> IntArray:
    """The arm of most worth, once each arm was tried."""
    new = pulls.min(axis=1) == 0
    chosen = np.where(new, pulls.argmin(axis=1), worth.argmax(axis=1))
    return np.asarray(chosen)
    # --8<-- [end:policies]


POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "greedy": greedy,
        "epsilon-greedy": epsilon_greedy,
        "UCB1": ucb1,
        "Thompson": thompson,
    }
)
"""The policies of `snippets/bandits.py`, for many games at once."""

EXPLORERS = tuple(name for name in POLICIES if name != "greedy")
WIDTHS: Mapping[str, Policy] = MappingProxyType(
    {f"UCB1, {c}": partial(ucb1, factor=c) for c in (*FACTORS, 0.05)}
)
"""UCB1 with smaller bonuses; the last lies beyond those that are judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Regret by bandit ("drawn" or "close") and policy, each (n_seeds,
    n_pulls).
    """

    regret: Mapping[str, Mapping[str, FloatArray]]

    def after(
        self, bandit: str, policy: str, n_pulls: int = N_PULLS
    ) -> FloatArray:
        """Regret after some pulls, shape (n_seeds,), in payments.

        Raises:
            ValueError: If there were not that many pulls.
        """
        runs = self.regret[bandit][policy]
        if not 1 <= n_pulls <= runs.shape[1]:
            raise ValueError(
                f"need between 1 and {runs.shape[1]} pulls, got {n_pulls}"
            )
        return np.asarray(runs[:, n_pulls - 1])

    def stuck(self, bandit: str, policy: str) -> float:
        """Share of the seeds whose last hundred pulls were all on an arm that
        is not the best.
        """
        runs = self.regret[bandit][policy]
        return float((np.diff(runs[:, -101:], axis=1) > 0).all(axis=1).mean())

    def saved(
        self,
        bandit: str,
        policy: str,
        n_pulls: int = N_PULLS,
        over: str = "greedy",
    ) -> Interval:
        """Regret of the greedy policy, or one in its stead, minus another's."""
        rival = self.after(bandit, over, n_pulls)
        return paired_difference(rival, self.after(bandit, policy, n_pulls))


# --8<-- [start:play]
def play(
    policy: Policy, chances: FloatArray, n_pulls: int, rng: np.random.Generator
) -> FloatArray:
    """Play many games at once, and sum what each misses.

    Args:
        policy: Chooses an arm in each game.
        chances: Chance that each arm pays 1, shape (n_games, n_arms).
        n_pulls: Pulls a game.
        rng: Source of payments and of the policy's own chance.

    Returns:
        Regret after each pull, shape (n_games, n_pulls), in payments.
    """
    games = np.arange(len(chances))
    pulls, wins = np.zeros(chances.shape), np.zeros(chances.shape)
    lost = np.empty((len(chances), n_pulls))
    for t in range(n_pulls):
        arms = policy(pulls, wins, rng)
        chance = chances[games, arms]
        pulls[games, arms] += 1
        wins[games, arms] += rng.random(len(games)) < chance
        lost[:, t] = chances.max(axis=1) - chance
    return np.asarray(lost.cumsum(axis=1))


def bandits(kind: str, seeds: Sequence[int]) -> FloatArray:
    """Chances of five arms, a row a seed.

    Args:
        kind: "drawn" evenly from 0 to 1, or "close": one good arm, which stands
            in another place with each seed.
        seeds: One game each.
    """
    sources = map(np.random.default_rng, seeds)
    if kind == "drawn":
        return np.array([rng.random(N_ARMS) for rng in sources])
    return np.array([rng.permutation(CLOSE) for rng in sources])
    # --8<-- [end:play]


def run(seeds: Sequence[int] = GAMES, n_pulls: int = N_PULLS) -> Result:
    """Play both bandits with all policies.

    Args:
        seeds: One game of each bandit each, the same for all policies.
        n_pulls: Pulls a game.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    source = [seeds[0], len(seeds)]
    regret = {}
    for kind in ("drawn", "close"):
        chances = bandits(kind, seeds)
        regret[kind] = {
            name: play(policy, chances, n_pulls, np.random.default_rng(source))
            for name, policy in {**POLICIES, **WIDTHS}.items()
        }
    return Result(regret)


def judge(result: Result) -> Outcome:
    """Every explorer should lose less, on both bandits, and soon."""
    drawn = [
        Finding(
            f"arms drawn: greedy − {name}, regret", result.saved("drawn", name)
        )
        for name in EXPLORERS[::-1]
    ]
    close = [
        Finding(
            f"one good arm: greedy − {name}, regret",
            result.saved("close", name),
        )
        for name in EXPLORERS[::-1]
    ]
    early = Finding(
        "arms drawn, 20 pulls: greedy − Thompson, regret",
        result.saved("drawn", "Thompson", 20),
    )
    widths = [
        Finding(
            f"{told}: greedy − UCB1 with {c} under the root, regret",
            result.saved(kind, f"UCB1, {c}"),
        )
        for kind, told in (("drawn", "arms drawn"), ("close", "one good arm"))
        for c in FACTORS
    ]
    return LESSON.judge(*drawn, *close, early, *widths)
