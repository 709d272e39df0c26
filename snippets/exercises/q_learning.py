"""Write the chances of an exploring walker, and the learner of action values.

Judge it with `pytest snippets/exercises/test_q_learning.py`.
`python -m snippets.exercises.skeletons q_learning` begins anew.
"""

from __future__ import annotations

import numpy as np

from snippets.gridworld import Cell, Grid
from snippets.q_learning import FloatArray, IntArray


def chances(worth: FloatArray, explore: float) -> FloatArray:
    """Chance of each action: a share `explore` is spread evenly, the rest goes
    to the best.

    Args:
        worth: What each action is held to be worth, shape (n_actions,).
        explore: Share of random actions, from 0 to 1.

    Returns:
        Chances with sum 1, shape (n_actions,); equally good actions share the
        rest.
    """
    raise NotImplementedError(
        "an even share of `explore`, plus the rest on the largest entries"
    )


def learn(
    grid: Grid,
    discount: float,
    n_episodes: int,
    rng: np.random.Generator,
    rate: float = 0.5,
    explore: float = 1.0,
    on_policy: bool = False,
    hint: FloatArray | None = None,
    start: Cell | None = None,
) -> tuple[FloatArray, IntArray]:
    """Walk, and move the worth of each action towards what came of it.

    Args:
        grid: Where we walk; only the result of each step is seen.
        discount: Worth of a reward one step later, at least 0 and below 1.
        n_episodes: Walks to the goal.
        rng: Source of starts and actions.
        rate: Share of the error that a step corrects, above 0 and at most 1.
        explore: Share of random actions, from 0 to 1.
        on_policy: Learn of how we walk, random actions included, not of the
            best actions.
        hint: Potential that shapes the rewards, shape (height, width), 0 at the
            goal.
        start: Where each walk starts; None for a random cell.

    Returns:
        Worth of each action, and how often it was tried, both (height, width,
        4).
    """
    raise NotImplementedError(
        "until the goal: draw, step, shape the reward, correct q, count"
    )
