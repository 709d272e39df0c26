"""Lesson L43: is a reward that comes only at the end hard to find?

Q-learning in a corridor (see `snippets/q_learning.py`) with nothing to go by,
with the optimistic start that makes everything untried look good, and with a
hint that points to the goal. Optimism and hints are potentials: to shape with
one is to start the table from it (Wiewiora 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.q_learning import corridor, guessed_worth, learn

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L43",
    "Sparse rewards are hard",
    "S3-I4",
    "corridors of 5 to 40 steps, four moves a cell",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="generated",
        advice="Give a hint of the distance, or start optimistic.",
        conditions=(
            Condition(
                "there is no hint on the way", margin=0.1, unit="exponent"
            ),
            Condition(
                "the goal is 40 steps away", margin=0.1, unit="powers of 10"
            ),
        ),
        held=(
            Held("shape of the world", "a corridor"),
            Held(
                "quality of the hint", "the true distance, discounted by 0.95"
            ),
            Held("share of random actions", "0.1"),
        ),
        reason="A tenth of a power.",
    ),
)

LENGTHS, DISCOUNT, EXPLORE = (5, 10, 20, 40), 0.95, 0.1

ARMS = ("no hint", "optimistic start", "hint")
"""What the learner goes by: nothing, hope, or a potential that rises towards
the goal.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Steps until the goal was entered, shape (n_arms, n_lengths, n_seeds)."""

    steps: FloatArray

    def growth(self, arm: str) -> FloatArray:
        """Exponent of the steps as a power of the length, shape (n_seeds,)."""
        lengths = np.log(LENGTHS) - np.mean(np.log(LENGTHS))
        return np.asarray(
            lengths @ np.log(self.steps[ARMS.index(arm)]) / (lengths @ lengths)
        )

    def excess(self, arm: str) -> Interval:
        """Exponent minus 1: zero, if twice as far takes twice as many steps."""
        return mean_interval(self.growth(arm) - 1)

    def saved(self, arm: str) -> Interval:
        """In the longest corridor: log10 of steps without a hint minus that
        with an arm.
        """
        blind, other = self.steps[0, -1], self.steps[ARMS.index(arm), -1]
        return paired_difference(np.log10(blind), np.log10(other))


# --8<-- [start:potentials]
def potentials(length: int) -> dict[str, FloatArray | None]:
    """Say what each arm believes of each cell of a corridor before its first
    step.

    Args:
        length: Steps from the left end to the goal.

    Returns:
        By arm, worth of each cell, shape (1, length + 1), 0 at the goal; or
        None.
    """
    grid = corridor(length)
    # every cell is held to be worth as much as the goal pays
    hope = np.ones((1, length + 1))
    hope[grid.goal] = 0.0
    return dict(
        zip(ARMS, (None, hope, guessed_worth(grid, DISCOUNT)), strict=True)
    )


def first_walk(length: int, arm: str, seed: int) -> int:
    """Count the steps until the goal is entered for the first time, from the
    far end.

    Args:
        length: Steps from the start to the goal.
        arm: One of `ARMS`.
        seed: Seed of the random actions, one in ten, and of ties.

    Raises:
        ValueError: If there is no such arm, or no step to take.
    """
    if arm not in ARMS:
        raise ValueError(
            f"there is no arm {arm!r}; there are {', '.join(ARMS)}"
        )
    hint, rng = potentials(length)[arm], np.random.default_rng(seed)
    _, tries = learn(
        corridor(length),
        DISCOUNT,
        1,
        rng,
        explore=EXPLORE,
        hint=hint,
        start=(0, 0),
    )
    return int(tries.sum())
    # --8<-- [end:potentials]


def blind_steps(length: int) -> int:
    """Expected steps of a blind walk, of whose four moves two stand still.

    A walk that steps left or right with equal chance, and is held at the left
    end half of the time, needs L (L + 1) steps to a goal L away; every second
    move goes nowhere.
    """
    return 2 * length * (length + 1)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Walk every corridor for the first time with every arm.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    steps = [
        [
            [first_walk(length, arm, seed) for seed in seeds]
            for length in LENGTHS
        ]
        for arm in ARMS
    ]
    return Result(np.array(steps, dtype=float))


def judge(result: Result) -> Outcome:
    """The search should grow faster than the distance, and denser rewards
    should help.
    """
    far = LENGTHS[-1]
    return LESSON.judge(
        Finding(
            "no hint: power of the length with which steps grow, beyond 1",
            result.excess("no hint"),
        ),
        Finding(
            f"no hint − hint, log10 of steps, {far} away", result.saved("hint")
        ),
    )
