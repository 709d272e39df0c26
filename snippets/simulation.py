"""Practice in a simulator, and what it is worth in the world that the simulator
imitates.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from snippets.gridworld import Grid, q_learning

FloatArray = NDArray[np.float64]

WORLD = Grid(
    4, 6, goal=(0, 5), walls=frozenset({(0, 4), (1, 1), (1, 2), (2, 4)})
)
FLAWED = Grid(4, 6, goal=(0, 5), walls=frozenset({(1, 1), (1, 2), (2, 4)}))
"""A simulator of `WORLD` that does not know of the wall beside the goal."""


# --8<-- [start:arrivals]
def arrivals(world: Grid, q: FloatArray) -> float:
    """Follow a learned policy from every cell, without learning.

    Args:
        world: Where we walk.
        q: Worth of each action, shape (height, width, 4); it may come from
            elsewhere.

    Returns:
        Share of the free cells from which the goal is reached.
    """
    arrived = 0
    for cell in world.states():
        # who walks longer walks in a circle
        for _ in range(world.height * world.width):
            cell, _ = world.step(cell, int(q[cell].argmax()))
            if cell == world.goal:
                arrived += 1
                break
    return arrived / len(world.states())
    # --8<-- [end:arrivals]


def practice(
    simulator: Grid, n_walks: Sequence[int], seeds: Sequence[int]
) -> FloatArray:
    """Learn in a simulator and walk in `WORLD`.

    Args:
        simulator: Where the walks of Q-learning take place.
        n_walks: Numbers of simulated walks to learn from.
        seeds: A seed gives the starts and moves of the walks.

    Returns:
        Share of cells of `WORLD` from which the goal is reached, shape
        (n_seeds, len(n_walks)).
    """
    return np.array(
        [
            [
                arrivals(
                    WORLD,
                    q_learning(
                        simulator, 0.9, n, 0.5, np.random.default_rng(seed)
                    ),
                )
                for n in n_walks
            ]
            for seed in seeds
        ]
    )
