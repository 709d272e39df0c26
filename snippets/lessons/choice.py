"""A choice that is scored on seeds which had no part in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:elsewhere]
def picks(scores: FloatArray) -> IntArray:
    """Choose for each seed what is best on all others.

    Args:
        scores: A row for each choice, shape (n_choices, n_seeds).

    Returns:
        The row that is chosen, shape (n_seeds,).
    """
    others = scores.sum(axis=1, keepdims=True) - scores
    return np.asarray(others.argmax(axis=0))


def chosen_elsewhere(scores: FloatArray) -> FloatArray:
    """Score on each seed what is best on all others.

    The best of several on the seeds that judge it is flattered by luck; a rival
    that is picked so is too strong, and an arm is too good.

    Args:
        scores: A row for each choice, shape (n_choices, n_seeds).

    Returns:
        Shape (n_seeds,).

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    n_seeds = scores.shape[1]
    if n_seeds < 2:
        raise ValueError(f"need two seeds or more, got {n_seeds}")
    return np.asarray(scores[picks(scores), np.arange(n_seeds)])
    # --8<-- [end:elsewhere]


def at_end(scores: FloatArray) -> float:
    """On how many seeds `chosen_elsewhere` takes the first or the last choice.

    Where that is often, the best choice may lie beyond the list.

    Args:
        scores: A row for each of several ordered choices, shape (n_choices,
            n_seeds).

    Returns:
        A share, from 0 to 1.
    """
    return float(np.isin(picks(scores), (0, len(scores) - 1)).mean())
